"""packaging/: recipes that others run are well formed, and say what the rest of the project says."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"
sys.path.insert(0, str(ROOT / "tools"))
import facts  # noqa: E402

FACTS = facts.known(ROOT)
LICENCE = re.search(r'(?m)^license = "(.*)"', facts.read(ROOT / "Cargo.toml"))[1]


def conda() -> dict[str, Any]:
    """The recipe of conda."""
    return yaml.safe_load(facts.read(PACKAGING / "conda/recipe.yaml"))


def vcpkg() -> dict[str, Any]:
    """The manifest of vcpkg."""
    return json.loads(facts.read(PACKAGING / "vcpkg/vcpkg.json"))


def port() -> str:
    """The commands of vcpkg."""
    return facts.read(PACKAGING / "vcpkg/portfile.cmake")


def test_conda_says_what_the_project_says() -> None:
    recipe = conda()
    version = "${{ version }}"
    assert recipe["context"] == {"version": FACTS["version"]}
    assert recipe["package"] == {"name": "libtrop", "version": version}
    assert recipe["source"] == {"git": FACTS["repository"], "tag": f"v{version}"}
    assert recipe["about"]["license"] == LICENCE
    assert recipe["about"]["homepage"] == FACTS["repository"]


def test_conda_takes_files_that_are_there() -> None:
    files = conda()["about"]["license_file"]
    assert len(files) == 3
    assert [file for file in files if not (ROOT / file).is_file()] == []


def test_vcpkg_says_what_the_project_says() -> None:
    manifest = vcpkg()
    assert manifest["name"] == "trop"
    assert manifest["version"] == FACTS["version"]
    assert manifest["license"] == LICENCE
    assert manifest["homepage"] == FACTS["repository"]
    assert manifest["description"] == conda()["about"]["summary"]
    assert f"URL {FACTS['repository']}\n" in port()


def test_vcpkg_takes_files_that_are_there() -> None:
    files = re.findall(r'"\$\{SOURCE_PATH\}/([\w./-]+)"', port())
    assert files
    assert [file for file in files if not (ROOT / file).exists()] == []


@pytest.mark.parametrize("command", [conda()["build"]["script"], port()])
def test_recipes_build_by_a_target_of_make(command: str) -> None:
    assert re.search(r'(?:make|\$\{MAKE\}") install "?PREFIX=', command)


def test_debian_names_the_licences() -> None:
    text = facts.read(PACKAGING / "debian/copyright")
    named = re.search(r"(?m)^Files: \*\n(?:.+\n)*?License: (.*)", text)[1]
    assert set(named.split(" or ")) == {
        {"MIT": "Expat"}.get(name, name) for name in LICENCE.split(" OR ")
    }


def test_vcpkg_asks_for_the_rust_that_is_promised() -> None:
    oldest = re.search(r'rust-version = "(.*)"', facts.read(ROOT / "Cargo.toml"))[1]
    assert re.findall(r"Rust (\d[\d.]*)", port()) == [oldest]
