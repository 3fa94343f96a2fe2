# How pictures with ggplot2 look: in the user's theme, with sizes relative to its.

# The theme that the user has set, else a plain one.
plain_theme <- function() {
  own <- ggplot2::theme_get()
  theme <- if (identical(own, ggplot2::theme_grey())) ggplot2::theme_minimal() else own
  theme + ggplot2::theme(legend.position = "bottom", panel.grid.minor = ggplot2::element_blank())
}

theme_ink <- function() {
  theme <- plain_theme()
  fill <- function(name) ggplot2::calc_element(name, theme)$fill
  behind <- c(fill("panel.background"), fill("plot.background"), "white")
  ink(stats::na.omit(behind)[1], ggplot2::calc_element("text", theme)$colour)
}

# The widths of lines and the sizes of texts and dots, in multiples of the theme's.
gg_line <- function(times) times * ggplot2::calc_element("line", plain_theme())$linewidth
gg_text <- function(times) times * theme_size() / ggplot2::.pt
gg_dot <- function(times) times * 1.5 * gg_scale()

theme_size <- function() ggplot2::calc_element("text", plain_theme())$size

# The size of the theme's text in multiples of what ggplot2 has by itself.
gg_scale <- function() theme_size() / 11
