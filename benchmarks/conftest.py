"""The atlas for the benchmarks, and marks like those a user makes."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.atlas.load import load_atlas
from planner.atlas.model import Atlas

CONTENT = Path(__file__).resolve().parent.parent / "assets"


@pytest.fixture(scope="session")
def atlas() -> Atlas:
    """The bundled atlas."""
    return load_atlas(CONTENT)
