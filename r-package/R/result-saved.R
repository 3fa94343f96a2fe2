# Results as files that every language reads.

write_trop <- function(x, file) {
  check_result(x)
  check_file(file, "result.json")
  replace_file(file, saved_text(x))
  invisible(file)
}

saved_text <- function(x) enc2utf8(await(.Call(wrap__start_save, found_of(x), typed_ids(x$panel)))$text)

read_trop <- function(file) {
  check_file(file, "result.json")
  result_of_text(read_text(file))
}

# The estimate once more, as if treatment had begun earlier than it did.
placebo_in_time <- function(x, periods = NULL, threads = NULL, progress = NULL) {
  check_result(x)
  window <- if (!is.null(periods)) read_n_periods("periods", periods)
  found <- kept_call(x, paste("placebo in time", window), threads, progress, function(monitor, options) {
    core(
      wrap__start_placebo_in_time, found_of(x, threads, monitor), typed_ids(x$panel), window,
      options = options["threads"], monitor = monitor
    )
  })
  result_of_text(found$text)
}

typed_ids <- function(panel) {
  list(
    unit = typed_labels(panel$unit$labels), time = typed_labels(panel$time$labels),
    groups = unname(lapply(panel$groups, function(group) typed_labels(group$labels))),
    by_matrix = isTRUE(panel$by_matrix)
  )
}

read_text <- function(file) enc2utf8(paste(readLines(file, encoding = "UTF-8", warn = FALSE), collapse = "\n"))

result_of_text <- function(text, found = load_text(text)) {
  names <- found$names
  shape <- dim(found$panel$Y)
  groups <- Map(function(name, kind, given) {
    list(name = name, codes = kind, labels = read_typed(given))
  }, names$groupings, names$kinds, c(found$ids$groups, rep(list(list()), length(names$kinds)))[seq_along(names$kinds)])
  panel <- list(
    unit = read_axis_of(names$unit, found$ids$unit, shape[1]), time = read_axis_of(names$time, found$ids$time, shape[2]),
    outcome_name = names$outcome, treatment_name = names$treatment,
    rows = cbind(rep(seq_len(shape[1]), each = shape[2]), rep(seq_len(shape[2]), shape[1])),
    covariates = names$covariates, groups = stats::setNames(groups, names$groupings),
    Y = found$panel$Y, W = found$panel$W, core = new.env(parent = emptyenv()), saved = text
  )
  panel$core$handle <- found$panel$handle
  if (found$ids$by_matrix) {
    panel$by_matrix <- TRUE
  }
  threads <- found$threads
  result(panel, if (length(threads) && !is.na(threads)) list(threads = threads) else list(), found$analysis, NULL)
}

load_text <- function(text) await(.Call(wrap__start_load, text))

# Labels as texts, and what they are.
typed_labels <- function(labels) {
  if (is.null(labels)) {
    return(list())
  }
  if (inherits(labels, "POSIXct")) {
    texts <- sub("([0-9]{2})([0-9]{2})$", "\\1:\\2", format(labels, "%Y-%m-%dT%H:%M:%OS6%z", tz = "UTC"))
    return(list(kind = "datetime", texts = texts))
  }
  if (inherits(labels, "Date")) {
    return(list(kind = "date", texts = format(labels, "%Y-%m-%d")))
  }
  if (is.logical(labels)) {
    return(list(kind = "boolean", texts = ifelse(labels, "true", "false")))
  }
  if (is.object(labels) || !is.numeric(labels)) {
    return(list(kind = "text", texts = enc2utf8(as.character(labels))))
  }
  if (all(labels == round(labels)) && all(abs(labels) < 2^53)) {
    return(list(kind = "integer", texts = sprintf("%.0f", labels)))
  }
  list(kind = "number", texts = sprintf("%.17g", labels))
}

read_typed <- function(given) {
  texts <- given$texts
  if (!length(texts)) {
    return(NULL)
  }
  switch(or(given$kind, ""),
    integer = whole_numbers(as.double(texts)),
    number = as.double(texts),
    boolean = texts == "true",
    date = as.Date(texts),
    datetime = read_moments(texts),
    texts
  )
}

whole_numbers <- function(x) if (all(abs(x) <= .Machine$integer.max)) as.integer(x) else x

# Without an offset they are in UTC.
read_moments <- function(texts) {
  has_offset <- grepl("[+-][0-9]{2}:[0-9]{2}$", texts)
  plain <- sub("T", " ", sub("([+-][0-9]{2}):([0-9]{2})$", "\\1\\2", texts))
  plain <- ifelse(has_offset, plain, paste0(plain, "+0000"))
  as.POSIXct(strptime(plain, "%Y-%m-%d %H:%M:%OS%z", tz = "UTC"))
}

read_axis_of <- function(name, given, length) {
  labels <- read_typed(given)
  list(name = name, labels = if (length(labels) == length) labels else seq_len(length))
}
