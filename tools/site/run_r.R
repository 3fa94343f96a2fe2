# Runs the R blocks of one page in one environment: Rscript run_r.R WANTED.json ANSWER.json, in a folder of its own.
#
# Output is what the block prints at the console, messages and warnings included. Figures are those that it draws. A
# block that fails ends the run, unless it is one that must.

options(width = 90, warn = 1)
page <- new.env()

condition_text <- function(kind, found) paste0(kind, ": ", trimws(conditionMessage(found)))

run <- function(code, must_fail) {
  failed <- FALSE
  show <- function(kind) function(found) {
    cat(condition_text(kind, found), "\n", sep = "")
    tryInvokeRestart(if (kind == "Warning") "muffleWarning" else "muffleMessage")
  }
  evaluate <- function() {
    for (expression in parse(text = code, keep.source = FALSE)) {
      value <- withVisible(eval(expression, page))
      if (value$visible) print(value$value)
    }
  }
  output <- capture.output(tryCatch(
    withCallingHandlers(evaluate(), warning = show("Warning"), message = show("Message")),
    error = function(found) {
      failed <<- TRUE
      if (!must_fail) stop("this block failed: ", conditionMessage(found), "\n", code, call. = FALSE)
      cat(condition_text("Error", found), "\n", sep = "")
    }
  ))
  if (must_fail && !failed) stop("this block must fail, and did not:\n", code)
  paste(output, collapse = "\n")
}

# The device makes a file even if nothing is drawn. What a report draws goes to devices of its own.
drawn <- FALSE
device <- NULL
note_drawing <- function(...) drawn <<- drawn || identical(dev.cur(), device)
for (hook in c("before.plot.new", "before.grid.newpage")) setHook(hook, note_drawing)

answer <- function(number, block) {
  drawn <<- FALSE
  pattern <- sprintf("r-%d-%%d.svg", number - 1L)
  svg(pattern, width = 7, height = 4.4, onefile = FALSE)
  device <<- dev.cur()
  output <- tryCatch(run(block$code, "error" %in% names(block$options)), finally = dev.off(device))
  figures <- Sys.glob(sprintf("r-%d-*.svg", number - 1L))
  if (!drawn) {
    unlink(figures)
    figures <- character()
  }
  list(output = output, figures = I(figures))
}

arguments <- commandArgs(TRUE)
blocks <- jsonlite::fromJSON(arguments[1], simplifyVector = FALSE)
answers <- Map(answer, seq_along(blocks), blocks)
writeLines(jsonlite::toJSON(answers, auto_unbox = TRUE), arguments[2])
