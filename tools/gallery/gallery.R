# Draws saved results, and comparisons, power and simulations, with base graphics and ggplot2.
#
#   Rscript tools/gallery/gallery.R FOLDER HELPER
#
# FOLDER has NAME.json; the pictures are written beside it. HELPER is the file of R whose ANSWERS are drawn.

library(tropanel)

save_png <- function(file, draw, width = 800, height = 460) {
  png(file, width, height, res = 100)
  on.exit(dev.off())
  draw()
}

# Those that there is something to draw for.
kinds_of <- function(fit) {
  lacks <- c(if (is.null(fit$scores)) "surface", if (!nrow(fit$pre_effects)) "pre_fit")
  setdiff(tropanel:::KINDS, lacks)
}

draw_grid <- function(fit) {
  par(mfrow = c(2, 2))
  for (kind in c("path", "event", "effects", "placebo")) {
    plot(fit, kind)
  }
}

draw_dark <- function(fit) {
  par(bg = "#222222", fg = "white", col.axis = "white", col.lab = "white", col.main = "white")
  plot(fit, "event")
}

draw_large <- function(fit) {
  par(cex = 1.4, lwd = 2)
  plot(fit)
}

save_styled <- function(file, theme, fit, kind) {
  old <- ggplot2::theme_set(theme)
  on.exit(ggplot2::theme_set(old))
  save_png(file, function() print(ggplot2::autoplot(fit, kind)))
}

folder <- commandArgs(TRUE)[1]
source(commandArgs(TRUE)[2])
for (file in list.files(folder, "[.]json$", full.names = TRUE)) {
  fit <- read_trop(file)
  name <- tools::file_path_sans_ext(file)
  for (kind in kinds_of(fit)) {
    save_png(paste0(name, "-", kind, "-r.png"), function() plot(fit, kind))
    save_png(paste0(name, "-", kind, "-ggplot2.png"), function() print(ggplot2::autoplot(fit, kind)))
  }
  save_png(paste0(name, "-grid of axes, none layout-r.png"), function() draw_grid(fit), 1000, 700)
  save_png(paste0(name, "-dark style-r.png"), function() draw_dark(fit))
  save_png(paste0(name, "-large text-r.png"), function() draw_large(fit))
  save_styled(paste0(name, "-dark style-ggplot2.png"), ggplot2::theme_dark(), fit, "event")
  save_styled(paste0(name, "-large text-ggplot2.png"), ggplot2::theme_minimal(16), fit, "path")
}

for (name in names(ANSWERS)) {
  answer <- ANSWERS[[name]]()
  file <- file.path(folder, name)
  save_png(paste0(file, "-r.png"), function() plot(answer))
  if (name %in% BY_GGPLOT2) {
    save_png(paste0(file, "-ggplot2.png"), function() print(ggplot2::autoplot(answer)))
  }
}
