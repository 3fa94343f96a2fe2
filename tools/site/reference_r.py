"""The R help pages as pages of the site."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from bs4 import BeautifulSoup, Tag

from fences import fenced

HERE = Path(__file__).resolve().parent


def write(man: Path, work: Path, pages: Path) -> None:
    """Write a page for each help page in the folder `man`, and one that lists them."""
    work.mkdir(parents=True, exist_ok=True)
    pages.mkdir(parents=True, exist_ok=True)
    command = ["Rscript", "--vanilla", str(HERE / "reference_r.R"), str(man), str(work)]
    subprocess.run(command, check=True, capture_output=True)
    listed = []
    for file in sorted(man.glob("*.Rd")):
        html = BeautifulSoup((work / f"{file.stem}.html").read_text(), "html.parser")
        title = html.h2.get_text(" ", strip=True)
        (pages / f"{file.stem}.md").write_text(page(file.stem, title, html))
        listed.append(f"| [{names(file)}]({file.stem}.md) | {title} |\n")
    (pages / "index.md").write_text(INDEX + "".join(listed))


INDEX = """---
title: R
---
# R reference

The package's help pages, which `?trop` shows in R.

| topic | title |
|---|---|
"""


def names(file: Path) -> str:
    """What a help page is about: its aliases, without the methods of classes that print."""
    found = re.findall(r"\\alias\{(.+)\}", file.read_text())
    return ", ".join(f"`{name}`" for name in found if not name.startswith("print."))


def page(name: str, title: str, html: BeautifulSoup) -> str:
    """One help page as Markdown: a heading for each section."""
    parts = [f"---\ntitle: {name}\n---\n# {title}"]
    for heading in html.find_all("h3"):
        parts.append(f"## {heading.get_text(strip=True)}")
        parts += (part for node in section(heading) for part in [content(node)] if part)
    return "\n\n".join(parts) + "\n"


def section(heading: Tag) -> Iterator[Tag]:
    """What stands between a heading and the next one."""
    for node in heading.find_next_siblings():
        if node.name == "h3":
            return
        yield node


def content(node: Tag) -> str:
    """A part of a section: code as a block, tables of arguments as definitions, other HTML as it is."""
    if node.name == "pre":
        return fenced(node.get_text(), "r")
    for link in node.find_all("a"):
        link["href"] = re.sub(r"^([\w.]+)\.html$", r"../\1/", link["href"])
        if link["href"].startswith("../../"):  # Another package's help.
            link.unwrap()
    for table in [node] if node.name == "table" else node.find_all("table"):
        define(table)
    html = str(node).strip()
    return html if node.name in ("dl", "p") else f"<div>{html}</div>"


def define(table: Tag) -> None:
    """Make a table of names and explanations a list of definitions."""
    for row in table.find_all("tr"):
        term, meaning = row.find_all("td", recursive=False)
        term.name, meaning.name = "dt", "dd"
        row.unwrap()
    table.name = "dl"
