"""Counts the source files that name an option of the analysis: a new one must not need many.

python tools/option_files.py [OPTION]

Tests, documents, docstrings, generated files and comments do not count. Without OPTION it is the newest one.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path, PurePath

ROOT = Path(__file__).resolve().parent.parent

# The option that was added last; the author of the next one writes its name here.
NEWEST = "retune"

# How many files may name it: the core's fields and its table, what the core does with it (two files), and the
# signatures of Python and R.
LIMIT = 6

# Where options are listed, and where sources are.
TABLE = "crates/trop-core/src/analysis/table.rs"
SOURCES = [
    "crates/*/src",
    "bindings/*/src",
    "bindings/c/include",
    "python/src",
    "r-package/R",
]
COMMENT = {".rs": "//", ".hpp": "//", ".py": "#", ".pyi": "#", ".R": "#"}
GENERATED = re.compile(r"extendr-wrappers\.R$")
DOCSTRING = re.compile(r'^ *r?"""(.*?)"""$', flags=re.DOTALL | re.MULTILINE)
TESTS = re.compile(r"(^|/)tests?(/|\.rs$)|_tests\.rs$")


def options(root: Path) -> list[str]:
    """The names of all options, as the core's table has them."""
    rows = (root / TABLE).read_text(encoding="utf-8").split("const ROWS", 1)[1]
    return re.findall(r'^ {8}name: "(\w+)",$', rows, flags=re.MULTILINE)


def files(root: Path) -> list[Path]:
    """Every source file that counts."""
    folders = [folder for pattern in SOURCES for folder in root.glob(pattern)]
    found = [
        path
        for folder in folders
        for path in folder.rglob("*")
        if path.suffix in COMMENT
    ]
    names = {path: path.relative_to(root).as_posix() for path in found}
    return sorted(
        p
        for p, name in names.items()
        if not (TESTS.search(name) or GENERATED.search(name))
    )


def code(path: PurePath, text: str) -> str:
    """The text of a file without documentation, comments that stand on their own lines, and tests inside of it."""
    text = text.split("#[cfg(test)]\nmod tests {")[0]
    if path.suffix in (".py", ".pyi"):
        text = DOCSTRING.sub("", text)
    mark = COMMENT[path.suffix]
    return "\n".join(
        line for line in text.splitlines() if not line.lstrip().startswith(mark)
    )


def naming(root: Path, option: str) -> list[str]:
    """The files that name an option, as a word of its own."""
    word = re.compile(rf"\b{option}\b")
    return [
        path.relative_to(root).as_posix()
        for path in files(root)
        if word.search(code(path, path.read_text(encoding="utf-8")))
    ]


def main(arguments: list[str]) -> int:
    """Prints the files; 1 if there are too many."""
    option = arguments[0] if arguments else NEWEST
    if option not in options(ROOT):
        print(f"there is no option {option!r}; there are {', '.join(options(ROOT))}")
        return 2
    found = naming(ROOT, option)
    print(f"{option}: {len(found)} source files, at most {LIMIT}", *found, sep="\n  ")
    return int(len(found) > LIMIT)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
