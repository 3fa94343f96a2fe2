# What outcome and effect are called in words and pictures.

LABELS <- c(outcome = "Sales per head", effect = "Effect of the law")

labelled <- function(labels = LABELS, ...) estimate(small_panel(), labels = labels, ...)

test_that("labels stand in summary, report and pictures", {
  fit <- labelled()
  shown <- paste(capture.output(summary(fit)), collapse = "\n")
  expect_match(shown, "Effect          Effect of the law\n", fixed = TRUE)
  expect_match(shown, "Outcome         Sales per head, 48 observed cells", fixed = TRUE)
  expect_identical(fit$outcome, "sales")
  expect_identical(generics::tidy(fit)$term, "ATT")
  texts <- tropanel:::plot_texts(fit, "path", list())
  expect_identical(unlist(texts), c(
    main = "Sales per head: observed and without treatment", xlab = "year", ylab = "Sales per head"
  ))
  expect_identical(tropanel:::plot_texts(fit, "event", list())$ylab, "Effect of the law")
  expect_identical(tropanel:::plot_texts(fit, "placebo", list())$xlab, "Effect of the law")
  one <- labelled(list(outcome = "Sales per head"))
  expect_identical(tropanel:::plot_texts(one, "event", list())$ylab, "Effect on Sales per head")
  file <- tempfile(fileext = ".html")
  report(fit, file)
  page <- paste(readLines(file, encoding = "UTF-8"), collapse = "\n")
  expect_match(page, "<h1>Effect of the law</h1>", fixed = TRUE)
  expect_match(page, "the treatment changed Sales per head by", fixed = TRUE)
})

test_that("files keep labels", {
  fit <- labelled()
  file <- tempfile(fileext = ".json")
  write_trop(fit, file)
  again <- read_trop(file)
  expect_identical(capture.output(summary(again)), capture.output(summary(fit)))
  expect_identical(again$outcome, "sales")
  expect_identical(again$texts$average_effect, "Effect of the law")
})

test_that("bad labels are refused", {
  expect_refused(
    labelled(c(outcom = "Sales")), "option_invalid",
    "labels: 'outcom' is unknown; what has a label is 'outcome' and 'effect'\\. Did you mean 'outcome'\\?"
  )
  expect_refused(labelled(c(effect = " ")), "option_invalid", "'effect' must be one text that is not empty, not \" \"\\.")
  expect_refused(labelled(list(outcome = 3)), "option_invalid", "'outcome' must be one text that is not empty, not 3\\.")
  expect_refused(labelled("Sales"), "option_invalid", "labels must be texts by name, such as c\\(outcome = .*not \"Sales\"\\.")
})
