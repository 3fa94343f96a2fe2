"""Sentences that refuse input, which the compiled core has for every language."""

from __future__ import annotations


def refusal(name: str, /, **parts: object) -> str:
    """Write the core's sentence of this name; without the core, its name and parts."""
    texts = {part: str(text) for part, text in parts.items()}
    try:
        from . import _core
    except ImportError:
        return f"{name}: " + ", ".join(f"{part}={text!r}" for part, text in texts.items())
    sentence = _core.refusal(name, texts)
    if sentence is None:
        raise LookupError(f"the core has no refusal {name!r} of these parts: {', '.join(texts)}")
    return sentence
