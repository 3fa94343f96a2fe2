"""Counts the texts that stand in Python and again in R: a sentence to the user belongs in the core.

python tools/shared_words.py

Prints the share of R's runs of five words, within its strings, that stand in Python's strings too; fails if it
is 15% or more. Documentation, comments and tests do not count.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator

from option_files import ROOT

RUN = 5
LIMIT = 0.15


def runs(text: str) -> Iterator[tuple[str, ...]]:
    """Every run of words in a text."""
    words = re.findall(r"[a-z]+", text.lower())
    return zip(*(words[k:] for k in range(RUN)))


def python_texts() -> Iterator[str]:
    """The strings of the Python package, docstrings left out."""
    for file in (ROOT / "python/src").rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        alone = {
            id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                yield " ".join(
                    part.value for part in node.values if isinstance(part, ast.Constant)
                )
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                if id(node) not in alone:
                    yield node.value


def r_texts() -> Iterator[str]:
    """The strings of the R package."""
    for file in (ROOT / "r-package/R").glob("*.R"):
        lines = file.read_text(encoding="utf-8").splitlines()
        code = "\n".join(line for line in lines if not line.lstrip().startswith("#"))
        yield from re.findall(r'"((?:[^"\\]|\\.)*)"', code)


def main() -> int:
    """Prints the share and the runs; 1 if there are too many."""
    python = {run for text in python_texts() for run in runs(text)}
    r = [run for text in r_texts() for run in runs(text)]
    both = [run for run in r if run in python]
    share = len(both) / max(len(r), 1)
    print(
        f"{len(both)} of R's {len(r)} runs of {RUN} words stand in Python too: {share:.0%}"
    )
    for run in both if "-v" in sys.argv else []:
        print(" ", *run)
    return int(share >= LIMIT)


if __name__ == "__main__":
    sys.exit(main())
