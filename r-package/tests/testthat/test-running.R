test_that("progress is told, by stage", {
  told <- character()
  report <- function(stage, done, total) {
    told <<- c(told, stage)
    expect_true(done >= 0 && done <= total)
  }
  trop(
    sales ~ law | state + year, small_panel(),
    inference = "bootstrap", n_boot = 50, threads = THREADS, progress = report
  )
  expect_true(all(told %in% c("search", "estimate", "placebo", "bootstrap")))
  expect_equal(told[length(told)], "bootstrap")
})

test_that("an error of the progress function ends the call and is the caller's own", {
  report <- function(stage, done, total) stop("enough")
  expect_error(
    trop(sales ~ law | state + year, small_panel(), threads = THREADS, progress = report), "enough"
  )
  expect_true(is.finite(estimate(small_panel())$att))
})

test_that("a line of progress tells the share and the time left", {
  at <- list(stage = "search", done = 25, total = 100, left = "")
  expect_equal(tropanel:::progress_text(at, 10), "search:  25% of 100, 0:30 left of this stage")
  expect_equal(tropanel:::progress_text(modifyList(at, list(done = 0)), 10), "search:   0% of 100")
  at$left <- "about 3 minutes left"
  expect_equal(tropanel:::progress_text(at, 10), "search:  25% of 100, about 3 minutes left")
  expect_equal(tropanel:::duration(7300), "2.0 hours")
})

test_that("a long call says once how long it takes and what helps", {
  at <- list(stage = "search", done = 5, total = 100, left = "about 3 hours left", advice = "This call takes about 3 hours.")
  said <- capture.output(type = "message", {
    line <- tropanel:::progress_line()
    line$advance(at)
    line$advance(modifyList(at, list(done = 9)))
    line$clear()
  })
  expect_equal(sum(grepl("This call takes about 3 hours", said)), 1)
})

test_that("a long call without a line gives its advice once, and at once", {
  at <- list(stage = "search", done = 5, total = 100, left = "about 3 hours left", advice = "This call takes about 3 hours.")
  told <- function(after) {
    advise <- tropanel:::adviser(after)
    capture_messages({
      advise(modifyList(at, list(advice = "")))
      advise(at)
      advise(at)
    })
  }
  expect_equal(told(0), "This call takes about 3 hours.\n")
  expect_equal(told(60), character())
  # Nobody watches a test, so that the default is the adviser; FALSE is silence.
  skip_if(interactive())
  heard <- tropanel:::monitoring(tropanel:::read_progress(NULL), identity)
  expect_true(is.function(heard))
  expect_null(tropanel:::monitoring(tropanel:::read_progress(FALSE), identity))
})

test_that("the advice of a job of many minutes is heard from the core", {
  skip_on_cran()
  namespace <- asNamespace("tropanel")
  replace <- function(seconds) {
    unlockBinding("SECONDS_BEFORE_ADVICE", namespace)
    assign("SECONDS_BEFORE_ADVICE", seconds, namespace)
    lockBinding("SECONDS_BEFORE_ADVICE", namespace)
  }
  before <- tropanel:::SECONDS_BEFORE_ADVICE
  on.exit(replace(before))
  replace(0)
  Y <- outer(sin(1:200), cos(1:80)) + outer(cos(3 * (1:200)), sin(5 * (1:80)))
  W <- matrix(0, 200, 80)
  W[181:200, 61:80] <- 1
  silent <- function(stage, done, total) NULL
  for (progress in list(NULL, silent)) {
    skip_if(interactive() && is.null(progress))
    said <- tryCatch(
      trop_matrix(Y, W, threads = THREADS, progress = progress),
      message = conditionMessage
    )
    expect_match(said, "^This call takes about")
    expect_match(said, "What\\s+helps:")
  }
})

test_that("one estimate is one panel and one call of the core", {
  namespace <- asNamespace("tropanel")
  await <- get("await", namespace)
  calls <- 0
  replace <- function(await) {
    unlockBinding("await", namespace)
    assign("await", await, namespace)
    lockBinding("await", namespace)
  }
  on.exit(replace(await))
  replace(function(...) {
    calls <<- calls + 1
    await(...)
  })
  fit <- estimate(small_panel())
  expect_equal(calls, 2)
  summary(fit)
  weights(fit)
  expect_equal(calls, 3)
})

test_that("options may be missing, named or of any type of number", {
  expected <- numbers(estimate(small_panel(), seed = 3))
  options <- c(n_boot = 20, seed = 3)
  passing <- function(level, ...) estimate(small_panel(), level = level, ...)
  expect_identical(numbers(passing(n_boot = options["n_boot"], seed = options["seed"])), expected)
  expect_identical(numbers(passing(seed = 3L, n_boot = 20L, lambdas = as.list(FIXED))), expected)
  expect_identical(numbers(passing(seed = "3")), expected)
})

test_that("a panic of the core becomes an error", {
  expect_refused(tropanel:::await(.Call(tropanel:::wrap__start_panic)), "panic", "on purpose")
  expect_true(is.finite(estimate(small_panel())$att))
})

# More work than the test waits for, were it not interrupted.
LONG_SCRIPT <- '
library(tropanel)
Y <- outer(sin(1:200), cos(1:80)) + outer(cos(3 * (1:200)), sin(5 * (1:80)))
W <- matrix(0, 200, 80)
W[181:200, 61:80] <- 1
cat("begin\\n", file = marker)
stopped <- tryCatch(
  { trop_matrix(Y, W, threads = 2, progress = FALSE); "finished" },
  interrupt = function(condition) "interrupted"
)
again <- trop_matrix(Y[171:190, 51:70], W[171:190, 51:70], lambdas = c(time = 0, unit = 0, nn = Inf),
                     inference = NULL, threads = 2, progress = FALSE)
cat(stopped, is.finite(again$att), "\\n", file = marker)
'

test_that("an interrupt stops the core, and the session goes on", {
  skip_on_os("windows")
  skip_on_cran()
  skip_if(!nzchar(Sys.which("bash")))
  marker <- tempfile()
  script <- tempfile(fileext = ".R")
  here <- sprintf(".libPaths(%s); marker <- %s", deparse1(.libPaths()), deparse(marker))
  writeLines(c(here, LONG_SCRIPT), script)
  pid_file <- tempfile()
  rscript <- file.path(R.home("bin"), "Rscript")
  # A background job of a shell ignores SIGINT unless it has a process group of its own.
  command <- sprintf("set -m; %s --vanilla %s >/dev/null 2>&1 & echo $! > %s", rscript, script, pid_file)
  system2("bash", c("-c", shQuote(command)), wait = FALSE)
  wait_for <- function(text, seconds) {
    for (k in seq_len(10 * seconds)) {
      if (file.exists(marker) && any(grepl(text, readLines(marker, warn = FALSE)))) {
        return(TRUE)
      }
      Sys.sleep(0.1)
    }
    FALSE
  }
  expect_true(wait_for("begin", 60))
  Sys.sleep(1)
  tools::pskill(as.integer(readLines(pid_file)), tools::SIGINT)
  expect_true(wait_for("interrupted TRUE", 20))
})
