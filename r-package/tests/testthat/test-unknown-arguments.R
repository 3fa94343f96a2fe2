# Every method of the package, as NAMESPACE has them, refuses an argument that it does not know.

panel <- transform(small_panel(), region = ifelse(state == "g", "x", "y"))
fit <- estimate(panel, by = "region")
quick <- list(lambdas = FIXED, threads = THREADS, progress = FALSE)
outcomes <- prop99_matrix("packs_per_capita")[1:20, 1:10]

objects <- list(
  trop = fit,
  summary.trop = summary(fit),
  trop_weights = weights(fit),
  trop_diagnosis = diagnose(fit),
  trop_differences = differences(fit, "region"),
  trop_bias_bounds = bias_bounds(fit),
  trop_comparison = do.call(
    compare, c(list(sales ~ law | state + year, small_panel(), c("did", "trop"), inference = "none"), quick)
  ),
  trop_many = do.call(
    trop_many, c(list(sales ~ law | state + year, panel, by = "law", inference = "none"), quick)
  ),
  trop_power = do.call(power_matrix, c(list(outcomes, treated = 1, periods = 2), quick)),
  trop_simulation = do.call(
    simulate_panels, c(list(sales ~ law | state + year, small_panel(), c("did", "trop"), draws = 2, noise = "independent"), quick)
  )
)

declared <- parseNamespaceFile("tropanel", dirname(system.file(package = "tropanel")))$S3methods
# The fourth column is the package of a generic function that need not be there.
methods <- data.frame(generic = declared[, 1], class = declared[, 2], package = declared[, 4])

generic_of <- function(name, package) {
  if (is.na(package)) get(name, asNamespace("tropanel")) else getExportedValue(package, name)
}

to_nowhere <- function(code) {
  grDevices::pdf(NULL)
  on.exit(grDevices::dev.off())
  utils::capture.output(force(code))
}

test_that("the walk sees every class and every method", {
  expect_setequal(methods$class, names(objects))
  expect_gte(nrow(methods), 34)
})

test_that("every method refuses an argument that it does not know", {
  for (k in seq_len(nrow(methods))) {
    method <- methods[k, ]
    if (!is.na(method$package) && !requireNamespace(method$package, quietly = TRUE)) {
      next
    }
    generic <- generic_of(method$generic, method$package)
    # update() hands on what it is given to trop(), which has no dots: R itself refuses.
    refused <- if (method$generic == "update") "unused argument" else "has no argument 'nonsense'"
    expect_error(
      to_nowhere(generic(objects[[method$class]], nonsense = 1)), refused, info = paste(method$generic, method$class)
    )
  }
})

test_that("no function of the package's own takes what it does not know", {
  exported <- getNamespaceExports("tropanel")
  takes <- vapply(exported, function(name) "..." %in% names(formals(getExportedValue("tropanel", name))), NA)
  # Generic functions of another package, whose methods are walked above, and one that hands on arguments of trop().
  expect_setequal(exported[takes], c("augment", "glance", "tidy", "trop_many"))
  expect_refused(trop_many(sales ~ law | state + year, panel, by = "region", nonsense = 1), "option_invalid", "'nonsense'")
})
