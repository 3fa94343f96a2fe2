# Who may serve for whom, and cells near treatment.

UNITS <- letters[1:8]

wide <- function(...) {
  data <- small_panel()
  matrix_of <- function(column) matrix(data[[column]], 8, byrow = TRUE, dimnames = list(UNITS, 2001:2006))
  trop_matrix(matrix_of("sales"), matrix_of("law"), lambdas = FIXED, inference = "none", threads = THREADS, ...)
}

test_that("a column, a vector, pairs and donors by name say the same", {
  data <- small_panel()
  data$may <- !data$state %in% c("d", "e")
  long <- estimate(data, inference = "none", donors = "may")
  kept <- !UNITS %in% c("d", "e")
  pairs <- matrix(kept, 8, 8, byrow = TRUE, dimnames = list(UNITS, UNITS))
  by_name <- stats::setNames(rep(list(UNITS[kept]), 8), UNITS)
  for (donors in list(kept, stats::setNames(rev(kept), rev(UNITS)), pairs, pairs[8:1, 8:1], unname(pairs) * 1, by_name)) {
    expect_identical(wide(donors = donors)$att, long$att)
  }
  weights <- weights(long)$unit
  expect_identical(weights$weight[weights$unit %in% c("d", "e")], c(0, 0))
  expect_true(all(weights$weight[!weights$unit %in% c("d", "e")] > 0))
  alone <- estimate(data[data$may, ], inference = "none")
  expect_identical(long$att, alone$att)
  expect_match(paste(capture.output(summary(long)), collapse = " "), "donors chosen (may): 4 of 6", fixed = TRUE)
})

test_that("groups have any labels", {
  data <- small_panel()
  data$region <- factor(c("x", "y")[match(data$state, UNITS) %% 2 + 1])
  long <- estimate(data, inference = "none", donors = "region")
  codes <- match(UNITS, UNITS) %% 2 + 5
  expect_identical(wide(donors = codes)$att, long$att)
  expect_identical(wide(donors = outer(codes, codes, "=="))$att, long$att)
  expect_identical(wide(donors = list(g = c("a", "b")))$att, wide(donors = {
    pairs <- matrix(TRUE, 8, 8)
    pairs[7, ] <- UNITS %in% c("a", "b")
    pairs
  })$att)
})

test_that("bad donors are refused", {
  expect_refused(wide(donors = rep(TRUE, 7)), "donors_length", "each of the 8 units.*7 entries")
  expect_refused(wide(donors = matrix(TRUE, 8, 7)), "donors_length", "8 x 7")
  expect_refused(wide(donors = matrix(2, 8, 8)), "option_invalid", "true or false")
  expect_refused(wide(donors = rep(0:1, 4)), "option_invalid", "0 and 1 alone")
  expect_refused(wide(donors = c(NA, rep(TRUE, 7))), "donors_missing", "a")
  expect_refused(wide(donors = list(z = "a")), "option_invalid", "z")
  expect_refused(wide(donors = list("a")), "option_invalid", "without names")
  expect_refused(wide(donors = rep(FALSE, 8)), "donors_none", "unit g is treated and has no donor")
  data <- small_panel()
  data$may <- TRUE
  data$may[8] <- FALSE
  expect_refused(estimate(data, donors = "may"), "donors_vary", "varies within 'state' = 'b'")
  data$may[8] <- NA
  expect_refused(estimate(data, donors = "may"), "donors_missing", "8")
  expect_refused(estimate(data, donors = "mai"), "column_missing")
})

test_that("cells near treatment are as if they had no outcome", {
  data <- small_panel()
  found <- estimate(data, inference = "none", anticipation = 1)
  near <- data$state == "g" & data$year == 2004 | data$state == "h" & data$year == 2003
  data$sales[near] <- NA
  plain <- estimate(data, inference = "none")
  expect_identical(found$att, plain$att)
  expect_identical(found$pre_effects, plain$pre_effects)
  expect_match(paste(capture.output(summary(found)), collapse = " "), "1 period before treatment left out")
  expect_refused(wide(washout = -1), "option_invalid", "washout")
  expect_refused(wide(anticipation = 1.5), "option_invalid", "anticipation")
})

test_that("a saved result keeps its donors", {
  data <- small_panel()
  data$may <- !data$state %in% c("d", "e")
  fit <- estimate(data, inference = "none", donors = "may", anticipation = 1)
  file <- tempfile(fileext = ".rds")
  saveRDS(fit, file)
  again <- readRDS(file)
  expect_identical(weights(again)$unit, weights(fit)$unit)
  expect_identical(ablation(again)$att, ablation(fit)$att)
})
