# Compares a picture with its image in _snaps. vdiffr's own comparison wants every digit, which machines round otherwise.

expect_drawing <- function(name, picture) {
  file <- paste0(gsub("[ _]", "-", name), ".svg")
  testthat::announce_snapshot_file(name = file)
  drawn <- tempfile(fileext = ".svg")
  on.exit(unlink(drawn))
  vdiffr::write_svg(picture, drawn, name)
  testthat::expect_snapshot_file(drawn, file, compare = same_drawing)
}

# Lengths in pixels, which have two decimals, may differ in the last; the rest, texts of ticks included, is the same.
same_drawing <- function(old, new) {
  old <- drawing(old)
  new <- drawing(new)
  identical(old$rest, new$rest) && identical(old$words, new$words) && all(abs(old$lengths - new$lengths) < 0.025)
}

drawing <- function(file) {
  svg <- paste(readLines(file, encoding = "UTF-8"), collapse = "\n")
  found <- function(pattern) unlist(regmatches(svg, gregexpr(pattern, svg)))
  length <- "-?[0-9]+[.][0-9]{2}\\b"
  list(lengths = as.numeric(found(length)), words = found(">[^<]+<"), rest = gsub(length, "", svg))
}
