# Reading and checking the options that trop() and its relatives share.

LAMBDA_NAMES <- c("time", "unit", "nn")
SEARCHES <- c("cycle", "grid", "adaptive")
CRITERIA <- c("auto", "loocv", "placebo_sets", "placebo_folds")
METHODS <- c("auto", "bootstrap", "jackknife", "placebo", "conformal", "none")
LARGEST_SEED <- "18446744073709551615"

# `given` has the options of trop() by name.
read_options <- function(given) {
  seed <- read_seed(given$seed)
  options <- list(
    lambdas = if (!is.null(given$lambdas)) read_lambdas(given$lambdas),
    search = read_search(given, seed),
    grids = if (!is.null(given$grids)) read_grids(given$grids),
    inference = if (!is.null(given$inference)) read_choice("inference", given$inference, METHODS),
    n_boot = read_draws("n_boot", given$n_boot),
    level = read_level(given$level),
    seed = seed,
    retune = read_flag("retune", given$retune),
    pre_periods = read_flag("pre_periods", given$pre_periods),
    threads = read_threads(given$threads),
    progress = read_progress(given$progress)
  )
  if (identical(options$inference, "none")) {
    options["inference"] <- list(NULL)
  }
  refuse_contradictions(options)
  options
}

# The options of a search, as the core takes them.
read_search <- function(given, seed) {
  list(
    method = read_choice("search", given$search, SEARCHES),
    criterion = read_choice("criterion", given$criterion, CRITERIA),
    n_placebo_sets = read_count("n_placebo_sets", given$n_placebo_sets),
    n_folds = read_count("n_folds", given$n_folds),
    max_cells = if (!is.null(given$max_cells)) read_sample_size(given$max_cells),
    seed = seed
  )
}

refuse_contradictions <- function(options) {
  fixed <- !is.null(options$lambdas)
  if (fixed && !is.null(options$grids)) {
    trop_stop(
      "option_invalid", "lambdas and grids are both given: lambdas fixes the values, grids asks for a",
      " search over them. Give one of the two."
    )
  }
  if (fixed && options$retune) {
    trop_stop(
      "option_invalid", "retune = TRUE chooses the lambdas anew in each draw, but lambdas are given. Give grids",
      " instead, or leave out retune."
    )
  }
  if (options$retune && is.null(options$inference)) {
    trop_stop(
      "option_invalid", "retune = TRUE chooses the lambdas anew in each draw, and inference = \"none\" draws",
      " nothing."
    )
  }
}

read_choice <- function(name, value, choices) {
  if (is.character(value) && length(value) == 1 && value %in% choices) {
    return(value)
  }
  hint <- if (is.character(value) && length(value) == 1) did_you_mean(value, choices) else ""
  quoted <- paste0("'", choices, "'", collapse = " or ")
  trop_stop("option_invalid", name, " must be ", quoted, ", not ", deparse1(value), ".", hint)
}

# Checks that `lambdas` names exactly time, unit and nn; gives a numeric vector in this order.
read_lambdas <- function(lambdas) {
  by_name <- is.list(lambdas) || is.numeric(lambdas)
  if (!by_name || is.null(names(lambdas))) {
    trop_stop(
      "lambdas_invalid", "lambdas must be named, such as c(time = 0.1, unit = 0.5, nn = Inf), not ",
      deparse1(lambdas), ". It is by name because packages order them differently."
    )
  }
  check_lambda_names("lambdas", "lambdas_invalid", names(lambdas))
  missing <- setdiff(LAMBDA_NAMES, names(lambdas))
  if (length(missing)) {
    trop_stop(
      "lambdas_invalid", "lambdas lacks ", paste0("'", missing, "'", collapse = ", "), ": give all of",
      " 'time', 'unit' and 'nn' (Inf is allowed for nn), or give grids to search."
    )
  }
  vapply(LAMBDA_NAMES, function(name) read_lambda(name, lambdas[[name]]), 0)
}

read_lambda <- function(name, value) {
  if (!is.numeric(value) || length(value) != 1) {
    trop_stop("lambdas_invalid", "lambdas: '", name, "' must be a number, not ", deparse1(value), ".")
  }
  if (is.na(value) || value < 0 || (name != "nn" && is.infinite(value))) {
    limits <- if (name == "nn") "0 or more (Inf is allowed)" else "finite and 0 or more"
    trop_stop("lambda_invalid", "lambdas: '", name, "' must be ", limits, ", not ", value, ".")
  }
  as.double(value)
}

read_grids <- function(grids) {
  if (!is.list(grids) || is.null(names(grids))) {
    trop_stop(
      "grids_invalid", "grids must be a named list such as list(time = c(0, 0.1, 0.5), nn = c(1, Inf)),",
      " not ", deparse1(grids), "."
    )
  }
  check_lambda_names("grids", "grids_invalid", names(grids))
  Map(function(name, values) read_grid(paste0("grids: '", name, "'"), values), names(grids), grids)
}

# Reads one grid; its values are the core's to check.
read_grid <- function(label, values) {
  if (!is.numeric(values)) {
    trop_stop("grids_invalid", label, " must be a numeric vector, not ", deparse1(values), ".")
  }
  as.double(values)
}

check_lambda_names <- function(option, code, names) {
  unknown <- setdiff(names, LAMBDA_NAMES)
  if (length(unknown)) {
    trop_stop(
      code, option, " has an unknown name '", unknown[1], "'; the names are 'time', 'unit' and 'nn'.",
      did_you_mean(sub("lambda_", "", unknown[1]), LAMBDA_NAMES)
    )
  }
  if (anyDuplicated(names)) {
    trop_stop(code, option, " names '", names[duplicated(names)][1], "' more than once.")
  }
}

read_draws <- function(name, value) {
  draws <- read_integer(name, value)
  if (draws < 2) {
    trop_stop(
      "draws_too_few", name, " must be 2 or more, not ", format(draws), "; inference = \"none\" draws",
      " nothing."
    )
  }
  draws
}

read_level <- function(level) {
  if (!is.numeric(level) || length(level) != 1 || is.na(level)) {
    trop_stop("option_invalid", "level must be a number, not ", deparse1(level), ".")
  }
  if (level <= 0 || level >= 1) {
    trop_stop(
      "level_out_of_range", "level must be between 0 and 1, such as 0.95, not ", format(level), "."
    )
  }
  as.double(level)
}

# The digits of a seed. Numbers of R are exact up to 2^53; larger seeds are given as text.
read_seed <- function(seed) {
  as_text <- is.character(seed) && length(seed) == 1 && grepl("^[0-9]+$", seed)
  digits <- if (as_text) seed else sprintf("%.0f", read_integer("seed", seed))
  in_range <- if (as_text) is_64_bit(digits) else seed >= 0 && seed <= 2^53
  if (!in_range) {
    trop_stop(
      "seed_out_of_range", "seed must be from 0 to 2^53, or a text of digits up to \"", LARGEST_SEED,
      "\", not ", digits, "."
    )
  }
  digits
}

is_64_bit <- function(digits) {
  width <- nchar(LARGEST_SEED)
  nchar(digits) <= width && paste0(strrep("0", width - nchar(digits)), digits) <= LARGEST_SEED
}

# A number of threads, NULL for all cores.
read_threads <- function(threads) {
  if (is.null(threads)) {
    return(NULL)
  }
  value <- read_integer("threads", threads)
  if (value == 0) {
    trop_stop("threads_zero", "threads must be 1 or more, or NULL for all cores.")
  }
  if (value < 0) {
    trop_stop("option_invalid", "threads must be 1 or more, or NULL for all cores, not ", value, ".")
  }
  value
}

read_progress <- function(progress) {
  if (isTRUE(progress) || isFALSE(progress) || is.function(progress)) {
    return(progress)
  }
  trop_stop(
    "option_invalid", "progress must be TRUE, FALSE or a function of (stage, done, total), not ",
    deparse1(progress), "."
  )
}

# Checks that `value` is a whole number; gives a double.
read_integer <- function(name, value) {
  if (is.numeric(value) && length(value) == 1 && is.finite(value) && value == round(value)) {
    return(as.double(value))
  }
  trop_stop("option_invalid", name, " must be a whole number, not ", deparse1(value), ".")
}

# A number of things of which there must be at least one, for the core to check further.
read_count <- function(name, value) {
  number <- read_integer(name, value)
  if (number < 0) {
    trop_stop("option_invalid", name, " must be 1 or more, not ", format(number), ".")
  }
  number
}

read_flag <- function(name, value) {
  if (isTRUE(value) || isFALSE(value)) {
    return(value)
  }
  trop_stop("option_invalid", name, " must be TRUE or FALSE, not ", deparse1(value), ".")
}
