"""The estimator on two real panels: ``python -m tropanel.demo [--out DIR]``."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from . import TropResult, datasets, trop
from ._data.frames import frame_columns


def main(arguments: list[str] | None = None) -> None:
    """Estimate both panels, print what was found, and save the pictures."""
    parser = argparse.ArgumentParser(prog="python -m tropanel.demo", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("tropanel-demo"), help="where pictures go")
    out: Path = parser.parse_args(arguments).out
    out.mkdir(parents=True, exist_ok=True)
    start = time.perf_counter()
    pictures = [*_proposition_99(out), *_castle(out)]
    print(f"All of it took {time.perf_counter() - start:.1f} seconds. What was written:")
    for picture in pictures:
        print(f"  {picture.resolve()}")


def _proposition_99(out: Path) -> list[Path]:
    _headline("Proposition 99: cigarette packs per person and year in California, from 1989")
    result = trop(
        datasets.prop99(), "packs_per_capita", "treated", "state", "year", inference="placebo"
    )
    print(result.summary())
    _print_effects(result)
    print(f"Placebo p-value of Proposition 99: {result.p_value:.3g}\n")
    return [
        result.report(out / "prop99_report.html"),
        _save(result, "path", out / "prop99_path.png", "Cigarette packs per person in California"),
        _save(result, "event", out / "prop99_event.png", "Proposition 99: effect by year"),
    ]


def _castle(out: Path) -> list[Path]:
    _headline("Castle-doctrine laws: log homicides per 100,000 persons in 21 US states")
    result = trop(datasets.castle(), "l_homicide", "post", "state", "year")
    print(result.summary())
    _print_effects(result)
    return [
        _save(result, "event", out / "castle_event.png", "Castle-doctrine laws and log homicides"),
        _save(result, "path", out / "castle_path.png", "Log homicides in 21 states that adopted"),
        _save(result, "effects", out / "castle_effects.png", "Effect in each state and year"),
    ]


def _headline(text: str) -> None:
    print(f"\n{text}\n{'=' * len(text)}")


def _print_effects(result: TropResult) -> None:
    """Print every treated cell's effect: units in rows, periods in columns."""
    cells = frame_columns(result.effects)
    effect = dict(zip(zip(cells["unit"], cells["time"]), cells["effect"]))
    periods = sorted(set(cells["time"]))
    width = max(len(str(unit)) for unit in cells["unit"])
    print(f"\nEffect in each of the {len(effect)} treated cells")
    for some in (periods[k : k + 8] for k in range(0, len(periods), 8)):
        print(" " * width + "".join(f"{period:>9}" for period in some))
        for unit in dict.fromkeys(cells["unit"]):
            values = (effect.get((unit, period)) for period in some)
            row = "".join(" " * 9 if value is None else f"{value:9.3f}" for value in values)
            print(f"{unit:<{width}}{row}")
    print()


def _save(result: TropResult, kind: str, path: Path, title: str) -> Path:
    figure = result.plot(kind, title=title).figure
    figure.savefig(path, dpi=150)  # type: ignore[union-attr]
    return path


if __name__ == "__main__":
    main()
