# Many panels that stand in one data frame, one after another or on the workers of a future plan.

trop_many <- function(formula = NULL, data = NULL, ..., by, average_by = NULL, folder = NULL, future = FALSE,
                      progress = NULL) {
  refuse_more(..., allowed = PANEL_ARGUMENTS())
  if (is.data.frame(formula) && !is.data.frame(data)) { # a pipe puts the data first
    piped <- formula
    formula <- data
    data <- piped
  }
  arguments <- c(list(...), if (!is.null(average_by)) list(by = average_by))
  arguments$formula <- formula
  if (is_future(future) && is.null(arguments$threads)) {
    arguments$threads <- 1
  }
  options <- options_among(arguments)
  refuse_rounded(options$seed)
  check_options(options)
  progress <- read_progress(progress)
  check_data(data)
  data <- as.data.frame(data)
  check_columns_of(arguments, data)
  panels <- read_panels(data, by)
  files <- if (!is.null(folder)) open_folder(folder, panels, used_columns(arguments, data), arguments, options)
  texts <- run_panels(panels, arguments, files, future, progress)
  many_results(panels, texts, files)
}

# What trop() may be asked for each panel.
PANEL_ARGUMENTS <- function() setdiff(names(formals(trop)), c("formula", "data", "by", "progress"))

options_among <- function(arguments) arguments[intersect(names(arguments), .Call(wrap__option_names))]

is_future <- function(future) {
  if (!isTRUE(future) && !isFALSE(future)) {
    trop_stop("option_invalid", "future must be TRUE or FALSE, not ", deparse1(future), ".")
  }
  if (future && !requireNamespace("future.apply", quietly = TRUE)) {
    stop("future = TRUE needs the package future.apply: install.packages(\"future.apply\")", call. = FALSE)
  }
  future
}

# Refuses at once what is wrong with the columns, or what is asked of them, in every panel.
check_columns_of <- function(arguments, data) {
  given <- function(name) arguments[[name]]
  asked <- read_asked(
    given("anchor"), given("time_distance"), given("by"), given("donors"), or(given("anticipation"), 0),
    or(given("washout"), 0), given("labels")
  )
  refuse(.Call(wrap__refusal_of_choices, asked$anchor, asked$time_distance))
  roles <- arguments[c("outcome", "treatment", "cohort", "unit", "time")]
  names(roles) <- c("outcome", "treatment", "cohort", "unit", "time")
  columns_asked(
    given("formula"), data, one_treatment(roles), read_names("covariates", given("covariates")),
    given("average_weights"), given("cluster"), asked, FALSE
  )
}

# The panels in the order of their first rows: `keys` is a data frame of their keys, `rows` has the rows of each.
read_panels <- function(data, by) {
  if (!is.character(by) || !length(by) || anyNA(by)) {
    trop_stop("option_invalid", refusal("by_names", given = deparse1(by)))
  }
  by <- unique(by)
  check_names(data, "by", by)
  for (name in by) {
    if (name %in% MANY_COLUMNS) {
      trop_stop("columns_repeated", refusal("by_taken", column = name))
    }
    lacking <- sum(is.na(data[[name]]))
    if (lacking) {
      trop_stop("id_missing", refusal("by_missing", column = name, rows = count(lacking, "row")))
    }
  }
  texts <- lapply(data[by], function(column) enc2utf8(as.character(column)))
  cells <- cells_of(texts)
  first <- which(!duplicated(cells))
  list(
    data = data,
    keys = data[first, by, drop = FALSE],
    texts = lapply(first, function(row) vapply(texts, `[`, "", row, USE.NAMES = FALSE)),
    names = do.call(paste, c(lapply(texts, `[`, first), sep = ", ")),
    rows = unname(split(seq_len(nrow(data)), factor(cells, levels = cells[first])))
  )
}

# The answers of all panels: what is saved of each as a text, or its error.
run_panels <- function(panels, arguments, files, future, progress) {
  answers <- vector("list", length(panels$rows))
  done <- if (is.null(files)) logical(length(answers)) else file.exists(files)
  answers[done] <- lapply(files[done], read_text)
  left <- which(!done)
  task <- function(k) {
    list(data = panels$data[panels$rows[[k]], , drop = FALSE], file = if (!is.null(files)) files[k])
  }
  answers[left] <- if (future) {
    # Chunks of few panels keep all workers busy.
    future.apply::future_lapply(
      lapply(left, task), run_panel, arguments = arguments, future.seed = NULL, future.scheduling = 10,
      future.packages = "tropanel"
    )
  } else {
    monitoring(progress, function(monitor) {
      lapply(seq_along(left), function(k) {
        answer <- run_panel(task(left[k]), arguments)
        if (!is.null(monitor)) {
          monitor(list(stage = "panels", done = sum(done) + k, total = length(answers), left = "", advice = ""))
        }
        answer
      })
    })
  }
  answers
}

# Estimates one panel, here or on a worker, and keeps it at once if it has a file. Warnings are among the notes.
run_panel <- function(task, arguments) {
  tryCatch(
    withCallingHandlers(
      {
        text <- saved_text(do.call(trop, c(arguments, list(data = task$data, progress = FALSE))))
        if (!is.null(task$file)) {
          replace_file(task$file, text)
        }
        text
      },
      warning = function(condition) {
        if (any(startsWith(class(condition), "tropanel_warning_"))) {
          invokeRestart("muffleWarning")
        }
      }
    ),
    tropanel_error = identity
  )
}
