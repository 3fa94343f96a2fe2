"""What the compiled core says of many panels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from .choose import choose

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Manifest(NamedTuple):
    """What a folder is made of, and a sentence that refuses it if it is of another call."""

    text: str
    files: list[str]
    refused: str | None


def check_options(options: dict[str, Any]) -> None:
    """Raise for options that no panel can be asked."""
    _core().check_options(options)


def fingerprint(columns: list[tuple[str, NDArray[Any] | list[str | None]]]) -> str:
    """Give what tells these columns from others."""
    digits: str = _core().fingerprint(columns)
    return digits


def manifest(
    options: dict[str, Any],
    asked: list[tuple[str, str]],
    panels: list[tuple[list[str], str]],
    folder: str,
    earlier: str | None,
) -> Manifest:
    """Write the manifest of a folder; `panels` are keys and fingerprints."""
    return Manifest(*_core().manifest(options, asked, panels, folder, earlier))


def many_text(panels: int, failed: int, uncertified: int) -> str:
    """Say how many panels there are, and how many failed or are not certified."""
    text: str = _core().many_text(panels, failed, uncertified)
    return text


def many_warning(warned: int, panels: int, keys: str) -> str:
    """Say once which panels have warnings."""
    text: str = _core().many_warning(warned, panels, keys)
    return text


def _core() -> Any:
    return choose("rust").functions
