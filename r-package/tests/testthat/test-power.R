QUICK <- list(lambdas = c(time = 0.1, unit = 0.2, nn = 2), threads = THREADS, progress = FALSE)

# Units in ten periods, with two factors.
paths <- function(n = 21) {
  50 + outer(sin(1:n), cos(1:10)) + outer(cos(3 * (1:n)), sin(2 * (1:10))) + 0.3 * sin(outer(7 * (1:n)^2, (1:10)^2))
}

told <- function(Y, ...) do.call(power_matrix, utils::modifyList(c(list(Y), QUICK), list(...)))

block <- function(Y, units, periods) {
  W <- 0 * Y
  W[units, seq(ncol(Y) - periods + 1, ncol(Y))] <- 1
  W
}

att <- function(Y, W) do.call(trop_matrix, c(list(Y, W, inference = "none"), QUICK))$att

test_that("power is how often trop() finds what is planted, ranked among the other assignments", {
  Y <- paths()
  sets <- lapply(1:21, function(unit) block(Y, unit, 2))
  without <- vapply(sets, att, 0, Y = Y)
  effects <- c(0, 0.5, -1, 3)
  found <- told(Y, treated = 1, periods = 2, effect = effects, level = 0.9, shape = "ramp")
  expect_equal(sort(found$draws$att), sort(without), tolerance = 1e-7)
  multiples <- rep(c(0.5, 1), each = 21)
  power <- vapply(effects, function(effect) {
    rejected <- vapply(1:21, function(k) {
      planted <- Y
      planted[, 9:10] <- planted[, 9:10] + effect * multiples * sets[[k]][, 9:10]
      (1 + sum(abs(without[-k]) >= abs(att(planted, sets[[k]])))) / 21 < 1 - 0.9
    }, NA)
    mean(rejected)
  }, 0)
  expect_equal(found$curves$power, power)
  expect_equal(found$curves$att, 0.75 * effects)
})

test_that("designs, words and pictures", {
  Y <- paths(24)
  found <- told(Y, treated = c(1, 3), periods = 2, history = c(4, 8))
  expect_equal(found$table$treated, c(1, 1, 3, 3))
  expect_equal(found$table$history, c(4, 8, 4, 8))
  expect_equal(found$table$size, c(1, 1, 1.2, 1.2) / 24)
  expect_true(all(found$table$smallest == pmax(found$table$smallest_increase, -found$table$smallest_decrease)))
  expect_output(print(found), "The smallest effect that would be found")
  expect_match(found$sentence, "^With 1 treated unit and 2 periods after 4 you can see ")
  expect_identical(as.data.frame(found), found$table)
  expect_identical(plot_to_nowhere(found), found)
  expect_equal(levels(tropanel:::power_curves(found)$design)[1], "1 treated, 4 before")
  skip_if_not_installed("ggplot2")
  picture <- ggplot2::autoplot(found)
  expect_equal(nrow(ggplot2::layer_data(picture, 3)), nrow(found$curves))
})

test_that("nothing need be treated yet, and the treatment changes nothing", {
  data <- small_panel()
  asked <- c(list(treated = 1, periods = 2, inference = "placebo", level = 0.7), QUICK)
  one <- do.call(power_panels, c(list(sales ~ 1 | state + year, data), asked))
  other <- do.call(power_panels, c(list(data = data, outcome = "sales", unit = "state", time = "year"), asked))
  expect_identical(one$draws, other$draws)
  expect_match(one$notes, "those that will be treated", all = FALSE)
  expect_equal(one$units$unit, letters[1:8])
  treated <- do.call(power_panels, c(list(sales ~ law | state + year, data), asked))
  expect_equal(treated$table$n_units, 6)
  data$sales <- data$sales + 100 * data$law
  again <- do.call(power_panels, c(list(sales ~ law | state + year, data), asked))
  expect_identical(treated$draws, again$draws)
  wide <- matrix(small_panel()$sales, 8, byrow = TRUE)
  by_matrix <- do.call(power_matrix, c(list(wide), asked))
  expect_identical(by_matrix$draws, one$draws)
  expect_refused(trop(data = data, outcome = "sales", unit = "state", time = "year"), "column_missing", "treatment")
  twice <- rbind(data, data[1, ])
  expect_refused(do.call(power_panels, c(list(sales ~ 1 | state + year, twice), asked)), "duplicate_rows")
})

test_that("the generator is a source, and where nothing is found a reason stands", {
  found <- told(paths(24), treated = 2, periods = 2, source = "generator", rank = 2, draws = 30)
  expect_equal(found$facts$rank, 2)
  expect_equal(nrow(found$draws), 30)
  few <- told(paths(12), treated = 1, periods = 2, inference = "placebo")
  expect_equal(few$table$reason, "few_units")
  expect_true(is.na(few$table$smallest))
  expect_identical(plot_to_nowhere(few), few)
})

test_that("what cannot be asked is refused", {
  refused <- function(code, pattern, ...) {
    expect_refused(told(paths(), ...), code, pattern)
  }
  refused("power_impossible", "say how many units")
  refused("power_impossible", "cannot be treated", treated = 20, periods = 2)
  refused("power_impossible", "not 9", treated = 1, periods = 2, history = 9)
  refused("power_impossible", "must be finite", treated = 1, periods = 2, effect = Inf)
  refused("option_invalid", "level, ramp, fade", treated = 1, periods = 2, shape = "steep")
  refused("power_impossible", "between 0 and 1", treated = 1, periods = 2, target = 80)
  refused("draws_too_few", "draws", treated = 1, periods = 2, draws = 1)
  refused("power_impossible", "conformal", treated = 1, periods = 2, inference = "conformal")
})

# Smallest effects, to the last bit.
EVERY_LANGUAGE <- c("0x1.c8df93d65e1e8p+4", "0x1.13025c6504c98p+5", "0x1.ead84aedeeb6bp+3", "0x1.6e7534d7c82b6p+4")

test_that("power has the numbers of every language", {
  found <- power_panels(
    packs_per_capita ~ treated | state + year, prop99,
    treated = c(1, 3), periods = c(6, 12), draws = 50, seed = 7, lambdas = c(time = 0.25, unit = 0.05, nn = Inf),
    threads = THREADS, progress = FALSE
  )
  # The Python package has the same numbers in tests/test_power.py.
  expect_identical(sprintf("%a", found$table$smallest), EVERY_LANGUAGE)
})
