# As if treatment had begun earlier than it did.

lambdas <- c(time = 0.2, unit = 0.05, nn = Inf)
of_cigarettes <- function(data, ...) trop(packs_per_capita ~ treated | state + year, data, lambdas = lambdas, ...)

test_that("it is the estimate of data that end before the law", {
  placebo <- placebo_in_time(of_cigarettes(prop99), 8)
  early <- prop99[prop99$year < 1989, ]
  early$treated <- as.integer(early$state == "California" & early$year >= 1981)
  own <- of_cigarettes(early)
  expect_identical(c(placebo$att, placebo$se, placebo$p_value, placebo$ci), c(own$att, own$se, own$p_value, own$ci))
  expect_identical(placebo$effects, own$effects)
  expect_identical(placebo$averages, own$averages)
  expect_identical(placebo$notes[-1], own$notes)
  expect_match(placebo$notes[1], "This is a placebo in time")
  expect_output(print(placebo), "Placebo ATT", fixed = TRUE)
})

test_that("it is a result like any other", {
  fit <- of_cigarettes(prop99, pre_periods = FALSE)
  placebo <- placebo_in_time(fit)
  expect_identical(range(placebo$effects$time), c(1980L, 1988L))
  expect_length(ablation(placebo)$att, 4)
  expect_identical(read_trop(write_trop(placebo, tempfile(fileext = ".json")))$att, placebo$att)
  rds <- tempfile(fileext = ".rds")
  saveRDS(placebo, rds)
  expect_identical(ablation(readRDS(rds))$att, ablation(placebo)$att)
})

test_that("what cannot be is refused", {
  fit <- of_cigarettes(prop99, inference = "none")
  for (periods in c(0, 19)) {
    expect_error(placebo_in_time(fit, periods), class = "tropanel_error_placebo_in_time_impossible")
  }
  for (periods in list(-1, 1.5, "4", c(1, 2), NA)) {
    expect_error(placebo_in_time(fit, periods), "periods must be a whole number")
  }
  expect_error(placebo_in_time(1), "must be a result of trop", fixed = TRUE)
})
