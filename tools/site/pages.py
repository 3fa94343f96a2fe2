"""The pages in docs/, with their Python and R blocks run and what these show put after them."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from fences import Block, blocks, fenced, replace

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
R_LIBRARY = ROOT / ".r-library"


@dataclass(frozen=True)
class Language:
    """How blocks of a language are run, and what they run on."""

    command: tuple[str, ...]
    package: Path


LANGUAGES = {
    "python": Language(
        (str(ROOT / ".venv/bin/python"), str(HERE / "run_python.py")),
        ROOT / "python/src/tropanel",
    ),
    "r": Language(
        ("Rscript", "--vanilla", str(HERE / "run_r.R")), R_LIBRARY / "tropanel"
    ),
}


def write_pages(docs: Path, out: Path, cache: Path) -> None:
    """Copy the folder `docs` to `out`, its code run; runs are kept in the folder `cache`."""
    shutil.copytree(docs, out)
    for page in sorted(out.rglob("*.md")):
        text = page.read_text()
        name = "-".join(page.relative_to(out).with_suffix("").parts)
        for language in LANGUAGES:
            text = run_page(text, language, page, out / "figures" / name, cache / name)
        page.write_text(text)


def run_page(text: str, language: str, page: Path, figures: Path, cache: Path) -> str:
    """The text of a page with the outputs and figures of the blocks in one language."""
    wanted = [block for block in blocks(text) if block.language == language]
    if not wanted:
        return text
    folder = answered(wanted, language, cache, page)
    answers = iter(json.loads((folder / "answer.json").read_text()))
    keep(folder, page.parent, figures)
    up = os.path.relpath(figures, page.parent)

    def by(block: Block) -> str:
        if block.language != language:
            return original(block)
        return show(block, next(answers), up, f"{page.name}:{block.line}")

    return replace(text, by)


def original(block: Block) -> str:
    """A block as it stands in the page."""
    options = "".join(
        f' {name}="{value}"' if value else f" {name}"
        for name, value in block.options.items()
    )
    return fenced(block.code, block.language + options)


def show(block: Block, answer: dict, up: str, place: str) -> str:
    """A block without its options, a file's name on top of it, then what it shows."""
    file = block.options.get("file")
    title = f' title="{file}"' if file else ""
    parts = [fenced(block.code, block.language + title)]
    output = answer["output"].rstrip()
    if output and "silent" not in block.options:
        parts.append(fenced(output, "{ .text .output }").replace("```", "````"))
    alt = block.options.get("figure", "")
    if bool(answer["figures"]) != bool(alt):
        raise SystemExit(f'{place}: figures need figure="...", and the other way round')
    parts += (f"![{alt}]({up}/{file}){{ .figure }}" for file in answer["figures"])
    return "\n\n".join(parts)


def keep(folder: Path, beside: Path, figures: Path) -> None:
    """Copy the figures of a run, and what else it wrote beside the page."""
    for file in sorted(folder.iterdir()):
        if file.suffix == ".svg":
            figures.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, figures)
        elif file.is_file() and file.suffix not in (".json", ".py"):
            shutil.copy(file, beside)


def answered(wanted: list[Block], language: str, cache: Path, page: Path) -> Path:
    """The folder in which these blocks have run, now or earlier with the same package."""
    code = [{"code": block.code, "options": block.options} for block in wanted]
    how = LANGUAGES[language]
    key = digest([*package_files(how.package), Path(how.command[-1])], json.dumps(code))
    folder = cache / f"{language}-{key}"
    if not (folder / "answer.json").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / "wanted.json").write_text(json.dumps(code))
        print(f"site: running the {language} code of {page.name}", flush=True)
        run(how.command, folder, page)
    return folder


def run(command: Iterable[str], folder: Path, page: Path) -> None:
    """Run what is wanted in a folder; the answer is there only if everything went well."""
    environment = {**os.environ, "R_LIBS": str(R_LIBRARY), "LC_ALL": "C.UTF-8"}
    arguments = [*command, "wanted.json", "unfinished.json"]
    done = subprocess.run(
        arguments, cwd=folder, env=environment, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"{page}: its code failed\n{done.stdout}{done.stderr}")
    (folder / "unfinished.json").rename(folder / "answer.json")


def package_files(folder: Path) -> Iterator[Path]:
    """What a package consists of, without what Python and R cache."""
    assert folder.is_dir(), f"{folder} is missing: run `make build build-r`"
    for file in sorted(folder.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            yield file


def digest(files: Iterable[Path], text: str) -> str:
    """A short name for the contents of files and a text."""
    found = hashlib.sha256(text.encode())
    for file in files:
        found.update(file.read_bytes())
    return found.hexdigest()[:16]
