# Reading a panel from matrices.

# `covariates` and `groups` are named lists of matrices, `average` and `cluster` vectors with an entry for each unit. If
# it is untreated, W plays no part.
read_wide <- function(Y, W, units = NULL, times = NULL, asked = list(), covariates = NULL, average = NULL,
                      cluster = NULL, groups = NULL, untreated = FALSE) {
  data <- read_matrices(Y, if (untreated) matrix(0, NROW(Y), NCOL(Y)) else W)
  own <- own_names(Y)
  units <- unname(align_vector("units", "unit", units, own[[1]]))
  times <- unname(align_vector("times", "time", times, own[[2]]))
  unit <- read_labels("unit", if (is.null(units)) own[[1]] else units, nrow(data$Y))
  own_times <- if (is.null(times) && !is.null(own[[2]])) {
    utils::type.convert(own[[2]], as.is = TRUE)
  } else {
    times
  }
  time <- check_columns_in_time(read_labels("time", own_times, ncol(data$Y)))
  own <- list(
    if (is.null(own[[1]]) && !is.null(units)) as.character(units) else own[[1]],
    if (is.null(own[[2]]) && !is.null(times)) as.character(times) else own[[2]]
  )
  average <- align("average_weights", average, own)
  cluster <- align("cluster", cluster, own)
  covariates <- read_matrices_by_name("covariates", covariates, dim(data$Y), own, read_matrix)
  groups <- read_matrices_by_name("groups", groups, dim(data$Y), own, function(name, values) as.matrix(values))
  for (name in setdiff(asked$by, c(BUILT_IN, names(groups)))) {
    unknown_group(name, names(groups))
  }
  entries <- matrix_entries(data)
  if (untreated) {
    entries["treatment"] <- list(NULL)
    entries$treatment_name <- ""
  }
  panel <- assemble(entries, unit, time, function(panel) {
    own_groups <- function(name) list(name = name, values = c(groups[[name]]))
    average <- list(values = read_unit_weights(average, panel))
    clusters <- list(values = read_unit_clusters(cluster, panel))
    given <- asked$donors
    if (is.atomic(given) && !is.matrix(given)) {
      given <- align("donors", given, own)
    }
    donors <- read_donors("donors", given, panel$unit$labels)
    asked$donors <- NULL
    add_design(panel, asked, lapply(covariates, c), average, clusters, donors, own_groups)
  })
  c(panel, by_matrix = TRUE)
}

read_matrices_by_name <- function(option, matrices, shape, own, read) {
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
    values <- read(paste0(option, "$", name), align(paste0(option, "$", name), values, own))
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

read_unit_clusters <- function(cluster, panel) {
  if (is.null(cluster)) {
    return(NULL)
  }
  n <- length(panel$unit$labels)
  if (!is.atomic(cluster) || length(cluster) != n) {
    given <- if (is.atomic(cluster)) paste(length(cluster), "entries") else describe(cluster)
    trop_stop("clusters_length", refusal("clusters_length", expected = n, given = given))
  }
  codes <- read_codes(list(name = "cluster", values = cluster))$code
  if (anyNA(codes)) {
    where <- listed(show_label(panel$unit$labels[is.na(codes)]))
    trop_stop("cluster_missing", refusal("cluster_missing", column = "cluster", where = where))
  }
  codes
}

matrix_entries <- function(data) {
  list(
    outcome = c(data$Y), treatment = c(data$W), unit = c(row(data$Y)), time = c(col(data$Y)),
    outcome_name = "Y", treatment_name = "W"
  )
}

read_matrices <- function(Y, W) {
  own <- own_names(Y)
  Y <- read_matrix("Y", Y)
  W <- read_matrix("W", align("W", W, own))
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
