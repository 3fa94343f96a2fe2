"""What rustdoc wrote, put into the site, and a page for each crate that tells the search of all its items."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from bs4 import BeautifulSoup, Tag

from fences import fenced

#: Folders of rustdoc that belong to no crate.
SHARED = ("static.files", "search.index", "trait.impl", "type.impl")


def write(doc: Path, crates: list[str], pages: Path) -> None:
    """Copy rustdoc's folder `doc` for some crates, and write their pages."""
    api = pages / "api"
    api.mkdir(parents=True)
    for file in doc.iterdir():
        if file.is_file() and not file.name.startswith("."):
            shutil.copy(file, api)
    for folder in [*SHARED, *crates, *(f"src/{crate}" for crate in crates)]:
        if (doc / folder).is_dir():
            shutil.copytree(doc / folder, api / folder)
    listed = "".join(f"- [`{crate}`]({crate}.md)\n" for crate in crates)
    (pages / "index.md").write_text(f"---\ntitle: Rust\n---\n{INDEX}{listed}")
    for crate in crates:
        (pages / f"{crate}.md").write_text(page(doc / crate, crate))


INDEX = """# Rust reference

Each crate has a page with all its items, which lead to rustdoc's own pages:

"""


def page(folder: Path, crate: str) -> str:
    """All items of a crate: what they are, how they are declared, what their comments say."""
    start = f"The start page of rustdoc: [`{crate}`](api/{crate}/index.html)."
    parts = [f"---\ntitle: {crate}\n---\n# The crate `{crate}`", start]
    everything = read(folder / "all.html")
    for heading in everything.select("#main-content h3"):
        parts.append(f"## {heading.get_text(strip=True)}")
        for link in heading.find_next_sibling("ul").find_all("a"):
            parts += item(folder, crate, link["href"], link.get_text(strip=True))
    return "\n\n".join(parts) + "\n"


def read(file: Path) -> BeautifulSoup:
    """One of rustdoc's pages."""
    return BeautifulSoup(file.read_text(), "html.parser")


def item(folder: Path, crate: str, href: str, name: str) -> Iterator[str]:
    """One item: heading, declaration, comment without its examples, and where to read on."""
    found = read(folder / href)
    yield f"### `{name}` {{ #{name.replace('::', '-')} }}"
    declared = found.select_one("pre.item-decl")
    if declared is not None:
        yield fenced(declaration(declared), "rust")
    comment = found.select_one("details.top-doc .docblock")
    if comment is not None:
        yield from comment_parts(comment, f"../api/{crate}/{Path(href).parent}/")
    yield f"[All of `{name}`](api/{crate}/{href})"


def declaration(declared: Tag) -> str:
    """A declaration as text, without what rustdoc folds away."""
    for folded in declared.select("summary"):
        folded.decompose()
    return re.sub(r"\n{2,}", "\n", declared.get_text()).strip()


def comment_parts(comment: Tag, base: str) -> Iterator[str]:
    """The paragraphs, lists and tables of a comment; its headings in bold."""
    for node in comment.find_all(recursive=False):
        if re.fullmatch(r"h\d", node.name):
            title = node.get_text(strip=True).lstrip("§")
            if title.startswith("Example"):
                return
            yield f"**{title}**"
        elif node.name in ("p", "ul", "ol", "table"):
            for link in node.find_all("a", href=True):
                if not re.match(r"https?:|#", link["href"]):
                    link["href"] = (base + link["href"]).replace("/./", "/")
            html = str(node)
            yield html if node.name == "p" else f"<div>{html}</div>"
