"""Writes what the authors of other Rust crates ask for: their names and licences, in each package that holds their code.

    python tools/notices.py            write the notices anew
    python tools/notices.py --check    fail if they are not what Cargo.lock leads to

One file for each family of packages, from the lock file and the licence files that the crates come with.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

#: The platforms that packages are built for.
PLATFORMS = (
    "x86_64-unknown-linux-gnu",
    "aarch64-unknown-linux-gnu",
    "x86_64-unknown-linux-musl",
    "x86_64-apple-darwin",
    "aarch64-apple-darwin",
    "x86_64-pc-windows-gnu",
    "x86_64-pc-windows-msvc",
    "aarch64-pc-windows-gnullvm",
)

COMPILED = "normal,no-proc-macro"

#: File, the crate that is packaged, and which of its dependencies the package holds: those that are compiled into it
#: or, in the source package of R, also those that only compile.
NOTICES = (
    ("python/THIRD-PARTY-NOTICES", "trop-python", COMPILED),
    ("bindings/c/THIRD-PARTY-NOTICES", "trop-c", COMPILED),
    ("r-package/inst/AUTHORS", "trop-r", "normal,build"),
)

LICENCE_FILE = re.compile(r"(?i)^(licen[cs]e|copying|copyright|notice|unlicense)")
OTHER_CHOICE = re.compile(r"(?i)apache|zlib|unlicense|^copying$")
MIT_GRANT = "Permission is hereby granted, free of charge"

HEAD = """Third-party notices of tropanel

This package holds code of the Rust crates below, by their authors and under their licences. Of a choice of
licences that has MIT in it, MIT is taken. The texts follow the list.
"""

STANDARD_LIBRARY = {
    "name": "The standard library of Rust",
    "version": "",
    "license": "MIT OR Apache-2.0",
    "authors": ["The Rust Project contributors"],
    "repository": "https://github.com/rust-lang/rust",
    "manifest_path": "",
}


def run(*command: str) -> str:
    """Run cargo in the repository and return what it prints."""
    return subprocess.run(
        ["cargo", *command], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def locked() -> dict[tuple[str, str], dict]:
    """All crates of other people in the lock file, by name and version."""
    packages = json.loads(run("metadata", "--locked", "--format-version", "1"))
    return {(p["name"], p["version"]): p for p in packages["packages"] if p["source"]}


def held(crate: str, edges: str) -> set[tuple[str, str]]:
    """Name and version of each crate that a package holds on some platform."""
    options = ("--edges", edges, "--prefix", "none", "--format", "{p}")
    lines = [
        line.split()
        for platform in PLATFORMS
        for line in run(
            "tree", "--locked", "--package", crate, "--target", platform, *options
        ).splitlines()
        if line
    ]
    return {(name, version.removeprefix("v")) for name, version, *_ in lines}


def authors(crate: dict) -> str:
    """Who wrote a crate, as far as it says."""
    named = [re.sub(r"\s*<.*", "", author) for author in crate["authors"]]
    return ", ".join(named) or f"the authors of {crate['name']}"


def texts(crate: dict) -> list[str]:
    """The licence texts of a crate: those that it comes with, and that of MIT if it only names it."""
    files = {}
    if crate["manifest_path"]:
        for path in sorted(Path(crate["manifest_path"]).parent.iterdir()):
            if path.is_file() and LICENCE_FILE.search(path.name):
                files[path.name] = path.read_text(encoding="utf-8").strip()
    if any(MIT_GRANT in text for text in files.values()):
        chosen = {n: t for n, t in files.items() if not OTHER_CHOICE.search(n)}
        files = chosen if re.search(r"\bOR\b|/", crate["license"]) else files
    elif "MIT" in crate["license"]:
        grant = (ROOT / "LICENSE-MIT").read_text(encoding="utf-8")
        owner = f"Copyright (c) {authors(crate)}"
        files["MIT"] = re.sub(r"Copyright \(c\).*", lambda _: owner, grant).strip()
    if not files:
        raise SystemExit(
            f"{crate['name']} comes without the text of {crate['license']}"
        )
    return list(files.values())


def entry(crate: dict) -> str:
    """A crate in the list."""
    lines = [
        f"{crate['name']} {crate['version']}".strip(),
        f"  authors: {authors(crate)}",
        f"  licence: {crate['license']}",
    ]
    if crate["repository"]:
        lines.append(f"  source: {crate['repository']}")
    return "\n".join(lines)


def notice(crates: list[dict]) -> str:
    """The whole file: each text once, after the names of the crates that it is for."""
    users: dict[str, list[str]] = {}
    wording: dict[str, str] = {}
    for crate in crates:
        for text in texts(crate):
            key = " ".join(text.split())
            wording.setdefault(key, "\n".join(map(str.rstrip, text.splitlines())))
            users.setdefault(key, []).append(
                f"{crate['name']} {crate['version']}".strip()
            )
    parts = [HEAD, "\n".join(map(entry, crates))]
    for key, names in users.items():
        parts.append("\n" + "-" * 72 + "\n" + ", ".join(names) + "\n\n" + wording[key])
    return "\n".join(parts) + "\n"


def main(check: bool) -> int:
    """Write or check all files; the number of those that were not fresh."""
    everything, stale = locked(), 0
    for file, crate, edges in NOTICES:
        found = sorted(held(crate, edges) & everything.keys())
        text = notice([STANDARD_LIBRARY, *(everything[key] for key in found)])
        path = ROOT / file
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        stale += 1
        if check:
            print(f"{file} is not what Cargo.lock leads to: run `make notices`")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"wrote {file}: {len(found)} crates, {len(text) // 1024} KiB")
    return stale if check else 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]) > 0)
