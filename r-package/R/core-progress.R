# Progress of long calls: a line on the console, or the caller's own function.

# A line appears only for what takes longer than this many seconds.
SECONDS_BEFORE_A_LINE <- 0.5

# Runs `compute(monitor)` with the monitor that `progress` asks for, and clears the line at the end.
monitoring <- function(progress, compute) {
  if (isFALSE(progress)) {
    return(compute(NULL))
  }
  if (is.function(progress)) {
    return(compute(progress))
  }
  line <- progress_line()
  on.exit(line$clear())
  compute(line$advance)
}

progress_line <- function() {
  at <- list(stage = "", done = 0, total = 0, start = 0)
  shown <- ""
  write <- function(text) {
    cat("\r", formatC(text, width = -nchar(shown)), sep = "", file = stderr())
    shown <<- text
  }
  list(
    advance = function(stage, done, total) {
      now <- proc.time()[["elapsed"]]
      if (stage != at$stage || total != at$total || done < at$done) {
        at$start <<- now
      }
      at[c("stage", "done", "total")] <<- list(stage, done, total)
      if (now - at$start >= SECONDS_BEFORE_A_LINE || nzchar(shown)) {
        write(progress_text(stage, done, total, now - at$start))
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

progress_text <- function(stage, done, total, seconds) {
  left <- if (done > 0) paste0(", ", duration(seconds * (total - done) / done), " left") else ""
  sprintf("%s: %3.0f%% of %.0f%s", stage, floor(100 * done / total), total, left)
}

duration <- function(seconds) {
  s <- ceiling(seconds)
  if (s < 3600) sprintf("%d:%02d", s %/% 60, s %% 60) else sprintf("%.1f hours", s / 3600)
}
