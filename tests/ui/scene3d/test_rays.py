"""Lines held against meshes: first hits, misses, ends that stop short, and meshes that are exchanged."""

from __future__ import annotations

import numpy as np
import pytest

from tests.ui.scene3d.conftest import ball
from ui.scene3d.rays import BUNDLE, RayTable, bundled

START, END = np.array([[0.0, -100.0, 0.0]]), np.array([[0.0, 100.0, 0.0]])


def test_that_every_triangle_stands_in_a_bundle_and_within_its_box() -> None:
    mesh = ball("a", "bones", (10.0, 20.0, 30.0), 15.0)
    made = bundled(mesh)
    assert set(made.triangles.ravel().tolist()) == set(range(len(mesh.triangles)))
    assert made.triangles.shape[1] == BUNDLE
    corners = mesh.points_lps[mesh.triangles[made.triangles]].reshape(len(made.boxes), -1, 3)
    assert (corners >= made.boxes[:, None, 0]).all()
    assert (corners <= made.boxes[:, None, 1]).all()
    widest = (made.boxes[:, 1] - made.boxes[:, 0]).max(1)
    assert np.median(widest) < 15.0  # neighbours are together: half of the ball at most


def test_that_a_line_meets_the_near_side_of_each_named_structure() -> None:
    table = RayTable()
    table.add("near", ball("near", "bones", (0.0, -40.0, 0.0), 10.0))
    table.add("far", ball("far", "bones", (0.0, 40.0, 0.0), 20.0))
    table.add("beside", ball("beside", "bones", (60.0, 0.0, 0.0), 20.0))
    (met,) = table.first_hits({"near", "far", "beside"}, START, END)
    assert met == pytest.approx({"near": 0.25, "far": 0.6}, abs=1e-3)
    (met,) = table.first_hits({"far"}, START, END)
    assert set(met) == {"far"}
    assert table.first_hits(set(), START, END) == [{}]


def test_that_each_line_of_several_is_told_apart_and_ends_where_it_ends() -> None:
    table = RayTable()
    table.add("near", ball("near", "bones", (0.0, -40.0, 0.0), 10.0))
    table.add("far", ball("far", "bones", (0.0, 40.0, 0.0), 20.0))
    starts = np.repeat(START, 3, axis=0) + np.array([[0.0, 0.0, 0.0], [15.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    ends = np.array([[0.0, 100.0, 0.0], [15.0, 100.0, 0.0], [0.0, 0.0, 0.0]])
    assert [set(met) for met in table.first_hits({"near", "far"}, starts, ends)] == [
        {"near", "far"},
        {"far"},
        {"near"},
    ]


def test_that_a_structure_is_met_where_its_new_shape_is() -> None:
    table = RayTable()
    table.add("a", ball("a", "bones", (0.0, -40.0, 0.0), 10.0))
    assert "a" in table
    assert table.first_hits({"a"}, START, END)[0]["a"] == pytest.approx(0.25, abs=1e-3)
    table.forget("a")
    assert "a" not in table
    assert table.first_hits({"a"}, START, END) == [{}]
    table.add("a", ball("a", "bones", (0.0, -40.0, 0.0), 30.0))
    assert table.first_hits({"a"}, START, END)[0]["a"] == pytest.approx(0.15, abs=1e-3)
