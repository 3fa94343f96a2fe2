# Runs the tests of the installed package: Rscript r-package/dev/test.R, with its library in R_LIBS.

library(testthat)
library(tropanel)

script <- sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))
folder <- file.path(dirname(normalizePath(script)), "..", "tests", "testthat")
Sys.setenv(NOT_CRAN = "true") # the tests that CRAN need not run, too
found <- as.data.frame(test_dir(
  folder,
  package = "tropanel", load_package = "installed", reporter = "summary", stop_on_failure = FALSE
))
bad <- found$failed > 0 | found$error
skipped <- found$skipped & !bad
cat(sprintf("%d passed, %d failed, %d skipped\n", sum(!bad & !skipped), sum(bad), sum(skipped)))
quit(status = as.integer(any(bad) || nrow(found) == 0))
