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
      expect_drawing(paste(panel, kind), function() plot(fit, kind))
      expect_drawing(paste(panel, kind, "ggplot2"), ggplot2::autoplot(fit, kind))
    })
  }
}

for (answer in names(ANSWERS)) {
  test_that(answer, {
    found <- ANSWERS[[answer]]()
    expect_drawing(answer, function() plot(found))
    if (answer %in% BY_GGPLOT2) {
      expect_drawing(paste(answer, "ggplot2"), ggplot2::autoplot(found))
    }
  })
}

test_that("a grid of plots", {
  fit <- result_of("castle")
  expect_drawing("castle grid", function() {
    graphics::par(mfrow = c(2, 2))
    for (kind in c("path", "event", "effects", "placebo")) {
      plot(fit, kind)
    }
  })
})

test_that("dark paper, and larger text", {
  fit <- result_of("castle")
  expect_drawing("castle event dark", function() {
    graphics::par(
      bg = "#222222", fg = "white", col.axis = "white", col.lab = "white", col.main = "white", cex = 1.2, lwd = 2
    )
    plot(fit, "event")
  })
  old <- ggplot2::theme_set(ggplot2::theme_dark(base_size = 14))
  on.exit(ggplot2::theme_set(old))
  expect_drawing("castle event dark ggplot2", ggplot2::autoplot(fit, "event"))
})

test_that("another colour, place or tick is seen", {
  fit <- result_of("prop99")
  write <- function(picture) {
    file <- tempfile(fileext = ".svg")
    vdiffr::write_svg(picture, file)
    file
  }
  own <- write(function() plot(fit))
  expect_true(same_drawing(own, write(function() plot(fit))))
  expect_false(same_drawing(own, write(function() plot(fit, color = "#0072b3"))))
  expect_false(same_drawing(own, write(function() plot(fit, ylim = c(0, 200)))))
  text <- readLines(own)
  edited <- function(pattern, replacement) {
    expect_true(any(grepl(pattern, text)))
    writeLines(sub(pattern, replacement, text), own_edited <- tempfile(fileext = ".svg"))
    own_edited
  }
  expect_false(same_drawing(own, edited(">1980<", ">1981<")))
  lines <- grep("<polyline points='", text)[1]
  x <- sub(".*points='([0-9.]+),.*", "\\1", text[lines])
  moved <- function(by) edited(paste0("'", x, ","), sprintf("'%.2f,", as.numeric(x) + by))
  expect_true(same_drawing(own, moved(0.01)))
  expect_false(same_drawing(own, moved(0.05)))
})
