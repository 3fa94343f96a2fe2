# Results as files.

same <- function(a, b) {
  expect_identical(numbers(a), numbers(b))
  expect_identical(a$averages, b$averages)
  expect_identical(a$notes, b$notes)
  expect_identical(capture.output(summary(a)), capture.output(summary(b)))
}

test_that("a saved result comes back", {
  data <- small_panel()
  data$region <- factor(ifelse(data$state %in% c("a", "c", "g"), "x", "y"))
  fit <- estimate(data, by = c("region", "cohort"), n_boot = 6)
  file <- write_trop(fit, tempfile(fileext = ".json"))
  again <- read_trop(file)
  same(again, fit)
  expect_identical(averages(again, "cohort"), averages(fit, "cohort"))
  expect_identical(as.character(averages(again, "region")$region), as.character(averages(fit, "region")$region))
  expect_identical(ablation(again)$att, ablation(fit)$att)
  expect_identical(weights(again)$unit, weights(fit)$unit)
  expect_identical(tidy(again, conf.int = TRUE, conf.level = 0.8), tidy(fit, conf.int = TRUE, conf.level = 0.8))
  expect_length(fitted(again), 48)
  rds <- tempfile(fileext = ".rds")
  saveRDS(again, rds)
  other <- readRDS(rds)
  expect_identical(ablation(other)$att, ablation(fit)$att)
  expect_identical(readLines(write_trop(other, tempfile(fileext = ".json"))), readLines(file))
})

test_that("labels keep their types", {
  years <- list(
    10:15, 1 / 3 + 0:5, as.Date(c("2001-03-31", "2002-03-31", "2003-03-31", "2004-03-31", "2005-03-31", "2006-03-31")),
    as.POSIXct("2001-01-01 13:05", tz = "UTC") + 86400 * 0:5, paste("Week", 1:6)
  )
  for (labels in years) {
    data <- small_panel()
    data$year <- labels[data$year - 2000]
    fit <- estimate(data, inference = "none")
    again <- read_trop(write_trop(fit, tempfile(fileext = ".json")))
    expect_equal(again$by_time$time, fit$by_time$time)
    expect_identical(class(again$by_time$time), class(fit$by_time$time))
  }
})

test_that("damaged files are refused", {
  fit <- estimate(small_panel(), inference = "none")
  file <- write_trop(fit, tempfile(fileext = ".json"))
  text <- readLines(file)
  put <- function(text) {
    writeLines(text, file)
    file
  }
  expect_refused(read_trop(put(substr(text, 1, nchar(text) / 2))), "saved_invalid")
  expect_refused(read_trop(put(sub("\"version\":1", "\"version\":7", text))), "saved_version", "version 7")
  expect_refused(read_trop(put("{}")), "saved_invalid")
  expect_refused(write_trop(fit, file.path(tempdir(), "nowhere", "x.json")), "folder_missing")
  expect_refused(write_trop(fit, 3), "option_invalid", "path")
})

test_that("a file of another language is read", {
  fit <- read_trop(test_path("saved-by-python.json"))
  expect_identical(fit$lambdas, c(time = 0.1, unit = 0.2, nn = Inf))
  expect_identical(fit$by_time$time, as.Date(c("2001-01-31", "2002-01-31", "2003-01-31", "2004-01-31")))
  expect_identical(fit$effects$unit, "d")
  expect_identical(fit$p_value, 0.25)
  expect_equal(fit$ci, c(-Inf, Inf))
  # The default search of another version is not kept beside its lambdas.
  again <- write_trop(fit, tempfile(fileext = ".json"))
  expect_no_match(readLines(again), "descent")
  expect_identical(read_trop(again)$averages, fit$averages)
  # Computed here from the panel in the file.
  expect_equal(ablation(fit)$att[1], fit$att)
})
