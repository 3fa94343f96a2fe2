"""tools/notices.py: every crate is named, with a text for its licence."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import notices  # noqa: E402


def crate(folder: Path, licence: str, **files: str) -> dict:
    """A crate that comes with some files."""
    for name, text in files.items():
        (folder / name.replace("_", "-")).write_text(text)
    return {
        "name": "some",
        "version": "1.0.0",
        "license": licence,
        "authors": ["A. Author <a@example.org>"],
        "repository": None,
        "manifest_path": str(folder / "Cargo.toml"),
    }


MIT = f"Copyright (c) 2020 A\n\n{notices.MIT_GRANT}, to any person"


def test_of_a_choice_mit_is_taken(tmp_path: Path) -> None:
    found = crate(tmp_path, "MIT OR Apache-2.0", LICENSE_MIT=MIT, LICENSE_APACHE="A")
    assert notices.texts(found) == [MIT]


def test_without_a_choice_every_text_is_kept(tmp_path: Path) -> None:
    found = crate(tmp_path, "MIT AND Apache-2.0", LICENSE_MIT=MIT, LICENSE_APACHE="A")
    assert notices.texts(found) == ["A", MIT]


def test_notices_of_code_taken_over_are_kept(tmp_path: Path) -> None:
    found = crate(tmp_path, "MIT", COPYING_EIGEN="MPL")
    assert notices.texts(found)[0] == "MPL"
    assert "Copyright (c) A. Author" in notices.texts(found)[1]


def test_a_licence_without_its_text_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="without the text of BSD-3-Clause"):
        notices.texts(crate(tmp_path, "BSD-3-Clause"))


@pytest.mark.parametrize("file", [file for file, _, _ in notices.NOTICES])
def test_faer_is_named_with_what_it_took_over(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    # Four texts of what it took over, its own, and its place in the list.
    assert text.count("\nfaer 0.") == 6
