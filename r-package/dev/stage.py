"""Puts the Rust sources and their dependencies into a copy of the R package; `cleanup` calls it.

In the repository src/repository links to what the package needs of it. `R CMD build` follows these
links when it copies the package, so there they are files: this turns them into src/rust, a
workspace of its own. Dependencies are those of the repository's Cargo.lock. They are pruned of
what no build of the package reads, and packed into src/rust/vendor.tar.xz.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
REPOSITORY = PACKAGE / "src" / "repository"
CRATES = [
    *(f"crates/{folder.name}" for folder in sorted((REPOSITORY / "crates").iterdir())),
    "bindings/r",
]

#: The platforms that R runs on. A crate that none of them builds is replaced by an empty one,
#: which the lock file needs but no build does.
PLATFORMS = (
    "x86_64-unknown-linux-gnu",
    "aarch64-unknown-linux-gnu",
    "x86_64-unknown-linux-musl",
    "x86_64-apple-darwin",
    "aarch64-apple-darwin",
    "x86_64-pc-windows-gnu",
    "aarch64-pc-windows-gnullvm",
)

#: Options of cargo that make it take dependencies from vendor/.
VENDORED = (
    "--config",
    'source.crates-io.replace-with = "vendor"',
    "--config",
    'source.vendor.directory = "vendor"',
)

#: Sections of a manifest that only tests, benchmarks and examples need.
UNUSED_SECTIONS = ("dev-dependencies", "bench", "example", "test")
UNUSED_FOLDERS = {
    "tests",
    "test",
    "benches",
    "examples",
    "docs",
    "doc",
    "ci",
    "assets",
    "images",
    "fuzz",
}
KEPT_FILES = re.compile(
    r"(?i)^(licen[cs]e|copying|copyright|notice|authors|unlicense)|\.rs$|^Cargo\.toml$"
)
INCLUDED = re.compile(r'include(?:_str|_bytes)?!\s*\(\s*"([^"]+)"|path\s*=\s*"([^"]+\.rs)"')


def main() -> None:
    """Replace src/repository by src/rust."""
    if any(path.is_symlink() for path in REPOSITORY.iterdir()):
        sys.exit("this is the repository itself, not a copy of the package")
    rust = PACKAGE / "src" / "rust"
    copy_sources(rust)
    check_notices(vendor(rust))
    pack(rust)
    shutil.rmtree(REPOSITORY)


def copy_sources(rust: Path) -> None:
    """Copy the crates and make a workspace of them alone."""
    for crate in CRATES:
        shutil.copytree(REPOSITORY / crate / "src", rust / crate / "src")
        manifest = (REPOSITORY / crate / "Cargo.toml").read_text(encoding="utf-8")
        write(rust / crate / "Cargo.toml", without_sections(manifest))
    workspace = (REPOSITORY / "Cargo.toml").read_text(encoding="utf-8")
    members = ", ".join(f'"{crate}"' for crate in CRATES)
    workspace = re.sub(r"(?m)^members = \[[^\]]*\]", f"members = [{members}]", workspace)
    workspace = re.sub(r"(?m)^(default-members|exclude) = \[[^\]]*\]\n", "", workspace)
    # Debug information would make up most of the installed library.
    workspace = re.sub(r'(?m)^debug = "line-tables-only"', "debug = false", workspace)
    write(rust / "Cargo.toml", workspace)
    shutil.copy(REPOSITORY / "Cargo.lock", rust / "Cargo.lock")


def without_sections(manifest: str) -> str:
    """Drop the sections that only tests, benchmarks and examples need."""
    sections = re.split(r"(?m)^(?=\[)", manifest)
    name = re.compile(r"\[+([a-z-]+)")
    return "".join(s for s in sections if not (m := name.match(s)) or m[1] not in UNUSED_SECTIONS)


def vendor(rust: Path) -> list[dict]:
    """Collect the dependencies in rust/vendor; return those that some platform needs."""
    locked = [package for package in metadata(rust) if package["source"] is not None]
    needed = {crate for platform in PLATFORMS for crate in built(rust, platform)}
    cargo(rust, "vendor", "--quiet", "--locked", "--versioned-dirs", "vendor")
    for package in locked:
        folder = home(rust, package)
        if (package["name"], package["version"]) in needed:
            prune(folder)
        else:
            hollow(folder, package)
        forget_checksums(folder)
    # The lock file forgets what only hollow crates depended on.
    left = metadata(rust, "--offline", *VENDORED)
    for package in locked:
        if package["id"] not in {other["id"] for other in left}:
            shutil.rmtree(home(rust, package))
    return [package for package in locked if (package["name"], package["version"]) in needed]


def home(rust: Path, package: dict) -> Path:
    """Where a crate is vendored."""
    return rust / "vendor" / f"{package['name']}-{package['version']}"


def metadata(rust: Path, *options: str) -> list[dict]:
    """Return all packages of the workspace, and bring the lock file into line with it."""
    return json.loads(cargo(rust, "metadata", "--format-version", "1", *options))["packages"]


def built(rust: Path, platform: str) -> list[tuple[str, str]]:
    """Return name and version of each crate that is compiled for a platform."""
    options = ("--edges", "normal,build", "--prefix", "none", "--format", "{p}")
    lines = cargo(rust, "tree", "--locked", "--target", platform, *options).splitlines()
    return [(line.split()[0], line.split()[1].removeprefix("v")) for line in lines if line]


def cargo(rust: Path, *command: str) -> str:
    """Run cargo in the workspace and return what it prints."""
    done = subprocess.run(
        ["cargo", *command], cwd=rust, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


def prune(folder: Path) -> None:
    """Remove from a crate what building it does not read."""
    included = {
        (source.parent / (name or path)).resolve()
        for source in folder.rglob("*.rs")
        for name, path in INCLUDED.findall(source.read_text(encoding="utf-8"))
    }
    for path in sorted(folder.rglob("*"), reverse=True):
        inside = path.relative_to(folder)
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif path.resolve() not in included and not is_read(inside):
            path.unlink()


def is_read(inside: Path) -> bool:
    """Whether a build, or a reader of licenses, may need this file of a crate."""
    unused = inside.parts[0] in UNUSED_FOLDERS or inside.parts[0].startswith(".")
    return inside.name == ".cargo-checksum.json" or (
        not (unused and len(inside.parts) > 1) and KEPT_FILES.search(inside.name) is not None
    )


def hollow(folder: Path, package: dict) -> None:
    """Replace a crate by an empty one of the same name, version and features."""
    checksum = (folder / ".cargo-checksum.json").read_bytes()
    shutil.rmtree(folder)
    features = "".join(f"{json.dumps(name)} = []\n" for name in sorted(package["features"]))
    write(
        folder / "Cargo.toml",
        f'[package]\nname = "{package["name"]}"\nversion = "{package["version"]}"\n'
        f'edition = "2021"\n\n[features]\n{features}',
    )
    write(folder / "src" / "lib.rs", "")
    (folder / ".cargo-checksum.json").write_bytes(checksum)


def forget_checksums(folder: Path) -> None:
    """Keep the checksum of the crate, which the lock file has, and forget those of its files."""
    path = folder / ".cargo-checksum.json"
    checksum = json.loads(path.read_text(encoding="utf-8"))["package"]
    write(path, json.dumps({"files": {}, "package": checksum}))


def check_notices(crates: list[dict]) -> None:
    """Make sure that inst/AUTHORS has names and licenses of the vendored crates, as CRAN asks."""
    named = set((PACKAGE / "inst" / "AUTHORS").read_text(encoding="utf-8").splitlines())
    missing = [c["name"] for c in crates if f"{c['name']} {c['version']}" not in named]
    if missing:
        sys.exit(f"inst/AUTHORS does not name {', '.join(missing)}: run `make notices`")


def pack(rust: Path) -> None:
    """Pack rust/vendor, the same bytes every time."""

    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.mtime = entry.uid = entry.gid = 0
        entry.uname = entry.gname = ""
        entry.mode = 0o755 if entry.isdir() else 0o644
        return entry

    with tarfile.open(
        rust / "vendor.tar.xz", "w:xz", preset=9, format=tarfile.USTAR_FORMAT
    ) as archive:
        for path in sorted((rust / "vendor").rglob("*")):
            if path.is_file():
                archive.add(path, path.relative_to(rust).as_posix(), recursive=False, filter=plain)
    shutil.rmtree(rust / "vendor")


def write(path: Path, text: str) -> None:
    """Write a text file, and the folders it is in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
