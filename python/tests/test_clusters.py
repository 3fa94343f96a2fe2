"""Clusters above the unit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from conftest import ROLES, Columns, frame

import tropanel
from tropanel import trop_matrix

if TYPE_CHECKING:
    from tropanel._backends.data import Bools

OPTIONS: dict[str, Any] = {"lambdas": {"time": 0.1, "unit": 0.1, "nn": 1.0}, "progress": False}


def test_frames_and_matrices_agree(columns: Columns, library: str) -> None:
    regions = {unit: "xxyyzzvw"[k] for k, unit in enumerate("abcdefgh")}
    columns["region"] = [regions[unit] for unit in columns["state"]]
    long = tropanel.trop(frame(columns, library), *ROLES, cluster="region", **OPTIONS)
    wide = trop_matrix(
        np.reshape(columns["sales"], (8, 6)),
        np.reshape(columns["law"], (8, 6)),
        units=list("abcdefgh"),
        times=range(2001, 2007),
        cluster=list(regions.values()),
        **OPTIONS,
    )
    assert (long.se, long.p_value, long.reason) == (wide.se, wide.p_value, wide.reason)
    assert "treated and 3 never-treated clusters" in long.reason
    assert long.draws.tolist() == wide.draws.tolist()
    summary = " ".join(long.summary().split())
    assert "units in 5 clusters (region)" in summary
    assert f"{len(long.draws)} clusters left out in turn" in summary


def test_each_unit_its_own_cluster_changes_nothing(columns: Columns) -> None:
    plain = tropanel.trop(frame(columns), *ROLES, **OPTIONS)
    single = tropanel.trop(frame(columns), *ROLES, cluster="state", **OPTIONS)
    assert plain.draws.tolist() == single.draws.tolist()
    assert plain.averages.equals(single.averages)


def test_the_jackknife_by_hand() -> None:
    """Two periods: each estimate is a difference in differences of the clusters that are left."""
    changes = np.array([1.0, 3.0, -2.0, 2.5, 8.0, 5.0, 6.0])
    clusters = np.array(["a", "a", "b", "c", "d", "d", "e"])
    treated = np.isin(clusters, ["d", "e"])
    Y = np.column_stack([np.zeros(7), changes])
    W = np.column_stack([np.zeros(7), treated])
    result = trop_matrix(
        Y,
        W,
        cluster=clusters,
        lambdas={"time": 0, "unit": 0, "nn": np.inf},
        inference="jackknife",
        progress=False,
    )

    def estimate(kept: Bools) -> float:
        return float(changes[kept & treated].mean() - changes[kept & ~treated].mean())

    draws = [estimate(clusters != cluster) for cluster in "abcde"]
    assert result.draws == pytest.approx(draws)
    strata = [np.array(draws[:3]), np.array(draws[3:])]
    variance = sum((len(x) - 1) / len(x) * ((x - x.mean()) ** 2).sum() for x in strata)
    assert result.se == pytest.approx(np.sqrt(variance))


def test_treatment_by_groups_has_a_note(columns: Columns) -> None:
    regions = dict(zip("abcdefgh", "xxyyzzvw"))
    columns["region"] = [regions[unit] for unit in columns["state"]]
    options = {**OPTIONS, "inference": None}

    def notes(**more: str) -> str:
        return " ".join(tropanel.trop(frame(columns), *ROLES, **more, **options).notes)

    assert "'law' never varies within 'region'" in notes(by="region")
    assert 'cluster = "region"' in notes(by="region")
    assert "never varies" not in notes(by="region", cluster="region")
    assert "never varies" not in notes(by="state") + notes(by="cohort") + notes()


def test_the_numpy_backend_says_that_it_lacks_clusters(columns: Columns) -> None:
    with pytest.raises(tropanel.TropError, match="does not have cluster") as error:
        tropanel.trop(frame(columns), *ROLES, cluster="state", backend="numpy", **OPTIONS)
    assert error.value.code == "backend_lacks"


def test_the_report_says_what_the_clusters_are(columns: Columns, tmp_path: Path) -> None:
    columns["region"] = ["xxyyzzvw"["abcdefgh".index(unit)] for unit in columns["state"]]
    result = tropanel.trop(frame(columns), *ROLES, cluster="region", **OPTIONS)
    result.report(tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "cluster=&#39;region&#39;" in page or "cluster='region'" in page
    assert "Units of one cluster went together." in page
