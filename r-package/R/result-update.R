# Another estimate by changes to the call of one.

formula.trop <- function(x, ...) {
  refuse_more(...)
  if (is.null(x$panel$formula)) {
    trop_stop(
      "formula_invalid", "The estimate was made without a formula; change its columns by outcome, treatment, unit,",
      " time and covariates."
    )
  }
  x$panel$formula
}

update.trop <- function(object, formula., ..., evaluate = TRUE) {
  call <- object$call
  if (is.null(call)) {
    trop_stop("option_invalid", "The estimate has no call to update.")
  }
  changes <- as.list(match.call(expand.dots = FALSE)$`...`)
  if (!missing(formula.)) {
    by_cohort <- !is.null(object$panel$cohort)
    call$formula <- changed_formula(stats::formula(object), formula., by_cohort)
  }
  for (name in names(changes)) {
    call[[name]] <- changes[[name]]
  }
  if (evaluate) eval(call, parent.frame()) else call
}

# `new` with each '.' replaced by what stands there in `old`; without a '|' it changes the terms before the bar alone.
changed_formula <- function(old, new, by_cohort = FALSE) {
  if (!inherits(new, "formula")) {
    trop_stop("formula_invalid", "formula. must be a formula such as . ~ . + x, not ", describe(new), ".")
  }
  right <- new[[length(new)]]
  barred <- is_call(right, "|")
  outcome <- if (length(new) == 3) with_dots(new[[2]], list(old[[2]])) else old[[2]]
  before <- terms_of(old[[3]][[2]])
  terms <- changed_terms(if (barred) right[[2]] else right, before)
  ids <- if (barred) changed_ids(right[[3]], old[[3]][[3]]) else old[[3]][[3]]
  if (!by_cohort && uses_dot(right) && !identical(terms[1], before[1])) {
    trop_stop(
      "formula_invalid", "The first term, '", deparse1(before[[1]]), "', is the treatment: to estimate the effect of",
      " another one, write the formula without a dot."
    )
  }
  changed <- call("~", outcome, call("|", sum_of(terms), ids))
  stats::as.formula(changed, env = environment(old))
}

uses_dot <- function(x) "." %in% all.names(x)

with_dots <- function(x, old) {
  if (identical(x, quote(.))) sum_of(old) else if (is.call(x)) as.call(lapply(as.list(x), with_dots, old)) else x
}

changed_ids <- function(x, old) if (identical(x, quote(.))) old else x

# The terms of `x`, of which '.' is `old`, without those that are taken away.
changed_terms <- function(x, old) {
  if (is_call(x, "-") && length(x) == 3) {
    return(setdiff(changed_terms(x[[2]], old), terms_of(x[[3]])))
  }
  if (is_call(x, "+") && length(x) == 3) {
    return(unique(c(changed_terms(x[[2]], old), changed_terms(x[[3]], old))))
  }
  if (identical(x, quote(.))) old else list(x)
}

sum_of <- function(terms) Reduce(function(a, b) call("+", a, b), terms)
