# Reading the column that says in which period each unit is first treated.

# What the core reads the treatment from: the first treated period of each row's unit, on the scale of a value of each
# period; NA and infinity are never, and 0 is, where periods are plain numbers.
read_cohort <- function(cohort, time) {
  kinds <- c(period_kind(cohort$values), period_kind(time$labels))
  if (all(is.na(cohort$values))) {
    kinds[1] <- kinds[2]
  }
  if (kinds[1] != kinds[2]) {
    trop_stop("option_invalid", refusal(
      "cohort_type", column = cohort$name, type = kinds[1], time = time$name, periods = kinds[2]
    ))
  }
  if (kinds[1] == "text") {
    return(list(
      cohort = as.double(period_position(cohort, time)), cohort_calendar = as.double(seq_along(time$labels)),
      zero_is_never = FALSE
    ))
  }
  list(
    cohort = as.double(unclass(cohort$values)), cohort_calendar = as.double(unclass(time$labels)),
    zero_is_never = kinds[1] == "numbers"
  )
}

period_kind <- function(values) {
  if (inherits(values, "Date")) {
    "dates"
  } else if (inherits(values, "POSIXct")) {
    "times"
  } else if (is.numeric(values)) {
    "numbers"
  } else {
    "text"
  }
}

# Text has no order beyond that of the periods, so that it must be one of them.
period_position <- function(cohort, time) {
  at <- match(as.character(cohort$values), as.character(time$labels))
  unknown <- unique(as.character(cohort$values)[is.na(at) & !is.na(cohort$values)])
  if (length(unknown)) {
    trop_stop("option_invalid", refusal(
      "cohort_not_a_period", column = cohort$name, time = time$name, labels = listed(show_label(unknown))
    ))
  }
  at
}

# The roles of columns, with the treatment or the cohort but not both.
one_treatment <- function(roles) {
  if (!is.null(roles$treatment) && !is.null(roles$cohort)) {
    trop_stop("option_invalid", refusal("cohort_and_treatment"))
  }
  roles[names(roles) != if (is.null(roles$cohort)) "cohort" else "treatment"]
}
