"""Runs the Python blocks of one page in one namespace: `python run_python.py WANTED.json ANSWER.json`, in a folder of its own.

Output is what the block prints, then the value of its last expression if it is not None, as in a notebook. Figures
are those that it leaves open. A block that fails ends the run, unless it is one that must. One that is the text of a
file is written, to be imported by later ones.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import os
import sys
import traceback
import warnings
from pathlib import Path
from typing import Any

import matplotlib
import matplotlib.pyplot as plt

matplotlib.use("Agg")
matplotlib.rcParams.update({"svg.hashsalt": "tropanel", "figure.figsize": (7, 4.2)})


def main(wanted: Path, answer: Path) -> None:
    """Run all blocks and write their outputs and figures."""
    names: dict[str, Any] = {"__name__": "__main__"}
    answers = []
    sys.path.insert(0, os.getcwd())
    for number, block in enumerate(json.loads(wanted.read_text())):
        output = answered(block["code"], block["options"], names)
        answers.append({"output": output, "figures": figures(number)})
    answer.write_text(json.dumps(answers))


def answered(code: str, options: dict[str, str], names: dict[str, Any]) -> str:
    """Run a block, or write its file, and give what it shows."""
    if "file" in options:
        Path(options["file"]).write_text(code)
        return ""
    return run(code, names, "error" in options)


def run(code: str, names: dict[str, Any], must_fail: bool) -> str:
    """Run one block and give what it shows."""
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown), warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = lambda message, kind, *_: print(
            f"{kind.__name__}: {message}"
        )
        failed = execute(code, names, must_fail)
    if must_fail and not failed:
        raise SystemExit(f"this block must fail, and did not:\n{code}")
    return shown.getvalue()


def execute(code: str, names: dict[str, Any], must_fail: bool) -> bool:
    """Run the statements, show the last one's value, and tell whether there was an error."""
    *statements, last = ast.parse(code).body
    try:
        if not isinstance(last, ast.Expr):
            statements.append(last)
        exec(compile(ast.Module(statements, []), "<page>", "exec"), names)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), "<page>", "eval"), names)
            show(value)
    except Exception as error:
        if not must_fail:
            traceback.print_exc()
            raise SystemExit(f"this block failed:\n{code}") from error
        print(f"{type(error).__name__}: {error}")
        return True
    return False


def show(value: Any) -> None:
    """Print a value, unless it is nothing or a picture."""
    if value is not None and not isinstance(value, matplotlib.axes.Axes):
        print(value if isinstance(value, str) else repr(value))


def figures(number: int) -> list[str]:
    """Save and close the open figures, and give their files."""
    files = []
    for k in plt.get_fignums():
        files.append(f"python-{number}-{k}.svg")
        plt.figure(k).savefig(files[-1], bbox_inches="tight", metadata={"Date": None})
    plt.close("all")
    return files


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
