"""Builds the site: runs the code of its pages, makes pages of the references, and has MkDocs put all together.

python tools/site/build.py WORK OUT      # WORK keeps what has run; OUT is the site
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import reference_c
import reference_r
import reference_rust
from pages import write_pages

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def main(work: Path, out: Path) -> None:
    """Build everything anew but what has run before."""
    pages = work / "pages"
    shutil.rmtree(pages, ignore_errors=True)
    write_pages(ROOT / "docs", pages, work / "run")
    style = pages / "assets"
    style.mkdir(exist_ok=True)
    for name in ("site.css", "site.js"):
        shutil.copy(HERE / name, style)
    (pages / "changelog.md").write_text(changelog((ROOT / "CHANGELOG.md").read_text()))
    references(work, pages / "reference")
    environment = {**os.environ, "SITE_PAGES": str(pages), "SITE_OUT": str(out)}
    environment["NO_MKDOCS_2_WARNING"] = "1"
    command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    command += ["--config-file", str(HERE / "mkdocs.yml")]
    subprocess.run(command, check=True, cwd=ROOT, env=environment)


def changelog(text: str) -> str:
    """The list of changes with links from where it stands on the site; to other files of the repository without."""
    on_site = re.sub(r"\]\(docs/", "](", text)
    return re.sub(
        r"\[([^\]]+)\]\((?!https?:|#)([^)]+)\)",
        lambda link: link[0]
        if (ROOT / "docs" / link[2].partition("#")[0]).exists()
        else link[1],
        on_site,
    )


def references(work: Path, pages: Path) -> None:
    """Make pages of the references that other tools write; Python's are made by MkDocs."""
    reference_r.write(ROOT / "r-package/man", work / "r", pages / "r")
    reference_c.write(ROOT / "bindings/c/include", work / "c", pages / "c")
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    manifests = sorted(ROOT.glob("crates/*/Cargo.toml"))
    crates = [manifest.parent.name.replace("-", "_") for manifest in manifests]
    reference_rust.write(target / "doc", crates, pages / "rust")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
