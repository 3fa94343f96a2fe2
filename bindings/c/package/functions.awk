# The functions of trop.h for its manual page, each with the first sentence of what it says.
/^\/\/\// {
    told = told (told == "" ? "" : " ") substr($0, 5)
    next
}

match($0, /^[a-z].*[ *]trop_[a-z_]+\(/) {
    name = substr($0, RSTART, RLENGTH - 1)
    sub(/.*[ *]/, "", name)
    if (match(told, /[^ .]\.( |$)/)) told = substr(told, 1, RSTART + 1)
    gsub(/\\/, "\\e", told)
    gsub(/`/, "", told)
    print ".TP\n.B " name "()\n\\&" told
}

{ told = "" }
