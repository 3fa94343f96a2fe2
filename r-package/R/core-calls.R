# The computing core: panels and what is asked of them. Positions of units and periods count from 1.

# Seconds between two looks at progress and interrupts.
POLL <- 0.1

# Waits for a job of the core. R stays in charge meanwhile: an interrupt, or an error in `monitor`, leaves
# through on.exit, which stops the core's threads.
await <- function(job, monitor = NULL) {
  force(job)
  on.exit(.Call(wrap__cancel, job))
  repeat {
    step <- .Call(wrap__wait, job, POLL)
    if (!is.null(monitor) && !is.null(step$progress)) {
      monitor(step$progress)
    }
    if (step$finished) {
      break
    }
    Sys.sleep(0.001) # here R looks for interrupts and, with windows of its own, for events
  }
  if (!is.null(step$code)) {
    trop_stop(step$code, step$message)
  }
  step$answer
}

# Runs a step of the core for a panel's handle. The core reads `options` by name, and has the defaults.
core <- function(start, handle, ..., options = list(), monitor = NULL) {
  await(do.call(.Call, list(start, handle, ..., options)), monitor)
}

# Refuses options that the core does not take.
check_options <- function(options) refuse(.Call(wrap__refusal, options))

# Raises what the core refuses, if it does.
refuse <- function(refusal) {
  if (!is.null(refusal$code)) {
    trop_stop(refusal$code, refusal$message)
  }
}

# Lays out and validates the rows of a panel: adds the matrices Y and W, and `core`, which keeps the handle.
build_panel <- function(panel, outcome, treatment) {
  built <- tryCatch(
    new_panel(panel, outcome, treatment),
    tropanel_error_treatment_not_binary = function(error) {
      trop_stop(error$code, conditionMessage(error), binary_hint(outcome, treatment))
    }
  )
  panel[c("Y", "W")] <- built[c("Y", "W")]
  panel$core <- new.env(parent = emptyenv())
  panel$core$handle <- built$handle
  panel
}

new_panel <- function(panel, outcome, treatment) {
  text <- function(labels) enc2utf8(as.character(labels))
  groupings <- lapply(panel$groups, function(group) list(codes = group$codes, labels = text(group$labels)))
  asked <- c(panel$design, panel$cohort, list(
    unit = text(panel$unit$name), time = text(panel$time$name),
    outcome = text(panel$outcome_name), treatment = text(panel$treatment_name),
    units = text(panel$unit$labels), periods = text(panel$time$labels),
    covariate_names = text(panel$covariates), average_name = panel$average_name,
    cluster_name = panel$cluster_name, donors_name = panel$donors_name,
    outcome_label = panel$labels$outcome, effect_label = panel$labels$effect,
    groupings = unname(groupings), grouping_names = text(names(panel$groups))
  ))
  await(.Call(
    wrap__start_panel, as.integer(panel$rows[, 1]), as.integer(panel$rows[, 2]), as.double(outcome),
    as.double(treatment), asked
  ))
}

# The handle of a panel, made anew for one that another session has built.
handle_of <- function(panel) {
  if (!.Call(wrap__is_alive, panel$core$handle)) {
    made <- if (is.null(panel$saved)) {
      new_panel(panel, panel$Y[panel$rows], panel$W[panel$rows])
    } else {
      load_text(panel$saved)$panel
    }
    assign("handle", made$handle, envir = panel$core)
  }
  panel$core$handle
}

# A table of the core as a data frame; units, periods and groups by their own labels.
as_frame <- function(panel, table) {
  labelled <- function(column) {
    axes <- if (is.character(column$axis)) panel else panel$groups
    axes[[column$axis]]$labels[column$at]
  }
  list2DF(lapply(table, function(column) if (is.list(column)) labelled(column) else column))
}
