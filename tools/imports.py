"""Checks that imports point down: no file imports one of a higher layer, and no files import each other in a circle.

python tools/imports.py
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# The folders and files of each layer, from the lowest layer up.
LAYERS = {
    "crates/trop-core/src": [
        "by_name codes error exact lambdas named names reason refusals settings words",
        "numerics runtime",
        "solver",
        "panel",
        "weighting",
        "model",
        "tuning",
        "inference",
        "rivals",
        "simulation",
        "diagnostics",
        "analysis",
        "lib",
    ],
    "crates/trop-report/src": [
        "checksum text",
        "labels",
        "ids marks words",
        "notes outlook table",
        "tables",
        "bias_bounds comparison differences in_time many page power saved simulation summary",
        "lib",
    ],
    "bindings/c/src": [
        "abi",
        "data",
        "model",
        "inference diagnostics weighted",
        "analysis",
        "lib",
    ],
    "bindings/python/src": [
        "answers errors tables",
        "periods",
        "design options running",
        "arguments labels",
        "cohorts held weighted",
        "analysis comparison many power simulation",
        "panel",
        "saved",
        "lib",
    ],
    "bindings/r/src": [
        "answers design periods tables",
        "job options",
        "panel",
        "steps",
        "analysis comparison diagnostics many power simulation",
        "saved",
        "lib",
    ],
    "python/src/tropanel": [
        "_errors _hints _options",
        "_backends _core _refusals",
        "_data _progress",
        "_results",
        "_estimate",
        "compat datasets",
        "__init__",
        "demo",
    ],
    "benches": [
        "compat_differences instructions bindings first_call",
        "measure suite",
        "charts machine panels",
        "ours",
        "diff_diff_peer",
        "jobs one_estimate",
        "report",
        "__main__",
    ],
    "tools/conformance/src": [
        "json text",
        "common panels",
        "defaults designs question real whole",
        "runner",
        "analyses bad repeated whole_cases",
        "cases",
        "main",
    ],
    "tools/coverage/src": [
        "random",
        "design",
        "lib",
        "tally",
        "row",
        "study",
        "chart page",
        "main",
    ],
}


def expand(path: str) -> Iterator[str]:
    """The single paths of a Rust import: `a::{b, c::d}` is `a::b` and `a::c::d`."""
    head, brace, rest = path.partition("{")
    if not brace:
        yield path
        return
    for part in re.findall(r"(?:[^,{}]|\{.*?\})+", rest[: rest.rindex("}")]):
        yield from expand(head + part)


def rust_imports(file: Path, root: Path) -> Iterator[Path]:
    """The files whose names a Rust file uses. A test module within it sees the file itself as `super`."""
    code, _, tests = re.sub(r"//.*", "", file.read_text()).partition("#[cfg(test)]")
    code += tests.replace("super::", "")
    uses = re.findall(
        r"^\s*(?:pub(?:\(\w+\))? )?use ([\w:{},*\s]+);", code, re.MULTILINE
    )
    paths = [
        path for use in uses for path in expand(re.sub(r"\s+as\s+\w+|\s", "", use))
    ]
    for path in paths + re.findall(r"\b(?:crate|super)(?:::\w+)+", code):
        yield from resolve(path.split("::"), file, root)


def resolve(path: list[str], file: Path, root: Path) -> Iterator[Path]:
    """The file that a path leads to from a Rust file, if it is one of the tree."""
    own = file.name in ("mod.rs", "lib.rs", "main.rs")
    at, inside = file.parent if own else file.with_suffix(""), False
    while path and path[0] in ("crate", "self", "super"):
        at, inside = {"crate": root, "self": at, "super": at.parent}[path.pop(0)], True
    while path and (at / path[0]).is_dir():
        at, inside = at / path.pop(0), True
    if path and (at / f"{path[0]}.rs").is_file():
        yield at / f"{path[0]}.rs"
    elif inside:
        yield from (at / name for name in ("mod.rs", "lib.rs") if (at / name).is_file())


def python_imports(file: Path, root: Path) -> Iterator[Path]:
    """The files whose names a Python file imports anywhere in it, be it for types only."""
    top = root.parent if (root / "__init__.py").is_file() else root
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from follow(alias.name.split("."), top)
        elif isinstance(node, ast.ImportFrom):
            at = file.parents[node.level - 1] if node.level else top
            start = node.module.split(".") if node.module else []
            for alias in node.names:
                yield from follow([*start, alias.name], at)


def follow(path: list[str], at: Path) -> Iterator[Path]:
    """The file that a path leads to from a folder of Python files, if there is one."""
    while path and (at / path[0]).is_dir():
        at, path = at / path[0], path[1:]
    names = [f"{path[0]}.py", f"{path[0]}.pyi"] if path else []
    found = [at / name for name in [*names, "__init__.py"] if (at / name).is_file()]
    yield from found[:1]


def faults(root: Path, layers: list[str]) -> Iterator[str]:
    """What is wrong with the imports of a tree."""
    rank = {name: k for k, names in enumerate(layers) for name in names.split()}
    reads = {".rs": rust_imports, ".py": python_imports, ".pyi": python_imports}
    # The tests of a crate may use all of it.
    files = [
        file
        for file in sorted(root.rglob("*"))
        if file.suffix in reads and file.relative_to(root) != Path("tests.rs")
    ]
    graph = {file: set(reads[file.suffix](file, root)) - {file} for file in files}
    layer = {
        file: rank.get(Path(file.relative_to(root).parts[0]).stem) for file in files
    }
    yield from (f"{file} is in no layer" for file in files if layer[file] is None)
    for file, found in graph.items():
        for other in sorted(found & graph.keys()):
            if None not in (layer[file], layer[other]) and layer[file] < layer[other]:
                yield f"{file} imports {other}, which is in a higher layer"
    while bottom := [file for file, found in graph.items() if not found & graph.keys()]:
        for file in bottom:
            del graph[file]
    if graph:
        walk = [next(iter(graph))]
        while (step := min(graph[walk[-1]] & graph.keys())) not in walk:
            walk.append(step)
        yield "a circle: " + " -> ".join(map(str, [*walk[walk.index(step) :], step]))


if __name__ == "__main__":
    found = [
        fault
        for tree, layers in LAYERS.items()
        for fault in faults(ROOT / tree, layers)
    ]
    sys.exit("\n".join(found).replace(f"{ROOT}/", "") or 0)
