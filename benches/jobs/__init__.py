"""Every job: a module with ABOUT, the text of its section, and CASES."""

from jobs import bootstrap, distance, pooled, scale, scores, search, startup, threads

MODULES = (search, scores, bootstrap, distance, pooled, scale, threads, startup)
CASES = [case for module in MODULES for case in module.CASES]
