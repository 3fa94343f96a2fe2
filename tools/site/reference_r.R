# Writes each help page of the R package as HTML: Rscript reference_r.R MAN OUT
#
# Links between pages lead to PAGE.html, links to other packages are plain text.

arguments <- commandArgs(TRUE)
files <- Sys.glob(file.path(arguments[1], "*.Rd"))
pages <- lapply(files, function(file) {
  tags <- tools::parse_Rd(file)
  of <- function(tag) vapply(Filter(function(x) attr(x, "Rd_tag") == tag, tags), as.character, "")
  setNames(rep(paste0(of("\\name"), ".html"), length(of("\\alias"))), of("\\alias"))
})
links <- unlist(pages)
for (file in files) {
  out <- file.path(arguments[2], sub("Rd$", "html", basename(file)))
  tools::Rd2HTML(file, out, package = "tropanel", Links = links, Links2 = links)
}
