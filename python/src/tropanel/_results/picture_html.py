"""A result as a notebook shows it: the summary, and the picture of the path."""

from __future__ import annotations

import base64
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .numbers import Numbers


def with_picture(result: Numbers) -> str:
    """Put the picture above the summary, if matplotlib is there; nothing is estimated for it."""
    words = result._words
    try:
        from .plot import as_svg

        svg = as_svg(result, "path")
    except ImportError:
        return words["html"]
    data = base64.b64encode(svg.encode()).decode()
    source = f'src="data:image/svg+xml;base64,{data}"'
    image = f'<img style="max-width:100%" alt="{escape(words["alt"])}" {source}>'
    return f"<div>{image}{words['html']}</div>"
