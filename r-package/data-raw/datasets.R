# Makes data/prop99.rda and data/castle.rda from the tables of the Python package, which hold the same
# panels. Run in r-package/: Rscript data-raw/datasets.R

folder <- file.path("..", "python", "src", "tropanel", "data")
prop99 <- utils::read.csv(file.path(folder, "prop99.csv"))

# The castle panel numbers the states, from 1, by their names in alphabetical order.
states <- sort(c(state.name, "District of Columbia"))
codes <- c(state.abb, "DC")[match(states, c(state.name, "District of Columbia"))]
castle <- utils::read.csv(file.path(folder, "castle.csv"))
castle <- data.frame(sid = castle$sid, state = codes[castle$sid], castle[names(castle) != "sid"])

save(prop99, file = "data/prop99.rda", version = 2, compress = "xz")
save(castle, file = "data/castle.rda", version = 2, compress = "xz")
