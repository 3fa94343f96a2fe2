"""What only the compiled core has."""

from __future__ import annotations

from typing import Any

from .design import lacks


def diagnose(*arguments: Any, **settings: Any) -> Any:
    """Refuse: only the compiled core has this."""
    lacks("diagnose")


def att_at(*arguments: Any, **settings: Any) -> Any:
    """Refuse: only the compiled core has this."""
    lacks("surface")


def ablation(*arguments: Any, **settings: Any) -> Any:
    """Refuse: only the compiled core has this."""
    lacks("ablation")


def leave_one_out(*arguments: Any, **settings: Any) -> Any:
    """Refuse: only the compiled core has this."""
    lacks("leave_one_out")


def pre_treatment_fit(*arguments: Any, **settings: Any) -> Any:
    """Refuse: only the compiled core has this."""
    lacks("pre_fit")
