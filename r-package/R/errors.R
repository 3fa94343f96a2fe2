# Input that cannot be used, or a computation that cannot be done.
#
# The condition has the classes "tropanel_error_<code>" and "tropanel_error", and the field `code`. Codes
# are stable, and those of the computing core are the same in every language.
trop_stop <- function(code, ...) {
  stop(structure(
    class = c(paste0("tropanel_error_", code), "tropanel_error", "error", "condition"),
    list(message = paste0(...), call = NULL, code = code)
  ))
}

# A note that warns. Where fits are not certified it is of the class "tropanel_convergence_warning", too.
trop_warn <- function(code, message) {
  warning(structure(
    class = c(
      paste0("tropanel_warning_", code), if (endsWith(code, "_uncertified")) "tropanel_convergence_warning",
      "warning", "condition"
    ),
    list(message = message, call = NULL, code = code)
  ))
}

# A sentence of the core that refuses input; `...` are its parts by name.
refusal <- function(name, ...) {
  parts <- vapply(list(...), as.character, "")
  text <- .Call(wrap__refusal_text, name, or(names(parts), character()), unname(parts))
  if (is.null(text)) {
    stop("the core has no refusal '", name, "' of these parts: ", paste(names(parts), collapse = ", "))
  }
  text
}
