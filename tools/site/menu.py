"""A hook of MkDocs: patterns in the menu stand for the pages that it does not name yet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any


def on_config(config: Any) -> Any:
    """Put files in the place of patterns."""
    named = set(leaves(config.nav))
    config.nav = expand(config.nav, Path(config.docs_dir), named)
    return config


def leaves(menu: Any) -> Iterator[str]:
    """The files and patterns of a menu."""
    if isinstance(menu, str):
        yield menu
    else:
        for item in menu.values() if isinstance(menu, dict) else menu:
            yield from leaves(item)


def expand(menu: Any, docs: Path, named: set[str]) -> Any:
    """A menu without patterns."""
    if isinstance(menu, dict):
        return {title: expand(item, docs, named) for title, item in menu.items()}
    if isinstance(menu, list):
        return [
            entry
            for item in menu
            for entry in entries(expand(item, docs, named), docs, named)
        ]
    return menu


def entries(item: Any, docs: Path, named: set[str]) -> list[Any]:
    """An item, or the files that a pattern stands for."""
    if not isinstance(item, str) or "*" not in item:
        return [item]
    found = (str(file.relative_to(docs)) for file in sorted(docs.glob(item)))
    return [file for file in found if file not in named]
