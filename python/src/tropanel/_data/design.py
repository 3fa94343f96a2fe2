"""What is asked of a panel beside the data: anchor, distances, covariates, averages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from .._errors import TropError
from .._hints import as_text, did_you_mean, listed, show_label
from .._options import read_choice, read_count
from .._refusals import refusal

if TYPE_CHECKING:
    import narwhals as nw

    from .._backends import protocol
    from .._backends.protocol import Bools, Floats, Ints
    from .axis import Axis

ANCHORS = ("cell", "pooled", "spell")
TIME_DISTANCES = ("position", "calendar")
#: Groups that every panel has; they go before columns of the same name.
BUILT_IN = ("event_time", "time", "cohort", "unit")
#: What can have a label in words and pictures.
LABELLED = ("outcome", "effect")


@dataclass(frozen=True)
class Asked:
    """The options that make a design, checked as far as they can be without the data.

    `covariates`, `average_weights`, `cluster`, `donors` and `by` are names of columns, or what is
    asked of matrices.
    """

    anchor: str = "cell"
    time_distance: str = "position"
    covariates: Any = ()
    average_weights: Any = None
    cluster: Any = None
    by: tuple[str, ...] = ()
    donors: Any = None
    anticipation: int = 0
    washout: int = 0
    labels: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Groups:
    """Groups of cells: their kind or codes (N, T) for a backend, and the label of each code."""

    name: str
    given: str | Ints
    labels: nw.Series[Any] | None = None

    def texts(self) -> list[str] | None:
        """Write the labels, if they are the caller's own."""
        return None if self.labels is None else [as_text(label) for label in self.labels.to_list()]


@dataclass(frozen=True)
class Design:
    """What is asked of a panel, laid out as its matrices are."""

    anchor: str = "cell"
    time_distance: str = "position"
    calendar: Floats | None = None
    average_name: str | None = None
    average: Floats | None = None
    cluster_name: str | None = None
    clusters: Ints | None = None
    covariates: dict[str, Floats] = field(default_factory=dict)
    groups: tuple[Groups, ...] = (Groups("event_time", "event_time"),)
    by: tuple[str, ...] = ()
    donors_name: str | None = None
    donors: Bools | Ints | None = None
    anticipation: int = 0
    washout: int = 0
    #: What outcome and effect are called in words and pictures.
    labels: dict[str, str] = field(default_factory=dict)
    #: Codes of what there is to remark on, with numbers of units.
    remarks: tuple[tuple[str, int], ...] = ()

    def for_backend(self) -> protocol.Design:
        """Write it as a backend reads it."""
        stack = np.stack(list(self.covariates.values())) if self.covariates else None
        return {
            "anchor": self.anchor,
            "calendar": self.calendar,
            "time_distance": self.time_distance,
            "average": self.average,
            "clusters": self.clusters,
            "donors": self.donors,
            "anticipation": self.anticipation,
            "washout": self.washout,
            "covariates": stack,
            "groupings": [groups.given for groups in self.groups],
            "remarks": list(self.remarks),
        }


def read_asked(
    anchor: str,
    time_distance: str,
    covariates: Any,
    average_weights: Any,
    cluster: Any,
    by: Any,
    donors: Any = None,
    anticipation: int = 0,
    washout: int = 0,
    labels: Any = None,
) -> Asked:
    """Check what can be checked without the data."""
    return Asked(
        anchor=read_choice("anchor", anchor, ANCHORS),
        time_distance=read_choice("time_distance", time_distance, TIME_DISTANCES),
        covariates=() if covariates is None else covariates,
        average_weights=average_weights,
        cluster=cluster,
        by=read_names("by", by),
        donors=donors,
        anticipation=read_count("anticipation", anticipation),
        washout=read_count("washout", washout),
        labels=read_label_texts(labels),
    )


def read_label_texts(labels: Any) -> dict[str, str]:
    """Read what outcome and effect are to be called."""
    if labels is None:
        return {}
    if not isinstance(labels, Mapping):
        example = '{"outcome": "Packs per person", "effect": "Effect of the law"}'
        raise TropError(
            "option_invalid", refusal("labels_unnamed", example=example, given=repr(labels))
        )
    for key, text in labels.items():
        if key not in LABELLED:
            hint = did_you_mean(key, LABELLED)
            raise TropError("option_invalid", refusal("label_unknown", key=key) + hint)
        if not isinstance(text, str) or not text.strip():
            refused = refusal("label_invalid", key=key, given=repr(text))
            raise TropError("option_invalid", refused)
    return dict(labels)


def read_names(option: str, names: Any) -> tuple[str, ...]:
    """Read a sequence of different names; one name alone is one too."""
    if names is None:
        return ()
    listing = [names] if isinstance(names, str) else names
    if not isinstance(listing, Sequence) or not all(isinstance(name, str) for name in listing):
        raise TropError(
            "option_invalid", f"{option} must be a list of names (text), not {names!r}."
        )
    for name in listing:
        if listing.count(name) > 1:
            raise TropError("columns_repeated", f"{option} lists {name!r} more than once.")
    return tuple(listing)


def make_design(
    asked: Asked,
    unit: Axis,
    time: Axis,
    covariates: Mapping[str, Floats],
    average: Floats | None,
    clusters: Ints | None,
    donors: Bools | Ints | None,
    own_groups: Callable[[str], Groups],
) -> Design:
    """Put together what was asked; `own_groups` finds the groups of a name that is not built in."""
    axes = {unit.name: "unit", time.name: "time"}
    groups = [Groups("event_time", "event_time")]
    for name in asked.by:
        kind = name if name in BUILT_IN else axes.get(name)
        if kind != "event_time":
            groups.append(own_groups(name) if kind is None else Groups(name, kind))
    return Design(
        anchor=asked.anchor,
        time_distance=asked.time_distance,
        calendar=_calendar(asked, time),
        average_name=asked.average_weights if isinstance(asked.average_weights, str) else None,
        average=average,
        cluster_name=asked.cluster if isinstance(asked.cluster, str) else None,
        clusters=clusters,
        donors_name=asked.donors if isinstance(asked.donors, str) else None,
        donors=donors,
        anticipation=asked.anticipation,
        washout=asked.washout,
        labels=asked.labels,
        covariates=dict(covariates),
        groups=tuple(groups),
        by=asked.by,
    )


def unknown_group(name: str, known: Sequence[str]) -> TropError:
    """Say that nothing has this name to average by."""
    hint = did_you_mean(name, [*BUILT_IN, *known])
    return TropError(
        "column_missing",
        refusal("group_unknown", column=name) + hint,
    )


def check_average(name: str, weights: Floats, unit: Axis) -> Floats:
    """Check the weights of the units in averages."""
    wrong = ~np.isfinite(weights) | (weights < 0)
    if wrong.any():
        raise TropError(
            "weight_invalid",
            f"{name} must be finite numbers >= 0, but is {weights[wrong][0]:g} for {unit.name!r} ="
            f" {unit.show(wrong)}.",
        )
    return weights


def _calendar(asked: Asked, time: Axis) -> Floats | None:
    if time.calendar is None and asked.time_distance == "calendar":
        raise TropError(
            "calendar_missing",
            refusal(
                "calendar_missing",
                column=time.name,
                labels=listed(map(show_label, time.labels), 3),
            ),
        )
    return time.calendar
