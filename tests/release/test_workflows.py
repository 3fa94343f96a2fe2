"""What the workflows call is there, and recipes that only others can run are well formed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))


def steps() -> list[str]:
    """The commands of all steps."""
    texts = (file.read_text(encoding="utf-8") for file in WORKFLOWS)
    return sorted({step for text in texts for step in re.findall(r"- run: (.+)", text)})


def targets() -> list[str]:
    """Targets that steps name, and those that a matrix gives to them."""
    named = (step.partition("make ")[2] for step in steps())
    plain = {
        word
        for text in named
        for word in text.split()
        if re.fullmatch(r"[a-z-]+", word)
    }
    texts = (file.read_text(encoding="utf-8") for file in WORKFLOWS)
    return sorted(
        plain
        | {name for text in texts for name in re.findall(r"make: ([a-z-]+)", text)}
    )


def test_every_step_is_a_target_of_make() -> None:
    assert len(targets()) > 10
    assert [step for step in steps() if "make " not in step] == []


@pytest.mark.parametrize("target", targets())
def test_the_target_is_there(target: str) -> None:
    makefiles = [ROOT / "Makefile", *(ROOT / "make").glob("*.mk")]
    text = "\n".join(file.read_text(encoding="utf-8") for file in makefiles)
    assert re.search(rf"(?m)^{target}:", text)


def test_recipes_are_well_formed() -> None:
    port = json.loads((ROOT / "packaging/vcpkg/vcpkg.json").read_text(encoding="utf-8"))
    assert port["name"] == "trop"
    files = re.findall(
        r'"\$\{SOURCE_PATH\}/([\w./-]+)"',
        (ROOT / "packaging/vcpkg/portfile.cmake").read_text(),
    )
    assert [file for file in files if not (ROOT / file).exists()] == []
