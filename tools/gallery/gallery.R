# Draws saved results with base graphics and ggplot2.
#
#   Rscript tools/gallery/gallery.R FOLDER      # FOLDER has NAME.json; the pictures are written beside it

library(tropanel)

kinds <- tropanel:::KINDS

save_png <- function(file, draw) {
  png(file, 800, 460, res = 100)
  on.exit(dev.off())
  tryCatch(draw(), error = function(error) message(file, ": ", conditionMessage(error)))
}

draw_grid <- function(fit) {
  par(mfrow = c(2, 2))
  for (kind in c("path", "event", "effects", "placebo")) {
    plot(fit, kind)
  }
}

folder <- commandArgs(TRUE)[1]
for (file in list.files(folder, "[.]json$", full.names = TRUE)) {
  fit <- read_trop(file)
  name <- tools::file_path_sans_ext(file)
  for (kind in kinds) {
    if (kind == "surface" && is.null(fit$scores)) next
    save_png(paste0(name, "-", kind, "-r.png"), function() plot(fit, kind))
    save_png(paste0(name, "-", kind, "-ggplot2.png"), function() print(ggplot2::autoplot(fit, kind)))
  }
  png(paste0(name, "-grid of axes, none layout-r.png"), 1000, 700, res = 100)
  draw_grid(fit)
  dev.off()
}
