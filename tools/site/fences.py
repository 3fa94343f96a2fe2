"""The code blocks of a Markdown text: where they are, and the text with something else in their place.

A block may be indented, as in tabs. Its info string is the language, then words and `name="value"`:

    ```python silent figure="What the picture shows"
    ```python file="What the block is the text of"
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

FENCE = re.compile(
    r"^(?P<indent> *)```(?P<info>[^\n`]*)\n(?P<code>.*?)^(?P=indent)``` *$",
    re.MULTILINE | re.DOTALL,
)
OPTION = re.compile(r'(\w+)(?:="([^"]*)")?')


@dataclass(frozen=True)
class Block:
    """One code block: its language, options, code without indentation, and line in the text."""

    language: str
    code: str
    indent: str
    line: int
    options: dict[str, str] = field(default_factory=dict)


def blocks(text: str) -> Iterator[Block]:
    """The code blocks of a text, in order."""
    return (_block(found) for found in FENCE.finditer(text))


def replace(text: str, by: Callable[[Block], str]) -> str:
    """The text with what `by` gives in place of each block, indented as the block was."""

    def put(found: re.Match[str]) -> str:
        block = _block(found)
        return "\n".join(
            block.indent + line if line else "" for line in by(block).split("\n")
        )

    return FENCE.sub(put, text)


def _block(found: re.Match[str]) -> Block:
    indent = found["indent"]
    language, _, rest = found["info"].strip().partition(" ")
    code = re.sub(rf"^{indent}", "", found["code"], flags=re.MULTILINE)
    return Block(
        language=language,
        code=code,
        indent=indent,
        line=found.string.count("\n", 0, found.start()) + 1,
        options={name: value for name, value in OPTION.findall(rest)},
    )


def fenced(code: str, language: str = "") -> str:
    """A block of code as Markdown."""
    return f"```{language}\n{code.rstrip()}\n```"
