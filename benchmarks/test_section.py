"""A plane through the whole model: what a slider asks for at every step."""

from __future__ import annotations

from typing import Any

import pytest

from planner.atlas.model import Atlas
from planner.sections import faces_of
from planner.session.cutting import plane_of
from planner.session.state import Section


@pytest.mark.parametrize("section", [Section("axial", 131.0), Section("coronal", 0.0)], ids=lambda s: s.axis)
def test_a_cut_through_everything(benchmark: Any, atlas: Atlas, section: Section) -> None:
    plane = plane_of(section)
    assert plane is not None and benchmark(lambda: faces_of(atlas.meshes.full, plane))
