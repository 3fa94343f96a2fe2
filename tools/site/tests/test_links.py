"""Links and anchors within the site lead somewhere; names that must be in the references are there."""

from __future__ import annotations

import ast
import functools
import re
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup
from conftest import SITE, own_paths

ROOT = Path(__file__).resolve().parents[3]


@functools.cache
def page(path: str) -> BeautifulSoup:
    file = SITE / path
    return BeautifulSoup(
        (file / "index.html" if file.is_dir() else file).read_text(), "html.parser"
    )


@functools.cache
def anchors(path: str) -> set[str]:
    tags = page(path).find_all(True)
    return {tag.get("id") for tag in tags} | {tag.get("name") for tag in tags}


def leads_nowhere(path: str, href: str) -> bool:
    """Whether a link of a page is one within the site, and to nothing."""
    target = urlsplit(urljoin(f"http://site/{path}", href))
    if target.netloc != "site":
        return False
    file = unquote(target.path).lstrip("/")
    if not (SITE / file).exists():
        return True
    return bool(target.fragment) and unquote(target.fragment) not in anchors(file)


@pytest.mark.parametrize("path", own_paths())
def test_links_hold(path: str) -> None:
    links = [link["href"] for link in page(path).find_all("a", href=True)]
    assert [href for href in links if leads_nowhere(path, href)] == []


def test_broken_links_are_seen() -> None:
    for href in ("docs/none.md", "../none/", "../install/#none", "/none/"):
        assert leads_nowhere("when/", href), href
    for href in (
        "../install/",
        "../install/#python",
        "/",
        "#",
        "https://none.example/none",
    ):
        assert not leads_nowhere("when/", href), href


@pytest.mark.parametrize("path", own_paths())
def test_no_markup_is_left(path: str) -> None:
    assert "```" not in page(path).get_text()


def test_headings_begin_with_one_h1() -> None:
    for path in own_paths():
        assert len(page(path).find_all("h1")) == 1, path


def test_every_public_name_of_python_has_an_entry() -> None:
    source = (ROOT / "python/src/tropanel/__init__.py").read_text()
    found = re.search(r"__all__ = (\[.*?\])", source, re.DOTALL)
    assert found
    there = set().union(*(anchors(path) for path in own_paths() if "python" in path))
    names = [f"tropanel.{name}" for name in ast.literal_eval(found[1])]
    names.remove("tropanel.datasets")
    assert [name for name in names if name not in there] == []


def test_every_function_of_c_has_an_entry() -> None:
    header = (ROOT / "bindings/c/include/trop.h").read_text()
    names = set(re.findall(r"^[\w \*]*?\b(trop_\w+)\(", header, re.MULTILINE))
    assert names
    assert names - anchors("reference/c/trop.h/") == set()


def test_every_help_page_of_r_is_there() -> None:
    for file in (ROOT / "r-package/man").glob("*.Rd"):
        assert (SITE / f"reference/r/{file.stem}/index.html").exists(), file.stem


def test_every_class_of_cpp_has_an_entry() -> None:
    headers = (ROOT / "bindings/c/include/trop").glob("*.hpp")
    public = "\n".join(
        re.sub(
            r"(?ms)^namespace detail \{.*?^\}  // namespace detail",
            "",
            file.read_text(),
        )
        for file in headers
    )
    names = set(re.findall(r"^(?:class|struct) (\w+)[^{;]*\{", public, re.MULTILINE))
    assert names
    assert {f"trop-{name}" for name in names} - anchors(
        "reference/c/trop.hpp/"
    ) == set()


@pytest.mark.parametrize("crate", ["trop_core", "trop_report"])
def test_every_item_of_a_crate_has_an_entry(crate: str) -> None:
    source = (ROOT / f"crates/{crate.replace('_', '-')}/src/lib.rs").read_text()
    used = re.findall(r"pub use \w+::\{?([^;}]*)", source)
    renamed = re.sub(r"\w+ as (\w+)", r"\1", " ".join(used))
    names = set(re.findall(r"\w+", renamed))
    assert names - anchors(f"reference/rust/{crate}/") == set()
