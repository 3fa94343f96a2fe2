grouped <- function(...) {
  data <- subset(castle, state != "FL")
  data$region <- ifelse(data$sid %% 3 == 0, "a", ifelse(data$sid %% 3 == 1, "b", "c"))
  trop(
    l_homicide ~ post | state + year, data,
    by = "region", lambdas = c(time = 0.5, unit = 0, nn = Inf), pre_periods = FALSE, threads = THREADS, ...
  )
}

test_that("differences are those of the averages, and their tests are told", {
  fit <- grouped()
  found <- differences(fit, "region", threads = THREADS)
  effect <- subset(averages(fit, "region"), measure == "effect")
  at <- function(groups) effect$estimate[match(groups, effect$region)]
  expect_equal(nrow(found$table), 3)
  expect_equal(found$table$difference, at(found$table$group) - at(found$table$other))
  # Bonferroni's bound of the jackknife.
  expect_equal(found$p_value, min(1, 3 * min(found$table$p_value)))
  expect_equal(c(found$method, found$level), c("jackknife", 0.95))
  expect_output(print(found), "All groups have the same effect: p-value")
  expect_identical(as.data.frame(found), found$table)
})

test_that("what cannot be compared is refused", {
  expect_refused(differences(grouped(), "law"), "option_invalid", "law")
  expect_refused(differences(grouped(inference = "none"), "region", threads = THREADS), "inference_impossible", "no inference")
})
