"""Who may serve for whom: flags or groups of units, donors by unit, or flags of pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .._errors import TropError
from .._hints import listed, show_label
from .._refusals import refusal
from .labelled import reordered

if TYPE_CHECKING:
    from .._backends.protocol import Bools, Ints
    from .axis import Axis


def of_labels(name: str, labels: Sequence[Any], codes: Ints) -> Bools | Ints:
    """Read one label for each unit: flags of units that may serve, or groups.

    `codes` are positions among the labels.
    """
    if all(isinstance(label, (bool, np.bool_)) for label in labels):
        return np.array([labels[code] for code in codes], dtype=np.bool_)
    if all(label in (0, 1) for label in labels):
        raise TropError("option_invalid", refusal("donors_ambiguous", column=name))
    return codes


def of_pairs(given: Any, unit: Axis) -> Bools:
    """Read flags of pairs: a mapping of units to their donors, or a matrix of units by units."""
    if isinstance(given, Mapping):
        return _of_mapping(given, unit)
    n = len(unit.labels)
    matrix = np.asarray(reordered("donors", given, unit.labels, unit.labels))
    if matrix.shape != (n, n):
        raise length_error(n, matrix.shape)
    flags = np.asarray(matrix, dtype=object)
    if not all(flag in (0, 1) for flag in flags.ravel().tolist()):
        raise TropError("option_invalid", refusal("donors_pairs"))
    return np.asarray(flags, dtype=np.bool_)


def _of_mapping(given: Mapping[Any, Any], unit: Axis) -> Bools:
    """Units that are not named may be served by all."""
    place = {label: k for k, label in enumerate(unit.labels)}
    pairs = np.ones((len(place), len(place)), dtype=np.bool_)
    for own, donors in given.items():
        named = [donors] if isinstance(donors, str) else list(donors)
        unknown = [label for label in [own, *named] if label not in place]
        if unknown:
            labels = listed(map(show_label, unknown), 4)
            raise TropError(
                "option_invalid", refusal("donors_unknown", unit=unit.name, labels=labels)
            )
        pairs[place[own]] = False
        pairs[place[own], [place[label] for label in named]] = True
    return pairs


def length_error(n: int, shape: Sequence[int]) -> TropError:
    """Say what donors must be."""
    given = f"the shape {' x '.join(map(str, shape))}" if len(shape) > 1 else f"{shape[0]} entries"
    return TropError("donors_length", refusal("donors_length", expected=n, given=given))


def missing_error(name: str, where: str) -> TropError:
    """Say whose entry is missing."""
    return TropError("donors_missing", refusal("donors_missing", column=name, where=where))
