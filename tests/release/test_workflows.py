"""What the workflows call is there, and they try on every system what is made for it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = {
    file.stem: yaml.safe_load(file.read_text(encoding="utf-8"))
    for file in (ROOT / ".github/workflows").glob("*.yml")
}


def jobs() -> list[dict[str, Any]]:
    """The jobs of all workflows."""
    return [job for flow in WORKFLOWS.values() for job in flow["jobs"].values()]


def steps(job: dict[str, Any]) -> list[dict[str, Any]]:
    """The steps of a job; one that calls a workflow has none."""
    return job.get("steps", [])


def commands() -> list[str]:
    """The commands of all steps."""
    return sorted(
        {step["run"] for job in jobs() for step in steps(job) if "run" in step}
    )


def matrix(job: dict[str, Any]) -> dict[str, Any]:
    """What the runs of a job differ in."""
    return job.get("strategy", {}).get("matrix", {})


def systems(job: dict[str, Any]) -> list[str]:
    """The systems that a job runs on."""
    found = matrix(job)
    named = [job.get("runs-on", ""), *found.get("os", [])]
    return named + [case["os"] for case in found.get("include", [])]


def wheels() -> list[dict[str, str]]:
    """The wheels that are made, each with its system and target of make."""
    return matrix(WORKFLOWS["packages"]["jobs"]["wheels"])["include"]


def targets() -> list[str]:
    """Targets that steps name, and those that a matrix gives to them."""
    named = (command.partition("make ")[2] for command in commands())
    plain = {
        word
        for text in named
        for word in text.split()
        if re.fullmatch(r"[a-z-]+", word)
    }
    return sorted(plain | {case["make"] for case in wheels()})


def test_every_step_is_a_target_of_make() -> None:
    assert len(targets()) > 10
    assert [command for command in commands() if "make " not in command] == []


@pytest.mark.parametrize("target", targets())
def test_the_target_is_there(target: str) -> None:
    makefiles = [ROOT / "Makefile", *(ROOT / "make").glob("*.mk")]
    text = "\n".join(file.read_text(encoding="utf-8") for file in makefiles)
    assert re.search(rf"(?m)^{target}:", text)


@pytest.mark.parametrize("name", WORKFLOWS)
def test_windows_runs_the_shell_of_the_others(name: str) -> None:
    flow = WORKFLOWS[name]
    on = {system for job in flow["jobs"].values() for system in systems(job)}
    if any(system.startswith("windows") for system in on):
        assert flow["defaults"]["run"]["shell"] == "bash"


def test_every_wheel_is_tried_where_its_runner_can() -> None:
    untried = {case["target"] for case in wheels() if case["make"] != "test-wheel"}
    assert {target.rpartition("-")[2] for target in untried} == {"musl"}
    tried = {case["os"].partition("-")[0] for case in wheels()}
    assert tried == {"ubuntu", "macos", "windows"}


def test_r_is_checked_on_every_system() -> None:
    checked = {
        system.partition("-")[0]
        for job in jobs()
        if any("make r-check" in step.get("run", "") for step in steps(job))
        for system in systems(job)
    }
    assert checked >= {"ubuntu", "macos", "windows"}


def test_the_site_that_is_published_was_tested() -> None:
    site = WORKFLOWS["packages"]["jobs"]["site"]["steps"]
    order = [step.get("run") or step["uses"].partition("@")[0] for step in site]
    test, upload = map(order.index, ("make test-site", "actions/upload-pages-artifact"))
    assert test < upload
    assert site[upload]["with"]["path"] == "dist/site"
    publish = WORKFLOWS["publish"]["jobs"]["site"]
    assert publish["needs"] == ["crates", "python"]
    assert publish["permissions"] == {"pages": "write", "id-token": "write"}


def test_nothing_is_published_but_under_a_tag() -> None:
    # YAML reads the key `on` as true.
    assert WORKFLOWS["publish"][True] == {"push": {"tags": ["v*"]}}
    for name, flow in WORKFLOWS.items():
        if name != "publish":
            assert flow["permissions"] == {"contents": "read"}
            assert not any("permissions" in job for job in flow["jobs"].values())
