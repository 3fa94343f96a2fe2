"""A folder of results: one file for each panel, and a manifest that says of what."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .._backends.many import fingerprint, manifest
from .._errors import TropError
from .._refusals import refusal
from .report import in_folder, replace

if TYPE_CHECKING:
    import os

    from .._data.panels import Panels

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Folder:
    """The files of the panels, by position."""

    files: list[Path]

    def finished(self, k: int) -> str | None:
        """Read the result of a panel, if there is one."""
        return self.files[k].read_text(encoding="utf-8") if self.files[k].is_file() else None

    def write(self, k: int, text: str) -> Path:
        """Keep the result of a panel: a file is there as a whole, or not at all."""
        replace(self.files[k], text)
        return self.files[k]


def open_folder(
    path: str | os.PathLike[str],
    panels: Panels,
    asked: list[tuple[str, str]],
    options: dict[str, Any],
) -> Folder:
    """Make a folder, or go on with one that is of the same call."""
    folder = in_folder(path)
    folder.mkdir(exist_ok=True)
    marked = folder / MANIFEST
    earlier = marked.read_text(encoding="utf-8") if marked.is_file() else None
    parts = [(key, fingerprint(panels.entries(k))) for k, key in enumerate(panels.key_texts())]
    made = manifest(options, asked, parts, str(folder), earlier)
    if made.refused is not None:
        raise TropError("folder_of_another_call", made.refused)
    files = [folder / name for name in made.files]
    if earlier is None:
        if any(file.exists() for file in files):
            raise TropError("folder_of_another_call", refusal("folder_unmarked", folder=folder))
        replace(marked, made.text)
    return Folder(files)
