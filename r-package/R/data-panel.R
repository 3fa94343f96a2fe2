# The panel: outcomes and treatments as matrices, with the labels of units and periods.

# Lays out entries in long form, and has them checked. `entries` has outcome, treatment, unit, time (positions),
# and the names of outcome and treatment; `design` adds to the panel what is asked of it.
assemble <- function(entries, unit, time, design = identity) {
  panel <- list(
    unit = unit[c("name", "labels")], time = time[c("name", "labels", "calendar")],
    outcome_name = entries$outcome_name, treatment_name = entries$treatment_name,
    rows = cbind(entries$unit, entries$time)
  )
  build_panel(design(panel), entries$outcome, entries$treatment)
}

binary_hint <- function(y, w) {
  if (all(y[!is.na(y)] %in% c(0, 1))) {
    return(paste0(" ", refusal("outcome_binary")))
  }
  two <- length(unique(w[!is.na(w)])) == 2
  paste0(
    if (two) paste0(" ", refusal("treatment_recoded")), " ", refusal("treatment_dated")
  )
}
