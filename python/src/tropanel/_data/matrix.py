"""Reading a panel from matrices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import narwhals as nw
import numpy as np

from .._backends.protocol import NO_GROUP
from .._errors import TropError
from .._hints import show_entries
from .._refusals import refusal
from . import donors
from .axis import Axis
from .columns import floats_of_objects
from .design import (
    BUILT_IN,
    Asked,
    Design,
    Groups,
    check_average,
    make_design,
    unknown_group,
)
from .frames import frame_library
from .labelled import aligned, aligned_vector, labels_of
from .panel import Observations, Panel, assemble
from .periods import order_periods

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from .._backends.protocol import Bools, Floats, Ints
    from .frames import Library


def read_matrices(Y: ArrayLike, W: ArrayLike) -> tuple[Floats, Floats]:
    """Read outcomes and treatments as two float matrices of one shape."""
    outcomes = _read_matrix("Y", Y)
    treatments = _read_matrix("W", aligned("W", W, *labels_of(Y)))
    if outcomes.shape != treatments.shape:
        hint = " Is one transposed?" if outcomes.shape == treatments.shape[::-1] else ""
        raise TropError(
            "shape_mismatch",
            refusal("shapes_differ", outcomes=_shape(outcomes), treatments=_shape(treatments))
            + hint,
        )
    if outcomes.size == 0:
        raise TropError("empty_panel", refusal("cells_missing", shape=_shape(outcomes)))
    return outcomes, treatments


def read_wide(
    Y: ArrayLike,
    W: ArrayLike,
    units: Sequence[Any] | None,
    times: Sequence[Any] | None,
    library: str | None,
    asked: Asked | None = None,
    groups: Mapping[str, ArrayLike] | None = None,
    *,
    is_untreated: bool = False,
) -> Panel:
    """Turn matrices, with labels for their rows and columns, into a panel."""
    outcomes, treatments = read_matrices(Y, W)
    chosen = frame_library(library)
    rows, columns = labels_of(Y)
    units = aligned_vector("units", units, "unit", rows)
    times = aligned_vector("times", times, "time", columns)
    unit = _read_labels("unit", rows if units is None else units, outcomes.shape[0], chosen)
    time = _read_labels("time", columns if times is None else times, outcomes.shape[1], chosen)
    time = replace(time, calendar=order_periods("time", time.labels, "columns")[1])
    own = (
        rows or (None if units is None else unit.labels),
        columns or (None if times is None else time.labels),
    )
    i, t = np.indices(outcomes.shape).reshape(2, -1)

    def show(where: NDArray[Any], values: Sequence[Any] | None = None) -> str:
        ids = {
            "unit": [unit.labels[k] for k in i],
            "time": [time.labels[k] for k in t],
        }
        return show_entries(ids, where, values)

    name = "" if is_untreated else "W"
    entries = Observations(outcomes.ravel(), treatments.ravel(), i, t, "Y", name, show)
    panel = assemble(entries, unit, time, unit.series.implementation)
    design = _read_design(panel, _align_asked(asked or Asked(), own), _align(groups, own), chosen)
    return replace(panel, design=design, wide=True)


Labels = tuple["list[Any] | None", "list[Any] | None"]


def _align_asked(asked: Asked, own: Labels) -> Asked:
    """Bring what is asked of units and cells into the order of Y."""
    covariates = asked.covariates
    return replace(
        asked,
        covariates=_align(covariates, own) if isinstance(covariates, Mapping) else covariates,
        average_weights=aligned_vector("average_weights", asked.average_weights, "unit", own[0]),
        cluster=aligned_vector("cluster", asked.cluster, "unit", own[0]),
        donors=_align_donors(asked.donors, own[0]),
    )


def _align(matrices: Any, own: Labels) -> Any:
    if not isinstance(matrices, Mapping):
        return matrices or {}
    return {name: aligned(str(name), values, *own) for name, values in matrices.items()}


def _read_design(
    panel: Panel, asked: Asked, groups: Mapping[str, ArrayLike], library: Library
) -> Design:
    if asked.covariates and not isinstance(asked.covariates, Mapping):
        raise TropError(
            "option_invalid",
            refusal(
                "matrices_unnamed",
                option="covariates",
                form="map names to matrices",
                example='{"price": X}',
                given=type(asked.covariates).__name__,
            ),
        )
    if not isinstance(groups, Mapping):
        raise TropError(
            "option_invalid",
            refusal(
                "matrices_unnamed",
                option="groups",
                form="map names to labels",
                example='{"region": labels}',
                given=type(groups).__name__,
            ),
        )
    for name in asked.by:
        if name not in BUILT_IN and name not in groups:
            raise unknown_group(name, list(groups))
    covariates = {
        name: _read_covariate(panel, name, x) for name, x in dict(asked.covariates).items()
    }
    average = None if asked.average_weights is None else _read_average(panel, asked.average_weights)
    clusters = None if asked.cluster is None else _read_clusters(panel, asked.cluster, library)

    def own(name: str) -> Groups:
        return _read_groups(panel, name, groups[name], library)

    may_serve = None if asked.donors is None else _read_donors(panel, asked.donors, library)
    return make_design(asked, panel.unit, panel.time, covariates, average, clusters, may_serve, own)


def _read_covariate(panel: Panel, name: str, values: ArrayLike) -> Floats:
    matrix = _read_matrix(f"covariates[{name!r}]", values)
    if matrix.shape != panel.Y.shape:
        raise TropError(
            "shape_mismatch",
            refusal(
                "matrix_shape",
                matrix=f"covariates[{name!r}]",
                shape=_shape(matrix),
                expected=_shape(panel.Y),
            ),
        )
    lacking = ~np.isfinite(matrix) & panel.observed
    if lacking.any():
        cells = [
            {"unit": panel.unit.labels[i], "time": panel.time.labels[t]}
            for i, t in np.argwhere(lacking)
        ]
        ids = {key: [cell[key] for cell in cells] for key in ("unit", "time")}
        raise TropError(
            "covariate_missing",
            f"Covariate {name!r} is missing or infinite where Y is observed:"
            f" {show_entries(ids, np.arange(len(cells)))}. Fill it in, or make Y missing there.",
        )
    return matrix


def _read_average(panel: Panel, values: Any) -> Floats:
    try:
        weights = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise TropError(
            "average_weights_not_numeric", f"average_weights must be numbers, not {values!r}."
        ) from error
    if weights.shape != panel.Y.shape[:1]:
        raise TropError(
            "weights_length",
            f"average_weights must hold one number for each of the {panel.Y.shape[0]} units, but"
            f" has the shape {weights.shape}.",
        )
    return check_average("average_weights", weights, panel.unit)


def _align_donors(given: Any, unit: list[Any] | None) -> Any:
    """Bring one entry for each unit into the order of Y; pairs are, later."""
    return (
        given
        if isinstance(given, Mapping) or _is_matrix(given)
        else aligned_vector("donors", given, "unit", unit)
    )


def _is_matrix(values: Any) -> bool:
    return getattr(values, "ndim", 1) == 2 or (
        isinstance(values, (list, tuple))
        and len(values) > 0
        and isinstance(values[0], (list, tuple, np.ndarray))
    )


def _read_donors(panel: Panel, given: Any, library: Library) -> Bools | Ints:
    if isinstance(given, Mapping) or _is_matrix(given):
        return donors.of_pairs(given, panel.unit)
    entries = [given] if isinstance(given, str) else list(given)
    if len(entries) != len(panel.Y):
        raise donors.length_error(len(panel.Y), (len(entries),))
    groups, codes = _unit_groups(panel, "donors", entries, library)
    if (codes == NO_GROUP).any() or groups.labels is None:
        where = f"{panel.unit.name} {panel.unit.show(codes == NO_GROUP)}"
        raise donors.missing_error("donors", where)
    return donors.of_labels("donors", groups.labels.to_list(), codes)


def _unit_groups(
    panel: Panel, name: str, entries: list[Any], library: Library
) -> tuple[Groups, Ints]:
    """Read a label for each unit: the groups, and the code of each unit."""
    labels = np.empty(len(panel.Y), dtype=object)
    labels[:] = entries
    groups = _read_groups(panel, name, labels[:, None], library)
    return groups, cast("Ints", groups.given)[:, 0]


def _read_clusters(panel: Panel, values: Any, library: Library) -> Ints:
    given = [values] if isinstance(values, str) else list(values)
    if len(given) != len(panel.Y):
        raise TropError(
            "clusters_length",
            refusal("clusters_length", expected=len(panel.Y), given=f"{len(given)} entries"),
        )
    _, codes = _unit_groups(panel, "cluster", given, library)
    if (codes == NO_GROUP).any():
        where = f"{panel.unit.name} {panel.unit.show(codes == NO_GROUP)}"
        raise TropError(
            "cluster_missing", refusal("cluster_missing", column="cluster", where=where)
        )
    return codes


def _read_groups(panel: Panel, name: str, values: ArrayLike, library: Library) -> Groups:
    try:
        given = np.asarray(values, dtype=object)
        # A vector could be of units or of periods.
        labels = np.broadcast_to(given, panel.Y.shape) if given.ndim == 2 else None
    except ValueError:
        labels = None
    if labels is None:
        raise TropError(
            "shape_mismatch",
            f"groups[{name!r}] must have the shape of Y, {_shape(panel.Y)}, or be one column,"
            f" {len(panel.Y)} x 1, of units.",
        )
    flat = labels.ravel().tolist()
    missing = [label is None or label != label for label in flat]
    try:
        own = sorted({label for label, gone in zip(flat, missing) if not gone})
    except TypeError as error:
        raise TropError(
            "id_not_sortable", f"groups[{name!r}] holds labels without a common order ({error})."
        ) from error
    position = {label: k for k, label in enumerate(own)}
    codes = np.array(
        [NO_GROUP if gone else position[label] for label, gone in zip(flat, missing)],
        dtype=np.int64,
    ).reshape(panel.Y.shape)
    series = nw.new_series(name, own, backend=library) if own else None
    return Groups(name, codes, series)


def _read_matrix(name: str, values: ArrayLike) -> Floats:
    try:
        matrix = np.ma.getdata(values) if np.ma.isMaskedArray(values) else np.asarray(values)
    except ValueError as error:
        raise TropError(
            "data_unreadable", f"{name} is not a matrix: its rows differ in length."
        ) from error
    if matrix.ndim != 2:
        raise TropError(
            "shape_mismatch",
            refusal("no_matrix", matrix=name, given=f"has {matrix.ndim} dimension(s)"),
        )
    floats = _floats(matrix)
    if floats is None:
        raise TropError(
            "data_unreadable", refusal("matrix_not_numeric", matrix=name, type=matrix.dtype)
        )
    if np.ma.isMaskedArray(values):
        floats[np.ma.getmaskarray(np.ma.asarray(values))] = np.nan
    return floats


def _floats(matrix: NDArray[Any]) -> Floats | None:
    """Copy a matrix as floats; None if it holds anything but numbers."""
    if matrix.dtype.kind in "biuf":
        return np.array(matrix, dtype=np.float64, order="C")
    if matrix.dtype.kind != "O":
        return None
    objects = matrix.ravel().tolist()
    floats = floats_of_objects(objects, [value is None for value in objects])
    return None if floats is None else floats.reshape(matrix.shape)


def _shape(matrix: Floats) -> str:
    return f"{matrix.shape[0]} x {matrix.shape[1]}"


def _read_labels(name: str, labels: Sequence[Any] | None, length: int, library: Library) -> Axis:
    own = list(range(length)) if labels is None else list(labels)
    if len(own) != length:
        raise TropError(
            "labels_invalid",
            refusal("labels_length", labels=len(own), axis=name, expected=length),
        )
    if _n_distinct(name, own) != length or any(label is None or label != label for label in own):
        raise TropError("labels_invalid", refusal("labels_repeated", axis=name))
    return Axis(name, own, nw.new_series(name, own, backend=library))


def _n_distinct(name: str, labels: list[Any]) -> int:
    try:
        return len(set(labels))
    except TypeError as error:
        raise TropError(
            "labels_invalid",
            f"The labels of {name} cannot be told apart ({error}). Use text, numbers or dates.",
        ) from error
