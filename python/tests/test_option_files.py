"""The script that counts the files of an option, on trees of its own."""

import runpy
from pathlib import Path

import pytest

SCRIPT = runpy.run_path(str(Path(__file__).parents[2] / "tools" / "option_files.py"))

TABLE = """const PLAIN: Row = Row {
    name: "",
};
pub(super) const ROWS: &[Row] = &[
    Row {
        name: "speed",
    },
    Row {
        name: "colour",
    },
];
"""


@pytest.fixture
def tree(tmp_path):
    """Writes files below a root that has the core's table."""

    def write(files):
        for name, text in {SCRIPT["TABLE"]: TABLE, **files}.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path

    return write


def test_options_are_those_of_the_table(tree):
    assert SCRIPT["options"](tree({})) == ["speed", "colour"]


def test_every_language_counts(tree):
    names = [
        "crates/trop-core/src/analysis/options.rs",
        "bindings/r/src/lib.rs",
        "bindings/c/include/trop.hpp",
        "python/src/tropanel/_core.pyi",
        "python/src/tropanel/trop.py",
        "r-package/R/trop.R",
    ]
    root = tree(dict.fromkeys(names, "speed = 1\n"))
    assert sorted(SCRIPT["naming"](root, "speed")) == sorted([SCRIPT["TABLE"], *names])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("crates/trop-core/tests/options.rs", "speed"),
        ("crates/trop-core/src/tuning/search_tests.rs", "speed"),
        ("bindings/c/src/tests.rs", "speed"),
        ("bindings/c/src/written.rs", "fn a() {}\n#[cfg(test)]\nmod tests {\n    speed\n}\n"),
        ("python/tests/test_a.py", "speed"),
        ("r-package/R/extendr-wrappers.R", "speed"),
        ("docs/method.md", "speed"),
        ("bindings/c/include/trop.h", "speed"),
        ("crates/trop-core/src/a.rs", "/// speed\n    // speed\nfn speeds() {}\n"),
        ("r-package/R/a.R", "#' @param speed How fast.\n"),
    ],
)
def test_tests_documents_and_comments_do_not_count(tree, name, text):
    assert SCRIPT["naming"](tree({name: text}), "speed") == [SCRIPT["TABLE"]]


def test_too_many_files_fail(tree, monkeypatch, capsys):
    files = {f"python/src/tropanel/a{k}.py": "speed" for k in range(SCRIPT["LIMIT"])}
    monkeypatch.setitem(SCRIPT["main"].__globals__, "ROOT", tree(files))
    assert SCRIPT["main"](["speed"]) == 1
    assert SCRIPT["main"](["colour"]) == 0
    assert SCRIPT["main"](["speeed"]) == 2
    assert "there are speed, colour" in capsys.readouterr().out


def test_the_newest_option_is_one():
    assert SCRIPT["NEWEST"] in SCRIPT["options"](SCRIPT["ROOT"])
