# At most two threads, as CRAN asks.
THREADS <- 2
FIXED <- c(time = 0.1, unit = 0.2, nn = 1)

# Eight units a to h in 2001 to 2006; g is treated from 2005 on, h from 2004 on, with an effect of 2.
small_panel <- function() {
  data <- expand.grid(year = 2001:2006, state = letters[1:8], stringsAsFactors = FALSE)
  data$law <- as.integer((data$state == "g" & data$year >= 2005) | (data$state == "h" & data$year >= 2004))
  noise <- sin(seq_len(48)) / 10
  data$sales <- match(data$state, letters) - 1 + 0.5 * (data$year - 2000) + 2 * data$law + noise
  data[c("state", "year", "sales", "law")]
}

estimate <- function(data, formula = sales ~ law | state + year, lambdas = FIXED, inference = "bootstrap",
                     n_boot = 20, ...) {
  trop(
    formula, data,
    lambdas = lambdas, inference = inference, n_boot = n_boot, threads = THREADS, progress = FALSE, ...
  )
}

# Numbers that must not depend on how the same data were written down.
numbers <- function(fit) {
  list(
    fit$att, fit$se, fit$ci, fit$p_value, fit$draws,
    fit$effects[c("event_time", "observed", "counterfactual", "effect", "rank", "gap")]
  )
}

# Expects an error of the code whose message matches.
expect_refused <- function(object, code, message = "") {
  expect_error(object, message, class = paste0("tropanel_error_", code))
}

plot_to_nowhere <- function(...) {
  grDevices::pdf(NULL)
  on.exit(grDevices::dev.off())
  plot(...)
}

# Evaluates code while any call of the core is an error.
without_core <- function(code) {
  namespace <- asNamespace("tropanel")
  replace <- function(await) {
    unlockBinding("await", namespace)
    assign("await", await, namespace)
    lockBinding("await", namespace)
  }
  await <- get("await", namespace)
  on.exit(replace(await))
  replace(function(...) stop("the core was called"))
  force(code)
}

# A column of prop99 as a matrix of states x years.
prop99_matrix <- function(column) {
  table <- stats::xtabs(stats::reformulate(c("state", "year"), column), prop99)
  matrix(table, nrow(table), dimnames = list(rownames(table), colnames(table)))
}

# The core's handle of data like small_panel(), with a design as add_design() makes it.
core_handle <- function(data, design = list(), groups = list()) {
  wide <- function(column) matrix(as.double(data[[column]]), 8, byrow = TRUE)
  axis <- function(name, labels) list(name = name, labels = labels)
  entries <- tropanel:::matrix_entries(list(Y = wide("sales"), W = wide("law")))
  panel <- tropanel:::assemble(entries, axis("unit", 1:8), axis("time", 1:6), function(panel) {
    panel$covariates <- sprintf("x%d", seq_along(design$covariates))
    c(panel, list(design = design, groups = groups))
  })
  panel$core$handle
}

core_step <- function(step, handle, ..., options) {
  tropanel:::core(get(paste0("wrap__start_", step), asNamespace("tropanel")), handle, ..., options = options)
}
