"""r-package/configure: what it writes on systems that these tests do not run on."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

#: Programs that say that they are on another system.
PRETENDED = {
    "uname": 'echo "$PRETENDED_SYSTEM"',
    "cygpath": 'echo "C:$2"',
    "rustc": 'echo "rustc $PRETENDED_RUST (2026-01-01)"',
    "cargo": 'echo "cargo $PRETENDED_RUST"',
}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """The package in a checkout, as far as its script looks at it."""
    for folder in ("package/src", "bindings/r", "bin"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "Cargo.toml").touch()
    for name in ("configure", "configure.win"):
        shutil.copy(ROOT / "r-package" / name, tmp_path / "package")
    for name, body in PRETENDED.items():
        program = tmp_path / "bin" / name
        program.write_text(f"#!/bin/sh\n{body}\n")
        program.chmod(0o755)
    return tmp_path / "package"


def run(
    package: Path, script: str, system: str, rust: str = "1.85.0", **more: str
) -> str:
    environment = {
        "PATH": f"{package.parent / 'bin'}:{os.environ['PATH']}",
        "HOME": str(package.parent),
        "PRETENDED_SYSTEM": system,
        "PRETENDED_RUST": rust,
        **more,
    }
    done = subprocess.run(
        ["sh", script], cwd=package, env=environment, capture_output=True, text=True
    )
    return done.stderr if done.returncode else ""


def test_windows(package: Path) -> None:
    assert run(package, "configure.win", "MINGW64_NT-10.0") == ""
    text = (package / "src/Makevars.win").read_text()
    assert f"LIBRARY_DIR = C:{package}/../target/x86_64-pc-windows-gnu/release" in text
    assert "--target x86_64-pc-windows-gnu\n" in text
    for library in ("ws2_32", "advapi32", "userenv", "bcrypt", "ntdll"):
        assert f"-l{library}" in text
    assert (
        "X86_64_PC_WINDOWS_GNU_LINKER=x86_64-w64-mingw32.static.posix-gcc.exe" in text
    )
    assert (package / "src/libgcc_mock/libgcc_eh.a").exists()
    assert not (package / "src/Makevars").exists()


def test_windows_on_arm(package: Path) -> None:
    assert run(package, "configure.win", "MINGW64_NT-10.0", R_ARCH="/aarch64") == ""
    text = (package / "src/Makevars.win").read_text()
    assert "--target aarch64-pc-windows-gnullvm\n" in text


@pytest.mark.parametrize("system", ["Darwin", "Linux"])
def test_unix(package: Path, system: str) -> None:
    assert run(package, "configure", system) == ""
    text = (package / "src/Makevars").read_text()
    assert f"LIBRARY_DIR = {package}/../target/release" in text
    # The linker of macOS knows none of these.
    assert ("-Wl,--gc-sections" in text) == (system == "Linux")
    assert "--target " not in text
    assert not (package / "src/libgcc_mock").exists()


def test_what_is_written_is_a_makefile(package: Path) -> None:
    run(package, "configure", "Darwin")
    command = ["make", "--dry-run", "--file", "Makevars", "SHLIB=tropanel.so"]
    done = subprocess.run(command, cwd=package / "src", capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "cargo build --release --package trop-r --lib --locked" in done.stdout


def test_an_old_compiler_is_refused(package: Path) -> None:
    said = run(package, "configure", "Darwin", rust="1.84.1")
    assert "rustc 1.84.1 (2026-01-01) is too old." in said
    assert "https://rustup.rs" in said
