library(testthat)
library(tropanel)

test_check("tropanel")
