test_that("results do not depend on the number of threads", {
  data <- small_panel()
  one <- trop(sales ~ law | state + year, data, inference = "bootstrap", n_boot = 30, threads = 1)
  two <- trop(sales ~ law | state + year, data, inference = "bootstrap", n_boot = 30, threads = 2)
  expect_identical(numbers(one), numbers(two))
  expect_identical(one$scores, two$scores)
})

test_that("the seed decides the draws, and R's own random numbers do not", {
  data <- small_panel()
  set.seed(1)
  first <- estimate(data, seed = 7)
  set.seed(2)
  state <- .Random.seed
  expect_identical(estimate(data, seed = "7")$draws, first$draws)
  expect_identical(.Random.seed, state)
  expect_false(identical(estimate(data, seed = 8)$draws, first$draws))
  expect_length(estimate(data, seed = "18446744073709551615")$draws, 20)
})

test_that("the unit of measurement does not matter", {
  data <- small_panel()
  scaled <- transform(data, sales = 1024 * sales)
  first <- trop(sales ~ law | state + year, data, inference = "bootstrap", n_boot = 20, threads = THREADS)
  second <- trop(sales ~ law | state + year, scaled, inference = "bootstrap", n_boot = 20, threads = THREADS)
  expect_equal(second$att, 1024 * first$att, tolerance = 1e-8)
  expect_equal(second$se, 1024 * first$se, tolerance = 1e-6)
})

test_that("unit and period effects do not matter", {
  data <- small_panel()
  shifted <- transform(data, sales = sales + 10 * match(state, letters) + sin(year))
  fixed <- c(time = 0.5, unit = 0, nn = 1)
  expect_equal(estimate(shifted, lambdas = fixed)$att, estimate(data, lambdas = fixed)$att, tolerance = 1e-6)
})

test_that("the steps one by one give what trop() gives", {
  data <- small_panel()
  Y <- matrix(data$sales, 8, byrow = TRUE)
  W <- matrix(data$law, 8, byrow = TRUE)
  fit <- trop(sales ~ law | state + year, data, inference = "bootstrap", n_boot = 20, threads = THREADS)
  grids <- default_grids(Y, W)
  search <- loocv_grid_search(
    Y, W, grids$time, grids$unit, grids$nn,
    threads = THREADS
  )
  expect_identical(search$lambdas, fit$lambdas)
  expect_identical(search$score, fit$loocv_score)
  expect_identical(search$scores[names(fit$scores)], fit$scores)
  drawn <- bootstrap_trop_variance(Y, W, fit$lambdas, n_bootstrap = 20, threads = THREADS)
  expect_identical(drawn[c("ci", "p_value", "draws")], unclass(fit)[c("ci", "p_value", "draws")])
  expect_equal(drawn$se, fit$se, tolerance = 1e-14) # the draws are summed in another order
})

test_that("processes forked after a call can call too", {
  skip_on_os("windows")
  skip_on_cran() # all cores
  data <- small_panel()
  # The pool that calls share, whose threads no fork has.
  with_default_pool <- function(k) trop(sales ~ law | state + year, data, lambdas = FIXED, n_boot = 20)$att
  expected <- with_default_pool()
  forked <- parallel::mclapply(1:2, with_default_pool, mc.cores = 2)
  expect_identical(forked, list(expected, expected))
})
