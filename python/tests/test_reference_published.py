"""The reference backend against stored optimal values of real panels."""

from __future__ import annotations

import numpy as np
import pytest
from reference_panels import load_cell_effects, load_panel

from tropanel._backends import reference as backend
from tropanel._backends.reference.cell import fit_cell
from tropanel._backends.reference.panel import read_panel
from tropanel._backends.reference.settings import Lambdas, Settings

#: Accuracy of the stored values, in standard deviations of the outcome.
STORED_ACCURACY = 1e-6

#: The stored scores have 7 or 8 digits, and a search is certified to 1e-6.
SCORE_ACCURACY = 1e-6

#: Bounds of effects, several fits each, are test_certificates.py's.
pytestmark = pytest.mark.usefixtures("values_only")

SETTINGS = Settings(tolerance=1e-8, max_iterations=10000)

ENTRIES = load_cell_effects()


def name_of(entry):
    return "-".join(str(entry[key]) for key in ("panel", "lambda_time", "lambda_unit", "lambda_nn"))


def lambdas_of(entry):
    return entry["lambda_time"], entry["lambda_unit"], float(entry["lambda_nn"])


@pytest.mark.parametrize("entry", [e for e in ENTRIES if "att" not in e], ids=name_of)
def test_effects_of_single_control_cells(entry):
    Y, W = load_panel(entry["panel"])
    for cell in entry["cells"]:
        unit, period = cell["unit"], cell["period"]
        fit = fit_cell(read_panel(Y, W), unit, period, Lambdas(*lambdas_of(entry)), SETTINGS)
        assert fit.effect == pytest.approx(cell["tau"], abs=STORED_ACCURACY * np.nanstd(Y))
        assert fit.gap <= SETTINGS.tolerance


# One of these is the country panel at (0.4, 0.3, 0.006), where solvers that stop early are off by
# a third; the optimum is -0.0160417.
@pytest.mark.parametrize("entry", [e for e in ENTRIES if "att" in e], ids=name_of)
def test_effects_of_all_treated_cells(entry):
    Y, W = load_panel(entry["panel"])
    result = backend.estimate(Y, W, *lambdas_of(entry))
    near = STORED_ACCURACY * np.nanstd(Y)
    expected = {(cell["unit"], cell["period"]): cell["tau"] for cell in entry["cells"]}
    treated = result["treated"]
    assert list(zip(treated["unit"], treated["period"])) == sorted(expected)
    np.testing.assert_allclose(
        treated["effect"], [expected[cell] for cell in sorted(expected)], rtol=0, atol=near
    )
    assert result["att"] == pytest.approx(entry["att"], abs=near)
    assert result["converged"]


@pytest.mark.parametrize(
    ("time", "unit", "nn", "score"), [(0.5, 5.0, 1.0, 3.4717267), (0.1, 0.0, 0.9, 4.1978938)]
)
def test_cross_validation_scores(time, unit, nn, score):
    result = backend.search(
        *load_panel("cps_logwage"),
        method="grid",
        grid_time=np.array([time]),
        grid_unit=np.array([unit]),
        grid_nn=np.array([nn]),
    )
    assert result["n_cells"] == 1992
    assert result["score"] == pytest.approx(score, rel=SCORE_ACCURACY)
    assert result["scores"]["n_uncertified"][0] == 0
