# One page with everything.

report <- function(x, file) NULL
