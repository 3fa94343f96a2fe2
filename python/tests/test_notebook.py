"""A notebook is executed: results show themselves, and long calls show bars."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any

import pytest

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")
pytest.importorskip("ipykernel")

ESTIMATE = """
import math, tropanel
from tropanel import _progress as progress

progress.SECONDS_BEFORE_A_BAR = 0
bars = []
opened = progress._Bars._open
progress._Bars._open = lambda *at: bars.append(opened(*at)) or bars[-1]
result = tropanel.trop(
    tropanel.datasets.prop99(), "packs_per_capita", "treated", "state", "year",
    lambdas={"time": 0.1, "unit": 0.1, "nn": math.inf}, inference="placebo",
)
"""
BARS = """
print(sorted({type(bar).__module__ for bar in bars}), {bar.desc for bar in bars} != set())
"""
WITHOUT_WIDGETS = """
progress.find_spec = lambda name: None
print(type(progress._Bars()._open("search", 3)).__module__)
"""


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Run the cells in a kernel of this Python."""
    cells = [
        nbformat.v4.new_code_cell(code) for code in (ESTIMATE, "result", BARS, WITHOUT_WIDGETS)
    ]
    notebook = nbformat.v4.new_notebook(cells=cells)
    folder: Path = tmp_path_factory.mktemp("notebook")
    nbclient.NotebookClient(
        notebook, timeout=120, resources={"metadata": {"path": str(folder)}}
    ).execute()
    return notebook


def test_a_result_shows_estimate_interval_and_picture(executed: Any) -> None:
    (shown,) = executed.cells[1].outputs
    page, line = shown["data"]["text/html"], shown["data"]["text/plain"]
    att, interval = re.findall(r"ATT (\S+),.* 95% interval (\[.*?\])", line)[0]
    assert f">{att}</td>" in page
    assert interval in page
    alt, picture = re.findall(r'alt="([^"]*)" src="data:image/svg\+xml;base64,([^"]*)"', page)[0]
    assert f"ATT {att}" in alt
    assert interval in alt
    assert base64.b64decode(picture).decode().rstrip().endswith("</svg>")


def test_long_calls_show_the_bar_of_notebooks(executed: Any) -> None:
    assert executed.cells[2].outputs[0]["text"].strip() == "['tqdm.notebook'] True"
    assert executed.cells[3].outputs[-1]["text"].strip() == "tqdm.std"


def test_there_is_no_bar_outside_of_notebooks_and_terminals(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from tropanel import _progress as progress

    monkeypatch.setattr(progress, "SECONDS_BEFORE_A_BAR", 0.0)
    assert not progress.in_notebook()
    for asked, heard in ((None, ""), (True, "search:")):
        with progress.monitoring(asked) as monitor:
            assert monitor is not None
            monitor.advance("search", 1, 2)
            monitor.outlook("about a minute left", None)
        assert heard in capsys.readouterr().err
        assert not heard or asked
    with progress.monitoring(False) as monitor:
        assert monitor is None
