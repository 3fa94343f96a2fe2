"""tools/facts.py: one command sets the version everywhere, and a file that disagrees is found."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import facts  # noqa: E402

OWNER = [
    *("--address", "jo@example.org"),
    *("--repository", "https://example.org/trop"),
    *("--site", "https://trop.example.org"),
]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The files that say something of the project, to be changed."""
    for file, _, _ in facts.PLACES:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, tmp_path / file)
    shutil.copy(ROOT / "CHANGELOG.md", tmp_path)
    return tmp_path


def test_all_files_agree() -> None:
    assert facts.main([]) == 0


def test_one_command_sets_the_version(copy: Path) -> None:
    assert facts.main(["--version", "7.8.9"], copy) == 0
    assert "#define TROP_VERSION_MINOR 8" in (copy / facts.HEADER).read_text()
    before = facts.known(ROOT)["version"]
    for file in {file for file, _, _ in facts.PLACES} - {
        "Cargo.lock",
        "fuzz/Cargo.lock",
    }:
        assert f" {before}" not in (copy / file).read_text().replace('"', " "), file


def test_the_lock_file_keeps_what_is_not_ours(copy: Path) -> None:
    facts.main(["--version", "7.8.9"], copy)
    old, new = ((root / "Cargo.lock").read_text().splitlines() for root in (ROOT, copy))
    changed = [(a, b) for a, b in zip(old, new) if a != b]
    assert len(changed) == sum(line.startswith('name = "trop-') for line in old)
    assert {b for _, b in changed} == {'version = "7.8.9"'}


@pytest.mark.parametrize("place", range(len(facts.PLACES)))
def test_a_file_that_disagrees_is_found(copy: Path, place: int) -> None:
    file, pattern, _ = facts.PLACES[place]
    path = copy / file
    path.write_text(
        facts.re.sub(pattern, lambda m: facts.put(m, "4.4.4"), path.read_text())
    )
    assert facts.main([], copy) > 0


@pytest.mark.parametrize(
    "version", ["1.2", "1.2.3-rc.1", "01.2.3", "1.100.0", "v1.2.3", ""]
)
def test_what_is_no_version_is_refused(copy: Path, version: str) -> None:
    with pytest.raises(SystemExit):
        facts.main(["--version", version], copy)
    assert facts.known(copy) == facts.known(ROOT)


def test_the_owner_is_set_everywhere(copy: Path) -> None:
    assert facts.main(OWNER, copy) == 0
    for file in {file for file, _, _ in facts.PLACES}:
        assert ".invalid" not in (copy / file).read_text(), file


def test_no_release_with_placeholders_or_under_another_tag(copy: Path) -> None:
    facts.main(["--version", "7.8.9"], copy)
    assert facts.main(["--release", "v7.8.8"], copy) == 6
    facts.main(OWNER, copy)
    log = copy / "CHANGELOG.md"
    log.write_text(
        log.read_text().replace("## [Unreleased]", "## [7.8.9] - 2027-01-31")
    )
    (copy / "CITATION.cff").open("a").write("date-released: 2027-01-31\n")
    assert facts.main(["--release", "v7.8.9"], copy) == 0


def test_cargo_reads_the_lock_file_as_complete() -> None:
    command = ["cargo", "metadata", "--locked", "--no-deps", "--format-version", "1"]
    assert subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL).returncode == 0
