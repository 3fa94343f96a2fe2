# How pictures look: colours, texts that fit, legends that do not lie on data.

# Colours of data on light and on dark backgrounds.
BLUES <- c("#0072b2", "#56b4e9")

# Contrast of text with its background, as the guidelines for web content (WCAG, AA) want it.
CONTRAST <- 4.5

# Names on an axis are shortened beyond so many characters.
LONGEST_NAME <- 28

# A legend takes at most this part of a picture's height with all its words.
LARGEST_LEGEND <- 0.35
LEGEND_CEX <- 0.8
# The width of its symbols, in lines.
LEGEND_SYMBOL <- 2.5

# Colours for text, for text that matters less, for areas and grids, for what lies behind and for data, mixed from the
# user's own.
ink <- function(back = graphics::par("bg"), text = graphics::par("fg")) {
  back <- opaque(back)
  shades <- vapply(seq(0.6, 0.95, 0.05), function(share) mixed(text, back, share), "")
  clear <- shades[vapply(shades, contrast, 0, back) >= CONTRAST]
  list(
    text = text, muted = c(clear, text)[1], pale = mixed(text, back, 0.1), back = back,
    data = BLUES[which.max(vapply(BLUES, contrast, 0, back))]
  )
}

# This colour on white paper.
opaque <- function(colour) {
  mixed(colour, "white", grDevices::col2rgb(colour, alpha = TRUE)["alpha", 1] / 255)
}

mixed <- function(one, other, share) {
  both <- grDevices::col2rgb(c(one, other))
  grDevices::rgb(t(both %*% c(share, 1 - share)), maxColorValue = 255)
}

# The contrast of two colours, 1 to 21, as WCAG 2 defines it.
contrast <- function(one, other) {
  both <- sort(c(luminance(one), luminance(other)))
  (both[2] + 0.05) / (both[1] + 0.05)
}

luminance <- function(colour) {
  part <- grDevices::col2rgb(colour)[, 1] / 255
  sum(ifelse(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055)^2.4) * c(0.2126, 0.7152, 0.0722))
}

# The width of a line, in multiples of the user's.
stroke <- function(times) times * graphics::par("lwd")

# A line of small text above the plot.
draw_note <- function(words) {
  graphics::mtext(words, side = 3, line = 0.2, cex = 0.7 * graphics::par("cex"), col = ink()$muted)
}

# Leaves out the middle of texts that are longer than this.
shortened <- function(texts, longest = LONGEST_NAME) {
  texts <- as.character(texts)
  long <- !is.na(texts) & nchar(texts) > longest
  half <- (longest - 2) %/% 2
  n <- nchar(texts[long])
  texts[long] <- paste0(
    trimws(substr(texts[long], 1, half)), "...", trimws(substr(texts[long], n - half + 1, n))
  )
  texts
}

# How many characters of a text have room on so many inches.
characters_on <- function(text, inches, ...) {
  width <- graphics::strwidth(text, units = "inches", ...)
  if (width <= inches) nchar(text) else max(8, floor(nchar(text) * inches / width))
}

# Title and labels of a base plot: the title on as many lines as it takes, labels without their middle.
write_texts <- function(texts, ..., cex.main = NULL) {
  size <- graphics::par("pin")
  # Labels stand in the middle of an axis, and may go on beside the margins.
  margins <- graphics::par("mai")
  room <- size + 1.6 * pmin(margins[2:1], margins[4:3])
  if (nzchar(texts$main)) {
    cex <- if (is.null(cex.main)) graphics::par("cex.main") else cex.main
    lines <- strwrap(texts$main, characters_on(texts$main, size[1], cex = cex, font = 2) + 1)
    if (length(lines) > 2 && is.null(cex.main)) {
      lines <- strwrap(texts$main, characters_on(texts$main, size[1], font = 2) + 1)
      cex <- 1
    }
    line <- max(0.3, 1.7 - 0.5 * (length(lines) - 1))
    graphics::title(main = paste(lines, collapse = "\n"), cex.main = cex, line = line, ...)
  }
  graphics::title(
    xlab = shortened(texts$xlab, characters_on(texts$xlab, room[1], cex = graphics::par("cex.lab"))),
    ylab = shortened(texts$ylab, characters_on(texts$ylab, room[2], cex = graphics::par("cex.lab"))), ...
  )
}

# The entries of a legend; what follows a line break has a line of its own, left out where there is little height, as has
# what stands in brackets where there is little width.
legend_key <- function(texts, col = NA, lty = NA, lwd = 1, pch = NA, pt.cex = 1) {
  update_regions()
  wide <- graphics::strwidth(texts, "inches", LEGEND_CEX) + LEGEND_SYMBOL * line_height() > graphics::par("pin")[1]
  texts[wide] <- sub(" (", "\n(", texts[wide], fixed = TRUE)
  lines <- strsplit(texts, "\n", fixed = TRUE)
  if (legend_share(sum(lengths(lines))) > LARGEST_LEGEND) {
    lines <- lapply(lines, utils::head, 1)
  }
  of <- rep(seq_along(lines), lengths(lines))
  first <- !duplicated(of)
  pick <- function(values) ifelse(first, rep_len(values, length(texts))[of], NA)
  list(
    legend = unlist(lines), col = pick(col), lty = pick(lty), lwd = pick(stroke(lwd)), pch = pick(pch),
    pt.cex = pick(pt.cex)
  )
}

# Setting par("cex") widens margins, but not before the next plot or par("mex") is set.
update_regions <- function() graphics::par(mex = graphics::par("mex"))

# The part of the plot's height that so many lines of a legend take.
legend_share <- function(n) (n + 1) * LEGEND_CEX * line_height() / graphics::par("pin")[2]

# Of text of the user's size, in inches.
line_height <- function() graphics::par("cin")[2] * graphics::par("cex")

# Room above the data for a legend of this key, and below it if something is written there.
with_room <- function(limits, key = NULL, place = TRUE, below = 0) {
  share <- if (isTRUE(place) && !is.null(key)) min(0.6, legend_share(length(key$legend))) else 0
  height <- diff(limits)
  if (height == 0) {
    height <- max(1, abs(limits[1]))
  }
  c(limits[1] - below * height, limits[2] + height * (0.04 + share / (1 - share)))
}

# A legend in the room above the data, or where it is asked for; none if there is to be none.
draw_legend <- function(key, place = TRUE) {
  if (!isFALSE(place)) {
    at <- if (isTRUE(place)) "topleft" else place
    own <- list(at, bty = "n", cex = LEGEND_CEX, inset = c(0, 0.01), text.col = ink()$text)
    do.call(graphics::legend, c(own, key))
  }
}

# An empty plot with grid lines, its axes those of `x` (which may be dates or text).
open_plot <- function(x, at, limits, texts, ...) {
  empty_plot(spread(at), limits, texts, adj = 0.5, ...)
  draw_grid()
  draw_axis(1, x, at)
  graphics::axis(2, las = 1, lwd = 0, lwd.ticks = 1)
}

# An empty plot with a named row for each place.
open_rows <- function(limits, at, names, texts) {
  empty_plot(limits, c(0.5, length(at) + 0.5), texts)
  graphics::axis(1)
  graphics::axis(2, at, names, las = 1)
  graphics::box(bty = "l")
}

draw_grid <- function() graphics::abline(h = graphics::axTicks(2), col = ink()$pale)

# The range of places, wider if there is one alone.
spread <- function(at) if (length(unique(at)) == 1) at[1] + c(-1, 1) else range(at)

# Limits and the like that the caller gives take the place of the plot's own.
empty_plot <- function(x, y, texts, ...) {
  own <- list(x = x, y = y, type = "n", axes = FALSE, main = "", xlab = "", ylab = "")
  given <- list(...)
  given <- given[!duplicated(names(given), fromLast = TRUE)]
  of_texts <- names(given) %in% OF_TEXTS
  do.call(graphics::plot, c(own, given[!of_texts]))
  do.call(write_texts, c(list(texts), given[of_texts]))
}

# Arguments of title().
OF_TEXTS <- c("adj", "cex.main", "cex.lab", "col.main", "col.lab", "font.main", "font.lab", "family")

draw_axis <- function(side, x, at) {
  if (length(unique(at)) == 1) {
    graphics::axis(side, at[1], as.character(x)[1])
  } else if (inherits(x, "Date")) {
    graphics::axis.Date(side, as.Date(at, origin = "1970-01-01"))
  } else if (inherits(x, "POSIXct")) {
    graphics::axis.POSIXct(side, as.POSIXct(at, origin = "1970-01-01", tz = attr(x, "tzone")[1]))
  } else if (is.numeric(x)) {
    graphics::axis(side, whole_breaks(at, all(at == round(at))))
  } else {
    shown <- thinned(length(at), 30)
    graphics::axis(side, at[shown], shortened(x)[shown], las = if (side == 2) 1 else 0)
  }
}

# Ticks within a range, whole numbers only where all data are.
whole_breaks <- function(at, whole, n = 5) {
  ticks <- pretty(at, n)
  if (whole) ticks[ticks == round(ticks)] else ticks
}

# Every so many of n, so that there are not more than `most`.
thinned <- function(n, most) seq(1, n, by = ceiling(n / most))

# Rows by name, the first on top, as large as there is room for.
draw_names <- function(at, names, ...) {
  n <- diff(range(at)) + 1
  cex <- min(names_cex(), graphics::par("pin")[2] / n / line_height() * 0.95)
  shown <- if (cex < 0.4) thinned(length(at), length(at) * cex / 0.4) else seq_along(at)
  graphics::axis(2, at[shown], names[shown], las = 1, cex.axis = max(cex, 0.4), gap.axis = -1, ...)
}

names_cex <- function() 0.7 * graphics::par("cex.axis")

# Left margin, in lines, that names take.
margin_of <- function(names) {
  widest <- max(graphics::strwidth(names, units = "inches", cex = names_cex()))
  min(widest / (graphics::par("csi") * graphics::par("mex")) + 2, 16)
}

# Places on an axis: numbers and dates at their value, other ids side by side.
places <- function(x) {
  if (is.numeric(x) || inherits(x, c("Date", "POSIXct"))) as.double(unclass(x)) else seq_along(x)
}

# The edges of cells around these places.
edges_of <- function(at) {
  if (length(at) == 1) {
    return(at + c(-0.5, 0.5))
  }
  middle <- (utils::head(at, -1) + at[-1]) / 2
  n <- length(at)
  c(2 * at[1] - middle[1], middle, 2 * at[n] - middle[n - 1])
}

# Limits of an axis with room for what is finite, and for zero.
limits_of <- function(...) {
  values <- c(..., 0)
  limits <- range(values[is.finite(values)])
  limits + c(-1, 1) * 0.08 * diff(limits)
}

# An interval without an end goes on beyond the axis.
beyond <- function(end, limits) {
  pmin(pmax(end, limits[1] - diff(limits)), limits[2] + diff(limits))
}
