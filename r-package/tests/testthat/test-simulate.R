QUICK <- list(draws = 12, ranks = integer(0), threads = THREADS, progress = FALSE)

# Twelve units in ten periods, the last two treated in the last two.
walks <- function() {
  Y <- 50 + outer(sin(1:12), cos(1:10)) + outer(cos(3 * (1:12)), sin(2 * (1:10))) + 0.3 * sin(outer(7 * (1:12)^2, (1:10)^2))
  W <- matrix(0, 12, 10)
  W[11:12, 9:10] <- 1
  list(Y, W)
}

test_that("a function of one's own is scored by hand", {
  draws <- c()
  difference <- function(Y, W) {
    units <- rowSums(W) > 0
    periods <- colSums(W) > 0
    change <- rowMeans(Y[, periods]) - rowMeans(Y[, !periods])
    draws <<- c(draws, mean(change[units]) - mean(change[!units]))
    draws[length(draws)]
  }
  data <- walks()
  found <- do.call(simulate_matrix, c(data, list(estimators = list("did", mine = difference)), QUICK))
  expect_equal(found$table$estimator, c("did", "mine"))
  expect_length(draws, 12)
  expect_equal(found$table$rmse, rep(sqrt(mean(draws^2)) / found$facts$scale, 2))
  control <- data[[1]][data[[2]] == 0]
  expect_equal(found$facts$scale, sqrt(mean((control - mean(control))^2)))
  expect_match(found$notes, "mine", all = FALSE)
  expect_identical(as.data.frame(found), found$table)
  expect_identical(plot_to_nowhere(found), found)
})

test_that("other ranks, words and the picture", {
  found <- simulate_panels(
    sales ~ law | state + year, small_panel(), estimators = c("did", "sc"), draws = 10, rank = 3, ranks = 2,
    noise = "independent", threads = THREADS, progress = FALSE
  )
  expect_equal(found$by_rank$rank, c(2, 2, 3, 3))
  expect_identical(found$by_rank$rmse[3:4], found$table$rmse)
  expect_output(print(found), "Rank 2")
  expect_match(found$sentence, "^In 10 simulated panels matched")
  expect_equal(sum(is.na(found$generator$residual)), 5)
  expect_identical(plot_to_nowhere(found), found)
})

test_that("what cannot be asked is refused", {
  refused <- function(code, pattern, ...) {
    arguments <- utils::modifyList(c(list(estimators = "did"), QUICK), list(...))
    expect_refused(do.call(simulate_matrix, c(walks(), arguments)), code, pattern)
  }
  refused("draws_too_few", "draws", draws = 1)
  refused("option_invalid", "once, each, fixed", tune = "twice")
  refused("option_invalid", "whole numbers", ranks = c(2.5, 3))
  refused("simulation_impossible", "rank", rank = 10)
  refused("simulation_impossible", "cannot be treated", treated = 11)
  refused("simulation_impossible", "needs its lambdas", tune = "fixed", estimators = "trop")
  refused("simulation_impossible", "coverage", coverage = TRUE, inference = "none")
  refused("estimator_unknown", "synth", estimators = "synth")
  refused("option_invalid", "named list", estimator_options = list(2))
  expect_refused(
    simulate_panels(
      sales ~ law | state + year, small_panel(), estimators = "did", rank = 3, threads = THREADS, progress = FALSE
    ),
    "simulation_impossible", "noise 'independent'"
  )
  always <- small_panel()
  always$law[always$state == "a"] <- 1L
  expect_refused(
    simulate_panels(sales ~ law | state + year, always, estimators = "did", threads = THREADS, progress = FALSE),
    "simulation_impossible", "state a has no control outcome"
  )
})

# Root mean squared errors at ranks 2 and 4, of did and sdid, to the last bit.
EVERY_LANGUAGE <- c("0x1.934a26267b715p-2", "0x1.da3400ad378d3p-3", "0x1.82c22987d7443p-2", "0x1.9487a823b2a3ep-3")

test_that("a small simulation has the numbers of every language", {
  found <- simulate_panels(
    packs_per_capita ~ treated | state + year, prop99,
    estimators = c("did", "sdid"), draws = 25, treated = 3, assignment = "random", ranks = 2, seed = 7,
    threads = THREADS, progress = FALSE
  )
  # The Python package has the same numbers in tests/test_simulate.py.
  expect_identical(sprintf("%a", found$by_rank$rmse), EVERY_LANGUAGE)
})
