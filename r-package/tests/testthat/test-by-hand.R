TWO_WAY <- c(time = 0, unit = 0, nn = Inf)

test_that("two units and two periods are difference in differences", {
  fit <- trop_matrix(rbind(c(1, 2), c(4, 6)), rbind(c(0, 0), c(0, 1)), lambdas = TWO_WAY, threads = THREADS)
  expect_equal(fit$att, (6 - 4) - (2 - 1), tolerance = 1e-12)
  expect_equal(fit$effects$counterfactual, 5, tolerance = 1e-12)
  expect_equal(fit$effects$event_time, 0)
})

test_that("long data become matrices", {
  data <- data.frame(u = c("b", "a", "b", "c", "c"), t = c(1, 1, 3, 3, 1), y = c(1, 2, 5, 6, 7), w = c(0, 0, 1, 0, 0))
  panel <- tropanel:::read_long(
    tropanel:::columns_of_formula(y ~ w | u + t, data), tropanel:::read_asked("cell", "position", NULL)
  )
  expect_equal(panel$Y, rbind(c(2, NA), c(1, 5), c(7, 6)))
  expect_equal(panel$W, rbind(c(0, 0), c(0, 1), c(0, 0)))
  expect_equal(panel$unit$labels, c("a", "b", "c"))
  expect_equal(panel$time$labels, c(1, 3))
})

test_that("an absent row is treated if its unit is treated before and after it", {
  W <- rbind(c(0, NA, 1, NA, 1, NA), c(1, NA, 0, 0, 0, 0), 0)
  Y <- matrix(1:18 %% 7, 3) + ifelse(is.na(W), NA, 0)
  panel <- tropanel:::read_wide(Y, W, NULL, NULL, list(), NULL, NULL, NULL)
  expect_equal(panel$W, rbind(c(0, 0, 1, 1, 1, 0), c(1, 0, 0, 0, 0, 0), 0))
})

test_that("distances are root mean squared differences", {
  found <- compute_unit_distance_matrix(rbind(a = c(0, 0), b = c(3, 9)), rbind(c(0, 0), c(0, 1)), threads = 1)
  expect_equal(found, matrix(c(0, 3, 3, 0), 2, dimnames = list(c("a", "b"), c("a", "b"))))
})

test_that("weights decay with positions and distances", {
  Y <- rbind(c(1, 2, 2), c(4, 6, 7), c(0, 1, 5))
  W <- rbind(c(0, 0, 0), c(0, 0, 1), c(0, 0, 0))
  fit <- trop_matrix(Y, W, lambdas = c(time = 0.5, unit = 0.1, nn = Inf), threads = THREADS)
  found <- weights(fit)
  expect_equal(found$target, data.frame(unit = 2L, time = 3L))
  expect_equal(found$time$weight, exp(-0.5 * 2:0))
  distance <- sqrt(c(mean(c(3, 4)^2), 0, mean(c(4, 5)^2)))
  expect_equal(found$unit$weight, exp(-0.1 * distance))
  expect_equal(sum(found$unit$normalized), 1)
})

test_that("cell effects count from 1", {
  Y <- rbind(c(1, 2), c(4, 6), c(5, 7))
  W <- rbind(c(0, 0), c(0, 0), c(0, 1))
  found <- cell_effects(Y, W, cbind(2, 1), TWO_WAY, threads = THREADS)
  expect_equal(found$effects$unit, 2)
  expect_equal(found$effects$period, 1)
  expect_equal(found$effects$effect, 4 - (6 + 1 - 2), tolerance = 1e-12)
  expect_true(is.na(found$effects$event_time))
})

test_that("intervals are quantiles of type 6", {
  interval <- function(level) .Call(tropanel:::wrap__percentile_interval, c(1, 2, 4, 8), level)
  expect_equal(interval(0.6), c(1, 8))
  expect_equal(interval(0.62), c(-Inf, Inf))
})
