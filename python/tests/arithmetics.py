"""Runs Python's tests once under each arithmetic that this processor can do.

    python tests/arithmetics.py [--only NAME] [ARGUMENT OF PYTEST]...

OpenBLAS and NumPy choose their kernels by the processor when they are loaded, and kernels round
differently. What passes under one may fail under another, on the machine of somebody else.
Environment variables choose the kernels; that they did is checked.
"""

from __future__ import annotations

import argparse
import ctypes
import glob
import os
import platform
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

PYTHON_FOLDER = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Arithmetic:
    """Kernels of OpenBLAS and NumPy, and what the processor needs for them."""

    openblas: str
    cores: tuple[str, ...]  #: What OpenBLAS may call them once loaded.
    needs: tuple[str, ...]
    baseline: bool = False  #: NumPy without the instructions that not every processor has.

    def variables(self) -> dict[str, str]:
        """Environment of a run. One thread: how many there are is one more way to round."""
        chosen = {"OPENBLAS_NUM_THREADS": "1", "OPENBLAS_CORETYPE": self.openblas}
        if self.baseline:
            chosen["NPY_DISABLE_CPU_FEATURES"] = " ".join(wider_features())
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("OPENBLAS_", "NPY_"))}
        return {**inherited, **chosen}


ARITHMETICS = {
    "prescott": Arithmetic("Prescott", ("Prescott", "Katmai"), ("SSE3",), baseline=True),
    "haswell": Arithmetic("Haswell", ("Haswell",), ("AVX2", "FMA3")),
    "skylakex": Arithmetic("SkylakeX", ("SkylakeX",), ("AVX512F", "AVX512BW", "AVX512VL")),
}


def processor_features() -> dict[str, bool]:
    """Ask NumPy what the processor can do."""
    from numpy._core._multiarray_umath import __cpu_features__

    return dict(__cpu_features__)


def wider_features() -> list[str]:
    """Instructions beyond those that this build of NumPy takes for granted."""
    from numpy._core._multiarray_umath import __cpu_dispatch__

    has = processor_features()
    return [name for name in __cpu_dispatch__ if has.get(name)]


def openblas_core() -> str:
    """Name the kernels that NumPy's OpenBLAS has chosen; empty if it has another BLAS."""
    import numpy as np

    for path in glob.glob(str(Path(np.__file__).parents[1] / "numpy.libs" / "*openblas*")):
        library = ctypes.CDLL(path)
        for name in ("scipy_openblas_get_corename64_", "openblas_get_corename64_"):
            if hasattr(library, name):
                ask = getattr(library, name)
                ask.restype = ctypes.c_char_p
                return str(ask().decode())
    return ""


def why_not(arithmetic: Arithmetic) -> str:
    """Why this machine cannot run an arithmetic; empty if it can."""
    if platform.machine() not in ("x86_64", "AMD64"):
        return "its kernels are for x86-64"
    if not openblas_core():
        return "NumPy has another BLAS than the OpenBLAS of its wheels"
    if not arithmetic.baseline and openblas_core() in arithmetic.cores:
        return "it is what runs here anyway"
    has = processor_features()
    missing = [name for name in arithmetic.needs if not has.get(name)]
    return f"the processor lacks {', '.join(missing)}" if missing else ""


def check(arithmetic: Arithmetic) -> None:
    """End the program unless its environment has had its effect. Runs in the child."""
    core = openblas_core()
    if core not in arithmetic.cores:
        sys.exit(f"asked for {arithmetic.openblas}, but OpenBLAS runs {core}")
    if arithmetic.baseline and wider_features():
        sys.exit(f"NumPy still has {wider_features()}")
    print(f"OpenBLAS: {core}; NumPy beyond its baseline: {wider_features() or 'nothing'}")


def run(name: str, arguments: list[str]) -> bool:
    """Run the tests under one arithmetic; True unless they fail."""
    print(f"== {name}", flush=True)
    reason = why_not(ARITHMETICS[name])
    if reason:
        print(f"left out: {reason}", flush=True)
        return True
    variables = ARITHMETICS[name].variables()
    checking = [sys.executable, __file__, "--check", name]
    testing = [sys.executable, "-m", "pytest", "-q", *arguments]
    return all(
        subprocess.run(command, env=variables, cwd=PYTHON_FOLDER).returncode == 0
        for command in (checking, testing)
    )


def main() -> None:
    """Run every arithmetic, or those that were asked for; exit with 1 if a test failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", action="append", choices=ARITHMETICS)
    parser.add_argument("--check", choices=ARITHMETICS, help=argparse.SUPPRESS)
    options, arguments = parser.parse_known_args()
    if options.check:
        check(ARITHMETICS[options.check])
        return
    failed = [name for name in options.only or ARITHMETICS if not run(name, arguments)]
    sys.exit(f"failed under: {', '.join(failed)}" if failed else 0)


if __name__ == "__main__":
    main()
