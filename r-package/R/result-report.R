# One self-contained HTML page with a result, for readers who do not program.

REPORT_STYLE <- "
body { font: 16px/1.5 Georgia, serif; color: #222; max-width: 50rem; margin: 2rem auto; padding: 0 1rem }
h1, h2 { font-family: Helvetica, Arial, sans-serif; line-height: 1.2 }
h2 { margin-top: 2.5rem; border-bottom: 1px solid #ccc; padding-bottom: .2rem }
.number { font-size: 1.25rem; background: #f3f6f9; border-left: 4px solid #0072b2; padding: .8rem 1rem }
figure { margin: 1rem 0; break-inside: avoid }
figure img { width: 100% }
figcaption, .small { font-size: .85rem; color: #555 }
table { border-collapse: collapse; font: 13px/1.4 Helvetica, Arial, sans-serif; margin: 1rem 0 }
th, td { padding: .15rem .7rem .15rem 0; text-align: right; border-bottom: 1px solid #eee }
th:first-child, td:first-child { text-align: left }
.wide { overflow-x: auto }
pre { background: #f6f6f6; padding: .8rem; white-space: pre-wrap; font-size: 13px }
@media print { body { max-width: none; margin: 0; font-size: 11pt } h2 { break-after: avoid } }
"

# Rows of a table beyond which only the first are shown.
MOST_ROWS <- 60

METHOD_TEXTS <- c(
  bootstrap = paste(
    "Units were drawn with replacement, never-treated and ever-treated ones separately, and the estimate was",
    "repeated on each draw; the spread of these draws is the uncertainty."
  ),
  jackknife = paste(
    "The estimate was repeated without each unit in turn; how much it moves is the uncertainty."
  ),
  placebo = paste(
    "Never-treated units were given the treatment of the treated ones on paper, and the estimate was repeated",
    "on them. Nothing happened to them, so what is found there is chance; the estimate is compared with these",
    "placebos."
  ),
  conformal = paste(
    "Every period of the treated units was predicted as if it were untreated. The errors in the treated",
    "periods are compared with those of the same pattern of periods shifted in time."
  )
)

report <- function(x, file, threads = NULL, progress = interactive()) {
  check_result(x)
  if (!is.character(file) || length(file) != 1 || is.na(file)) {
    trop_stop("option_invalid", "file must be a path such as \"report.html\", not ", deparse1(file), ".")
  }
  if (!dir.exists(dirname(file))) {
    trop_stop(
      "folder_missing", "The report cannot be written to '", file, "': there is no folder '", dirname(file),
      "'. Create it first."
    )
  }
  ablation(x, threads, progress)
  leave_one_out(x, threads, progress)
  if (!is.null(x$scores)) {
    surface(x, threads, progress)
  }
  writeLines(enc2utf8(report_page(x)), file, useBytes = TRUE)
  invisible(file)
}

report_page <- function(x) {
  title <- paste("Effect of", x$treatment, "on", x$outcome)
  c(
    "<!DOCTYPE html>", "<html lang=\"en\"><head><meta charset=\"utf-8\">",
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">",
    paste0("<title>", escaped(title), "</title><style>", REPORT_STYLE, "</style></head>"),
    paste0("<body><h1>", escaped(title), "</h1>"),
    unlist(lapply(REPORT_SECTIONS, function(section) section(x))),
    "</body></html>"
  )
}

# The number in words.
report_answer <- function(x) {
  share <- if (is.na(x$percent$estimate)) "" else paste0(
    " (", number(x$percent$estimate), " percent of what it would have been)"
  )
  sentences <- paste0(
    "On average, the treatment changed ", x$outcome, " by ", number(x$att), " over ",
    count(nrow(x$effects), "treated cell"), share, "."
  )
  if (is.na(x$p_value)) {
    return(c(
      html_tag("p", sentences, "number"),
      html_tag("p", "There is no interval and no p-value; the notes below say why, if not asked for.")
    ))
  }
  bounds <- ifelse(is.finite(x$ci), number(x$ci), "without bound")
  among <- round(100 * x$p_value)
  cases <- if (among > 0) paste("about", among) else "fewer than 1"
  sentences <- paste0(
    sentences, " The ", level_text(x$level), " interval goes from ", bounds[1], " to ", bounds[2],
    ". The p-value is ", formatC(x$p_value, digits = 3, format = "g"), ": without any effect, an estimate at",
    " least as far from zero would come up in ", cases, " of 100 cases."
  )
  c(
    html_tag("p", sentences, "number"),
    html_tag("p", paste0("Interval and p-value come from the method ", x$method, " (", draws_text(x), "). ",
      METHOD_TEXTS[[x$method]])),
    if (nzchar(x$reason)) html_tag("p", paste("Why this method:", sentence(x$reason)))
  )
}

report_data <- function(x) {
  labels <- as.character(x$panel$time$labels)
  weighted <- if (!is.null(x$panel$design$average)) {
    paste0(", weighted by given weights of the units", if (nzchar(x$panel$average_name)) {
      paste0(" (", x$panel$average_name, ")")
    })
  }
  c(
    html_tag("h2", "What was estimated, and on what"),
    html_tag("p", paste0(
      "The data have ", x$n_units, " units (", x$unit, ") over ", x$n_periods, " periods (", x$time, ", ",
      labels[1], " to ", labels[x$n_periods], "), with ", x$n_obs, " observed outcomes (", x$outcome,
      "). Treated at some time (", x$treatment, "): ", count(x$n_treated_units, "unit"), ", in ",
      count(x$n_treated_cells, "cell"), " of a unit in a period; never treated: ",
      count(x$n_never_treated, "unit"), "."
    )),
    html_tag("p", paste0(
      "What each treated cell would have been without treatment is predicted from the other cells: by effects",
      " of units and periods and by common patterns over time, with more weight on similar units and near",
      " periods. The effect is what was observed less this prediction, and the number above is the average of",
      " these effects", weighted, ". The method is the triply robust panel estimator of Athey, Imbens, Qu and",
      " Viviano (2026)."
    )),
    html_tag("p", sentence(design_text(x))),
    if (nrow(x$not_estimable)) {
      c(html_tag("p", "These treated cells have no prediction:"), html_table(x$not_estimable))
    }
  )
}

report_time <- function(x) {
  c(
    html_tag("h2", "Effects over time"),
    html_picture(x, "event", paste(
      "Before the treatment, each cell is left out and predicted as if it were treated: these placebo effects",
      "should be near zero."
    )),
    html_picture(x, "path", "Observed outcomes of the treated units, and what is predicted for them."),
    html_picture(x, "cumulative", "Effects added up since the treatment began.")
  )
}

report_averages <- function(x) {
  c(
    html_tag("h2", "Averages"),
    html_tag("p", paste(
      "Effect: mean effect. Percent: of the sum of outcomes predicted without treatment. Cumulative: sum of",
      "effects, or of mean effects so far. The band holds for all groups of a kind at once."
    )),
    html_table(x$averages)
  )
}

report_covariates <- function(x) {
  if (length(x$covariates)) c(
    html_tag("h2", "Covariates"),
    html_tag("p", "Change of the predicted outcome for one more unit of each covariate."),
    html_table(x$coefficients)
  )
}

report_draws <- function(x) {
  if (length(x$draws)) c(
    html_tag("h2", "How sure is this?"),
    html_picture(x, "placebo", "Where the estimate stands among its draws.")
  )
}

report_weights <- function(x) {
  first <- x$effects[1, ]
  found <- diagnose(x, first$unit, first$time)
  c(
    html_tag("h2", "Who the treated are compared with"),
    html_tag("p", paste0(
      "For ", as.character(first$unit), " in ", as.character(first$time), ", the weights of other units are",
      " worth as much as ", formatC(found$effective_units, digits = 3, format = "g"), " units of equal weight,",
      " those of other periods as much as ", formatC(found$effective_periods, digits = 3, format = "g"),
      " periods. The common patterns have rank ", found$rank, "; imbalance (Theorem 5.1) is ",
      number(found$unit_imbalance), " between units and ", number(found$time_imbalance), " between periods."
    )),
    html_picture(x, "weights", "Weights of other units for the first treated cell."),
    html_picture(x, "time_weights", "Weights of periods for the first treated cell.")
  )
}

report_sensitivity <- function(x) {
  table <- ablation(x, progress = FALSE)
  c(
    html_tag("h2", "Does the number depend on choices?"),
    html_picture(x, "ablation", "The estimate without each part of the estimator."),
    html_table(data.frame(Variant = VARIANTS[table$variant], "Average effect" = table$att, check.names = FALSE)),
    html_picture(x, "leave_one_out", "The estimate without one of the never-treated units."),
    if (!is.null(x$scores)) html_picture(x, "surface", "The estimate at all lambdas that were scored.")
  )
}

report_pre_fit <- function(x) {
  found <- pre_fit(x)
  if (found$n_cells > 0) c(
    html_tag("h2", "Predictions before the treatment"),
    html_tag("p", paste0(
      count(found$n_cells, "cell"), " before the treatment were predicted from the others. The mean error is ",
      number(found$mean), ", the root mean squared error ", number(found$rmse), "."
    )),
    html_picture(x, "pre_fit", "Root mean squared error of each treated unit's predictions."),
    html_table(found$units)
  )
}

report_lambdas <- function(x) {
  chosen <- paste0("lambda_", names(x$lambdas), " = ", number(x$lambdas), collapse = ", ")
  c(
    html_tag("h2", "Tuning"),
    html_tag("p", if (is.na(x$criterion)) paste0("Given: ", chosen, ".") else paste0(
      "Chosen by ", CRITERION_TEXTS[[x$criterion]], ", ", x$search, " search over ", nrow(x$scores),
      " candidates: ", chosen, " (score ", number(x$loocv_score), ")."
    )),
    html_tag("p", paste(
      "lambda_unit and lambda_time say how fast weights fall with distance, lambda_nn how strongly common",
      "patterns are held back (Inf: none are used)."
    ))
  )
}

report_notes <- function(x) {
  if (length(x$notes)) c(
    html_tag("h2", "Notes"), paste0("<ul>", paste0("<li>", escaped(x$notes), "</li>", collapse = ""), "</ul>")
  )
}

report_versions <- function(x) {
  verdict <- if (x$converged) "Every effect" else "NOT every effect"
  c(
    html_tag("h2", "How this was computed"),
    if (!is.null(x$call)) html_tag("pre", paste(deparse(x$call), collapse = "\n")),
    html_tag("p", paste0(
      verdict, " is certified as optimal to its tolerance (largest relative gap ",
      formatC(x$max_gap, digits = 1, format = "e"), "). Seed ", x$seed, ". tropanel ",
      utils::packageVersion("tropanel"), ", ", R.version.string, "."
    ), "small")
  )
}

REPORT_SECTIONS <- list(
  report_answer, report_data, report_time, report_averages, report_covariates, report_draws, report_weights,
  report_sensitivity, report_pre_fit, report_lambdas, report_notes, report_versions
)

escaped <- function(text) {
  for (pair in list(c("&", "&amp;"), c("<", "&lt;"), c(">", "&gt;"), c("\"", "&quot;"))) {
    text <- gsub(pair[1], pair[2], text, fixed = TRUE)
  }
  text
}

html_tag <- function(tag, text, class = NULL) {
  paste0("<", tag, if (!is.null(class)) paste0(" class=\"", class, "\""), ">", escaped(text), "</", tag, ">")
}

html_table <- function(table) {
  shown <- utils::head(table, MOST_ROWS)
  cells <- vapply(shown, html_cells, character(nrow(shown)))
  cells <- matrix(cells, nrow(shown))
  rows <- apply(cells, 1, function(row) paste0("<tr>", paste(row, collapse = ""), "</tr>"))
  more <- nrow(table) - nrow(shown)
  c(
    "<div class=\"wide\"><table><thead><tr>", paste0("<th>", escaped(names(table)), "</th>"),
    "</tr></thead><tbody>", rows, "</tbody></table></div>",
    if (more > 0) html_tag("p", paste0("... and ", more, " rows more."), "small")
  )
}

html_cells <- function(column) {
  text <- if (is.double(column) && is.null(attr(column, "class"))) {
    formatC(column + 0, digits = 4, format = "g", width = 1)
  } else {
    as.character(column)
  }
  paste0("<td>", escaped(ifelse(is.na(column), "", text)), "</td>")
}

# A picture inside of the page; a text that says what it lacks if there is nothing to draw.
html_picture <- function(x, kind, caption) {
  tryCatch(
    paste0(
      "<figure><img alt=\"", escaped(caption), "\" src=\"", picture_data(x, kind), "\"><figcaption>",
      escaped(caption), "</figcaption></figure>"
    ),
    tropanel_error_option_invalid = function(error) html_tag("p", conditionMessage(error), "small")
  )
}

# SVG where R can write it, else PNG.
picture_data <- function(x, kind) {
  vector <- capabilities("cairo")
  file <- tempfile(fileext = if (vector) ".svg" else ".png")
  on.exit(unlink(file))
  if (vector) {
    grDevices::svg(file, 8, 4.8)
  } else {
    grDevices::png(file, 1200, 720, res = 150)
  }
  tryCatch(plot(x, kind), finally = grDevices::dev.off())
  type <- if (vector) "svg+xml" else "png"
  paste0("data:image/", type, ";base64,", base64(readBin(file, "raw", file.size(file))))
}

base64 <- function(bytes) {
  digits <- c(LETTERS, letters, 0:9, "+", "/")
  lacking <- -length(bytes) %% 3
  triples <- matrix(as.integer(c(bytes, raw(lacking))), 3)
  value <- 65536 * triples[1, ] + 256 * triples[2, ] + triples[3, ]
  sextets <- rbind(value %/% 262144, value %/% 4096 %% 64, value %/% 64 %% 64, value %% 64)
  text <- digits[sextets + 1]
  paste(c(utils::head(text, length(text) - lacking), rep("=", lacking)), collapse = "")
}
