# For the reference: what trop.hpp says of members that only call trop.h, is that trop.h says it.
{ line[NR] = $0 }

END {
    for (k = 1; k <= NR; k++) {
        if (line[k - 1] !~ /^ *\/\/\// && line[k] ~ /^    [a-zA-Z]/) say(k)
        print line[k]
    }
}

function say(k,    j, text) {
    if (line[k] ~ /^    explicit [a-z_]+\(trop_[a-z_]+ \*owned\)/) {
        print "    /// Takes over a handle of trop.h."
    } else if (line[k] ~ / \*get\(\) const noexcept/) {
        print "    /// The handle of trop.h, which this object keeps."
    } else if (line[k] ~ /\) (const )?(noexcept )?\{/) {
        # The body ends where its line or a later one closes it.
        for (j = k; j < k + 8; j++) {
            text = text line[j]
            if (line[j] ~ /\}$/) break
        }
        if (match(text, /trop_[a-z_]+\(/)) print "    /// See " substr(text, RSTART, RLENGTH) ")."
    }
}
