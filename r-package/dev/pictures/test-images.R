# Pictures of hard panels as images (SVG without fonts of the machine), with base graphics and with ggplot2.
#
# A picture that was changed on purpose: look at the new one beside the old, *.new.svg, then
# Rscript -e 'testthat::snapshot_accept("images", "r-package/dev/pictures")'.

CASES <- list(
  prop99 = c("path", "event", "effects", "surface", "placebo", "weights", "ablation"),
  castle = c("path", "event", "effects", "cumulative", "placebo", "pre_fit", "leave_one_out"),
  months = c("path", "event", "effects", "time_weights"),
  many = c("path", "effects", "weights"),
  long_names = c("path", "effects", "weights")
)

for (panel in names(CASES)) {
  for (kind in CASES[[panel]]) {
    test_that(paste(panel, kind), {
      fit <- result_of(panel)
      vdiffr::expect_doppelganger(paste(panel, kind), function() plot(fit, kind))
      vdiffr::expect_doppelganger(paste(panel, kind, "ggplot2"), ggplot2::autoplot(fit, kind))
    })
  }
}

for (answer in names(ANSWERS)) {
  test_that(answer, {
    found <- ANSWERS[[answer]]()
    vdiffr::expect_doppelganger(answer, function() plot(found))
    if (answer == "power") {
      vdiffr::expect_doppelganger("power ggplot2", ggplot2::autoplot(found))
    }
  })
}

test_that("a grid of plots", {
  fit <- result_of("castle")
  vdiffr::expect_doppelganger("castle grid", function() {
    graphics::par(mfrow = c(2, 2))
    for (kind in c("path", "event", "effects", "placebo")) {
      plot(fit, kind)
    }
  })
})

test_that("dark paper, and larger text", {
  fit <- result_of("castle")
  vdiffr::expect_doppelganger("castle event dark", function() {
    graphics::par(
      bg = "#222222", fg = "white", col.axis = "white", col.lab = "white", col.main = "white", cex = 1.2, lwd = 2
    )
    plot(fit, "event")
  })
  old <- ggplot2::theme_set(ggplot2::theme_dark(base_size = 14))
  on.exit(ggplot2::theme_set(old))
  vdiffr::expect_doppelganger("castle event dark ggplot2", ggplot2::autoplot(fit, "event"))
})
