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

# By default, TRUE where somebody is watching; NULL, where nobody is, leaves the advice on long calls.
read_progress <- function(progress) {
  if (is.null(progress)) {
    return(if (interactive()) TRUE)
  }
  if (isTRUE(progress) || isFALSE(progress) || is.function(progress)) {
    return(progress)
  }
  trop_stop(
    "option_invalid", "progress must be TRUE, FALSE, NULL or a function of (stage, done, total), not ",
    deparse1(progress), "."
  )
}

# What replaces arguments that other packages' methods have and these do not.
INSTEAD <- c(
  newdata = "Outcomes are predicted for the cells of the panel alone: estimate with the other rows in the data.",
  type = "Standard errors are of the method that trop(inference = ) chose, and pictures are of a 'kind'.",
  vcov = "Standard errors are of the method that trop(inference = ) chose.",
  se.fit = "Bounds of each effect are in x$effects; intervals of averages are in averages(x)."
)

# Refuses what a method was given beside its arguments: `...` would swallow a misspelt name. `taken` are the names
# that it takes, `allowed` those that it hands on.
refuse_more <- function(..., allowed = character(), taken = names(formals(sys.function(sys.parent())))) {
  force(taken)
  names <- names(substitute(list(...)))[-1]
  if (!...length() || (length(names) && all(names %in% allowed))) {
    return(invisible())
  }
  called <- sub("\\.(summary\\.trop|trop(_[a-z]+)?)$", "", deparse1(sys.call(sys.parent())[[1]]))
  first <- if (length(names)) setdiff(names, allowed)[1] else ""
  trop_stop(
    "option_invalid", called, "() ",
    if (nzchar(first)) paste0("has no argument '", first, "'.") else "was given more unnamed arguments than it has.",
    if (first %in% names(INSTEAD)) paste0(" ", INSTEAD[[first]]) else did_you_mean(first, c(setdiff(taken, "..."), allowed))
  )
}
