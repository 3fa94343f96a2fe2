"""A result beside other packages' models: what the package maketables asks of a model."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from .._data.frames import frame_columns

if TYPE_CHECKING:
    from .numbers import Numbers

#: Statistics below the coefficients that are written unless others are asked for.
STATISTICS = ("N", "n_units", "n_treated_cells", "inference")
LABELS = {
    "N": "Observations",
    "n_units": "Units",
    "n_periods": "Periods",
    "n_treated_units": "Treated units",
    "n_treated_cells": "Treated cells",
    "inference": "Inference",
    "anchor": "Anchor",
    "lambda_time": "Lambda (time)",
    "lambda_unit": "Lambda (unit)",
    "lambda_nn": "Lambda (nn)",
    "loocv_score": "Score of the lambdas",
}


class Tabled:
    """What maketables reads; `t` is lacking, because p-values come from draws."""

    @property
    def __maketables_coef_table__(self: Any) -> Any:
        import pandas as pd  # type: ignore[import-untyped]

        own = frame_columns(self.coefficients)
        lower, upper = self.ci or (None, None)
        first = {"b": self.att, "se": self.se, "p": self.p_value, "lower": lower, "upper": upper}
        numbers = ("coefficient", "se", "p_value", "ci_lower", "ci_upper")
        columns = {name: [first[name], *own[other]] for name, other in zip(first, numbers)}
        level = f"{100 * self.level:g}"
        named = {"lower": f"ci{level}l", "upper": f"ci{level}u"}
        # A number that is not certified carries its mark.
        index = pd.Index(
            [f"{self._words['term']}{self._words['mark']}", *own["covariate"]], name="Coefficient"
        )
        # maketables cannot write infinity: an end without a bound is missing.
        finite = pd.DataFrame(columns, index=index, dtype=float).replace(
            [math.inf, -math.inf], math.nan
        )
        return finite.rename(columns=named)

    def __maketables_stat__(self: Any, key: str) -> Any:
        return _statistic(self, key)

    @property
    def __maketables_depvar__(self: Any) -> str:
        return str(self._words["outcome"])

    @property
    def __maketables_fixef_string__(self: Any) -> str:
        return f"{self.unit} + {self.time}"

    @property
    def __maketables_vcov_info__(self: Any) -> dict[str, Any]:
        return {"vcov_type": self.method, "clustervar": self._panel.design.cluster_name}

    @property
    def __maketables_stat_labels__(self) -> dict[str, str]:
        return dict(LABELS)

    @property
    def __maketables_default_stat_keys__(self) -> list[str]:
        return list(STATISTICS)


def _statistic(result: Numbers, key: str) -> Any:
    """Give a statistic of the result; None for one that it does not have."""
    if key == "N":
        return result.n_obs
    if key in ("inference", "se_type"):
        return result.method or "none"
    if key.startswith("lambda_"):
        return result.lambdas.get(key[len("lambda_") :])
    return getattr(result, key) if key in LABELS else None
