TWO_WAY <- c(time = 0, unit = 0, nn = Inf)

matrices <- function(data = small_panel(), column = "sales") matrix(as.double(data[[column]]), 8, byrow = TRUE)

# What the core finds for a design, without the layers above it.
core_att <- function(design, lambdas = FIXED, data = small_panel()) {
  handle <- core_handle(data, design)
  core_step("estimate", handle, FALSE, options = list(lambdas = lambdas, threads = THREADS))$att
}

test_that("anchors are the core's", {
  for (anchor in c("cell", "pooled", "spell")) {
    fit <- estimate(small_panel(), anchor = anchor, inference = NULL)
    expect_identical(fit$att, core_att(list(anchor = anchor)))
    expect_equal(fit$anchor, anchor)
    expect_output(print(summary(fit)), paste0("\\(anchor ", anchor, "\\)"))
  }
})

test_that("averages by hand: event time, time, cohort, unit and a column", {
  data <- small_panel()
  data$region <- ifelse(data$state == "g", "north", ifelse(data$year == 2006, NA, "south"))
  fit <- estimate(data, by = c("time", "cohort", "unit", "region"), inference = NULL)
  effects <- fit$effects
  means <- function(group) as.numeric(tapply(effects$effect, group, mean))
  values <- function(by, measure = "effect") {
    table <- averages(fit, by)
    table$estimate[table$measure == measure]
  }
  events <- averages(fit, "event_time")
  after <- events$measure == "effect" & events$event_time >= 0
  expect_equal(events$estimate[after], means(effects$event_time))
  expect_equal(events$event_time[after], 0:2)
  expect_equal(
    events$estimate[events$measure == "effect" & events$event_time < 0],
    as.numeric(tapply(fit$pre_effects$effect, fit$pre_effects$event_time, mean))
  )
  expect_equal(values("time"), means(effects$time))
  expect_equal(unique(averages(fit, "time")$time), 2004:2006)
  expect_equal(unique(averages(fit, "cohort")$cohort), c(2004L, 2005L))
  expect_equal(values("unit"), means(effects$unit))
  expect_equal(unique(averages(fit, "region")$region), c("north", "south"))
  south <- effects$unit == "h" & effects$time < 2006
  expect_equal(values("region"), c(mean(effects$effect[effects$unit == "g"]), mean(effects$effect[south])))
  expect_equal(values("event_time", "cumulative"), cumsum(means(effects$event_time)))
  expect_equal(fit$cumulative$estimate, sum(effects$effect))
  asked <- subset(averages(fit, percent = TRUE), by == "all" & measure == "percent")
  expect_equal(asked$estimate, 100 * sum(effects$effect) / sum(effects$counterfactual))
  expect_true("percent" %in% averages(fit, "region", percent = TRUE)$measure)
  expect_true("percent" %in% tidy(fit, type = "averages", percent = TRUE)$measure)
  # Nobody asked.
  told <- list(fit$averages, averages(fit, "region"), tidy(fit, type = "averages"), as.data.frame(fit))
  expect_false("percent" %in% unlist(lapply(told, `[[`, "measure")))
  expect_refused(tidy(fit, type = "event", percent = TRUE), "option_invalid", "goes with")
  expect_equal(fit$averages$estimate[1], fit$att)
})

test_that("columns of unit and time are groups under their own names", {
  fit <- estimate(small_panel(), by = c("state", "year"), inference = NULL)
  expect_equal(unique(averages(fit, "state")$state), c("g", "h"))
  expect_equal(unique(averages(fit, "year")$year), 2004:2006)
})

test_that("weights count in averages, and not in fits", {
  data <- transform(small_panel(), people = match(state, letters))
  plain <- estimate(data, inference = NULL)
  fit <- estimate(data, average_weights = "people", inference = NULL)
  expect_equal(fit$effects, plain$effects)
  expect_equal(fit$att, weighted.mean(plain$effects$effect, match(plain$effects$unit, letters)))
  expect_identical(fit$att, core_att(list(average = as.double(1:8))))
  both <- fit$by_time$time == 2006
  treated <- fit$effects[fit$effects$time == 2006, ]
  expect_equal(fit$by_time$observed[both], weighted.mean(treated$observed, match(treated$unit, letters)))
  wide <- trop_matrix(
    matrices(data), matrices(data, "law"),
    average_weights = 1:8, lambdas = FIXED, inference = NULL, threads = THREADS
  )
  expect_identical(wide$att, fit$att)
})

test_that("gaps count only if asked for", {
  data <- small_panel()
  data$year <- c(2001, 2002, 2005, 2006, 2007, 2009)[data$year - 2000]
  gaps <- weights(estimate(data, time_distance = "calendar", inference = NULL))$time$weight
  expect_equal(gaps, exp(-0.1 * abs(c(2001, 2002, 2005, 2006, 2007, 2009) - 2007)))
  by_position <- estimate(data, inference = NULL)
  expect_equal(weights(by_position)$time$weight, exp(-0.1 * abs(1:6 - 5)))
  expect_match(by_position$notes, "not evenly spaced", all = FALSE)
  expect_length(estimate(data, time_distance = "calendar", inference = NULL)$notes, 0)
})

test_that("dates of months count months", {
  data <- small_panel()
  months <- as.Date(c("2001-01-31", "2001-02-28", "2001-05-31", "2001-06-30", "2001-07-31", "2001-08-31"))
  data$year <- months[data$year - 2000]
  fit <- estimate(data, time_distance = "calendar", inference = NULL)
  expect_equal(weights(fit)$time$weight, exp(-0.1 * c(6, 5, 2, 1, 0, 1)))
})

with_covariates <- function() {
  data <- small_panel()
  data$price <- cos(seq_len(48) * 1.7)
  data$rain <- sin(seq_len(48)^2)
  data
}

test_that("covariates reach the core, named by a formula, by columns or as matrices", {
  data <- with_covariates()
  formula <- estimate(data, sales ~ law + price + rain | state + year, inference = NULL)
  named <- trop(
    data = data, outcome = "sales", treatment = "law", unit = "state", time = "year",
    covariates = c("price", "rain"), lambdas = FIXED, inference = NULL, threads = THREADS
  )
  both <- estimate(data, sales ~ law + price | state + year, covariates = "rain", inference = NULL)
  covariates <- list(price = matrices(data, "price"), rain = matrices(data, "rain"))
  wide <- trop_matrix(
    matrices(data), matrices(data, "law"),
    covariates = covariates, lambdas = FIXED, inference = NULL, threads = THREADS
  )
  expect_identical(formula$att, core_att(list(covariates = unname(lapply(covariates, c))), data = data))
  for (other in list(named, both, wide)) {
    expect_identical(other$att, formula$att)
    expect_identical(other$coefficients, formula$coefficients)
  }
  expect_equal(formula$coefficients$covariate, c("price", "rain"))
  expect_equal(formula$covariates, c("price", "rain"))
  expect_output(print(summary(formula)), "Covariates +price")
})

test_that("expressions may be covariates, and shuffled rows do not matter", {
  data <- with_covariates()
  data$square <- data$price^2
  fit <- estimate(data, sales ~ law + I(price^2) | state + year, inference = NULL)
  expect_equal(fit$coefficients$covariate, "I(price^2)")
  expect_identical(fit$att, estimate(data, sales ~ law + square | state + year, inference = NULL)$att)
  set.seed(2)
  shuffled <- data[sample(48), ]
  expect_identical(estimate(shuffled, sales ~ law + square | state + year, inference = NULL)$att, fit$att)
})

test_that("tibbles, data.tables and factors have covariates, groups and weights", {
  skip_if_not_installed("tibble")
  skip_if_not_installed("data.table")
  data <- with_covariates()
  data$region <- factor(ifelse(data$state == "g", "zonal", "arid"), c("zonal", "arid"))
  data$people <- match(data$state, letters)
  own <- function(data) {
    estimate(
      data, sales ~ law + price | state + year,
      by = c("region", "cohort"), average_weights = "people", inference = NULL
    )
  }
  expected <- own(data)
  expect_equal(as.character(unique(averages(expected, "region")$region)), c("zonal", "arid"))
  for (other in list(tibble::as_tibble(data), data.table::as.data.table(data))) {
    expect_identical(own(other)$averages, expected$averages)
  }
})

test_that("groups of matrices are labels of the cells", {
  data <- small_panel()
  labels <- matrix(rep(c("old", "new"), c(32, 16)), 8)
  fit <- trop_matrix(
    matrices(data), matrices(data, "law"),
    by = "age", groups = list(age = labels), lambdas = FIXED, inference = NULL, threads = THREADS
  )
  table <- averages(fit, "age")
  expect_equal(
    table$estimate[table$measure == "effect"],
    as.numeric(tapply(fit$effects$effect, labels[cbind(fit$effects$unit, fit$effects$time)], mean))
  )
})

test_that("every search and criterion is the core's", {
  data <- small_panel()
  grids <- list(time = c(0, 0.5), unit = c(0, 0.2), nn = c(1, Inf))
  for (search in c("race", "descent", "grid", "cycle", "adaptive")) {
    for (criterion in c("loocv", "placebo_sets", "placebo_folds", "blocks")) {
      fit <- trop(
        sales ~ law | state + year, data,
        grids = grids, search = search, criterion = criterion, n_placebo_sets = 4, n_folds = 3,
        inference = NULL, threads = THREADS
      )
      found <- loocv_grid_search(
        matrices(data), matrices(data, "law"), grids$time, grids$unit, grids$nn,
        search = search, criterion = criterion, n_placebo_sets = 4, n_folds = 3, threads = THREADS
      )
      expect_identical(fit$lambdas, found$lambdas)
      expect_identical(fit$loocv_score, found$score)
      expect_equal(fit$criterion, criterion)
      if (criterion == "placebo_sets") {
        expect_equal(unique(fit$scores$n_cells), 4)
      }
    }
  }
  pooled <- trop(
    sales ~ law | state + year, data,
    anchor = "pooled", grids = grids, inference = NULL, threads = THREADS
  )
  expect_equal(pooled$criterion, "placebo_sets")
})

test_that("spikes and swapped treatments are remarked", {
  data <- small_panel()
  data$law <- as.integer(data$state %in% c("g", "h") & data$year == 2004)
  expect_match(estimate(data, inference = NULL)$notes, "single period", all = FALSE)
  data$law <- as.integer(data$state %in% c("g", "h") & data$year <= 2003)
  expect_match(estimate(data, inference = NULL)$notes, "swapped", all = FALSE)
})

test_that("with two-way effects alone covariates are a regression of the control cells", {
  data <- with_covariates()
  fit <- estimate(
    data, sales ~ law + price + rain | state + year,
    lambdas = TWO_WAY, inference = NULL
  )
  controls <- data[data$law == 0, ]
  reference <- stats::lm(sales ~ factor(state) + factor(year) + price + rain, controls)
  expect_equal(fit$coefficients$coefficient, unname(coef(reference)[c("price", "rain")]), tolerance = 1e-8)
  treated <- data[data$law == 1, ]
  effects <- treated$sales - stats::predict(reference, treated)
  expect_equal(fit$att, mean(effects), tolerance = 1e-8)
  expect_equal(fit$effects$effect, unname(effects), tolerance = 1e-8)
})
