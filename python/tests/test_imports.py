"""The check of import directions finds what it is there to find."""

import runpy
from pathlib import Path

import pytest

CHECK = runpy.run_path(str(Path(__file__).parents[2] / "tools" / "imports.py"))
LAYERS = ["error", "solver", "panel", "lib"]
SOUND = {
    "lib.rs": "mod error;\nmod panel;\nmod solver;\npub use panel::Panel;",
    "error.rs": "//! use crate::panel::Panel;\npub struct Error;",
    "solver/mod.rs": "mod fit;\nmod sample;\npub(crate) use fit::{Fit, Rank as R};",
    "solver/fit.rs": "use super::sample::Sample;\nuse crate::error::Error;\n",
    "solver/sample.rs": "pub struct Sample;\n#[cfg(test)]\nmod tests {\n    use super::*;\n}",
    "panel/mod.rs": "mod panel;\npub use panel::Panel;",
    "panel/panel.rs": "use crate::{error::Error, solver::{Fit, R}};",
}


def faults(root, **changed):
    for name, text in {**SOUND, **changed}.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text)
    return [fault.replace(f"{root}/", "") for fault in CHECK["faults"](root, LAYERS)]


def test_the_repository_is_sound():
    root = CHECK["ROOT"]
    for tree, layers in CHECK["LAYERS"].items():
        assert not list(CHECK["faults"](root / tree, layers))


def test_a_sound_tree_has_no_faults(tmp_path):
    assert faults(tmp_path) == []


@pytest.mark.parametrize(
    "line",
    [
        "use crate::panel::Panel;",
        "use crate::{error::Error, panel::{self, Panel}};",
        "pub(crate) use super::super::panel::Panel;",
        "fn f(panel: &crate::panel::Panel) {}",
    ],
)
def test_an_import_of_a_higher_layer_is_a_fault(tmp_path, line):
    found = faults(tmp_path, **{"solver/sample.rs": line})
    assert "solver/sample.rs imports panel/mod.rs, which is in a higher layer" in found


def test_the_front_page_is_the_highest_layer(tmp_path):
    found = faults(tmp_path, **{"solver/sample.rs": "use crate::Panel;"})
    assert "solver/sample.rs imports lib.rs, which is in a higher layer" in found


@pytest.mark.parametrize(
    "line", ["use super::fit::Fit;", "use super::Fit;", "use crate::solver::*;"]
)
def test_a_circle_in_a_folder_is_a_fault(tmp_path, line):
    (found,) = faults(tmp_path, **{"solver/sample.rs": line})
    assert found.startswith("a circle: ")
    assert "solver/sample.rs" in found


def test_a_file_without_a_layer_is_a_fault(tmp_path):
    assert faults(tmp_path, **{"extra.rs": ""}) == ["extra.rs is in no layer"]
