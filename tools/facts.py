"""What several files say of the project: its version, the maintainer's address, where its sources and its site live.

    python tools/facts.py                                           check that all files agree
    python tools/facts.py --version 0.2.0                           set the version in all of them
    python tools/facts.py --address a@b.org --repository https://… --site https://…
                                                                    set who answers, and where
    python tools/facts.py --release v0.2.0                          check that this can be released under that tag

Cargo.toml is the source; `make version V=0.2.0` and `make owner` call this.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

#: How Cargo.toml says each fact.
SOURCES = {
    "version": r'(?m)^version = "(.*)"',
    "address": r"(?m)^authors = \[.*<(.*)>",
    "repository": r'(?m)^repository = "(.*)"',
    "site": r'(?m)^homepage = "(.*)/"',
}

#: What a fact must look like. R, Debian, CMake and TROP_VERSION_NUMBER all take three numbers, the last two below 100.
FORMS = {
    "version": r"(0|[1-9]\d*)\.(0|[1-9]\d?)\.(0|[1-9]\d?)",
    "address": r"[^@\s<>\"']+@[^@\s<>\"']+\.[a-z]+",
    "repository": r"https://[^\s\"'<>]+[^\s\"'<>/]",
    "site": r"https://[^\s\"'<>]+[^\s\"'<>/]",
}

HEADER = "bindings/c/include/trop.h"

#: File, what is said in it (the group), and how it is said.
PLACES = [
    ("Cargo.toml", SOURCES["version"], "{version}"),
    ("Cargo.toml", r'path = "crates/[\w-]+", version = "(.*)"', "{version}"),
    ("Cargo.toml", SOURCES["address"], "{address}"),
    ("Cargo.toml", SOURCES["repository"], "{repository}"),
    ("Cargo.toml", SOURCES["site"], "{site}"),
    # Crates of the workspace: those without a source.
    ("Cargo.lock", r'name = "trop-[\w-]+"\nversion = "(.*)"\n(?!source)', "{version}"),
    # As above, and the crate of the fuzz targets, which has no version of its own to keep.
    ("fuzz/Cargo.toml", r'(?m)^version = "(.*)"', "{version}"),
    (
        "fuzz/Cargo.lock",
        r'name = "trop-[\w-]+"\nversion = "(.*)"\n(?!source)',
        "{version}",
    ),
    (HEADER, r'#define TROP_VERSION "(.*)"', "{version}"),
    (HEADER, r"#define TROP_VERSION_MAJOR (.*)", "{major}"),
    (HEADER, r"#define TROP_VERSION_MINOR (.*)", "{minor}"),
    (HEADER, r"#define TROP_VERSION_PATCH (.*)", "{patch}"),
    ("CITATION.cff", r"(?m)^version: (.*)", "{version}"),
    ("CITATION.cff", r"(?m)^repository-code: (.*)", "{repository}"),
    ("python/pyproject.toml", r'email = "(.*)"', "{address}"),
    ("python/pyproject.toml", r'(?m)^Documentation = "(.*)/"', "{site}"),
    ("python/pyproject.toml", r'(?m)^Source = "(.*)"', "{repository}"),
    ("python/pyproject.toml", r'(?m)^Issues = "(.*)"', "{repository}/issues"),
    (
        "python/pyproject.toml",
        r'(?m)^Changelog = "(.*)"',
        "{repository}/blob/main/CHANGELOG.md",
    ),
    ("r-package/DESCRIPTION", r"(?m)^Version: (.*)", "{version}"),
    ("r-package/DESCRIPTION", r'email = "(.*)"', "{address}"),
    ("r-package/DESCRIPTION", r"(?m)^URL: ([^,\s]*)", "{repository}"),
    ("r-package/DESCRIPTION", r"(?m)^URL: .*, (.*)/$", "{site}"),
    ("r-package/DESCRIPTION", r"(?m)^BugReports: (.*)", "{repository}/issues"),
    ("packaging/conda/recipe.yaml", r'(?m)^  version: "(.*)"', "{version}"),
    ("packaging/conda/recipe.yaml", r"git: (.*)", "{repository}"),
    ("packaging/conda/recipe.yaml", r"homepage: (.*)", "{repository}"),
    ("packaging/debian/changelog", r"\Atrop \((.*)-1\)", "{version}"),
    ("packaging/debian/changelog", r"\A[^<]*<(.*)>", "{address}"),
    ("packaging/debian/control", r"Maintainer: .*<(.*)>", "{address}"),
    ("packaging/debian/control", r"Homepage: (.*)", "{repository}"),
    ("packaging/debian/copyright", r"(?m)^Source: (.*)", "{repository}"),
    ("packaging/vcpkg/portfile.cmake", r"URL (.*)", "{repository}"),
    ("packaging/vcpkg/vcpkg.json", r'"version": "(.*)"', "{version}"),
    ("packaging/vcpkg/vcpkg.json", r'"homepage": "(.*)"', "{repository}"),
    ("tools/site/mkdocs.yml", r"(?m)^site_url: (.*)/$", "{site}"),
    ("r-package/NEWS.md", r"\A# tropanel (.*)", "{version}"),
]


def known(root: Path) -> dict[str, str]:
    """The facts, from Cargo.toml."""
    text = read(root / "Cargo.toml")
    return {fact: re.search(pattern, text)[1] for fact, pattern in SOURCES.items()}


def spelled(form: str, facts: dict[str, str]) -> str:
    """How a place says the facts."""
    major, minor, patch = facts["version"].split(".")
    return form.format(**facts, major=major, minor=minor, patch=patch)


def faults(root: Path, facts: dict[str, str]) -> list[str]:
    """Places that say something else than Cargo.toml, or nothing."""
    found = []
    for file, pattern, form in PLACES:
        said = set(re.findall(pattern, read(root / file)))
        if said != {spelled(form, facts)}:
            found.append(
                f"{file} says {', '.join(sorted(said)) or 'nothing'}, not {spelled(form, facts)}"
            )
    return found


def set_all(root: Path, facts: dict[str, str]) -> None:
    """Write the facts wherever they are said."""
    for file, pattern, form in PLACES:
        path = root / file
        path.write_text(
            re.sub(pattern, lambda m: put(m, spelled(form, facts)), read(path)),
            encoding="utf-8",
        )


def put(match: re.Match[str], said: str) -> str:
    """The text that matched, with its group replaced."""
    start, end = (k - match.start() for k in match.span(1))
    return match[0][:start] + said + match[0][end:]


def not_ready(root: Path, facts: dict[str, str], tag: str) -> list[str]:
    """What stands against a release under a tag."""
    found = []
    if tag != f"v{facts['version']}":
        found.append(f"the tag is {tag}, the version {facts['version']}")
    if f"## [{facts['version']}] - " not in read(root / "CHANGELOG.md"):
        found.append(
            f"CHANGELOG.md has no section for {facts['version']} with its date"
        )
    if not re.search(r"(?m)^date-released: ", read(root / "CITATION.cff")):
        found.append("CITATION.cff has no date-released")
    for fact in ("address", "repository", "site"):
        if ".invalid" in facts[fact]:
            found.append(
                f"the {fact} is a placeholder: make owner ADDRESS=... REPOSITORY=... SITE=..."
            )
    return found


def read(path: Path) -> str:
    """The text of a file."""
    return path.read_text(encoding="utf-8")


def main(arguments: list[str], root: Path = ROOT) -> int:
    """Check or set; the number of faults that are left."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for fact in SOURCES:
        parser.add_argument(f"--{fact}")
    parser.add_argument("--release", metavar="TAG")
    asked = parser.parse_args(arguments)
    wanted = {
        fact: getattr(asked, fact)
        for fact in SOURCES
        if getattr(asked, fact) is not None
    }
    for fact, value in wanted.items():
        if not re.fullmatch(FORMS[fact], value):
            parser.error(f"{value!r} is no {fact}: it must match {FORMS[fact]}")
    if wanted:
        set_all(root, {**known(root), **wanted})
    found = faults(root, known(root))
    if asked.release is not None:
        found += not_ready(root, known(root), asked.release)
    print(
        "\n".join(found) or spelled("tropanel {version}: all files agree", known(root))
    )
    return len(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]) > 0)
