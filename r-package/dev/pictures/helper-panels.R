# Panels that pictures are looked at on, and their estimates, which must be quick: those of python/tests/picture_panels.py.

LONG_UNIT <- "Special Administrative Region of the Upper Valley and Surrounding Municipalities (North)"
LONG_OUTCOME <- "Registered unemployment, seasonally adjusted, persons per 1,000 inhabitants"
LAMBDAS <- c(time = 0.05, unit = 0.1, nn = Inf)
THREADS <- 2

# Units of which the last adopt one after another, not in the order of their names. Sines in place of random numbers:
# those of R depend on its version.
staggered <- function(n_units, periods, n_treated, first) {
  n_periods <- length(periods)
  unit <- rep(seq_len(n_units), each = n_periods)
  period <- rep(seq_len(n_periods), n_units)
  adoption <- rep(n_periods + 1, n_units)
  spread <- floor(seq(first, max(first, n_periods - 3), length.out = n_treated)) + 1
  adoption[n_units - n_treated + seq_len(n_treated)] <- spread[order(sin(37 * seq_len(n_treated)))]
  policy <- as.integer(period >= adoption[unit])
  walk <- sin(12.9 * unit + 0.7 * period) + 2 * sin(78.2 * unit + 0.2 * period) + 0.5 * sin(41 * unit * period)
  data.frame(
    region = sprintf("Region %02d", unit - 1), month = periods[period],
    sales = 50 + walk + 4 * sin(period / 4) + 3 * policy, policy = policy
  )
}

estimate <- function(formula, data, ...) trop(formula, data, threads = THREADS, progress = FALSE, ...)

estimate_staggered <- function(data, ...) estimate(sales ~ policy | region + month, data, lambdas = LAMBDAS, ...)

PANELS <- list(
  # One treated state, 12 years.
  prop99 = function() {
    estimate(
      packs_per_capita ~ treated | state + year, prop99,
      grids = list(time = c(0, 0.2), unit = c(0, 0.2), nn = Inf), search = "grid", inference = "placebo"
    )
  },
  # States that adopt one after another.
  castle = function() {
    estimate(l_homicide ~ post | state + year, castle, lambdas = LAMBDAS, inference = "jackknife")
  },
  # 50 regions by 48 months with dates, twelve adopting; one effect is an outlier.
  months = function() {
    data <- staggered(50, seq(as.Date("2016-01-01"), by = "month", length.out = 48), 12, 24)
    hit <- data$region == "Region 42" & data$month == as.Date("2019-11-01")
    data$sales[hit] <- data$sales[hit] + 60
    estimate_staggered(data, inference = "jackknife")
  },
  # 500 regions by 24 quarters in text, 60 adopting.
  many = function() {
    data <- staggered(500, paste0(rep(2015:2020, each = 4), "Q", 1:4), 60, 10)
    estimate_staggered(data, inference = "bootstrap", n_boot = 30, anchor = "spell", pre_periods = FALSE)
  },
  # One treated unit whose name is long, like that of the outcome; one period is treated.
  long_names = function() {
    data <- staggered(14, 2001:2018, 1, 17)
    data$region[data$region == "Region 13"] <- LONG_UNIT
    names(data)[3] <- LONG_OUTCOME
    roles <- list(outcome = LONG_OUTCOME, treatment = "policy", unit = "region", time = "month")
    do.call(estimate, c(list(NULL, data, lambdas = LAMBDAS, inference = "placebo"), roles))
  }
)

# Each panel is estimated once.
results <- new.env()
result_of <- function(panel) {
  if (is.null(results[[panel]])) {
    results[[panel]] <- PANELS[[panel]]()
  }
  results[[panel]]
}

# What is drawn beside estimates.
ANSWERS <- list(
  comparison = function() {
    compare(
      packs_per_capita ~ treated | state + year, prop99,
      estimators = c("did", "sc", "sdid", "trop"), lambdas = LAMBDAS, inference = "placebo", threads = THREADS,
      progress = FALSE
    )
  },
  power = function() {
    power_panels(
      packs_per_capita ~ treated | state + year, prop99,
      treated = 1:2, periods = c(3, 6), draws = 40, lambdas = LAMBDAS, inference = "placebo", threads = THREADS,
      progress = FALSE
    )
  },
  simulation = function() {
    simulate_panels(
      l_homicide ~ post | state + year, castle,
      estimators = c("did", "sc", "trop"), draws = 20, lambdas = LAMBDAS, threads = THREADS, progress = FALSE
    )
  },
  bias = function() {
    bias_bounds(trop(
      l_homicide ~ post | state + year, castle,
      lambdas = LAMBDAS, pre_periods = FALSE, threads = THREADS, progress = FALSE
    ))
  }
)

# Those that ggplot2 draws, too.
BY_GGPLOT2 <- c("power", "bias")
