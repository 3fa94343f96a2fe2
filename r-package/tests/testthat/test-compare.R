NONE <- list(inference = "none", threads = THREADS, progress = FALSE)

test_that("comparisons have the published numbers of Proposition 99", {
  found <- compare(
    packs_per_capita ~ treated | state + year, prop99,
    estimators = c("did", "sc", "difp", "sdid"), inference = "none", threads = THREADS, progress = FALSE
  )
  expect_equal(found$table$estimator, c("did", "sc", "difp", "sdid"))
  expect_equal(round(found$table$att, 3), c(-27.349, -19.514, -11.109, -15.604))
  expect_true(all(found$table$certified))
  expect_true(all(is.na(found$table$p_value)))
  sums <- tapply(found$weights$weight, found$weights[c("estimator", "side")], sum)
  expect_equal(sums["sc", "unit"], 1)
  expect_equal(sums["sdid", "time"], 1)
  expect_output(print(found), "Comparison of estimators")
  expect_identical(as.data.frame(found), found$table)
})

test_that("trop among them is trop, and clusters count", {
  data <- small_panel()
  arguments <- list(sales ~ law | state + year, data, lambdas = FIXED, inference = "jackknife", threads = THREADS, progress = FALSE)
  found <- do.call(compare, c(arguments, list(estimators = c("trop", "did"))))
  alone <- do.call(trop, arguments)
  expect_identical(c(found$table$att[1], found$table$se[1]), c(alone$att, alone$se))
  own <- found$by_event_time[found$by_event_time$estimator == "trop", ]
  expect_equal(own$effect, alone$by_event_time$effect)
  data$region <- chartr("abcdefgh", "xxyyzzvw", data$state)
  arguments[[2]] <- data
  arguments$inference <- "auto"
  clustered <- do.call(compare, c(arguments, list(estimators = "did", cluster = "region")))
  expect_match(clustered$notes, "clusters", all = FALSE)
})

test_that("what cannot be used has a row, what cannot be asked is refused", {
  Y <- rbind(c(1, 2), c(2, 4), c(3, 3), c(1, 5))
  W <- cbind(0, c(0, 0, 0, 1))
  found <- do.call(compare_matrix, c(list(Y, W, estimators = list("did", "ascm", mine = function(Y, W) sum(W))), NONE))
  expect_equal(found$table$estimator, c("did", "ascm", "mine"))
  expect_equal(found$table$error, c("", "no_estimable_cell", ""))
  expect_equal(found$table$att[3], 1)
  expect_match(found$notes, "ascm cannot be used here", all = FALSE)
  refused <- function(code, pattern, ...) {
    expect_refused(do.call(compare_matrix, c(list(Y, W, ...), NONE)), code, pattern)
  }
  refused("estimator_unknown", "synth", estimators = "synth")
  refused("estimator_impossible", "listed twice", estimators = c("sc", "sc"))
  refused("option_invalid", "names", estimators = 3)
  refused("option_invalid", "at least one", estimators = function(Y, W) 1)
  refused("option_invalid", "must return a number", estimators = list("did", function(Y, W) "much"))
  refused("option_unknown", "Did you mean 'rank'", estimator_options = list(ranks = 2))
  refused("option_invalid", "named list", estimator_options = list(2))
})

test_that("the picture of a comparison is drawn", {
  found <- compare(
    packs_per_capita ~ treated | state + year, prop99,
    estimators = c("did", "trop"), lambdas = c(time = 0, unit = 0, nn = Inf), threads = THREADS, progress = FALSE
  )
  file <- tempfile(fileext = ".png")
  grDevices::png(file, 900, 450)
  expect_identical(plot(found), found)
  grDevices::dev.off()
  expect_gt(file.size(file), 5000)
})
