"""What the figures were measured on and with."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from measure import cores
from suite import REPOSITORY, Row

JOB = "machine"
PACKAGES = (
    "tropanel",
    "diff-diff",
    "trop",
    "numpy",
    "scipy",
    "cvxpy",
    "scs",
    "matplotlib",
)


def facts(command: str) -> list[Row]:
    """The machine as rows without figures."""
    found = {
        "processor": _processor(),
        "cores": str(cores()),
        "memory": _memory(),
        "system": _system(),
        "python": platform.python_version(),
        "packages": ", ".join(_versions()),
        "source": _commit(),
        "command": command,
        "load": "{:.2f} at the start, a minute's average".format(os.getloadavg()[0]),
    }
    return [fact(name, text) for name, text in found.items() if text]


def fact(name: str, text: str) -> Row:
    """A fact as a row."""
    return Row(f"{JOB}/{name}", "", "", [], quantity="", note=text)


def _processor() -> str:
    """Model and the vector instructions that matter."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    entry = dict(map(str.strip, line.split(":", 1)) for line in lines if ":" in line)
    flags = set(entry.get("flags", "").split())
    vectors = [name for name in ("avx2", "fma", "avx512f") if name in flags]
    model = entry.get("model name", platform.machine())
    return f"{model}, {platform.machine()}, {', '.join(vectors)}"


def _memory() -> str:
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return f"{total / 2**30:.0f} GiB"


def _system() -> str:
    try:
        name = platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        name = platform.system()
    return f"{name}, Linux {platform.release()}"


def _versions() -> list[str]:
    versions = []
    for package in PACKAGES:
        try:
            versions.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    return versions


def _commit() -> str:
    """The commit that was built, if this is a clone."""
    git = ["git", "-C", str(REPOSITORY)]
    commit = [*git, "rev-parse", "--short", "HEAD"]
    changed = [
        *git,
        "status",
        "--porcelain",
        "--",
        "crates",
        "bindings/python",
        "python",
    ]
    try:
        name = subprocess.run(commit, capture_output=True, text=True, check=True)
        state = subprocess.run(changed, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    suffix = ", with changes" if state.stdout.strip() else ""
    return f"commit {name.stdout.strip()}{suffix}"
