test_that("the order of rows does not matter", {
  data <- small_panel()
  set.seed(1)
  order <- sample(nrow(data))
  expect_identical(numbers(estimate(data[order, ])), numbers(estimate(data)))
  expect_equal(fitted(estimate(data[order, ]), threads = 1), fitted(estimate(data), threads = 1)[order])
})

test_that("formula, names, pipe and matrices agree", {
  data <- small_panel()
  fit <- numbers(estimate(data))
  by_name <- trop(
    data = data, outcome = "sales", treatment = "law", unit = "state", time = "year", lambdas = FIXED,
    inference = "bootstrap", n_boot = 20, threads = THREADS
  )
  piped <- data |> trop(
    outcome = "sales", treatment = "law", unit = "state", time = "year", lambdas = as.list(FIXED),
    inference = "bootstrap", n_boot = 20, threads = THREADS
  )
  by_formula <- data |> trop(
    sales ~ law | state + year,
    lambdas = FIXED, inference = "bootstrap", n_boot = 20, threads = THREADS
  )
  wide <- function(column) matrix(data[[column]], 8, byrow = TRUE, dimnames = list(letters[1:8], 2001:2006))
  matrices <- trop_matrix(
    wide("sales"), wide("law"),
    lambdas = FIXED, inference = "bootstrap", n_boot = 20, threads = THREADS
  )
  expect_identical(numbers(by_name), fit)
  expect_identical(numbers(piped), fit)
  expect_identical(numbers(by_formula), fit)
  expect_identical(numbers(matrices), fit)
  expect_identical(matrices$effects$time, c(2005L, 2006L, 2004L, 2005L, 2006L))
})

test_that("expressions of columns are evaluated", {
  data <- small_panel()
  data$logged <- log(data$sales + 5)
  fit <- estimate(data, log(sales + 5) ~ I(law > 0) | factor(state) + year)
  expect_identical(numbers(fit), numbers(estimate(data, logged ~ law | state + year)))
  expect_equal(fit$outcome, "log(sales + 5)")
})

test_that("tibbles and data.tables are data frames", {
  skip_if_not_installed("tibble")
  skip_if_not_installed("data.table")
  data <- small_panel()
  expect_identical(numbers(estimate(tibble::as_tibble(data))), numbers(estimate(data)))
  expect_identical(numbers(estimate(data.table::as.data.table(data))), numbers(estimate(data)))
})

test_that("periods may be of any type with an order, and keep it", {
  expected <- numbers(estimate(small_panel()))
  types <- list(
    dates = as.Date(sprintf("%d-03-31", 2001:2006)),
    times = as.POSIXct(sprintf("2001-01-%02d 12:00", 1:6), tz = "Europe/Rome"),
    text = c("2001Q1", "2001Q2", "2001Q3", "2001Q4", "2002Q1", "2002Q2"),
    doubles = c(0.5, 1.5, 2.5, 3.5, 4.5, 5.5),
    integers = c(20010131L, 20010228L, 20010331L, 20010430L, 20010531L, 20010630L),
    factor = factor(c("spring", "early", "mid", "late", "autumn", "end"),
      levels = c("spring", "early", "mid", "late", "autumn", "end", "unused")
    )
  )
  for (kind in names(types)) {
    data <- small_panel()
    data$year <- types[[kind]][data$year - 2000]
    fit <- estimate(data)
    expect_identical(numbers(fit), expected, info = kind)
    expect_identical(fit$by_time$time, types[[kind]], info = kind)
    expect_silent(suppressMessages(plot_to_nowhere(fit)))
  }
})

test_that("POSIXlt periods are read", {
  data <- small_panel()
  expected <- numbers(estimate(data))
  data$date <- as.POSIXlt(sprintf("%d-01-01", data$year), tz = "UTC")
  expect_identical(numbers(estimate(data, sales ~ law | state + date)), expected)
})

test_that("units sort by their characters in any locale, ordered factors by level", {
  data <- small_panel()
  names <- c("b", "B", "a", "A", "\u00e4", "z", "Z", "_")
  data$state <- names[match(data$state, letters)]
  sorted <- unique(estimate(data)$panel$unit$labels)
  expect_equal(sorted, c("A", "B", "Z", "_", "a", "b", "z", "\u00e4"))
  unordered <- transform(data, state = factor(state, names))
  expect_identical(numbers(estimate(unordered)), numbers(estimate(data)))
  ordered <- transform(data, state = factor(state, names, ordered = TRUE))
  expect_identical(numbers(estimate(ordered)), numbers(estimate(small_panel())))
})

test_that("ids may be numbers", {
  data <- small_panel()
  data$id <- match(data$state, letters)
  expect_identical(numbers(estimate(data, sales ~ law | id + year)), numbers(estimate(data)))
  data$id <- data$id + 0.5
  expect_identical(numbers(estimate(data, sales ~ law | id + year)), numbers(estimate(data)))
})

test_that("treatment may be logical, double or a factor of 0 and 1", {
  data <- small_panel()
  expected <- numbers(estimate(data))
  for (law in list(data$law == 1, as.double(data$law), factor(data$law), factor(data$law == 1))) {
    data$law <- law
    expect_identical(numbers(estimate(data)), expected)
  }
})

test_that("missing outcomes and absent rows are the same", {
  data <- small_panel()
  gone <- c(2, 21, 47)
  with_gaps <- data
  with_gaps$sales[gone] <- c(NA, NaN, NA)
  fit <- estimate(with_gaps)
  expect_identical(numbers(fit), numbers(estimate(data[-gone, ])))
  expect_equal(fit$n_obs, 45)
  fitted <- fitted(fit, threads = THREADS)
  expect_equal(which(is.na(fitted)), gone)
})

test_that("a missing treatment is filled in where the outcome is missing too", {
  data <- small_panel()
  data[4, c("sales", "law")] <- NA
  expect_equal(estimate(data)$n_obs, 47)
})

test_that("other columns do not matter", {
  data <- small_panel()
  expected <- numbers(estimate(data))
  data$note <- NA
  data$list <- rep(list(1), 48)
  expect_identical(numbers(estimate(data)), expected)
})

test_that("a treatment that only goes off has no placebo effects", {
  data <- small_panel()
  data$law <- as.integer(data$state %in% c("g", "h") & data$year <= 2003)
  fit <- estimate(data)
  expect_equal(nrow(fit$pre_effects), 0)
  expect_equal(fit$by_event_time$kind, rep("effect", 3))
  expect_equal(fit$by_time$n_treated, c(2, 2, 2))
  for (kind in c("path", "effects", "event")) {
    expect_silent(plot_to_nowhere(fit, kind))
  }
})

test_that("the data sets are as documented", {
  expect_equal(dim(prop99), c(1209, 4))
  expect_equal(dim(castle), c(550, 10))
  expect_equal(length(unique(castle$state)), 50)
  expect_false("DC" %in% castle$state)
  expect_equal(unique(castle$state[castle$post == 1 & castle$year == 2006]), "FL")
  expect_equal(castle$l_homicide, log(castle$homicide), tolerance = 1e-6)
})
