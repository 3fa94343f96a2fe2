"""Importing, errors, example data and the demo."""

from __future__ import annotations

import pickle
import re
import subprocess
import sys
from pathlib import Path

import narwhals as nw
import pytest

import tropanel
from tropanel import demo

SOURCE = Path(tropanel.__file__).parent


def modules_loaded_by(code: str) -> set[str]:
    """Names of the modules that a fresh interpreter has loaded after running `code`."""
    code = f"import sys; {code}; print(*sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(shown.stdout.split())


def test_import_loads_nothing_heavy() -> None:
    loaded = modules_loaded_by("import tropanel")
    assert not loaded & {"numpy", "narwhals", "pandas", "matplotlib", "tqdm"}


def test_use_loads_no_plots_or_bars() -> None:
    loaded = modules_loaded_by("import tropanel; tropanel.trop, tropanel.datasets")
    assert not loaded & {"pandas", "polars", "pyarrow", "matplotlib", "tqdm"}


def test_public_names_exist() -> None:
    assert dir(tropanel) == sorted(tropanel.__all__)
    for name in tropanel.__all__:
        assert getattr(tropanel, name).__doc__
    with pytest.raises(AttributeError, match="no attribute 'tropp'"):
        tropanel.tropp  # noqa: B018


def test_errors_survive_pickling() -> None:
    error = pickle.loads(pickle.dumps(tropanel.TropError("grid_empty", "what to do")))
    assert (error.code, str(error)) == ("grid_empty", "what to do")
    assert isinstance(error, ValueError)


def test_every_code_is_in_the_table() -> None:
    """Every code raised in the Python sources is documented."""
    raised = {
        code
        for path in SOURCE.rglob("*.py")
        for code in re.findall(r'TropError\(\s*"(\w+)"', path.read_text(encoding="utf-8"))
    }
    assert raised
    assert raised <= set(tropanel.ERROR_CODES)


def test_prop99(library: str) -> None:
    data = nw.from_native(tropanel.datasets.prop99(library), eager_only=True)
    assert data.implementation.value == library
    assert data.columns == ["state", "year", "packs_per_capita", "treated"]
    assert (data["state"].n_unique(), data["year"].n_unique()) == (39, 31)
    assert data["treated"].sum() == 12
    assert data["year"].dtype == nw.Int64


def test_castle(library: str) -> None:
    data = nw.from_native(tropanel.datasets.castle(library), eager_only=True)
    assert (data["sid"].n_unique(), data["year"].n_unique()) == (50, 11)
    assert data["post"].sum() == 74
    assert data.filter(nw.col("post") == 1)["state"].n_unique() == 21
    assert "DC" not in data["state"].to_list()
    largest = data.sort("popwt", descending=True)["state"].to_list()[0]
    assert largest == "CA"


@pytest.mark.usefixtures("fake")
def test_demo(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tropanel._results.report.page", lambda result, percent: "<html></html>")
    demo.main(["--out", str(tmp_path / "new")])
    shown = capsys.readouterr().out
    pictures = sorted(path.name for path in (tmp_path / "new").iterdir())
    assert {"prop99_path.png", "prop99_report.html", "castle_event.png"} <= set(pictures)
    for picture in pictures:
        assert str(tmp_path / "new" / picture) in shown
    assert "Placebo p-value of Proposition 99: 0.5" in shown
    assert "Effect in each of the 12 treated cells" in shown
    assert "Effect in each of the 74 treated cells" in shown
    assert "largest relative gap" in shown
