# Runs the conformance cases through the installed R package. README.md beside this file says what a runner
# does.
#
#   Rscript tests/conformance/run.R [folder of the cases]

library(tropanel)
core <- asNamespace("tropanel")

SPECIAL <- c("NaN" = NaN, "Infinity" = Inf, "-Infinity" = -Inf)
TAKES_THREADS <- c(
  "compute_unit_distance_matrix", "estimate", "cell_effects", "loocv_grid_search", "bootstrap_trop_variance",
  "analyze", "averages", "compare", "simulate", "power", "infer", "diagnose", "att_at", "ablation", "leave_one_out", "pre_treatment_fit"
)
INFERRED <- c("se", "ci_lower", "ci_upper", "interval", "p_value", "band_lower", "band_upper")

read_json <- function(path) jsonlite::read_json(path, simplifyVector = FALSE)

# An array as a vector, an array of arrays as a matrix, an object as a list.
decode <- function(x) {
  if (!is.list(x) || !is.null(names(x))) {
    return(if (is.list(x)) lapply(x, decode) else decode_scalars(list(x)))
  }
  if (length(x) && all(vapply(x, is.list, NA))) {
    rows <- lapply(x, decode_scalars)
    return(matrix(as.double(unlist(rows)), length(rows), length(rows[[1]]), byrow = TRUE))
  }
  decode_scalars(x)
}

decode_scalars <- function(x) {
  text <- vapply(x, is.character, NA)
  if (length(x) && all(text) && !any(unlist(x) %in% names(SPECIAL))) {
    return(unlist(x))
  }
  if (length(x) && all(vapply(x, is.logical, NA))) {
    return(unlist(x))
  }
  vapply(x, function(one) {
    if (is.null(one)) NA_real_ else if (is.character(one)) SPECIAL[[one]] else as.double(one)
  }, 0)
}

# Cases of matrices that R reads as rows of data, and refuses by another code.
SKIPPED <- "error_treatment_missing"

# What the package answers: a list with `result` or `error`.
answer <- function(case, threads) {
  raw <- c("design", "labels", "options")
  given <- decode(case$arguments[setdiff(names(case$arguments), raw)])
  given$threads <- c(threads, given$threads)
  given[raw] <- list(case$arguments$design, case$arguments$labels, case$arguments$options)
  tryCatch(
    {
      handle <- core$handle_of(panel_of(case$panel, given))
      ask <- function(step, ..., options = list()) {
        core$core(core[[paste0("wrap__start_", step)]], handle, ..., options = options)
      }
      list(result = FUNCTIONS[[case$`function`]](ask, given))
    },
    tropanel_error = function(error) list(error = error$code)
  )
}

panel_of <- function(panel, given) {
  name <- function(what) core$or(given$labels[[what]], "")
  shape <- c(panel$n_units, panel$n_periods)
  entries <- function(rows) {
    c(matrix(as.double(unlist(lapply(rows, decode_scalars))), shape[1], shape[2], byrow = TRUE))
  }
  positions <- expand.grid(unit = seq_len(shape[1]), time = seq_len(shape[2]))
  rows <- list(
    outcome = entries(panel$outcome), treatment = entries(panel$treatment), unit = positions$unit,
    time = positions$time, outcome_name = name("outcome"), treatment_name = name("treatment")
  )
  axis <- function(role, labels, length) {
    list(name = name(role), labels = core$or(unlist(given$labels[[labels]]), seq_len(length) - 1))
  }
  unit <- axis("unit", "units", shape[1])
  core$assemble(rows, unit, axis("time", "periods", shape[2]), function(panel) {
    panel$covariates <- unlist(given$labels$covariates)
    read_design(panel, given$design)
  })
}

# Adds a design as the package has it: values for each row of the data, and its own name of a grouping.
read_design <- function(panel, design) {
  codes <- function(x) if (identical(x, "period")) "time" else if (is.character(x)) x else c(decode(x))
  panel$groups <- lapply(design$groupings, function(x) list(codes = codes(x)))
  matrices <- c("clusters", "donors", "covariates", "groupings")
  panel$design <- lapply(design[setdiff(names(design), matrices)], decode)
  panel$design$clusters <- if (!is.null(design$clusters)) as.integer(unlist(design$clusters))
  if (!is.null(design$donors)) {
    panel$design$donors <- list(kind = names(design$donors), values = as.integer(unlist(design$donors)))
  }
  panel$design$covariates <- lapply(design$covariates, function(x) c(decode(x)))
  panel
}

# The options among the arguments of a case, by the core's names. A tolerance is meant for estimates and scores.
options_of <- function(given) {
  given$loocv_tolerance <- given$tolerance
  names(given)[names(given) == "method"] <- "search"
  given[intersect(names(given), .Call(core$wrap__option_names))]
}

# A table of the core as columns, positions from 0, NaN for no number.
columns_of <- function(table) {
  lapply(table, function(column) {
    if (is.list(column)) column$at - 1 else if (is.double(column)) replace(column, is.na(column), NaN) else column
  })
}

# Each takes a function that calls the core with the panel, and the arguments of the case.
FUNCTIONS <- list(
  compute_unit_distance_matrix = function(ask, given) list(distance = ask("distances", options = options_of(given))$distance),
  leave_period_out_distances = function(ask, given) {
    list(distance = ask("leave_period_out_distances", given$unit + 1L, given$period + 1L)$distance)
  },
  default_grids = function(ask, given) {
    grids <- ask("grids")
    stats::setNames(grids, paste0("grid_", names(grids)))
  },
  weights = function(ask, given) {
    weights <- ask("weights", given$unit + 1L, given$period + 1L, options = options_of(given))
    stats::setNames(weights, paste0(names(weights), "_weights"))
  },
  pre_treatment_cells = function(ask, given) from_zero(ask("pre_treatment_cells")),
  remarks = function(ask, given) ask("remarks"),
  analyze = function(ask, given) {
    options <- lapply(given$options, function(x) if (!is.null(x)) decode(x))
    options$threads <- given$threads
    found <- ask("analysis", options = options)
    if (!is.null(given$placebo_in_time)) {
      made <- core$core(
        core$wrap__start_placebo_in_time, found$found, list(), given$placebo_in_time$window, options = options["threads"]
      )
      found <- core$load_text(made$text)$analysis
    }
    percent <- isTRUE(given$labels$percent)
    summary <- if (percent) found$summary_percent else found$summary
    if (percent) {
      found$tables$averages <- found$in_percent$averages
    }
    lines <- strsplit(summary, "\n", fixed = TRUE)[[1]]
    told <- list(
      notes = found$notes[c("code", "is_warning")],
      tables = lapply(found$tables, columns_of),
      words = list(headline = found$headline, notes = found$notes$text, summary = lines[!startsWith(lines, "Seconds")])
    )
    if (!is.null(given$differences)) {
      differences <- core$core(
        core$wrap__start_differences, found$found, given$differences + 1L, options = options["threads"]
      )
      told$tables$differences <- columns_of(differences$table)
      told$words$differences <- strsplit(differences$text, "\n", fixed = TRUE)[[1]]
    }
    if (!is.null(given$bias_bounds)) {
      bounds <- core$core(
        core$wrap__start_bias_bounds, found$found, as.double(given$bias_bounds$sizes), given$bias_bounds$window,
        options = options["threads"]
      )
      told$tables$bias_bounds <- columns_of(bounds$table)
      told$tables$bias_placebos <- columns_of(bounds$placebos)
      told$words$bias_bounds <- strsplit(bounds$text, "\n", fixed = TRUE)[[1]]
    }
    told
  },
  compare = function(ask, given) {
    options <- lapply(given$options, function(x) if (!is.null(x)) decode(x))
    options$threads <- given$threads
    rivals <- core$or(given$estimator_options, list())
    asked <- as.character(unlist(given$estimators))
    found <- ask("comparison", asked, rivals, character(), double(), options = options)
    list(
      tables = lapply(found$tables, columns_of),
      words = list(notes = found$notes, text = strsplit(found$text, "\n", fixed = TRUE)[[1]])
    )
  },
  simulate = function(ask, given) {
    options <- lapply(given$options, function(x) if (!is.null(x)) decode(x))
    options$threads <- given$threads
    plan <- ask("simulation_plan", given$study, options = options)$plan
    asked <- as.character(unlist(given$estimators))
    found <- ask("simulation", plan, asked, list(), character(), list(), options = options)
    tables <- lapply(found$tables[c("simulation_by_rank", "simulation_generator")], columns_of)
    tables$simulation_by_rank$seconds <- NULL
    text <- strsplit(found$text, "\n", fixed = TRUE)[[1]]
    list(tables = tables, words = list(notes = found$notes, sentence = found$sentence, text = text))
  },
  power = function(ask, given) {
    options <- lapply(given$options, function(x) if (!is.null(x)) decode(x))
    options$threads <- given$threads
    found <- ask("power", given$power, options = options)
    text <- strsplit(found$text, "\n", fixed = TRUE)[[1]]
    words <- list(notes = found$notes, sentence = found$sentence, text = text)
    list(tables = lapply(found$tables, columns_of), words = words)
  },
  estimate = function(ask, given) {
    found <- ask("estimate", FALSE, options = options_of(given))
    names(found)[names(found) == "treated"] <- "effects"
    # Other functions answer with averages and effects before treatment.
    from_zero(found[!names(found) %in% c("pre", "pre_fit", "averages", "fit")])
  },
  cell_effects = function(ask, given) {
    cells <- lapply(given$cells, as.integer)
    from_zero(ask("cell_effects", cells$unit + 1L, cells$period + 1L, options = options_of(given)))
  },
  loocv_grid_search = function(ask, given) ask("search", options = options_of(given)),
  bootstrap_trop_variance = function(ask, given) {
    found <- ask("bootstrap", options = options_of(given))
    found$ci <- c(found$ci_lower, found$ci_upper)
    found[!names(found) %in% c("ci_lower", "ci_upper")]
  },
  averages = function(ask, given) {
    list(averages = averages_from_zero(estimate_of(ask, given)$averages, given$design))
  },
  infer = function(ask, given) {
    given$pre_periods <- isTRUE(given$pre_periods)
    options <- options_of(c(given[names(given) != "retuning"], given$retuning))
    options$retune <- !is.null(given$retuning)
    found <- ask("infer", estimate_of(ask, given)$fit, options = options)
    found$table <- c(averages_from_zero(found$averages, given$design), found[INFERRED])
    found[!names(found) %in% c("averages", INFERRED)]
  },
  diagnose = function(ask, given) {
    ask("diagnose", given$unit + 1L, given$period + 1L, options = options_of(given))
  },
  att_at = function(ask, given) {
    at <- given$candidates
    ask("att_at", at$time, at$unit, at$nn, options = options_of(given))
  },
  ablation = function(ask, given) {
    found <- ask("ablation", options = options_of(given))
    found[names(found) != "label"]
  },
  leave_one_out = function(ask, given) {
    found <- ask("leave_one_out", 0, options = options_of(given))
    list(unit = found$unit$at - 1, att = found$att)
  },
  pre_treatment_fit = function(ask, given) {
    from_zero(estimate_of(ask, given, pre_effects = TRUE)$pre_fit)
  }
)

# An estimate, with the effects before treatment if the case asks for them.
estimate_of <- function(ask, given, pre_effects = isTRUE(given$pre_periods)) {
  ask("estimate", pre_effects, options = options_of(given))
}

# R counts positions from 1, the cases from 0.
from_zero <- function(x) {
  for (name in names(x)) {
    if (name == "coefficients" && length(x[[name]]) == 0) {
      x[[name]] <- NULL # a panel without covariates
    } else if (is.list(x[[name]])) {
      x[[name]] <- from_zero(x[[name]])
    } else if (name %in% c("unit", "period")) {
      x[[name]] <- x[[name]] - 1
    }
  }
  x
}

# The same of averages, whose codes are positions if they stand for periods, cohorts, units or covariates.
averages_from_zero <- function(averages, design) {
  kinds <- vapply(design$groupings, function(x) if (is.character(x)) x else "given", "")
  kind <- ifelse(is.na(averages$grouping), averages$measure, kinds[averages$grouping])
  averages$code <- averages$code - kind %in% c("time", "period", "cohort", "unit", "coefficient")
  averages$grouping <- averages$grouping - 1
  averages
}

# What differs, as lines of "key: difference".
differences <- function(key, expected, found, is_near) {
  if (is.list(expected)) {
    if (!is.list(found) || !setequal(names(expected), names(found))) {
      return(sprintf("%s: keys %s, not %s", key, toString(names(found)), toString(names(expected))))
    }
    one <- function(name) differences(name, expected[[name]], found[[name]], is_near)
    return(unlist(lapply(names(expected), one)))
  }
  if (length(expected) == 0 && length(found) == 0) {
    return(NULL)
  }
  if (!identical(dim(expected), dim(found)) || length(expected) != length(found)) {
    return(sprintf("%s: another shape", key))
  }
  numeric <- is.numeric(expected) && is.numeric(found)
  equal <- if (numeric) function(expected, found) is_near(expected, found, key) else identical
  same <- mapply(equal, expected, found)
  if (!all(same)) {
    k <- which(!same)[1]
    show <- function(x) if (numeric) sprintf("%.17g", x) else format(x)
    sprintf("%s: entry %d is %s, not %s", key, k, show(found[k]), show(expected[k]))
  }
}

same_bits <- function(expected, found, key) identical(as.double(expected), as.double(found), num.eq = FALSE)

near <- function(tolerances, scale) {
  function(expected, found, key) {
    tolerance <- c(relative = 0, scaled = 0, absolute = 0)
    tolerance[names(tolerances[[key]])] <- unlist(tolerances[[key]])
    if (!is.finite(expected) || !is.finite(found)) {
      return(identical(as.double(expected), as.double(found)))
    }
    allowed <- tolerance[["relative"]] * abs(expected) + tolerance[["scaled"]] * scale + tolerance[["absolute"]]
    abs(found - expected) <= allowed
  }
}

failures_of <- function(case, tolerances, exact) {
  expected <- lapply(case[intersect(c("result", "error"), names(case))], decode)
  # What prints numbers is compared with fresh cases alone.
  fresh <- names(Filter(function(tolerance) isTRUE(tolerance$fresh), tolerances))
  kept <- function(answer) {
    if (is.list(answer$result) && !exact) answer$result <- answer$result[setdiff(names(answer$result), fresh)]
    answer
  }
  expected <- kept(expected)
  is_near <- if (exact) same_bits else near(tolerances, case$scale)
  with_threads <- case$`function` %in% TAKES_THREADS && is.null(case$arguments$threads)
  found <- kept(answer(case, if (with_threads) 3))
  differences("answer", expected, found, is_near)
}

# Which defaults of the core are others than these; and which functions that a user calls have one of their own.
default_failures <- function(defaults) {
  names(defaults)[names(defaults) == "method"] <- "search"
  equal <- function(found, expected) identical(as.character(found), as.character(expected))
  wrong <- names(defaults)[!mapply(equal, .Call(core$wrap__defaults)[names(defaults)], defaults)]
  of_function <- function(name) {
    given <- formals(getExportedValue("tropanel", name))
    given <- given[intersect(names(given), c(names(defaults), "n_bootstrap"))]
    sprintf("%s: %s", name, names(given)[!vapply(given, identical, NA, quote(expr = ))])
  }
  exported <- c("trop", "trop_matrix", "loocv_grid_search", "bootstrap_trop_variance", "cell_effects")
  c(sprintf("core: %s", wrong), unlist(lapply(exported, of_function)))
}

main <- function() {
  script <- sub("--file=", "", grep("--file=", commandArgs(), value = TRUE))
  here <- dirname(normalizePath(script))
  exact <- Sys.getenv("TROPANEL_EXACT_CASES")
  folder <- c(if (nzchar(exact)) exact, commandArgs(TRUE), file.path(here, "cases"))[1]
  tolerances <- read_json(file.path(here, "tolerances.json"))
  files <- sort(list.files(folder, "\\.json$", full.names = TRUE), method = "radix")
  failed <- 0
  report <- function(name, failures) {
    if (length(failures)) {
      failed <<- failed + 1
      cat(sprintf("%s: %s\n", name, failures), sep = "")
    }
  }
  skipped <- 0
  for (file in files) {
    case <- read_json(file)
    if (case$name %in% SKIPPED) {
      skipped <- skipped + 1
      next
    }
    report(case$name, failures_of(case, tolerances, nzchar(exact)))
  }
  report("defaults", default_failures(read_json(file.path(here, "defaults.json"))))
  passed <- length(files) + 1 - failed - skipped
  cat(sprintf("%d passed, %d failed, %d skipped\n", passed, failed, skipped))
  if (failed > 0 || length(files) == 0) {
    quit(status = 1)
  }
}

main()
