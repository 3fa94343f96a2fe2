# Progress of long calls: a line on the console, or the caller's own function. Where there is no line, a long call gives
# one message of how long it takes and what would make it shorter.

# A line appears only for what takes longer than this many seconds.
SECONDS_BEFORE_A_LINE <- 0.5

# What takes less than this many seconds is given no advice without a line, whatever its first fits promise.
SECONDS_BEFORE_ADVICE <- 5

# Runs `compute(monitor)` with the monitor that `progress` asks for, and clears the line at the end.
monitoring <- function(progress, compute) {
  if (isFALSE(progress)) {
    return(compute(NULL))
  }
  if (is.null(progress)) {
    return(compute(adviser()))
  }
  if (is.function(progress)) {
    advise <- adviser()
    return(compute(function(at) {
      progress(at$stage, at$done, at$total)
      advise(at)
    }))
  }
  line <- progress_line()
  on.exit(line$clear())
  compute(line$advance)
}

# A monitor that gives its advice once, at once: warnings would wait for the end of the call.
adviser <- function(after = SECONDS_BEFORE_ADVICE) {
  begin <- proc.time()[["elapsed"]]
  advised <- FALSE
  function(at) {
    if (!advised && nzchar(at$advice) && proc.time()[["elapsed"]] - begin >= after) {
      advised <<- TRUE
      message(wrapped(at$advice))
    }
  }
}

wrapped <- function(text) paste(strwrap(text), collapse = "\n")

progress_line <- function() {
  at <- list(stage = "", done = 0, total = 0)
  start <- 0
  shown <- ""
  advised <- FALSE
  write <- function(text) {
    cat("\r", formatC(text, width = -nchar(shown)), sep = "", file = stderr())
    shown <<- text
  }
  list(
    advance = function(new) {
      now <- proc.time()[["elapsed"]]
      if (new$stage != at$stage || new$total != at$total || new$done < at$done) {
        start <<- now
      }
      at <<- new
      if (!advised && nzchar(new$advice)) {
        advised <<- TRUE
        write("")
        cat("\r", wrapped(new$advice), "\n", sep = "", file = stderr())
      }
      if (now - start >= SECONDS_BEFORE_A_LINE || nzchar(shown)) {
        write(progress_text(new, now - start))
      }
    },
    clear = function() {
      if (nzchar(shown)) {
        write("")
        cat("\r", file = stderr())
      }
    }
  )
}

# The time left is that of the whole call where the core knows it, else that of the stage.
progress_text <- function(at, seconds) {
  left <- if (nzchar(at$left)) {
    paste0(", ", at$left)
  } else if (at$done > 0) {
    paste0(", ", duration(seconds * (at$total - at$done) / at$done), " left of this stage")
  }
  paste0(sprintf("%s: %3.0f%% of %.0f", at$stage, floor(100 * at$done / at$total), at$total), left)
}

duration <- function(seconds) {
  s <- ceiling(seconds)
  if (s < 3600) sprintf("%d:%02d", s %/% 60, s %% 60) else sprintf("%.1f hours", s / 3600)
}
