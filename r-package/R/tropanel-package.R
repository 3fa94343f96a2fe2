# The pronoun of ggplot2's aes().
utils::globalVariables(".data")
