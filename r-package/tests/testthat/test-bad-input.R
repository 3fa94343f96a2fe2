# Each case: how the data are changed, the code, and what the message says.
with_value <- function(column, row, value) {
  function(data) {
    data[[column]][row] <- value
    data
  }
}
with_column <- function(column, values) {
  function(data) {
    data[[column]] <- values(data)
    data
  }
}

DATA <- list(
  "infinite outcome" = list(
    with_value("sales", 8, Inf), "outcome_infinite",
    "outcome 'sales' of state b in year 2002 is infinite or beyond 1e100"
  ),
  "text outcome" = list(
    with_column("sales", function(d) replace(as.character(d$sales), 3, "n/a")), "outcome_not_numeric",
    "'sales' must be numeric.*row 3 \\(state = 'a', year = 2003\\) with 'n/a'\\."
  ),
  "outcome is a date" = list(
    with_column("sales", function(d) as.Date("2020-01-01") + seq_len(48)), "outcome_not_numeric", "class 'Date'"
  ),
  "treatment of 2" = list(
    with_value("law", 5, 2L), "treatment_not_binary",
    "'law' must be 0 or 1, but state a has 2 in year 2005"
  ),
  "treatment of two other values" = list(
    with_column("law", function(d) d$law + 1), "treatment_not_binary", "two values: recode them to 0 and 1"
  ),
  "period of adoption" = list(
    with_column("law", function(d) ifelse(d$state %in% c("g", "h"), 2004, 0)), "treatment_not_binary",
    "period of adoption"
  ),
  "text treatment" = list(
    with_column("law", function(d) ifelse(d$law == 1, "yes", "no")), "treatment_not_binary",
    "row 1 \\(state = 'a', year = 2001\\) with 'no'.*Recode it to 0 and 1"
  ),
  "factor treatment" = list(
    with_column("law", function(d) factor(ifelse(d$law == 1, "yes", "no"))), "treatment_not_binary",
    "class 'factor'"
  ),
  "missing treatment" = list(
    with_value("law", 4, NA), "treatment_missing",
    "treatment 'law' of state a is missing in year 2004, where outcome 'sales' is observed"
  ),
  "duplicate row" = list(
    function(d) rbind(d, d[10, ]), "duplicate_rows",
    "rows 10 and 49 \\(counted from 1\\), both of state b in year 2004"
  ),
  "missing unit" = list(
    with_value("state", 6, NA), "id_missing", "'state' is missing in 1 row: row 6 \\(state = NA, year = 2006\\)"
  ),
  "missing period" = list(with_value("year", 12, NA), "id_missing", "row 12 \\(state = 'b', year = NA\\)"),
  "ids without order" = list(
    with_column("state", function(d) complex(real = match(d$state, letters), imaginary = 1)), "id_not_sortable",
    "'state' holds ids of type complex"
  ),
  "list as ids" = list(with_column("state", function(d) as.list(d$state)), "data_unreadable", "class 'list'"),
  "integer64" = list(
    with_column("state", function(d) structure(as.double(match(d$state, letters)), class = "integer64")),
    "data_unreadable", "integer64"
  ),
  "periods as text" = list(
    with_column("year", function(d) c("early", "mid", "late")[(d$year - 2001) %/% 2 + 1]), "time_order_ambiguous",
    "'year' holds texts without a plain order in time, such as 'early', 'late', 'mid'"
  ),
  "periods as levels in the wrong order" = list(
    with_column("year", function(d) factor(d$year, 2006:2001)), "time_order_ambiguous", "'2006', '2005'"
  ),
  "nothing treated" = list(
    with_column("law", function(d) 0), "no_treated_cell", "no cell with an outcome is treated"
  ),
  "everything treated" = list(
    with_column("law", function(d) TRUE), "no_control_cell", "no observed cell is untreated"
  ),
  "treatment marks the group" = list(
    with_column("law", function(d) as.integer(d$state %in% c("g", "h"))), "treatment_constant",
    "as if it marked the treated group"
  ),
  "treatment marks the time after" = list(
    with_column("law", function(d) as.integer(d$year > 2004)), "treatment_constant",
    "as if it marked the time after adoption"
  ),
  "unit without outcomes" = list(
    with_column("sales", function(d) ifelse(d$state == "c", NA, d$sales)), "unit_all_missing",
    "state c has no observed outcome 'sales'"
  ),
  "period without outcomes" = list(
    with_column("sales", function(d) ifelse(d$year == 2002, NA, d$sales)), "period_all_missing",
    "year 2002 has no observed outcome 'sales'"
  ),
  "no rows" = list(function(d) d[0, ], "empty_panel", "data has no rows"),
  "misspelt column" = list(
    function(d) stats::setNames(d, c("state", "year", "salse", "law")), "column_missing",
    "outcome: data has no column 'sales'. Did you mean 'salse'"
  ),
  "column that nothing resembles" = list(
    function(d) stats::setNames(d, c("state", "year", "sales", "xyz")), "column_missing",
    "The columns are 'state', 'year', 'sales', 'xyz'"
  ),
  "columns of one name" = list(
    function(d) stats::setNames(cbind(d, 1), c(names(d), "sales")), "columns_repeated", "more than one column"
  )
)

test_that("data that cannot be used are refused", {
  for (kind in names(DATA)) {
    case <- DATA[[kind]]
    expect_refused(estimate(case[[1]](small_panel())), case[[2]], case[[3]])
  }
})

OPTIONS <- list(
  list(list(search = "decsent"), "option_invalid", "Did you mean 'descent'"),
  list(list(inference = "jacknife"), "option_invalid", "Did you mean 'jackknife'"),
  list(list(lambdas = c(1, 2, 3)), "lambdas_invalid", "\\[1, 2, 3\\] has no names"),
  list(list(lambdas = c(time = 1, unit = 1)), "lambdas_invalid", "'nn' is lacking"),
  list(list(lambdas = c(FIXED, lambda_tme = 1)), "lambdas_invalid", "'lambda_tme' is none of them.*Did you mean 'time'"),
  list(list(lambdas = c(FIXED, nn = 2)), "lambdas_invalid", "more than once"),
  list(list(lambdas = list(time = 1, unit = 1, nn = TRUE)), "lambdas_invalid", "'nn' is true, not a number"),
  list(list(lambdas = list(time = 1, unit = 1, nn = "1")), "lambdas_invalid", "'nn' is '1', not a number"),
  list(list(lambdas = replace(FIXED, "time", -1)), "lambda_invalid", "lambda_time = -1 is not allowed"),
  list(list(lambdas = replace(FIXED, "nn", NA)), "lambda_invalid", "lambda_nn = NaN"),
  list(list(lambdas = replace(FIXED, "unit", Inf)), "lambda_invalid", "lambda_unit = inf"),
  list(list(grids = list(nn = 1)), "option_invalid", "is about the search for lambdas, and lambdas are given"),
  list(list(lambdas = NULL, grids = list(1, 2)), "grids_invalid", "has no names"),
  list(list(lambdas = NULL, grids = list(nn = "a")), "grids_invalid", "'nn'"),
  list(list(lambdas = NULL, grids = list(n = 1)), "grids_invalid", "'n' is none of them"),
  list(list(lambdas = NULL, grids = list(nn = numeric())), "grid_empty", "nn"),
  list(list(lambdas = NULL, grids = list(time = c(1, 1))), "grid_duplicate", "time"),
  list(list(seed = -1), "seed_out_of_range", "seed = -1"),
  list(list(seed = 2^53 + 2), "seed_out_of_range", "text of digits"),
  list(list(seed = "18446744073709551616"), "seed_out_of_range", "seed = 18446744073709551616"),
  list(list(seed = 1.5), "option_invalid", "whole number, not 1.5"),
  list(list(seed = TRUE), "option_invalid", "whole number, not true"),
  list(list(n_boot = 1), "draws_too_few", "1 bootstrap draws"),
  list(list(level = 95), "level_out_of_range", "level = 95 is not allowed"),
  list(list(level = "0.95"), "option_invalid", "level must be a number"),
  list(list(threads = 0), "threads_zero", "at least 1"),
  list(list(threads = -2), "option_invalid", "not -2"),
  list(list(progress = "yes"), "option_invalid", "TRUE, FALSE, NULL or a function")
)

test_that("options that cannot be used are refused", {
  for (case in OPTIONS) {
    arguments <- utils::modifyList(
      list(sales ~ law | state + year, small_panel(), lambdas = FIXED, n_boot = 2, threads = THREADS), case[[1]],
      keep.null = TRUE
    )
    expect_refused(do.call(trop, arguments), case[[2]], case[[3]])
  }
})

test_that("a misspelt argument is refused", {
  expect_error(estimate(small_panel(), n_boots = 3), "unused argument")
})

FORMULAS <- list(
  list(sales ~ law, "no '\\|'"),
  list(~ law | state + year, "no outcome"),
  list(sales ~ law * other | state + year, "'law \\* other' is no column"),
  list(sales ~ law | state, "two ids"),
  list(sales ~ law | state + year + region, "two ids"),
  list(sales ~ law | state | year, "more than one '\\|'")
)

test_that("formulas of another form are refused", {
  for (case in FORMULAS) {
    expect_refused(estimate(small_panel(), case[[1]]), "formula_invalid", case[[2]])
  }
  expect_refused(trop("sales ~ law", small_panel()), "formula_invalid", "class 'character'")
  expect_refused(
    trop(sales ~ law | state + year, small_panel(), outcome = "sales"), "formula_invalid", "leave out outcome"
  )
})

test_that("columns must be named, and differ", {
  data <- small_panel()
  expect_refused(trop(data = data, outcome = "sales"), "column_missing", "treatment, unit, time not given")
  expect_refused(
    trop(data = data, outcome = "sales", treatment = "law", unit = "state", time = 3), "column_missing", "time must be"
  )
  expect_refused(estimate(data, sales ~ law | state + state), "columns_repeated", "as unit and as time")
})

test_that("what is no data frame is refused", {
  for (data in list(list(a = 1), matrix(1, 2, 2), NULL)) {
    expect_refused(estimate(data), "data_unreadable", "trop_matrix")
  }
  expect_refused(trop(sales ~ law | state + year), "data_unreadable", "not NULL")
})

test_that("swapped columns are pointed out", {
  data <- small_panel()
  expect_refused(estimate(data, law ~ sales | state + year), "treatment_not_binary", "swapped")
  expect_refused(estimate(data, sales ~ law | year + state), "unit_time_swapped", "\\| state \\+ year")
  data$begin <- as.Date(sprintf("%d-01-01", data$year))
  expect_refused(estimate(data, sales ~ law | begin + state), "unit_time_swapped")
})

test_that("a panel that would be too large is refused", {
  n <- 50000
  data <- data.frame(y = 1, w = rep(0:1, n / 2), u = seq_len(n), t = seq_len(n))
  expect_refused(estimate(data, y ~ w | u + t), "too_large", "50000 units x 50000 periods")
})

MATRICES <- list(
  list(matrix(1, 1, 2), matrix(0, 1, 3), list(), "shape_mismatch", "Y is 1 x 2 and W is 1 x 3"),
  list(matrix(1, 2, 3), matrix(0, 3, 2), list(), "shape_mismatch", "Is one transposed"),
  list(1:2, 0:1, list(), "shape_mismatch", "Y must be a matrix"),
  list(matrix("1"), matrix(0), list(), "data_unreadable", "Y must hold numbers only"),
  list(matrix(0, 0, 3), matrix(0, 0, 3), list(), "empty_panel", "0 x 3"),
  list(matrix(1:4, 2), cbind(0, c(0, 5)), list(), "treatment_not_binary", "unit 2 has 5 in time 2"),
  list(matrix(1:4, 2), cbind(c(0, NA), 0:1), list(), "treatment_missing", "of unit 2 is missing in time 1"),
  list(matrix(1:4, 2), cbind(0, 0:1), list(units = "a"), "labels_invalid", "1 unit labels"),
  list(matrix(1:4, 2), cbind(0, 0:1), list(times = c(5, 5)), "labels_invalid", "must differ")
)

test_that("matrices that cannot be used are refused", {
  for (case in MATRICES) {
    expect_refused(do.call(trop_matrix, c(case[1:2], case[[3]])), case[[4]], case[[5]])
  }
})

test_that("the steps one by one refuse what they cannot use", {
  Y <- matrix(c(1, 2, 3, 4, 7, 6), 3)
  W <- cbind(0, c(0, 0, 1))
  fixed <- c(time = 0, unit = 0, nn = Inf)
  expect_refused(cell_effects(Y, W, cbind(4, 1), fixed), "cell_out_of_range", "row 1 \\(unit 4, period 1\\)")
  expect_refused(cell_effects(Y, W, cbind(0, 1), fixed), "cell_out_of_range")
  expect_refused(cell_effects(Y, W, 1:2, fixed), "option_invalid", "two columns")
  expect_refused(loocv_grid_search(Y, W, max_cells = 0), "sample_empty")
  expect_refused(loocv_grid_search(Y, W, abandon = NA), "option_invalid", "true or false, not NA")
  expect_refused(loocv_grid_search(Y, W, lambda_nn_grid = "1"), "grids_invalid", "'nn'")
  expect_refused(bootstrap_trop_variance(Y, W, fixed), "too_few_treated_units")
  expect_refused(bootstrap_trop_variance(Y, W, fixed, n_bootstrap = 1), "draws_too_few", "1 bootstrap draws")
  expect_refused(compute_unit_distance_matrix(Y, replace(W, 2, 2)), "treatment_not_binary", "unit 2 has 2 in time 1")
  expect_refused(default_grids(replace(Y, 4:6, NA), W), "period_all_missing", "time 2")
})

test_that("errors carry their code and no call", {
  error <- tryCatch(estimate(small_panel(), sales ~ law | year + state), error = identity)
  expect_equal(error$code, "unit_time_swapped")
  expect_equal(class(error)[2:4], c("tropanel_error", "error", "condition"))
  expect_null(conditionCall(error))
})

# Designs that cannot be used: how the data are changed, the arguments, the code, and what the message says.
same <- function(data) data
DESIGNS <- list(
  "anchor" = list(same, list(anchor = "pool"), "option_invalid", "Did you mean 'pooled'"),
  "time distance" = list(same, list(time_distance = "days"), "option_invalid", "position, calendar"),
  "criterion" = list(same, list(lambdas = NULL, criterion = "loocvv"), "option_invalid", "Did you mean 'loocv'"),
  "fraction of a set" = list(same, list(lambdas = NULL, n_placebo_sets = 2.5), "option_invalid", "n_placebo_sets"),
  "negative folds" = list(same, list(lambdas = NULL, n_folds = -1), "option_invalid", "n_folds must be a whole number from 0"),
  "one set" = list(
    same, list(lambdas = NULL, criterion = "placebo_sets", n_placebo_sets = 1), "placebo_sets_impossible", "at least 2"
  ),
  "more folds than units" = list(
    same, list(lambdas = NULL, criterion = "placebo_folds", n_folds = 9), "placebo_sets_impossible", "9 folds"
  ),
  "retune with lambdas" = list(same, list(retune = TRUE), "option_invalid", "lambdas are given"),
  "retune without draws" = list(
    same, list(lambdas = NULL, retune = TRUE, inference = "none"), "option_invalid", "nothing is drawn"
  ),
  "retune as text" = list(same, list(retune = "yes"), "option_invalid", "retune must be true or false"),
  "pre_periods as number" = list(same, list(pre_periods = 1), "option_invalid", "pre_periods must be"),
  "by as number" = list(same, list(by = 3), "option_invalid", "by must be names"),
  "unknown group" = list(same, list(by = "cohrt"), "column_missing", "Did you mean 'cohort'"),
  "group twice" = list(same, list(by = c("unit", "unit")), "columns_repeated", "lists 'unit' more than once"),
  "empty groups" = list(
    with_column("region", function(d) ifelse(d$law == 1, NA, "r")), list(by = "region"), "groups_empty",
    "'region' is missing in every treated cell"
  ),
  "unknown covariate" = list(same, list(covariates = "pric"), "column_missing", "covariate: data has no column 'pric'"),
  "covariate twice" = list(same, list(covariates = c("x", "x")), "columns_repeated", "more than once"),
  "covariate that is the treatment" = list(
    same, list(covariates = "law"), "columns_repeated", "given as treatment and as covariate"
  ),
  "covariate that is the outcome" = list(
    with_column("x", function(d) d$sales), list(covariates = "x"), "columns_repeated",
    "'x' holds the same numbers as outcome 'sales'"
  ),
  "text covariate" = list(same, list(covariates = "label"), "covariate_not_numeric", "'label' must be numeric"),
  "missing covariate" = list(
    with_value("x", 3, NA), list(covariates = "x"), "covariate_missing",
    "'x' of state a is missing, infinite or beyond 1e100 in year 2003"
  ),
  "infinite covariate" = list(with_value("x", 3, -Inf), list(covariates = "x"), "covariate_missing", "in year 2003"),
  "constant covariate" = list(
    with_column("x", function(d) match(d$state, letters)), list(covariates = "x"), "covariate_constant",
    "covariate 'x' does not vary"
  ),
  "collinear covariates" = list(
    with_column("z", function(d) 2 * d$x + d$year), list(covariates = c("x", "z")), "covariates_collinear",
    "'z'.*in order, x, z"
  ),
  "covariates without penalty" = list(
    same, list(covariates = "x", lambdas = replace(FIXED, "nn", 0)), "covariates_without_penalty", "lambda_nn = 0"
  ),
  "two columns of weights" = list(
    same, list(average_weights = c("x", "people")), "option_invalid", "name of one column"
  ),
  "unknown weights" = list(same, list(average_weights = "poeple"), "column_missing", "Did you mean 'people'"),
  "text weights" = list(same, list(average_weights = "label"), "average_weights_not_numeric", "row 1"),
  "missing weights" = list(
    with_value("people", 7, NA), list(average_weights = "people"), "average_weights_not_numeric", "row 7"
  ),
  "varying weights" = list(
    with_value("people", 7, 99), list(average_weights = "people"), "average_weights_vary", "within 'state' = 'b'"
  ),
  "negative weights" = list(
    with_column("people", function(d) -match(d$state, letters)), list(average_weights = "people"), "weight_invalid",
    "the weight of state a is -1"
  ),
  "weights that leave nothing" = list(
    with_column("people", function(d) as.numeric(d$state < "g")), list(average_weights = "people"),
    "average_all_zero", "weight 0"
  ),
  "two columns of clusters" = list(same, list(cluster = c("x", "people")), "option_invalid", "name of one column"),
  "unknown clusters" = list(same, list(cluster = "poeple"), "column_missing", "Did you mean 'people'"),
  "missing clusters" = list(with_value("people", 7, NA), list(cluster = "people"), "cluster_missing", "row 7"),
  "varying clusters" = list(
    with_value("people", 7, 99), list(cluster = "people"), "cluster_varies", "within 'state' = 'b'"
  ),
  "calendar of text" = list(
    with_column("year", function(d) factor(paste("wave", LETTERS[d$year - 2000]), ordered = TRUE)),
    list(time_distance = "calendar"), "calendar_missing",
    "needs numbers or dates, but 'year' holds 'wave A'"
  )
)

test_that("designs that cannot be used are refused", {
  data <- small_panel()
  data$x <- cos(seq_len(48) * 1.7)
  data$people <- match(data$state, letters)
  data$label <- "text"
  for (kind in names(DESIGNS)) {
    case <- DESIGNS[[kind]]
    arguments <- utils::modifyList(
      list(sales ~ law | state + year, case[[1]](data), lambdas = FIXED, n_boot = 2, threads = THREADS),
      case[[2]],
      keep.null = TRUE
    )
    expect_refused(do.call(trop, arguments), case[[3]], case[[4]])
  }
})

MATRIX_DESIGNS <- list(
  list(list(covariates = matrix(1, 2, 2)), "option_invalid", "named list of matrices"),
  list(list(covariates = list(x = matrix(1, 2, 3))), "shape_mismatch", "covariates\\$x is 2 x 3, but Y is 3 x 3"),
  list(list(covariates = list(x = matrix(c(NA, 1:8), 3))), "covariate_missing", "of unit 1 is missing.* in time 1"),
  list(list(average_weights = 1:2), "weights_length", "2 entries, but Y has 3 units"),
  list(list(average_weights = "a"), "average_weights_not_numeric", "one for each unit"),
  list(list(average_weights = c(1, 1, Inf)), "weight_invalid", "unit 3 is inf"),
  list(list(cluster = 1:2), "clusters_length", "one label for each of the 3 units, but has 2 entries"),
  list(list(cluster = c("a", NA, "b")), "cluster_missing", "missing at 2"),
  list(list(by = "age"), "column_missing", "'age'"),
  list(list(by = "age", groups = list(age = 1:3)), "shape_mismatch", "groups\\$age"),
  list(list(times = c(3, 1, 2)), "time_order_ambiguous", "'time' say another order than that of the columns: 3, 1, 2")
)

test_that("designs of matrices that cannot be used are refused", {
  Y <- matrix(c(1, 2, 3, 4, 7, 6, 5, 5, 9), 3)
  W <- cbind(0, 0, c(0, 0, 1))
  for (case in MATRIX_DESIGNS) {
    expect_refused(do.call(trop_matrix, c(list(Y, W, threads = THREADS), case[[1]])), case[[2]], case[[3]])
  }
})

test_that("what there is no room for is an error, not the end of R", {
  Y <- outer(1:9, 1:3) + diag(1, 9, 3)
  W <- replace(0 * Y, cbind(9, 3), 1)
  steps <- seq(0, 1, length.out = 3000)
  expect_error(
    trop_matrix(Y, W, search = "grid", inference = "none", grids = list(time = steps, unit = steps, nn = steps)),
    "TB", class = "tropanel_error_out_of_memory"
  )
  W[8, 3] <- 1
  expect_error(
    trop_matrix(Y, W, criterion = "placebo_sets", n_placebo_sets = 1e9, inference = "none"),
    "GB", class = "tropanel_error_out_of_memory"
  )
})
