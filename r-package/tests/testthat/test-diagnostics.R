TWO_WAY <- c(time = 0, unit = 0, nn = Inf)
fit <- estimate(small_panel(), lambdas = c(time = 0.3, unit = 0.2, nn = 0.5))

test_that("equal weights of n donors are worth n donors", {
  Y <- rbind(c(0, 1, 2), c(0, 3, 1), c(0, -2, 4), c(0, 8, 9))
  W <- rbind(0, 0, 0, c(0, 0, 1))[, c(1, 1, 1)]
  W[] <- 0
  W[4, 3] <- 1
  found <- diagnose(trop_matrix(Y, W, lambdas = TWO_WAY, inference = NULL, threads = THREADS))
  expect_equal(found$effective_units, 3)
  expect_equal(found$effective_periods, 2)
  expect_equal(found$rank, 0)
  expect_equal(nrow(found$components), 0)
  expect_equal(found$target, data.frame(unit = 4L, time = 3L))
  expect_output(print(found), "Effective donors +3")
})

test_that("a diagnosis has the weights of the target, and its components", {
  found <- diagnose(fit, "h", 2005)
  expect_equal(found$unit, weights(fit, "h", 2005)$unit)
  expect_equal(found$time, weights(fit, "h", 2005)$time)
  expect_equal(nrow(found$components), found$rank)
  expect_equal(found$unit_imbalance, sqrt(sum(found$components$unit_imbalance^2)))
  expect_equal(found$time_imbalance, sqrt(sum(found$components$time_imbalance^2)))
  expect_true(found$converged)
})

test_that("ablation is the estimate at other lambdas", {
  table <- ablation(fit, threads = THREADS, progress = FALSE)
  expect_equal(table$variant, c("full", "no_unit_weights", "no_time_weights", "no_low_rank", "did", "mc"))
  expect_equal(table$att[1], fit$att, tolerance = 1e-6)
  for (k in 2:6) {
    lambdas <- c(time = table$lambda_time[k], unit = table$lambda_unit[k], nn = table$lambda_nn[k])
    expect_equal(estimate(small_panel(), lambdas = lambdas, inference = NULL)$att, table$att[k], tolerance = 1e-6)
  }
  expect_equal(unlist(table[5, paste0("lambda_", c("time", "unit", "nn"))], use.names = FALSE), c(0, 0, Inf))
})

test_that("leaving a donor out is estimating without it", {
  table <- leave_one_out(fit, threads = THREADS, progress = FALSE)
  expect_equal(table$unit, letters[1:6])
  data <- small_panel()
  without <- estimate(data[data$state != "c", ], lambdas = fit$lambdas, inference = NULL)
  expect_equal(table$att[3], without$att, tolerance = 1e-6)
  expect_equal(table$change, table$att - fit$att)
})

test_that("the surface has the ATT at every score", {
  searched <- trop(
    sales ~ law | state + year, small_panel(),
    grids = list(time = c(0, 1), unit = 0, nn = c(1, Inf)), inference = NULL, threads = THREADS
  )
  table <- surface(searched, threads = THREADS, progress = FALSE)
  expect_equal(table$score, searched$scores$score)
  expect_equal(table$lambda_nn, searched$scores$lambda_nn)
  expect_equal(table$att[tropanel:::is_chosen(searched, table)], searched$att, tolerance = 1e-6)
  expect_refused(surface(fit), "option_invalid", "lambdas were given")
})

test_that("the fit before treatment is that of the placebo effects", {
  found <- pre_fit(fit)
  effects <- fit$pre_effects
  expect_equal(found$n_cells, nrow(effects))
  expect_equal(found$mean, mean(effects$effect))
  expect_equal(found$rmse, sqrt(mean(effects$effect^2)))
  expect_equal(found$units$unit, c("g", "h"))
  expect_equal(found$units$rmse, as.numeric(sqrt(tapply(effects$effect^2, effects$unit, mean))))
})

test_that("diagnostics are computed once, and kept", {
  own <- estimate(small_panel(), inference = NULL)
  first <- list(ablation(own, THREADS, FALSE), leave_one_out(own, THREADS, FALSE), diagnose(own))
  without_core({
    expect_identical(list(ablation(own), leave_one_out(own), diagnose(own)), first)
  })
})

test_that("diagnostics refuse what they cannot use", {
  expect_refused(ablation(1), "option_invalid", "result of trop")
  expect_refused(averages(fit, "region"), "option_invalid", "ask for it")
  expect_refused(averages(fit, "event_tim"), "option_invalid", "Did you mean 'event_time'")
  expect_refused(diagnose(fit, "x"), "option_invalid", "no \"x\"")
  expect_refused(ablation(fit, threads = 0), "threads_zero")
  lone <- rbind(small_panel(), data.frame(state = "z", year = 2006L, sales = 3, law = 1L))
  expect_refused(
    diagnose(estimate(lone, inference = NULL), "z", 2006), "target_not_estimable", "state z has no effect in year 2006"
  )
})

test_that("a report is one page with all of it, and nothing from elsewhere", {
  data <- transform(small_panel(), people = match(state, letters), price = cos(seq_len(48) * 1.7))
  data$state <- ifelse(data$state == "g", "<g> & \"co\"", data$state)
  own <- trop(
    sales ~ law + price | state + year, data,
    grids = list(time = c(0, 0.5), unit = 0, nn = Inf), by = "state", threads = THREADS
  )
  file <- tempfile(fileext = ".html")
  expect_identical(report(own, file, threads = THREADS, progress = FALSE), file)
  page <- paste(readLines(file, encoding = "UTF-8"), collapse = "\n")
  headings <- regmatches(page, gregexpr("(?<=<h2>)[^<]*", page, perl = TRUE))[[1]]
  expect_equal(headings, c(
    "What was estimated, and on what", "Effects over time", "Averages", "Covariates", "How sure is this?",
    "Who the treated are compared with", "Does the number depend on choices?",
    "Predictions before the treatment", "Tuning", "Notes", "How this was computed"
  ))
  expect_match(page, "On average, the treatment changed sales by")
  expect_match(page, own$method, fixed = TRUE)
  expect_match(page, "&lt;g&gt; &amp; &quot;co&quot;", fixed = TRUE)
  expect_no_match(page, "<g>", fixed = TRUE)
  expect_no_match(page, "(src|href)=\"(?!data:)", perl = TRUE)
  expect_equal(lengths(regmatches(page, gregexpr("<figure>", page))), 11)
  expect_refused(report(own, "no/such/folder/report.html"), "folder_missing", "no folder 'no/such/folder'")
  expect_refused(report(own, 3), "option_invalid", "path")
})

test_that("a report without inference or search says so", {
  bare <- estimate(small_panel(), inference = NULL)
  file <- tempfile(fileext = ".html")
  report(bare, file, threads = THREADS, progress = FALSE)
  page <- paste(readLines(file), collapse = "\n")
  expect_match(page, "no interval and no p-value")
  expect_no_match(page, "than it would have been")
  report(bare, file, threads = THREADS, progress = FALSE, percent = TRUE)
  expect_match(paste(readLines(file), collapse = "\n"), "percent more than it would have been")
  expect_match(page, "The lambdas were given: time 0.1, unit 0.2, nn 1", fixed = TRUE)
})
