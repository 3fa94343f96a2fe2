# Runs the conformance cases through the installed R package. README.md beside this file says what a runner
# does.
#
#   Rscript tests/conformance/run.R [folder of the cases]

library(tropanel)
core <- asNamespace("tropanel")

SPECIAL <- c("NaN" = NaN, "Infinity" = Inf, "-Infinity" = -Inf)
TAKES_THREADS <- c(
  "compute_unit_distance_matrix", "estimate", "cell_effects", "loocv_grid_search", "bootstrap_trop_variance",
  "averages", "infer", "diagnose", "att_at", "ablation", "leave_one_out", "pre_treatment_fit"
)
SEARCH_OPTIONS <- c("method", "criterion", "n_placebo_sets", "n_folds", "max_cells", "seed", "abandon")
INFERRED <- c("se", "ci_lower", "ci_upper", "p_value", "band_lower", "band_upper")

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

# What the package answers: a list with `result` or `error`.
answer <- function(case, threads) {
  panel <- case$panel
  shape <- c(panel$n_units, panel$n_periods)
  as_matrix <- function(rows) {
    matrix(as.double(unlist(lapply(rows, decode_scalars))), shape[1], shape[2], byrow = TRUE)
  }
  Y <- as_matrix(panel$outcome)
  W <- as_matrix(panel$treatment)
  given <- decode(case$arguments[names(case$arguments) != "design"])
  given$threads <- c(threads, given$threads)
  given$design <- read_design(case$arguments$design)
  ask <- function(name, ..., options = list()) {
    do.call(core[[paste0("core_", name)]], c(list(Y, W, ...), options, list(design = given$design)))
  }
  tryCatch(
    list(result = FUNCTIONS[[case$`function`]](ask, given)),
    tropanel_error = function(error) list(error = error$code)
  )
}

# A design as the package takes it: lists of matrices, and its own name of a grouping.
read_design <- function(design) {
  grouping <- function(x) if (identical(x, "period")) "time" else decode(x)
  matrices <- list(covariates = lapply(design$covariates, decode), groupings = lapply(design$groupings, grouping))
  c(lapply(design[setdiff(names(design), names(matrices))], decode), matrices)
}

options_of <- function(given, own = NULL) {
  given[intersect(c(own, "tolerance", "max_iterations", "threads"), names(given))]
}

# For what the package has no default of its own.
given_or_default <- function(given, name) {
  if (is.null(given[[name]])) core$core_defaults()[[name]] else given[[name]]
}

# Each takes a function that calls the core with the panel, and the arguments of the case.
FUNCTIONS <- list(
  compute_unit_distance_matrix = function(ask, given) list(distance = ask("distances", given$threads)),
  leave_period_out_distances = function(ask, given) {
    list(distance = ask("leave_period_out_distances", given$unit + 1, given$period + 1))
  },
  default_grids = function(ask, given) {
    grids <- ask("default_grids")
    stats::setNames(grids, paste0("grid_", names(grids)))
  },
  weights = function(ask, given) {
    weights <- ask("weights", given$unit + 1, given$period + 1, given$lambdas)
    stats::setNames(weights, paste0(names(weights), "_weights"))
  },
  pre_treatment_cells = function(ask, given) from_zero(ask("pre_treatment_cells")),
  remarks = function(ask, given) ask("remarks"),
  estimate = function(ask, given) {
    found <- ask("estimate", given$lambdas, options = options_of(given))
    names(found)[names(found) == "treated"] <- "effects"
    # Other functions answer with averages and effects before treatment.
    from_zero(found[!names(found) %in% c("pre", "pre_fit", "averages", "fit")])
  },
  cell_effects = function(ask, given) {
    cells <- given$cells
    from_zero(ask("cell_effects", cells$unit + 1, cells$period + 1, given$lambdas, options = options_of(given)))
  },
  loocv_grid_search = function(ask, given) {
    grids <- if (is.null(given$grids)) ask("default_grids") else given$grids
    search <- given[intersect(SEARCH_OPTIONS, names(given))]
    ask("search", grids, search, options = options_of(given))
  },
  bootstrap_trop_variance = function(ask, given) {
    n_boot <- given_or_default(given, "n_boot")
    found <- ask("bootstrap", given$lambdas, n_boot, options = options_of(given, c("level", "seed")))
    found$ci <- c(found$ci_lower, found$ci_upper)
    found[!names(found) %in% c("ci_lower", "ci_upper")]
  },
  averages = function(ask, given) {
    list(averages = averages_from_zero(estimate_of(ask, given)$averages, given$design))
  },
  infer = function(ask, given) {
    found <- ask(
      "infer", estimate_of(ask, given)$fit, given$lambdas, given_or_default(given, "inference"),
      given_or_default(given, "n_boot"),
      pre_periods = isTRUE(given$pre_periods), retuning = given$retuning,
      options = options_of(given, c("level", "seed"))
    )
    found$table <- c(averages_from_zero(found$averages, given$design), found[INFERRED])
    found[!names(found) %in% c("averages", INFERRED)]
  },
  diagnose = function(ask, given) {
    ask("diagnose", given$unit + 1, given$period + 1, given$lambdas, options = options_of(given))
  },
  att_at = function(ask, given) ask("att_at", given$candidates, options = options_of(given)),
  ablation = function(ask, given) {
    found <- ask("ablation", given$lambdas, options = options_of(given))
    c(list(variant = found$estimator), found$at)
  },
  leave_one_out = function(ask, given) {
    from_zero(ask("leave_one_out", given$lambdas, options = options_of(given)))
  },
  pre_treatment_fit = function(ask, given) {
    from_zero(estimate_of(ask, given, pre_effects = TRUE)$pre_fit)
  }
)

# An estimate, with the effects before treatment if the case asks for them.
estimate_of <- function(ask, given, pre_effects = isTRUE(given$pre_periods)) {
  ask("estimate", given$lambdas, pre_effects, options = options_of(given))
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
  averages$code <- averages$code - kind %in% c("time", "cohort", "unit", "coefficient")
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
  is_near <- if (exact) same_bits else near(tolerances, case$scale)
  with_threads <- case$`function` %in% TAKES_THREADS && is.null(case$arguments$threads)
  found <- lapply(if (with_threads) c(1, 3) else list(NULL), answer, case = case)
  unique(unlist(lapply(found, function(found) differences("answer", expected, found, is_near))))
}

# Arguments that stand for a default, by the names of defaults.json.
ARGUMENTS <- c(
  search = "method", criterion = "criterion", n_placebo_sets = "n_placebo_sets", n_folds = "n_folds",
  max_cells = "max_cells", abandon = "abandon", inference = "inference", n_boot = "n_boot",
  n_bootstrap = "n_boot", level = "level", seed = "seed", threads = "threads"
)

# Which defaults of the core, and of the functions that a user calls, are others than these.
default_failures <- function(defaults) {
  equal <- function(found, expected) identical(as.character(found), as.character(expected))
  wrong <- names(defaults)[!mapply(equal, core$core_defaults()[names(defaults)], defaults)]
  of_function <- function(name) {
    given <- formals(getExportedValue("tropanel", name))
    given <- given[intersect(names(given), names(ARGUMENTS))]
    own <- names(given)[!mapply(equal, given, defaults[ARGUMENTS[names(given)]])]
    sprintf("%s: %s", name, own)
  }
  exported <- getNamespaceExports("tropanel")
  functions <- exported[vapply(exported, function(name) is.function(getExportedValue("tropanel", name)), NA)]
  c(sprintf("core: %s", wrong), unlist(lapply(functions, of_function)))
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
  for (file in files) {
    case <- read_json(file)
    report(case$name, failures_of(case, tolerances, nzchar(exact)))
  }
  report("defaults", default_failures(read_json(file.path(here, "defaults.json"))))
  passed <- length(files) + 1 - failed
  cat(sprintf("%d passed, %d failed\n", passed, failed))
  if (failed > 0 || length(files) == 0) {
    quit(status = 1)
  }
}

main()
