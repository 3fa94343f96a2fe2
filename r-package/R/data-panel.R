# The panel: outcomes and treatments as matrices, with the labels of units and periods.

# Units times periods beyond which the ids must be wrong (16 GiB for the outcomes alone).
LARGEST_PANEL <- 2^31

# Checks entries in long form and lays them out as matrices. `entries` has outcome, treatment, unit, time
# (positions), the names of outcome and treatment, and `show`, which writes some entries down.
assemble <- function(entries, unit, time) {
  check_entries(entries)
  shape <- c(length(unit$labels), length(time$labels))
  if (prod(shape) > LARGEST_PANEL) {
    trop_stop(
      "too_large", "The panel would have ", shape[1], " units ('", unit$name, "') x ", shape[2],
      " periods ('", time$name, "'). Are these the right columns? Round time stamps to the period."
    )
  }
  check_duplicates(entries, shape[2])
  Y <- W <- matrix(NA_real_, shape[1], shape[2])
  at <- cbind(entries$unit, entries$time)
  Y[at] <- entries$outcome
  W[at] <- entries$treatment
  panel <- list(
    Y = Y, W = fill_treatment(W),
    unit = unit[c("name", "labels")], time = time[c("name", "labels")],
    outcome_name = entries$outcome_name, treatment_name = entries$treatment_name,
    rows = at
  )
  check_missing(panel)
  check_treated(panel)
  panel
}

ever_treated <- function(panel) rowSums(panel$W) > 0

check_entries <- function(entries) {
  y <- entries$outcome
  w <- entries$treatment
  infinite <- !is.na(y) & abs(y) > 1e100
  if (any(infinite)) {
    trop_stop(
      "outcome_infinite", "Outcome '", entries$outcome_name, "' is infinite or beyond 1e100 at ",
      entries$show(infinite, y), ". Make it NA, or drop these (log of zero?)."
    )
  }
  other <- !is.na(w) & w != 0 & w != 1
  if (any(other)) {
    trop_stop(
      "treatment_not_binary", "Treatment '", entries$treatment_name,
      "' must be 0 or 1 (or FALSE or TRUE), but is not at ", entries$show(other, w), ".",
      binary_hint(y, w)
    )
  }
  unknown <- is.na(w) & !is.na(y)
  if (any(unknown)) {
    trop_stop(
      "treatment_missing", "Treatment '", entries$treatment_name, "' is missing where outcome '",
      entries$outcome_name, "' is observed: ", entries$show(unknown), ". Fill it in with 0 or 1, or make",
      " these outcomes NA."
    )
  }
}

binary_hint <- function(y, w) {
  if (all(y[!is.na(y)] %in% c(0, 1))) {
    return(" The outcome is 0 or 1 everywhere: are outcome and treatment swapped?")
  }
  two <- length(unique(w[!is.na(w)])) == 2
  paste0(
    if (two) " It has two values: recode them to 0 and 1.",
    " If it holds the period of adoption, make a column that is 1 from that period on and 0 before it",
    " and in units that never adopt."
  )
}

check_duplicates <- function(entries, n_periods) {
  key <- entries$unit * n_periods + entries$time
  again <- duplicated(key)
  if (any(again)) {
    rows <- which(again | duplicated(key, fromLast = TRUE))
    rows <- rows[order(key[rows], method = "radix")]
    trop_stop(
      "duplicate_rows", sum(again), " rows repeat a unit and period that another row has: ",
      entries$show(rows), ". Keep one row for each, aggregate them, or build the unit id from all columns",
      " that identify a unit."
    )
  }
}

# Gives absent cells a treatment: 1 if the unit is treated both before and after, else 0.
fill_treatment <- function(W) {
  backwards <- rev(seq_len(ncol(W)))
  around <- last_known(W) * last_known(W[, backwards, drop = FALSE])[, backwards, drop = FALSE]
  ifelse(is.na(W), around, W)
}

# Carries the last known treatment of each unit forward; 0 before the first.
last_known <- function(W) {
  last <- numeric(nrow(W))
  for (t in seq_len(ncol(W))) {
    last <- ifelse(is.na(W[, t]), last, W[, t])
    W[, t] <- last
  }
  W
}

check_missing <- function(panel) {
  observed <- !is.na(panel$Y)
  refuse <- function(code, axis, empty) {
    if (any(empty)) {
      trop_stop(
        code, "No observed outcome '", panel$outcome_name, "' for '", axis$name, "' = ",
        listed(show_label(axis$labels[empty])), ". Drop the rows with these."
      )
    }
  }
  refuse("unit_all_missing", panel$unit, rowSums(observed) == 0)
  refuse("period_all_missing", panel$time, colSums(observed) == 0)
}

check_treated <- function(panel) {
  treated <- panel$W == 1 & !is.na(panel$Y)
  control <- panel$W == 0 & !is.na(panel$Y)
  column <- paste0("Treatment '", panel$treatment_name, "'")
  if (!any(treated)) {
    trop_stop(
      "no_treated_cell", column, " is 0 wherever outcome '", panel$outcome_name,
      "' is observed: there is no effect to estimate."
    )
  }
  if (!any(control)) {
    trop_stop(
      "no_control_cell", column, " is 1 wherever outcome '", panel$outcome_name,
      "' is observed: there is nothing to compare with."
    )
  }
  if (!any(control[rowSums(treated) > 0, ])) {
    trop_stop(
      "treatment_constant", column, " is 1 in all periods of every treated unit, as if it marked the",
      " treated group. It must be 1 only from adoption on, and 0 before."
    )
  }
  if (!any(control[, colSums(treated) > 0])) {
    trop_stop(
      "treatment_constant", column, " is 1 for all units in every period in which any is treated, as if it",
      " marked the time after adoption. It must be 1 only for the units that adopted."
    )
  }
}
