# Options on their way to the core, which reads them by name, checks them and has their defaults.

# The options that the caller of a function of this package wrote, by the names that the core knows.
written <- function(names = .Call(wrap__option_names), frame = parent.frame()) {
  names <- intersect(names, names(formals(sys.function(sys.parent()))))
  is_written <- !vapply(names, function(name) eval(call("missing", as.name(name)), frame), NA)
  options <- mget(names[is_written], frame)
  refuse_rounded(options$seed)
  options
}

# Beyond 2^53 a number of R may not be the one that was written.
refuse_rounded <- function(seed) {
  if (is.numeric(seed) && length(seed) == 1 && isTRUE(seed > 2^53)) {
    trop_stop("seed_out_of_range", "seed must be a number from 0 to 2^53, or a text of digits, not ", format(seed), ".")
  }
}

# A choice that is R's own.
read_choice <- function(name, value, choices) {
  if (is.character(value) && length(value) == 1 && value %in% choices) {
    return(value)
  }
  hint <- if (is.character(value) && length(value) == 1) did_you_mean(value, choices) else ""
  quoted <- paste0("'", choices, "'", collapse = " or ")
  trop_stop("option_invalid", name, " must be ", quoted, ", not ", deparse1(value), ".", hint)
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
