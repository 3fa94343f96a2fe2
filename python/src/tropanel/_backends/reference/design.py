"""What this backend has of a design, and what it lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from ..._errors import TropError

if TYPE_CHECKING:
    from ..protocol import Design

#: The options whose other values only the compiled core has.
HAS = {
    "anchor": "cell",
    "time_distance": "position",
    "average": None,
    "clusters": None,
    "donors": None,
    "anticipation": 0,
    "washout": 0,
    "covariates": None,
}
OPTIONS = {"average": "average_weights", "clusters": "cluster"}


def lacks(option: str) -> NoReturn:
    """Say that only the compiled core has this."""
    raise TropError(
        "backend_lacks",
        f"The NumPy backend does not have {option}: use the compiled core (backend='rust'), or"
        " leave it out.",
    )


def read_design(design: Design | None) -> None:
    """Refuse what this backend lacks."""
    given: dict[str, Any] = dict(design or {})
    for key, only in HAS.items():
        value = given.get(key)
        if value is None or (isinstance(value, (str, int)) and value == only):
            continue
        name = OPTIONS.get(key, key)
        lacks(f"{name}={value!r}" if isinstance(value, str) else name)
    for groups in given.get("groupings") or []:
        if not isinstance(groups, str) or groups != "event_time":
            lacks(f"by={groups!r}" if isinstance(groups, str) else "averages by columns")
