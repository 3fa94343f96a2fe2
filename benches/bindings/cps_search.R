# The search of run.py from R: prints its seconds, its score and the lambdas chosen.

UNITS <- 50
PERIODS <- 40
WEIGHTS <- c(0, 0.1, 0.5, 1, 2, 5)
NN <- c(0.01, 0.1, 1, 10)

data <- read.csv(commandArgs(trailingOnly = TRUE)[1])
Y <- matrix(data$y, UNITS, PERIODS, byrow = TRUE)
W <- matrix(data$d, UNITS, PERIODS, byrow = TRUE)
invisible(loadNamespace("tropanel"))

start <- Sys.time()
found <- tropanel::loocv_grid_search(Y, W, WEIGHTS, WEIGHTS, NN, search = "cycle", progress = FALSE)
seconds <- as.numeric(Sys.time() - start, units = "secs")

chosen <- vapply(found$lambdas[c("time", "unit", "nn")], format, "")
cat(sprintf("%.9f %.17f", seconds, found$score), chosen, "\n")
