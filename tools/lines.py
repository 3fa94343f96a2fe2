"""Counts source lines by language: now, and at a commit to compare with.

python tools/lines.py [COMMIT]

A line counts unless it is blank, a comment or in a docstring. Tests, generated files, documents, benches and
data do not count.
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
import tarfile
from collections import Counter
from pathlib import PurePath

from option_files import COMMENT, GENERATED, ROOT, TESTS, code

# Where sources are, in this layout and in older ones.
FOLDERS = {
    "core": r"crates/trop-core/src/",
    "report": r"crates/trop-report/src/",
    "Python": r"(bindings/python|crates/trop-python|python)/src/",
    "R": r"bindings/r/src/|r-package/(R|src/rust/src)/|crates/trop-r/src/",
    "C": r"(bindings/c|crates/trop-c)/(src|include)/",
}


def texts(commit: str) -> dict[str, str]:
    """Every source file that counts at a commit, by its path."""
    archive = subprocess.run(
        ["git", "archive", commit], cwd=ROOT, check=True, capture_output=True
    ).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as tree:
        return {
            member.name: tree.extractfile(member).read().decode()
            for member in tree.getmembers()
            if member.isfile() and counts(member.name)
        }


def counts(name: str) -> bool:
    """Whether a file is source that somebody wrote, and no test."""
    written = PurePath(name).suffix in COMMENT and not GENERATED.search(name)
    return written and not TESTS.search(name)


def code_lines(name: str, text: str) -> int:
    """The lines of a file that are code."""
    return sum(bool(line.strip()) for line in code(PurePath(name), text).splitlines())


def by_place(commit: str) -> Counter[str]:
    """Lines of code by language, and within the core by folder."""
    found: Counter[str] = Counter()
    for name, text in texts(commit).items():
        for place, folder in FOLDERS.items():
            if re.match(folder, name):
                found[place] += code_lines(name, text)
                found["all"] += code_lines(name, text)
    return found


def main(arguments: list[str]) -> int:
    """Prints a table: place, lines at each commit, difference."""
    commits = [*arguments[:1], "HEAD"]
    columns = [by_place(commit) for commit in commits]
    print("place", *commits, *(["difference"] if arguments else []), sep="\t")
    for place in [*FOLDERS, "all"]:
        row = [column[place] for column in columns]
        change = [f"{row[1] - row[0]:+d}"] if arguments else []
        print(place, *row, *change, sep="\t")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
