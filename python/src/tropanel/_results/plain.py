"""Plain types, for JSON."""

from __future__ import annotations

import datetime
import math
from collections.abc import Container, Mapping
from dataclasses import fields
from typing import Any

import numpy as np

from .._data.frames import frame_columns


def plain_attributes(found: Any, tables: Container[str]) -> dict[str, Any]:
    """Turn the public attributes of a dataclass, of which some are frames, into what JSON has."""
    plain: dict[str, Any] = {}
    for each in fields(found):
        if not each.name.startswith("_"):
            value = getattr(found, each.name)
            is_frame = each.name in tables and value is not None
            plain[each.name] = plain_value(frame_columns(value) if is_frame else value)
    return plain


def plain_value(value: Any) -> Any:
    """Turn a value into what JSON has."""
    if isinstance(value, Mapping):
        return {str(key): plain_value(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain_value(item) for item in value]
    if isinstance(value, np.generic):
        return plain_value(value.item())
    if isinstance(value, float):
        return _plain_float(value)
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return value if value is None or isinstance(value, (bool, int, str)) else str(value)


def _plain_float(value: float) -> float | str | None:
    if math.isnan(value):
        return None
    return value if math.isfinite(value) else str(value)
