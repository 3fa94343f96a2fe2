# A folder of results: one file for each panel, and a manifest that says of what.

# The files of the panels in a folder, which is made, or is of the same call.
open_folder <- function(folder, panels, used, arguments, options) {
  check_file(folder, "results")
  dir.create(folder, showWarnings = FALSE)
  marked <- file.path(folder, "manifest.json")
  data <- vapply(panels$rows, function(rows) {
    .Call(wrap__fingerprint_of, lapply(panels$data[rows, used, drop = FALSE], plain_entries))
  }, "")
  made <- .Call(
    wrap__manifest_of, options, asked_texts(arguments, options, names(panels$keys)), panels$texts, data, folder,
    if (file.exists(marked)) read_text(marked)
  )
  refuse(made)
  if (!is.null(made$refused)) {
    trop_stop("folder_of_another_call", made$refused)
  }
  files <- file.path(folder, made$files)
  if (!file.exists(marked)) {
    if (any(file.exists(files))) {
      trop_stop("folder_of_another_call", refusal("folder_unmarked", folder = folder))
    }
    replace_file(marked, made$text)
  }
  files
}

# The columns of data that the arguments name.
used_columns <- function(arguments, data) {
  named <- unlist(arguments[vapply(arguments, is.character, NA)])
  intersect(names(data), c(all.vars(arguments$formula), named))
}

# A column as numbers, or else as texts.
plain_entries <- function(column) {
  if (!is.object(column) && (is.numeric(column) || is.logical(column))) as.double(column) else as.character(column)
}

# What is asked beside the options, as texts by name.
asked_texts <- function(arguments, options, by) {
  asked <- arguments[setdiff(names(arguments), names(options))]
  names(asked)[names(asked) == "by"] <- "average_by"
  lapply(c(asked, list(by = by)), deparse1)
}
