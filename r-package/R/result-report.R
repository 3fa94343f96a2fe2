# One self-contained HTML page with a result, for readers who do not program: the core writes it, R draws its pictures.

report <- function(x, file, threads = NULL, progress = NULL, percent = FALSE) {
  check_result(x)
  check_file(file, "report.html")
  options <- asking(x, threads)["threads"]
  check_options(options)
  shown <- monitoring(read_progress(progress), function(monitor) {
    core(wrap__start_supplement, found_of(x, threads, monitor), options = options, monitor = monitor)
  })
  keep(x, "ablation", as_frame(x$panel, shown$ablation))
  leave_one_out(x, threads, progress)
  if (!is.null(x$scores)) {
    surface(x, threads, progress)
  }
  page <- .Call(
    wrap__report_page, x$kept$found, shown$supplement, pictures(x), isTRUE(percent),
    enc2utf8(if (is.null(x$call)) "" else paste(deparse(x$call), collapse = "\n")),
    paste0("tropanel ", utils::packageVersion("tropanel"), ", ", R.version.string)
  )
  replace_file(file, enc2utf8(page))
  invisible(file)
}

check_file <- function(file, example) {
  if (!is.character(file) || length(file) != 1 || is.na(file)) {
    trop_stop("option_invalid", "file must be a path such as \"", example, "\", not ", deparse1(file), ".")
  }
  if (!dir.exists(dirname(file))) {
    trop_stop("folder_missing", refusal("folder_missing", file = file, folder = dirname(file)))
  }
}

# Writes beside the file and renames: what cannot be written leaves the old file as it was, and a new one has
# its permissions. A link stays one, and what is no file ("/dev/stdout") is written to.
replace_file <- function(file, text) {
  target <- normalizePath(file, mustWork = FALSE)
  if (file.exists(target) && !utils::file_test("-f", target)) {
    return(put(target, text))
  }
  beside <- tempfile(".report-", dirname(target), ".html")
  on.exit(unlink(beside))
  put(beside, text)
  if (file.exists(target)) {
    Sys.chmod(beside, file.mode(target), use_umask = FALSE)
  }
  # A full disk cuts it short without an error.
  whole <- identical(file.size(beside), nchar(text, "bytes") + 1)
  if (!whole || !file.rename(beside, target)) {
    stop("'", file, "' cannot be written.", call. = FALSE)
  }
}

put <- function(file, text) {
  connection <- file(file, "wb")
  on.exit(close(connection))
  writeLines(text, connection, useBytes = TRUE)
}

# The pictures of all kinds that have something to show.
pictures <- function(x) {
  drawn <- lapply(KINDS, function(kind) {
    tryCatch(picture(x, kind), tropanel_error_option_invalid = function(error) NULL)
  })
  names(drawn) <- KINDS
  drawn[!vapply(drawn, is.null, NA)]
}

# The text of an SVG where R can write it, else the bytes of a PNG.
picture <- function(x, kind) {
  vector <- capabilities("cairo")
  file <- tempfile(fileext = if (vector) ".svg" else ".png")
  on.exit(unlink(file))
  if (vector) {
    grDevices::svg(file, 8, 4.8)
  } else {
    grDevices::png(file, 1200, 720, res = 150)
  }
  tryCatch(plot(x, kind), finally = grDevices::dev.off())
  if (vector) {
    return(paste(readLines(file, encoding = "UTF-8", warn = FALSE), collapse = "\n"))
  }
  readBin(file, "raw", file.size(file))
}
