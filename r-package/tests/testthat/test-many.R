# Panels north, south and bare, of which bare has no treated cell; rows mixed.
many_panels <- function() {
  parts <- lapply(c(north = 1, bare = 1, south = 3), function(scale) {
    data <- small_panel()
    data$sales <- scale * data$sales + cos(scale * seq_len(48))
    data
  })
  parts$bare$law <- 0L
  data <- cbind(do.call(rbind, parts), region = rep(names(parts), each = 48))
  data[order(sin(seq_len(144))), ]
}

run_many <- function(data = many_panels(), ..., progress = FALSE) {
  asked <- list(formula = sales ~ law | state + year, data = data, by = "region", progress = progress, ...)
  defaults <- list(lambdas = FIXED, inference = "bootstrap", n_boot = 20, seed = 7, threads = THREADS)
  do.call(trop_many, c(asked, defaults[setdiff(names(defaults), names(asked))]))
}

expect_same_panels <- function(found, expected) {
  expect_identical(as.data.frame(found), as.data.frame(expected))
  expect_identical(names(found$results), names(expected$results))
  for (name in setdiff(names(found$results), "bare")) {
    expect_identical(numbers(found$results[[name]]), numbers(expected$results[[name]]))
  }
}

test_that("each panel is what trop makes of its rows", {
  data <- many_panels()
  found <- run_many(data)
  expect_identical(names(found$results), unique(data$region))
  for (region in c("north", "south")) {
    alone <- estimate(data[data$region == region, ], seed = 7)
    expect_identical(numbers(found$results[[region]]), numbers(alone))
    row <- found$table[found$table$region == region, ]
    expect_identical(c(row$att, row$se, row$ci_lower, row$ci_upper), c(alone$att, alone$se, alone$ci))
    expect_identical(row$n_treated_cells, 5L)
    expect_true(row$converged)
  }
})

test_that("a panel that fails is a row", {
  found <- run_many()
  row <- found$table[found$table$region == "bare", ]
  expect_identical(row$error, "no_treated_cell")
  expect_identical(row$message, conditionMessage(found$results$bare))
  expect_true(all(is.na(row[c("att", "se", "ci_lower", "ci_upper", "p_value", "n_treated_cells")])))
  expect_false(row$converged)
  expect_output(print(found), "3 panels, 1 failed")
  expect_s3_class(as.data.frame(found), "data.frame")
})

test_that("what is wrong for all is refused at once", {
  without_core({
    expect_refused(run_many(n_boot = 1), "draws_too_few")
    expect_refused(run_many(inference = "bootstrp"), "option_invalid")
    expect_refused(run_many(n_bot = 3), "option_invalid", "no argument 'n_bot'.*n_boot")
    expect_refused(run_many(anchor = "cells"), "option_invalid")
    expect_refused(run_many(time_distance = "days"), "option_invalid")
    expect_refused(run_many(covariates = "incme"), "column_missing")
    expect_refused(run_many(folder = "no/such"), "folder_missing")
    expect_refused(run_many(future = 2), "option_invalid")
    data <- many_panels()
    fixed <- function(data, by) trop_many(sales ~ law | state + year, data, by = by, lambdas = FIXED)
    expect_refused(fixed(data, "regoin"), "column_missing", "by: data has no column")
    expect_refused(fixed(data, 3), "option_invalid", "by must name")
    expect_refused(fixed(transform(data, att = region), "att"), "columns_repeated", "table of results")
    data$region[1] <- NA
    expect_refused(fixed(data, "region"), "id_missing", "missing in 1 row")
  })
})

test_that("several columns and names of columns", {
  data <- transform(many_panels(), half = state %in% c("a", "b", "g", "h"))
  found <- trop_many(
    data = data, outcome = "sales", treatment = "law", unit = "state", time = "year", by = c("region", "half"),
    average_by = "unit", lambdas = FIXED, inference = "none", threads = THREADS, progress = FALSE
  )
  expect_identical(dim(found$table), c(6L, 13L))
  part <- data[data$region == "south" & data$half, ]
  alone <- estimate(part, inference = "none", by = "unit")
  expect_identical(found$results[["south, TRUE"]]$averages_by, alone$averages_by)
})

test_that("one warning for all panels", {
  data <- many_panels()
  # Treated throughout: no effect of their own, but most of the bootstrap's treated units.
  data$law[data$state %in% c("e", "f") & data$region != "bare"] <- 1L
  data$law[data$state == "g"] <- 0L
  warnings <- capture_warnings(run_many(data, n_boot = 2, seed = 6))
  expect_length(warnings, 1)
  expect_match(warnings, "The estimates of 2 of 3 panels have warnings")
})

test_that("progress counts panels", {
  seen <- list()
  run_many(progress = function(stage, done, total) seen[[length(seen) + 1]] <<- c(done, total))
  expect_identical(lapply(seen, as.integer), lapply(1:3, c, 3L))
})

test_that("a folder is gone on with", {
  folder <- tempfile("panels")
  on.exit(unlink(folder, recursive = TRUE))
  found <- run_many(folder = folder)
  expected <- run_many()
  expect_identical(as.data.frame(found), as.data.frame(expected))
  expect_setequal(sub("-.*", "", dir(folder)), c("manifest.json", "north", "south"))
  expect_identical(numbers(read_trop(found$results$north)), numbers(expected$results$north))
  made <- file.mtime(found$results$north)
  unlink(found$results$south)
  count <- 0
  again <- run_many(folder = folder, progress = function(stage, done, total) count <<- count + 1)
  expect_identical(count, 2) # the one that failed, and the one that is not there
  expect_identical(file.mtime(again$results$north), made)
  expect_identical(as.data.frame(again), as.data.frame(expected))
})

test_that("a folder of another call is refused", {
  folder <- tempfile("panels")
  on.exit(unlink(folder, recursive = TRUE))
  data <- many_panels()
  run_many(data, folder = folder)
  code <- "folder_of_another_call"
  expect_refused(run_many(data, folder = folder, seed = 8), code, "seed was 7, and is 8")
  expect_refused(run_many(data, folder = folder, anticipation = 1), code, "anticipation was not given, and is 1")
  other <- data
  other$sales[data$region == "south"][1] <- 0
  expect_refused(run_many(other, folder = folder), code, "the data of panel south were others")
  unlink(file.path(folder, "manifest.json"))
  expect_refused(run_many(data, folder = folder), code, "not the manifest")
})

expect_futures_change_no_bit <- function(plan) {
  old <- future::plan(plan)
  on.exit(future::plan(old))
  folder <- tempfile("panels")
  on.exit(unlink(folder, recursive = TRUE), add = TRUE)
  expected <- run_many()
  expect_silent(found <- run_many(future = TRUE))
  expect_same_panels(found, expected)
  kept <- run_many(future = TRUE, folder = folder)
  expect_identical(as.data.frame(kept), as.data.frame(expected))
  expect_identical(numbers(read_trop(kept$results$south)), numbers(expected$results$south))
}

test_that("futures change no bit", {
  skip_if_not_installed("future.apply")
  expect_futures_change_no_bit(future::sequential)
})

test_that("futures in other processes change no bit", {
  skip_on_cran() # they are reached by sockets
  skip_if_not_installed("future.apply")
  expect_futures_change_no_bit(future::tweak(future::multisession, workers = 2))
})
