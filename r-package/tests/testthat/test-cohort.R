# When units are first treated, in place of a treatment.

cohort_panel <- function(first = c(g = 2005, h = 2004), never = 0) {
  data <- small_panel()
  data$first <- ifelse(data$state %in% names(first), first[data$state], never)
  data
}

by_cohort <- function(data, ...) {
  trop(
    data = data, outcome = "sales", cohort = "first", unit = "state", time = "year", lambdas = FIXED, n_boot = 20,
    inference = "bootstrap", threads = THREADS, ...
  )
}

test_that("a cohort is the treatment from that period on", {
  plain <- estimate(small_panel())
  for (never in c(0, NA, Inf)) {
    expect_equal(numbers(by_cohort(cohort_panel(never = never))), numbers(plain))
  }
  data <- cohort_panel()
  formula <- trop(
    sales ~ 1 | state + year, data, cohort = "first", lambdas = FIXED, inference = "bootstrap", n_boot = 20, threads = THREADS
  )
  expect_equal(numbers(formula), numbers(plain))
  expect_equal(formula$treatment, "first")
  data$when <- as.Date(paste0(data$year, "-01-01"))
  data$first_day <- as.Date(ifelse(data$first == 0, NA, paste0(data$first, "-01-01")))
  dated <- trop(
    sales ~ 1 | state + when, data, cohort = "first_day", lambdas = FIXED, inference = "none", threads = THREADS
  )
  expect_equal(dated$att, plain$att)
  data$label <- paste0("y", data$year)
  data$first_label <- ifelse(data$first == 0, NA, paste0("y", data$first))
  labelled <- trop(
    sales ~ 1 | state + label, data, cohort = "first_label", lambdas = FIXED, inference = "none", threads = THREADS
  )
  expect_equal(labelled$att, plain$att)
  compared <- compare(
    sales ~ 1 | state + year, data, c("did", "trop"), cohort = "first", lambdas = FIXED, inference = "none",
    threads = THREADS
  )
  expect_equal(compared$table$att[2], plain$att)
})

test_that("an absent row of adoption changes no date", {
  data <- cohort_panel()
  data <- data[!(data$state == "h" & data$year == 2004), ]
  found <- by_cohort(data)
  # The first row that is there is the second period of the treatment.
  expect_equal(min(found$effects$event_time[found$effects$unit == "h"]), 1)
})

test_that("cohorts outside of the periods are told of", {
  after <- by_cohort(cohort_panel(c(g = 2005, h = 2004, a = 2010)))
  expect_match(after$notes, "1 unit is first treated after the last period of 'year': here it counts as never treated", all = FALSE)
  expect_equal(after$att, estimate(small_panel())$att)
  before <- by_cohort(cohort_panel(c(g = 2005, h = 2004, a = 2001, b = 1990)))
  expect_match(before$notes, "2 units are treated since the first period of 'year' or before it: always treated", all = FALSE)
  expect_true(all(c("a", "b") %in% before$not_estimable$unit))
})

test_that("what is no cohort is refused", {
  data <- cohort_panel()
  expect_refused(by_cohort(data, treatment = "law"), "option_invalid", "treatment and cohort are both given")
  expect_refused(
    trop(sales ~ law | state + year, data, treatment = "law", cohort = "first"), "option_invalid", "both given"
  )
  varying <- transform(data, first = ifelse(state == "g" & year == 2006, 2004, first))
  expect_refused(by_cohort(varying), "cohort_varies", "cohort varies within state g")
  expect_refused(by_cohort(transform(data, first = as.character(first))), "option_invalid", "holds text, but the periods in 'year' are numbers")
  expect_refused(by_cohort(transform(data, year = year - 2003)), "cohort_ambiguous", "0 lies among the periods")
  expect_refused(by_cohort(transform(data, year = paste0("y", year), first = "y1999")), "option_invalid", "must hold periods of 'year'.*'y1999'")
  expect_refused(by_cohort(transform(data, first = 0)), "no_treated_cell")
  expect_refused(trop(sales ~ 1 | state + year, data, cohort = "firsts"), "column_missing", "Did you mean 'first'")
  # A period of adoption as treatment is told of cohort.
  expect_refused(estimate(data, sales ~ first | state + year), "treatment_not_binary", "give it as cohort")
  saved <- tempfile(fileext = ".rds")
  saveRDS(by_cohort(data), saved)
  expect_equal(confint(readRDS(saved), level = 0.5), confint(by_cohort(data), level = 0.5))
})
