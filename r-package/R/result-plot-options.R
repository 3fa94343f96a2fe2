# What a picture is asked beside its kind.

EVENT_KINDS <- c("event", "cumulative")
LINE_KINDS <- c("path", EVENT_KINDS)
WEIGHT_KINDS <- c("weights", "time_weights")
POSITIONS <- c(
  "topleft", "top", "topright", "right", "bottomright", "bottom", "bottomleft", "left", "center"
)

# The kinds that an option is for.
KINDS_OF <- list(
  unit = WEIGHT_KINDS, time = WEIGHT_KINDS, window = EVENT_KINDS, min_cells = EVENT_KINDS, band = EVENT_KINDS,
  legend = LINE_KINDS, color = LINE_KINDS
)

# Arguments of plot() that leave a picture what it is.
GRAPHICS <- c(
  "xlim", "ylim", "sub", "asp", "adj", "family", "mgp", "xaxs", "yaxs", "cex.main", "cex.lab", "cex.sub", "col.main",
  "col.lab", "col.sub", "font.main", "font.lab", "font.sub"
)

# `given` are the options by name, NULL where they are left out; `ink` are the colours to draw with.
plot_options <- function(kind, given, ink) {
  given <- given[!vapply(given, is.null, NA)]
  for (name in names(given)) {
    if (!kind %in% KINDS_OF[[name]]) {
      kinds <- listed(paste0("'", KINDS_OF[[name]], "'"))
      trop_stop("option_invalid", refusal("plot_option", option = name, kinds = kinds, kind = kind))
    }
  }
  how <- utils::modifyList(list(min_cells = 1, band = TRUE, legend = TRUE), given)
  check_window(how$window)
  check_plot_option("min_cells", how$min_cells, is.numeric, "a number of cells")
  check_plot_option("band", how$band, is.logical, "TRUE or FALSE")
  places <- function(x) is.logical(x) || x %in% POSITIONS
  check_plot_option("legend", how$legend, places, "TRUE, FALSE or a place such as 'topright'")
  if (!is.null(how$color)) {
    check_plot_option("color", how$color, is_color, "the name of a colour")
  }
  how$ink <- ink
  how$color <- or(how$color, ink$data)
  how
}

check_plot_option <- function(name, value, is, what) {
  if (!is.atomic(value) || length(value) != 1 || is.na(value) || !is(value)) {
    trop_stop("option_invalid", name, " must be ", what, ", not ", deparse1(value), ".")
  }
}

is_color <- function(x) !inherits(try(grDevices::col2rgb(x), silent = TRUE), "try-error")

check_window <- function(window) {
  if (is.null(window)) {
    return()
  }
  if (!is.numeric(window) || length(window) != 2 || anyNA(window) || window[1] > window[2]) {
    trop_stop("option_invalid", refusal("plot_window", example = "c(-5, 10)", given = deparse1(window)))
  }
}

# The rows of a table by event time that are to be drawn.
shown_events <- function(table, how) {
  at <- table$event_time
  inside <- if (is.null(how$window)) TRUE else at >= how$window[1] & at <= how$window[2]
  if (!any(inside)) {
    trop_stop("option_invalid", refusal(
      "plot_window_empty", first = how$window[1], last = how$window[2], earliest = min(at), latest = max(at)
    ))
  }
  shown <- table[inside & table$n_cells >= how$min_cells, ]
  if (!nrow(shown)) {
    trop_stop("option_invalid", refusal("plot_cells_few", min_cells = how$min_cells))
  }
  if (!how$band) {
    shown[c("band_lower", "band_upper")] <- NA_real_
  }
  shown
}
