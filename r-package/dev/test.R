# Runs the tests of the installed package: Rscript r-package/dev/test.R, with its library in R_LIBS.

library(testthat)
library(tropanel)

script <- sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))
own <- dirname(normalizePath(script))
Sys.setenv(NOT_CRAN = "true") # the tests that CRAN need not run, too

run <- function(folder) {
  as.data.frame(test_dir(
    folder,
    package = "tropanel", load_package = "installed", reporter = "summary", stop_on_failure = FALSE
  ))
}

found <- run(file.path(own, "..", "tests", "testthat"))
bad <- found$failed > 0 | found$error

# Images are compared with those of these versions; others set text and ticks otherwise. They are no part of the
# package, so that nobody who checks it needs vdiffr.
minor <- function(version) as.character(version[, 1:2])
if (minor(getRversion()) == "4.2" && minor(packageVersion("ggplot2")) == "3.4") {
  images <- run(file.path(own, "pictures"))
  found <- rbind(found, images)
  # An image that there was not yet is a warning.
  bad <- c(bad, images$failed > 0 | images$error | images$warning > 0)
} else {
  cat("The images are of R 4.2 with ggplot2 3.4: not compared.\n")
}
skipped <- found$skipped & !bad
cat(sprintf("%d passed, %d failed, %d skipped\n", sum(!bad & !skipped), sum(bad), sum(skipped)))
quit(status = as.integer(any(bad) || nrow(found) == 0))
