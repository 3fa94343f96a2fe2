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


PACKAGE = {
    "pkg/__init__.py": "from ._low import A\nif TYPE_CHECKING:\n    from ._high.run import run",
    "pkg/_low.py": "import numpy\nfrom json import dumps",
    "pkg/_core.pyi": "from ._low import A",
    "pkg/_high/__init__.py": "",
    "pkg/_high/run.py": "from .. import _core\nfrom . import steps\nfrom .._low import A",
    "pkg/_high/steps.py": "import pkg._low",
}
PACKAGE_LAYERS = ["_low _core", "_high", "__init__"]


def package_faults(root, **changed):
    for name, text in {**PACKAGE, **changed}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    found = CHECK["faults"](root / "pkg", PACKAGE_LAYERS)
    return [fault.replace(f"{root}/pkg/", "") for fault in found]


def test_a_sound_package_has_no_faults(tmp_path):
    assert package_faults(tmp_path) == []


@pytest.mark.parametrize(
    ("line", "other"),
    [
        ("from ._high.run import run", "_high/run.py"),
        ("from ._high import run", "_high/run.py"),
        ("import pkg._high.steps", "_high/steps.py"),
        ("def f():\n    from ._high import anything", "_high/__init__.py"),
        ("if TYPE_CHECKING:\n    from pkg import run", "__init__.py"),
    ],
)
def test_an_import_of_a_higher_module_is_a_fault(tmp_path, line, other):
    found = package_faults(tmp_path, **{"pkg/_low.py": line})
    assert f"_low.py imports {other}, which is in a higher layer" in found


@pytest.mark.parametrize("line", ["from .run import run", "def f():\n    from . import run"])
def test_a_circle_of_modules_is_a_fault(tmp_path, line):
    (found,) = package_faults(tmp_path, **{"pkg/_high/steps.py": line})
    assert found == "a circle: _high/run.py -> _high/steps.py -> _high/run.py"


def test_a_script_imports_what_lies_beside_it(tmp_path):
    (tmp_path / "report.py").write_text("import measure\nimport numpy")
    (tmp_path / "measure.py").write_text("from report import seconds")
    up, circle = CHECK["faults"](tmp_path, ["measure", "report"])
    assert up.endswith("report.py, which is in a higher layer")
    assert circle.startswith("a circle: ")
