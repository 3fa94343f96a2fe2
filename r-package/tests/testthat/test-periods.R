# One panel gives the same ATT or an error, never another ATT.


plain_panel <- function() {
  data <- expand.grid(t = 1:12, u = 0:7)
  data$y <- sin(data$t) * (1 + data$u) + cos(seq_len(96) * 1.7)
  data$w <- as.integer(data$u < 2 & data$t >= 9)
  data
}

att <- function(data, formula = y ~ w | u + t, ...) {
  trop(
    formula, data,
    lambdas = c(time = 0.5, unit = 0.2, nn = Inf), inference = NULL, threads = THREADS, progress = FALSE, ...
  )
}

retyped <- function(labels) {
  data <- plain_panel()
  data$t <- labels[data$t]
  data
}

shuffled <- function(data, seed = 1) {
  set.seed(seed)
  data[sample(nrow(data)), ]
}

year <- 2019 + (5 + 1:12) %/% 12
month <- (5 + 1:12) %% 12 + 1
words <- c("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
in_berlin <- as.POSIXct(sprintf("2020-10-%d", 19 + 1:12), tz = "Europe/Berlin")
hours <- as.POSIXct("2020-10-24 20:00", tz = "Europe/Berlin") + 3600 * 0:11
days <- as.Date("2019-12-25") + 1:12

EVEN <- list(
  "integers" = 1:12, "negative" = 1:12 - 7, "doubles" = 1:12 / 2, "text of integers" = as.character(1:12),
  "text of signed integers" = as.character(1:12 - 7), "text of decimals" = sprintf("%.1f", 1:12),
  "weeks" = paste("Week", 1:12), "signed event times" = sprintf("t%+d", 1:12 - 9), "months by name" = month.abb,
  "months by full name" = month.name, "month and year" = paste(month.abb[month], year),
  "year and month" = sprintf("%d-%02d", year, month), "year m month" = paste0(year, "m", month),
  "coded months" = year * 100 + month, "coded months as text" = as.character(year * 100 + month),
  "quarters" = sprintf("%dQ%d", 2000 + 0:11 %/% 4, 0:11 %% 4 + 1),
  "quarters first" = sprintf("Q%d %d", 0:11 %% 4 + 1, 2000 + 0:11 %/% 4),
  "coded quarters" = (2000 + 0:11 %/% 4) * 10 + 0:11 %% 4 + 1,
  "coded days" = as.integer(format(days, "%Y%m%d")), "dates as text" = as.character(days),
  "German dates as text" = format(days, "%d.%m.%Y"), "dates" = days,
  "ends of months" = seq(as.Date("2019-08-01"), by = "month", length.out = 12) - 1,
  "the last day there is" = as.Date("9999-12-19") + 1:12,
  "local days over a change of clocks" = in_berlin, "local hours over a change of clocks" = hours,
  "spans of time" = as.difftime(1:12, units = "days")
)

test_that("periods of any type are the same panel", {
  expected <- att(plain_panel())
  for (kind in names(EVEN)) {
    for (distance in c("position", "calendar")) {
      fit <- att(shuffled(retyped(EVEN[[kind]])), time_distance = distance)
      expect_equal(fit$att, expected$att, tolerance = 1e-9, info = kind)
      expect_false(any(grepl("evenly spaced", fit$notes)), info = kind)
    }
    expect_equal(fit$by_time$time, EVEN[[kind]], info = kind)
  }
})

test_that("a calendar that is not used refuses nothing", {
  expected <- att(plain_panel())$att
  seasons <- sprintf("%d/%02d", 1995 + 1:12, (1996 + 1:12) %% 100)
  for (labels in list(c(1:11, Inf), seasons, ordered(words, words))) {
    expect_equal(att(retyped(labels))$att, expected, tolerance = 1e-9)
  }
})

test_that("what has no plain order is refused", {
  refused <- list(
    list(words, "'t' holds texts without a plain order in time"),
    list(paste0(year, ".", month), "more than one order"),
    list(sprintf("0%d/%02d/2020", 1 + 1:12 %% 2, 1:12), "more than one order"),
    list(paste0(month.abb[month], "-", year %% 100), "more than one order"),
    list(replace(paste("Week", 1:12), 2, "Week 01"), "for one period"),
    list(replace(paste("Week", 1:12), 2, "W2"), "without a plain order"),
    list(factor(words), "categories of 't' stand in alphabetical order"),
    list(factor(1:12, 12:1), "another order than they say: '12', '11'"),
    list(ordered(paste("Week", 1:12)), "another order than they say")
  )
  for (case in refused) {
    expect_refused(att(retyped(case[[1]])), "time_order_ambiguous", case[[2]])
  }
})

test_that("factors keep their order, where it is one", {
  expected <- att(plain_panel())$att
  school <- month.abb[c(9:12, 1:8)]
  weeks <- paste("Week", 1:12)
  for (labels in list(
    factor(month.abb, month.abb), factor(words, words), ordered(words, words), factor(school, school),
    factor(weeks), factor(weeks, weeks), factor(1:12), factor(days)
  )) {
    expect_equal(att(shuffled(retyped(labels)))$att, expected, tolerance = 1e-9)
  }
  fit <- att(retyped(ordered(12:1, 12:1)))
  expect_equal(fit$att, expected, tolerance = 1e-9)
  expect_match(fit$notes, "Their labels say another one", all = FALSE)
})

test_that("coded months are no numbers where a year ends", {
  months <- c(201910, 201911, 201912, 202002:202010)
  dates <- as.Date(paste0(months, "01"), "%Y%m%d")
  found <- vapply(list(months, dates, format(dates, "%Y-%m")), function(labels) {
    att(retyped(labels), time_distance = "calendar")$att
  }, 0)
  expect_equal(found, rep(found[1], 3))
  expect_match(att(retyped(months))$notes, 'time_distance = "calendar"', all = FALSE)
})

test_that("one panel has one ATT, however it is relabelled, retyped and shuffled", {
  expected <- att(plain_panel())$att
  set.seed(7)
  for (k in 1:40) {
    kind <- sample(setdiff(names(EVEN), "local hours over a change of clocks"), 1) # of which one comes twice as text
    data <- plain_panel()
    text <- as.character(EVEN[[kind]])
    shape <- sample(c("plain", "text", "factor", "sorted factor", "ordered"), 1)
    data$t <- switch(shape,
      plain = EVEN[[kind]][data$t], text = text[data$t], factor = factor(text[data$t], text),
      "sorted factor" = factor(text[data$t]), ordered = factor(text[data$t], text, ordered = TRUE)
    )
    data$u <- sample(paste("unit", 1:8))[data$u + 1]
    found <- tryCatch(att(shuffled(data, k))$att, tropanel_error_time_order_ambiguous = function(error) expected)
    expect_equal(found, expected, tolerance = 1e-9, info = paste(kind, shape))
  }
})

wide <- function(column) {
  data <- plain_panel()
  matrix(data[[column]], 8, byrow = TRUE, dimnames = list(paste("unit", 0:7), 1:12))
}

by_matrix <- function(Y, W, ...) {
  trop_matrix(Y, W, lambdas = c(time = 0.5, unit = 0.2, nn = Inf), threads = THREADS, progress = FALSE, ...)
}

test_that("matrices with names are aligned or refused, and keep them", {
  expected <- att(plain_panel())$att
  Y <- wide("y")
  W <- wide("w")
  for (other in list(W, W[8:1, ], W[, 12:1], as.data.frame(W)[8:1, ], unname(W))) {
    fit <- by_matrix(Y, other, inference = NULL)
    expect_equal(fit$att, expected, tolerance = 1e-9)
    expect_equal(unique(fit$effects$unit), c("unit 0", "unit 1"))
  }
  renamed <- W
  rownames(renamed)[4] <- "unit x"
  expect_refused(by_matrix(Y, renamed), "labels_invalid", "W and Y have different unit labels: 'unit 3', 'unit x'")
  colnames(W)[4] <- "40"
  expect_refused(by_matrix(Y, W), "labels_invalid", "different time labels: '4', '40'")
  W <- wide("w")
  expect_refused(by_matrix(Y[, 12:1], W[, 12:1]), "time_order_ambiguous", "another order than that of the columns")
})

test_that("names that some columns have and others have not are none", {
  changes <- c(1, 3, -2, 8)
  treated <- c(0, 0, 0, 1)
  own <- function(Y, W) trop_matrix(Y, W, lambdas = c(time = 0, unit = 0, nn = Inf), inference = "none", progress = FALSE)
  expect_identical(own(cbind(0, changes), cbind(0, treated))$att, own(unname(cbind(0, changes)), unname(cbind(0, treated)))$att)
})

test_that("new names of units and periods with names are aligned or refused", {
  Y <- wide("y")
  W <- wide("w")
  units <- stats::setNames(paste("state", 0:7), rownames(Y))
  times <- stats::setNames(2001:2012, colnames(Y))
  expected <- by_matrix(Y, W, inference = "none", units = unname(units), times = unname(times))
  turned <- by_matrix(Y, W, inference = "none", units = rev(units), times = rev(times))
  expect_identical(numbers(turned), numbers(expected))
  expect_identical(turned$effects[c("unit", "time")], expected$effects[c("unit", "time")])
  names(units)[4] <- "unit x"
  expect_refused(by_matrix(Y, W, inference = "none", units = units), "labels_invalid", "units and Y have different unit labels")
  names(times)[4] <- "x"
  expect_refused(by_matrix(Y, W, inference = "none", times = times), "labels_invalid", "times and Y have different time labels")
})

test_that("what is asked of units with names is aligned", {
  Y <- wide("y")
  x <- matrix(cos(1:96 * 2.3), 8, dimnames = dimnames(Y))
  groups <- matrix(1:96 %% 5, 8, dimnames = dimnames(Y))
  weights <- stats::setNames(1:8, rownames(Y))
  clusters <- stats::setNames(strsplit("abccddee", "")[[1]], rownames(Y))
  found <- lapply(list(1:8, 8:1), function(turn) {
    fit <- trop_matrix(
      Y, wide("w")[turn, ],
      lambdas = c(time = 0.5, unit = 0.2, nn = 5), threads = THREADS, progress = FALSE, inference = "jackknife",
      covariates = list(x = x[turn, ]), average_weights = weights[turn], cluster = clusters[turn], by = "g",
      groups = list(g = groups[turn, ])
    )
    list(fit$att, fit$se, averages(fit, "g")$estimate)
  })
  expect_identical(found[[1]], found[[2]])
})

test_that("an absent row before the first treated one is named", {
  data <- plain_panel()
  gone <- data$u == 0 & data$t == 9
  expect_match(att(data[!gone, ])$notes, "There is no row right before the first treated one of 'u' 0:", all = FALSE)
  data$y[gone] <- NA
  expect_false(any(grepl("no row", att(data)$notes)))
})

test_that("units that differ by letter case are noted", {
  data <- plain_panel()
  data$u <- paste0(ifelse(data$u == 3 & data$t > 6, "Unit ", "unit "), data$u)
  expect_match(att(data)$notes, "letter case only: 'Unit 3', 'unit 3'\\.", all = FALSE)
})

test_that("units that differ by blanks are noted", {
  data <- plain_panel()
  data$u <- paste0("unit ", data$u, ifelse(data$u == 3 & data$t > 6, " ", ""))
  expect_match(att(data)$notes, "differ by blanks or letter case only: 'unit 3', 'unit 3 '\\.", all = FALSE)
})

test_that("duplicate rows say what tells them apart", {
  data <- rbind(transform(plain_panel(), sex = "f"), transform(plain_panel(), sex = "m"))
  expect_refused(att(data), "duplicate_rows", "What tells these rows apart: 'sex'\\. Make it part of 'u'")
})

test_that("outcomes too small for floating-point numbers are refused", {
  data <- plain_panel()
  data$y <- data$y * 1e-200
  expect_refused(
    trop(y ~ w | u + t, data, inference = NULL, threads = THREADS, progress = FALSE), "outcome_too_small",
    "measure the outcome in other units"
  )
})

test_that("the vignette says the method that castle takes", {
  skip_if_not(file.exists("../../vignettes/tropanel.Rmd"))
  text <- paste(readLines("../../vignettes/tropanel.Rmd"), collapse = " ")
  expect_match(text, 'takes the `r glance(fit)$method`', fixed = TRUE)
  fit <- trop(l_homicide ~ post | state + year, castle, lambdas = c(time = 0, unit = 0, nn = Inf), threads = THREADS)
  expect_equal(glance(fit)$method, "jackknife")
  expect_match(text, "each state is left out once", fixed = TRUE)
})
