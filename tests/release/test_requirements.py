"""What `make` installs from Python's registry is pinned with hashes, and is what was asked for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ASKED = [
    file
    for folder in ("python", "benches", "tools/site", "make")
    for file in sorted((ROOT / folder).glob("requirements*.in"))
]


def requirements(file: Path) -> list[str]:
    """The requirements of a file, each with what belongs to it, without comments."""
    text = re.sub(r"(?m)^\s*#.*$", "", file.read_text(encoding="utf-8"))
    return [line for line in text.replace("\\\n", " ").splitlines() if line.strip()]


def pin(requirement: str) -> str:
    """A requirement's name and version."""
    return requirement.replace(";", " ").split()[0]


@pytest.mark.parametrize(
    "asked", ASKED, ids=lambda file: f"{file.parent.name}/{file.stem}"
)
def test_what_was_asked_for_is_pinned_with_hashes(asked: Path) -> None:
    """Every line that was asked for is there, and each line has a hash and no address."""
    locked = requirements(asked.with_suffix(".txt"))
    assert {pin(line) for line in requirements(asked)} <= {pin(line) for line in locked}
    for line in locked:
        assert "==" in pin(line)
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", line), line
        assert "://" not in line


def test_make_installs_nothing_else() -> None:
    """Whatever a make target installs has hashes, but for the wheel that was made here."""
    recipes = [ROOT / "Makefile", *(ROOT / "make").glob("*.mk")]
    text = "\n".join(file.read_text(encoding="utf-8") for file in recipes)
    assert text.count("pip install") == 1, "PIP_INSTALL says how"
    uses = [line for line in text.splitlines() if "$(PIP_INSTALL)" in line]
    assert all("PIP_LOCKED :=" in line or "bench-wheel/*.whl" in line for line in uses)
