# What someone who has just installed the package does first.

library(tropanel)

fit <- trop(
  packs_per_capita ~ treated | state + year, prop99,
  lambdas = c(time = 3, unit = 0.0459, nn = Inf), threads = 2, progress = FALSE
)
print(fit)
# The demo's California, at lambdas rounded to three digits.
stopifnot(abs(fit$att + 19.56) < 0.01, fit$converged, nrow(fit$effects) == 12)
