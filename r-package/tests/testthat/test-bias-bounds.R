of_castle <- function(...) {
  trop(
    l_homicide ~ post | state + year, castle,
    lambdas = c(time = 0.5, unit = 0, nn = Inf), pre_periods = FALSE, threads = THREADS, ...
  )
}

test_that("without bias the interval is that of the result, and bias widens it", {
  fit <- of_castle()
  found <- bias_bounds(fit, c(0, 1, 2), threads = THREADS)
  att <- subset(found$table, is.na(event_time))
  expect_equal(c(att$ci_lower[1], att$ci_upper[1]), fit$ci)
  expect_true(all(diff(att$ci_lower) < 0) && all(diff(att$ci_upper) > 0))
  largest <- max(abs(found$placebos$effect))
  expect_equal(att$upper, fit$att + c(0, 1, 2) * largest)
  expect_equal(found$placebos$event_time, 0:2)
  expect_output(print(found), "ATT with room for bias")
  expect_identical(as.data.frame(found), found$table)
  expect_identical(bias_bounds(fit, threads = THREADS)$table$size[1:5], c(0, 0.5, 1, 1.5, 2))
})

test_that("the placebos are those of the placebo in time", {
  fit <- of_castle()
  placebo <- subset(placebo_in_time(fit, 2)$by_event_time, event_time >= 0)
  expect_equal(bias_bounds(fit, 1, periods = 2, threads = THREADS)$placebos$effect, placebo$effect)
})

test_that("it is drawn", {
  found <- bias_bounds(of_castle(), threads = THREADS)
  grDevices::pdf(NULL)
  on.exit(grDevices::dev.off())
  expect_no_error(plot(found))
  skip_if_not_installed("ggplot2")
  expect_no_error(print(ggplot2::autoplot(found)))
})

test_that("an interval without an end leaves the picture", {
  limits <- limits_of(1, c(-Inf, 2), NA)
  expect_equal(limits, c(-0.16, 2.16))
  expect_true(beyond(-Inf, limits) < limits[1] && beyond(Inf, limits) > limits[2])
  expect_identical(beyond(c(1, NA), limits), c(1, NA))
})

test_that("what cannot be bounded is refused", {
  fit <- of_castle()
  expect_refused(bias_bounds(fit, -1, threads = THREADS), "bias_size_invalid", "-1")
  expect_refused(bias_bounds(fit, "1"), "option_invalid", "sizes must be numbers")
  expect_refused(bias_bounds(fit, periods = 40, threads = THREADS), "placebo_in_time_impossible", "40")
  expect_refused(bias_bounds(of_castle(inference = "none"), threads = THREADS), "inference_impossible", "no inference")
  expect_refused(bias_bounds(1), "option_invalid", "must be a result of trop")
})
