# Outcomes without treatment, one for each row of the data.

fitted.trop <- function(object, threads = NULL, progress = NULL, ...) {
  refuse_more(...)
  complete_predictions(object, threads, read_progress(progress))
  by_row(object, object$predictions$matrix)
}

residuals.trop <- function(object, threads = NULL, progress = NULL, ...) {
  refuse_more(...)
  complete_predictions(object, threads, read_progress(progress))
  by_row(object, object$panel$Y - object$predictions$matrix)
}

# Predicts the control cells that have no prediction yet, each left out of its own fit.
complete_predictions <- function(object, threads, progress) {
  known <- object$predictions
  if (known$complete) {
    return(invisible())
  }
  panel <- object$panel
  left <- which(panel$W == 0 & !is.na(panel$Y) & is.na(known$matrix), arr.ind = TRUE)
  found <- monitoring(progress, function(monitor) {
    core(
      wrap__start_cell_effects, handle_of(panel), left[, 1], left[, 2],
      options = asking(object, threads), monitor = monitor
    )
  })$effects
  known$matrix[cbind(found$unit, found$period)] <- found$counterfactual
  known$complete <- TRUE
}

# A matrix of the panel in the shape of the data: a vector by row, or a matrix if matrices were given.
by_row <- function(object, values) {
  panel <- object$panel
  if (isTRUE(panel$by_matrix)) {
    dimnames(values) <- list(as.character(panel$unit$labels), as.character(panel$time$labels))
    return(values)
  }
  values[panel$rows]
}
