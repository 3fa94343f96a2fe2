# The estimates of many panels.

# The columns of the table after those of the keys.
MANY_COLUMNS <- c(
  "att", "se", "ci_lower", "ci_upper", "interval", "p_value", "method", "n_treated_cells", "converged", "error",
  "message"
)

many_results <- function(panels, answers, files) {
  kept <- lapply(seq_along(answers), function(k) keep_answer(answers[[k]], if (!is.null(files)) files[k]))
  table <- cbind(panels$keys, do.call(rbind, lapply(kept, `[[`, "row")))
  rownames(table) <- NULL
  warned <- vapply(kept, `[[`, NA, "warned")
  if (any(warned)) {
    uncertified <- any(vapply(kept, `[[`, NA, "uncertified"))
    keys <- listed(show_label(panels$names[warned]))
    text <- .Call(wrap__warning_of_many, sum(warned), length(warned), keys)
    trop_warn(if (uncertified) "panels_uncertified" else "panels_warned", text)
  }
  failed <- nzchar(table$error)
  structure(class = "trop_many", list(
    table = table,
    results = stats::setNames(lapply(kept, `[[`, "found"), panels$names),
    text = .Call(wrap__text_of_many, nrow(table), sum(failed), sum(!failed & !table$converged))
  ))
}

# The row of a panel, and its result, file or error.
keep_answer <- function(answer, file) {
  if (inherits(answer, "tropanel_error")) {
    nothing <- list(att = NA_real_, se = NA_real_, ci_lower = NA_real_, ci_upper = NA_real_, interval = "none")
    row <- c(nothing, p_value = NA_real_, list(
      method = "", n_treated_cells = NA_integer_, converged = FALSE, error = answer$code,
      message = conditionMessage(answer)
    ))
    return(list(row = list2DF(row), found = answer, warned = FALSE, uncertified = FALSE))
  }
  loaded <- load_text(answer)
  fit <- result_of_text(answer, loaded)
  row <- list(
    att = fit$att, se = fit$se, ci_lower = fit$ci[1], ci_upper = fit$ci[2], interval = fit$interval,
    p_value = fit$p_value, method = if (is.na(fit$method)) "" else fit$method,
    n_treated_cells = as.integer(fit$n_treated_cells), converged = fit$converged, error = "", message = ""
  )
  codes <- loaded$analysis$notes$code[loaded$analysis$notes$is_warning]
  list(
    row = list2DF(row), found = if (is.null(file)) fit else file, warned = length(codes) > 0,
    uncertified = any(endsWith(codes, "_uncertified"))
  )
}

print.trop_many <- function(x, ...) {
  refuse_more(...)
  cat(x$text, "\n", sep = "")
  print(x$table[names(x$table) != "message"], digits = 4, row.names = FALSE)
  invisible(x)
}

as.data.frame.trop_many <- function(x, row.names = NULL, optional = FALSE, ...) {
  refuse_more(...)
  as.data.frame(x$table, row.names = row.names, optional = optional)
}
