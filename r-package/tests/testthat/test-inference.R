TWO_WAY <- c(time = 0, unit = 0, nn = Inf)

# Two periods: the effect is a difference in differences, and so is each placebo.
ONE_TREATED <- list(Y = rbind(c(0, 1), c(0, 3), c(0, -2), c(0, 8)), W = rbind(c(0, 0), c(0, 0), c(0, 0), c(0, 1)))

two_way <- function(Y, W, ...) trop_matrix(Y, W, lambdas = TWO_WAY, threads = THREADS, progress = FALSE, ...)

test_that("placebos by hand", {
  fit <- two_way(ONE_TREATED$Y, ONE_TREATED$W, inference = "placebo")
  changes <- c(1, 3, -2)
  placebos <- vapply(1:3, function(k) changes[k] - mean(changes[-k]), 0)
  expect_equal(fit$att, 8 - mean(changes))
  expect_equal(sort(fit$draws), sort(placebos))
  expect_equal(fit$p_value, 1 / 4)
  expect_equal(fit$method, "placebo")
  expect_equal(fit$reason, "")
  expect_equal(averages(fit)$p_value[1], fit$p_value)
})

test_that("the jackknife by hand", {
  Y <- rbind(c(0, 1), c(0, 3), c(0, -2), c(0, 8), c(0, 5))
  W <- cbind(0, c(0, 0, 0, 1, 1))
  fit <- two_way(Y, W, inference = "jackknife")
  changes <- Y[, 2]
  without <- function(k) mean(setdiff(changes[4:5], changes[k])) - mean(setdiff(changes[1:3], changes[k]))
  values <- vapply(1:5, without, 0)
  spread <- function(values) (length(values) - 1) / length(values) * sum((values - mean(values))^2)
  expect_equal(fit$draws, values)
  expect_equal(fit$se, sqrt(spread(values[1:3]) + spread(values[4:5])))
  expect_equal(tidy(fit)$method, "jackknife")
  expect_equal(glance(fit)$method, "jackknife")
})

test_that("the jackknife of clusters by hand", {
  changes <- c(1, 3, -2, 2.5, 8, 5, 6)
  cluster <- c("a", "a", "b", "c", "d", "d", "e")
  treated <- cluster %in% c("d", "e")
  fit <- two_way(cbind(0, changes), cbind(0, treated), cluster = cluster, inference = "jackknife")
  without <- function(k) {
    kept <- cluster != k
    mean(changes[kept & treated]) - mean(changes[kept & !treated])
  }
  values <- vapply(letters[1:5], without, 0, USE.NAMES = FALSE)
  spread <- function(values) (length(values) - 1) / length(values) * sum((values - mean(values))^2)
  expect_equal(fit$draws, values)
  expect_equal(fit$se, sqrt(spread(values[1:3]) + spread(values[4:5])))
  expect_output(print(summary(fit)), "5 clusters left out in turn")
})

test_that("a column of clusters is what a vector of them is", {
  data <- small_panel()
  data$region <- substr(chartr("abcdefgh", "xxyyzzvw", data$state), 1, 1)
  by_column <- estimate(data, cluster = "region", inference = "auto")
  own <- estimate(data, cluster = "state")
  expect_match(by_column$reason, "clusters")
  expect_output(print(summary(by_column)), "clusters \\(region\\)")
  expect_identical(own$draws, estimate(data)$draws)
  noted <- estimate(data, by = "region", inference = "none")$notes
  expect_match(noted, "'law' never varies within 'region'", fixed = TRUE, all = FALSE)
})

test_that("each method gives what the core gives", {
  data <- small_panel()
  handle <- core_handle(data, groups = list(event_time = list(codes = "event_time")))
  for (method in c("auto", "bootstrap", "jackknife", "placebo", "conformal")) {
    fit <- estimate(data, inference = method, n_boot = 30, seed = 3)
    options <- list(lambdas = FIXED, inference = method, n_boot = 30, seed = 3, threads = THREADS)
    found <- core_step("estimate", handle, TRUE, options = options)
    inferred <- core_step("infer", handle, found$fit, options = options)
    expect_identical(fit$draws, inferred$draws)
    expect_identical(fit$p_value, inferred$p_value[1])
    expect_identical(fit$ci, c(inferred$ci_lower[1], inferred$ci_upper[1]))
    events <- inferred$averages$grouping %in% 1 & inferred$averages$measure == "effect"
    band <- inferred$band_upper[events]
    expect_identical(fit$by_event_time$band_upper, replace(band, is.nan(band), NA))
    expect_equal(fit$method, inferred$method)
  }
})

test_that("auto says what it chose and why, and gives up without failing", {
  one <- two_way(prop99_matrix("packs_per_capita"), prop99_matrix("treated"))
  expect_equal(one$method, "placebo")
  expect_match(one$notes, "chose placebo: 1 treated and 38 never-treated", all = FALSE)
  expect_match(one$reason, "placebos")
  none <- two_way(rbind(c(1, 2), c(4, 6)), rbind(c(0, 0), c(0, 1)))
  expect_true(is.na(none$se) && all(is.na(none$ci)) && is.na(none$p_value) && is.na(none$method))
  expect_null(none$draws)
  expect_match(none$notes, "No standard error, interval or p-value", all = FALSE)
  expect_output(print(summary(none)), "none, see notes")
  expect_true(is.na(vcov(none)) && all(is.na(confint(none))))
})

test_that("no inference is asked for by NULL or \"none\"", {
  for (inference in list(NULL, "none")) {
    fit <- estimate(small_panel(), inference = inference)
    expect_true(is.na(fit$se) && is.na(fit$method))
    expect_length(fit$notes, 0)
  }
})

test_that("a method that means nothing is an error if it is asked for", {
  data <- small_panel()
  one <- data[data$state != "g", ]
  for (method in c("bootstrap", "jackknife")) {
    expect_refused(estimate(one, inference = method), "inference_impossible", "at least 2")
  }
  expect_refused(
    estimate(data[data$state %in% c("f", "g", "h"), ], inference = "placebo"), "inference_impossible", "stamped"
  )
  expect_refused(estimate(data, inference = "conformal", anchor = "pooled"), "inference_impossible", "anchor cell")
})

test_that("intervals at other levels come from the same draws", {
  for (method in c("jackknife", "placebo")) {
    fit <- estimate(small_panel(), inference = method, n_boot = 30)
    again <- estimate(small_panel(), inference = method, n_boot = 30, level = 0.8)
    expect_equal(c(confint(fit, level = 0.8)), again$ci)
    expect_equal(c(confint(fit)), fit$ci)
  }
})

test_that("lambdas may be chosen anew in each draw", {
  own <- function(...) {
    trop(
      l_homicide ~ post | state + year, castle,
      grids = list(time = c(0, 0.2, 1), unit = c(0, 0.5), nn = Inf), inference = "bootstrap", n_boot = 10,
      threads = THREADS, ...
    )
  }
  expect_false(identical(own(retune = TRUE)$draws, own()$draws))
  expect_identical(own(retune = TRUE)$att, own()$att)
})

test_that("periods before treatment are inferred, or left out", {
  fit <- estimate(small_panel())
  before <- fit$by_event_time$kind == "placebo"
  expect_true(all(fit$by_event_time$se[before & fit$by_event_time$event_time >= -3] > 0))
  bare <- estimate(small_panel(), pre_periods = FALSE)
  expect_identical(nrow(bare$pre_effects), 0L)
  expect_equal(bare$by_event_time, fit$by_event_time[!before, ], ignore_attr = TRUE)
  expect_identical(bare$se, fit$se)
})

test_that("results with averages are tidy", {
  fit <- estimate(small_panel(), by = "cohort")
  table <- tidy(fit, type = "averages")
  expect_equal(table$estimate, fit$averages$estimate)
  expect_true("cohort::2004::effect" %in% table$term)
  events <- tidy(fit, type = "event")
  expect_equal(events$band.high, fit$by_event_time$band_upper)
})

test_that("covariates are tidy", {
  data <- transform(small_panel(), price = cos(seq_len(48) * 1.7))
  fit <- estimate(data, sales ~ law + price | state + year)
  table <- tidy(fit, type = "covariates")
  expect_equal(table$term, "price")
  expect_equal(table$std.error, fit$coefficients$se)
  expect_true(table$std.error > 0)
})

test_that("what means nothing is refused before a search", {
  one <- small_panel()
  one <- one[one$state != "g", ]
  heard <- character()
  hear <- function(stage, done, total) heard <<- c(heard, stage)
  search <- function(inference) {
    trop(sales ~ law | state + year, one, inference = inference, threads = THREADS, progress = hear)
  }
  expect_refused(search("bootstrap"), "inference_impossible", "at least 2")
  expect_identical(heard, character())
  search("none")
  expect_gt(length(heard), 0) # of a short search no more than the end is heard
})

test_that("too few draws keep the estimate", {
  # Treated throughout: no effect of their own, but most of the bootstrap's treated units.
  data <- small_panel()
  data$law[data$state %in% c("e", "f")] <- 1L
  data$law[data$state == "g"] <- 0L
  expect_warning(fit <- estimate(data, n_boot = 2, seed = 6), "No standard error, interval or p-value: Only 0 of 2")
  expect_identical(fit$att, estimate(data, inference = "none")$att)
  expect_true(is.na(fit$se))
  expect_match(fit$notes, "Only 0 of 2", all = FALSE)
})

test_that("an interval says what it is, and the level changes nothing else", {
  Y <- prop99_matrix("packs_per_capita")
  W <- prop99_matrix("treated")
  fits <- lapply(c(0.5, 0.95, 0.99), function(level) two_way(Y, W, level = level))
  for (fit in fits) {
    expect_identical(fit$p_value, fits[[1]]$p_value)
    expect_identical(fit$method, "placebo")
    expect_identical(fit$interval, fit$averages$interval[1])
  }
  expect_identical(vapply(fits, function(fit) fit$interval, ""), c("bounded", "bounded", "too_few_draws"))
  expect_equal(fits[[3]]$ci, c(-Inf, Inf))
  expect_match(fits[[3]]$notes, "too few for this level", all = FALSE)
  shifts <- two_way(Y, W, inference = "conformal")
  expect_true(is.na(shifts$se))
  expect_output(print(summary(shifts)), "none by conformal")
})
