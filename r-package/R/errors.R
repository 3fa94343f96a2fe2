# Input that cannot be used, or a computation that cannot be done.
#
# The condition has the classes "tropanel_error_<code>" and "tropanel_error", and the field `code`. Codes
# are stable, and those of the computing core are the same in every language. `covariate` is the position of
# the covariate that the core means, if any.
trop_stop <- function(code, ..., covariate = NULL) {
  stop(structure(
    class = c(paste0("tropanel_error_", code), "tropanel_error", "error", "condition"),
    list(message = paste0(...), call = NULL, code = code, covariate = covariate)
  ))
}

# A fit whose certificate of optimality did not reach its tolerance.
trop_warn <- function(...) {
  warning(structure(
    class = c("tropanel_convergence_warning", "warning", "condition"),
    list(message = paste0(...), call = NULL)
  ))
}
