"""Every code block on the site is run: Python and R when it is built, others by what this file says."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tools/site"))

from fences import Block, blocks, replace  # noqa: E402

PAGES = sorted((ROOT / "docs").rglob("*.md"))
BLOCKS = [(page, block) for page in PAGES for block in blocks(page.read_text())]
#: What may follow the language of a block.
KNOWN_OPTIONS = {
    "python": {"silent", "error", "figure", "file"},
    "r": {"silent", "error", "figure"},
}
#: Programs that other suites build and run: `make test-c` and cargo.
EXAMPLES = ("bindings/c/examples/", "crates/trop-core/examples/")


def of(*languages: str) -> list[object]:
    return [
        pytest.param(block, id=f"{page.relative_to(ROOT)}:{block.line}")
        for page, block in BLOCKS
        if block.language in languages
    ]


def test_no_other_languages() -> None:
    known = {"python", "r", "sh", "c", "cpp", "rust"}
    assert {block.language for _, block in BLOCKS} <= known


def test_no_other_options() -> None:
    """An option that nobody knows makes a block that is none."""
    for _, block in BLOCKS:
        known = KNOWN_OPTIONS.get(block.language, set())
        assert set(block.options) <= known, block


@pytest.mark.parametrize("block", of("python", "r"))
def test_block_has_run(block: Block) -> None:
    code = block.code.strip()
    pages = ROOT / "target/site/pages"
    built = "\n".join(page.read_text() for page in pages.rglob("*.md"))
    assert code.splitlines()[-1].strip() in built


@pytest.mark.parametrize("block", of("c", "cpp", "rust"))
def test_block_is_an_example_that_is_run(block: Block) -> None:
    found = re.fullmatch(r'--8<-- "(.+)"', block.code.strip())
    assert found
    assert found[1].startswith(EXAMPLES)
    assert (ROOT / found[1]).exists()


@pytest.mark.parametrize("block", of("sh"))
def test_commands_are_there(block: Block, tmp_path: Path) -> None:
    for line in block.code.splitlines():
        command = line.partition("#")[0].strip()
        if command.startswith("make "):
            check(["make", "--dry-run", "--no-print-directory", *words(command)[1:]])
        elif command.startswith("cargo run"):
            example = words(command)[words(command).index("--example") + 1]
            assert (ROOT / f"crates/trop-core/examples/{example}.rs").exists()
        elif command:
            assert shutil.which(words(command)[0]) or words(command)[0] == "R", command


def words(command: str) -> list[str]:
    import shlex

    return shlex.split(command)


def check(command: list[str]) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_fences_in_tabs_keep_their_indentation() -> None:
    text = (
        '=== "A"\n\n    ```python figure="A b"\n    if x:\n        y\n    ```\n\nend\n'
    )
    (block,) = blocks(text)
    assert (block.code, block.indent, block.line) == ("if x:\n    y\n", "    ", 3)
    assert block.options == {"figure": "A b"}
    assert (
        replace(text, lambda _: "one\n\ntwo")
        == '=== "A"\n\n    one\n\n    two\n\nend\n'
    )
