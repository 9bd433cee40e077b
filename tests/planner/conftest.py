"""The small atlas for every test of the engine."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from planner.atlas.model import Atlas

sys.path.insert(0, str(Path(__file__).parent))

from small_atlas import small_atlas


@pytest.fixture(scope="session")
def small() -> Atlas:
    """Three regions a side, nine blocks, no anatomy."""
    return small_atlas()
