"""Example panels, embedded in the package."""

from __future__ import annotations

import csv
from collections.abc import Callable
from importlib import resources
from typing import Any

import narwhals as nw

from ._data.frames import frame_library

#: Postal codes of the states in alphabetical order of their names, with the capital's district:
#: the castle panel numbers its states so, from 1.
_STATES = (
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO"
    " MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY"
).split()


def prop99(backend: str | None = None) -> Any:
    """Cigarette sales in 39 US states, 1970 to 2000, and California's Proposition 99.

    California raised its tobacco tax by 25 cents a pack from January 1989 and spent the money
    against smoking. The other 38 states had no such programme in these years.

    Parameters
    ----------
    backend : {"pandas", "polars", "pyarrow"}, optional
        Library of the frame; the first of these that is installed by default.

    Returns
    -------
    frame with 1209 rows
        state : name of the state.
        year : 1970 to 2000.
        packs_per_capita : cigarette packs sold per person in the year.
        treated : 1 for California from 1989 on, else 0.

    References
    ----------
    Abadie, Diamond, Hainmueller (2010), "Synthetic Control Methods for Comparative Case Studies",
    Journal of the American Statistical Association 105(490).

    Examples
    --------
    >>> import tropanel
    >>> tropanel.datasets.prop99().shape
    (1209, 4)
    """
    return _frame(_read("prop99.csv", text={"state"}), backend)


def castle(backend: str | None = None) -> Any:
    """Homicides in 50 US states, 2000 to 2010, and castle-doctrine laws.

    21 states passed laws that extend the right to use lethal force in self-defence. In the panel
    the first (Florida) is treated from 2006 on, most from 2007, the last (Montana) in 2010.

    Parameters
    ----------
    backend : {"pandas", "polars", "pyarrow"}, optional
        Library of the frame; the first of these that is installed by default.

    Returns
    -------
    frame with 550 rows
        sid : number of the state, 1 to 51 in alphabetical order (9, the capital, is absent).
        state : its postal code.
        year : 2000 to 2010.
        l_homicide : natural logarithm of `homicide`.
        homicide : homicides per 100,000 persons in the year.
        post : 1 where the state has the law in the year, else 0.
        popwt : population, a weight.
        unemployrt : unemployment rate in percent.
        poverty : persons in poverty in percent.
        l_police : natural logarithm of police officers per 100,000 persons.

    References
    ----------
    Cheng, Hoekstra (2013), "Does Strengthening Self-Defense Law Deter Crime or Escalate
    Violence?", Journal of Human Resources 48(3); as in Cunningham, "Causal Inference: The
    Mixtape".

    Examples
    --------
    >>> import tropanel
    >>> tropanel.datasets.castle().shape
    (550, 10)
    """
    columns = _read("castle.csv", text=set())
    numbers = columns.pop("sid")
    states = [_STATES[number - 1] for number in numbers]
    return _frame({"sid": numbers, "state": states, **columns}, backend)


def _read(name: str, text: set[str]) -> dict[str, list[Any]]:
    """Read an embedded table: columns are `text`, or else integers if they can be, or floats."""
    content = resources.files("tropanel").joinpath("data", name).read_text(encoding="utf-8")
    header, *rows = csv.reader(content.splitlines())
    columns = dict(zip(header, map(list, zip(*rows))))
    return {
        name: values if name in text else list(map(_number_type(values), values))
        for name, values in columns.items()
    }


def _number_type(values: list[str]) -> Callable[[str], Any]:
    return int if all(value.isdigit() for value in values) else float


def _frame(columns: dict[str, list[Any]], backend: str | None) -> Any:
    return nw.from_dict(columns, backend=frame_library(backend)).to_native()
