"""The papers a page can be set on."""

from __future__ import annotations

from typing import Literal

Paper = Literal["a4", "letter"]
SIZE_PT: dict[Paper, tuple[float, float]] = {"a4": (595.28, 841.89), "letter": (612.0, 792.0)}
