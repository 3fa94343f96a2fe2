# Reading a panel from matrices.

# `covariates` and `groups` are named lists of matrices, `average` a vector with a weight for each unit.
read_wide <- function(Y, W, units, times, asked, covariates, average, groups) {
  data <- read_matrices(Y, W)
  unit <- read_labels("unit", if (is.null(units)) rownames(Y) else units, nrow(data$Y))
  own_times <- if (is.null(times) && !is.null(colnames(Y))) {
    utils::type.convert(colnames(Y), as.is = TRUE)
  } else {
    times
  }
  time <- read_labels("time", own_times, ncol(data$Y))
  covariates <- read_matrices_by_name("covariates", covariates, dim(data$Y), read_matrix)
  groups <- read_matrices_by_name("groups", groups, dim(data$Y), function(name, values) as.matrix(values))
  for (name in setdiff(asked$by, c(BUILT_IN, names(groups)))) {
    unknown_group(name, names(groups))
  }
  panel <- assemble(matrix_entries(data), unit, time, function(panel) {
    own_groups <- function(name) list(name = name, values = c(groups[[name]]))
    add_design(panel, asked, lapply(covariates, c), read_unit_weights(average, panel), "", own_groups)
  })
  c(panel, by_matrix = TRUE)
}

read_matrices_by_name <- function(option, matrices, shape, read) {
  if (is.null(matrices)) {
    return(list())
  }
  if (!is.list(matrices) || is.data.frame(matrices) || is.null(names(matrices)) || !all(nzchar(names(matrices)))) {
    trop_stop("option_invalid", refusal(
      "matrices_unnamed", option = option, form = "be a named list of matrices", example = "list(x = X)",
      given = describe(matrices)
    ))
  }
  read_names(option, names(matrices))
  Map(function(name, values) {
    values <- read(paste0(option, "$", name), values)
    if (!identical(dim(values), shape)) {
      trop_stop("shape_mismatch", refusal(
        "matrix_shape", matrix = paste0(option, "$", name), shape = shape(values), expected = paste(shape, collapse = " x ")
      ))
    }
    values
  }, names(matrices), matrices)
}

read_unit_weights <- function(average, panel) {
  if (is.null(average)) {
    return(NULL)
  }
  if (!is.numeric(average) || anyNA(average)) {
    trop_stop(
      "average_weights_not_numeric", "average_weights must be numbers, one for each unit, but is ",
      describe(average), if (is.numeric(average)) " with missing entries", "."
    )
  }
  if (length(average) != length(panel$unit$labels)) {
    trop_stop(
      "weights_length", "average_weights has ", length(average), " entries, but Y has ", length(panel$unit$labels),
      " units."
    )
  }
  as.double(average)
}

matrix_entries <- function(data) {
  list(
    outcome = c(data$Y), treatment = c(data$W), unit = c(row(data$Y)), time = c(col(data$Y)),
    outcome_name = "Y", treatment_name = "W"
  )
}

read_matrices <- function(Y, W) {
  Y <- read_matrix("Y", Y)
  W <- read_matrix("W", W)
  if (!identical(dim(Y), dim(W))) {
    trop_stop(
      "shape_mismatch", refusal("shapes_differ", outcomes = shape(Y), treatments = shape(W)),
      if (identical(dim(Y), rev(dim(W)))) " Is one transposed?"
    )
  }
  if (length(Y) == 0) {
    trop_stop("empty_panel", refusal("cells_missing", shape = shape(Y)))
  }
  list(Y = Y, W = W)
}

read_matrix <- function(name, values) {
  if (is.data.frame(values)) {
    values <- as.matrix(values)
  }
  if (!is.matrix(values)) {
    trop_stop("shape_mismatch", refusal("no_matrix", matrix = name, given = paste("is", describe(values))))
  }
  if (!is.numeric(values) && !is.logical(values)) {
    trop_stop("data_unreadable", refusal("matrix_not_numeric", matrix = name, type = typeof(values)))
  }
  matrix(as.double(values), nrow(values), ncol(values))
}

shape <- function(matrix) paste(dim(matrix), collapse = " x ")

read_labels <- function(name, labels, length) {
  if (is.null(labels)) {
    labels <- seq_len(length)
  }
  if (length(labels) != length) {
    trop_stop(
      "labels_invalid", refusal("labels_length", labels = length(labels), axis = name, expected = length)
    )
  }
  if (anyDuplicated(labels) || anyNA(labels)) {
    trop_stop("labels_invalid", refusal("labels_repeated", axis = name))
  }
  list(name = name, labels = labels)
}
