"""Exact nearest points on structures at risk."""

from __future__ import annotations

import numpy as np
import pytest
import trimesh
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.atlas.model import Atlas
from planner.risk import aimed_at, closest_on_triangles, neighbours, target_of, target_point

TRIANGLE = np.array([[[0.0, 0.0, 0.0], [4.0, 0.0, 0.0], [0.0, 4.0, 0.0]]])


@pytest.mark.parametrize(
    ("point", "nearest"),
    [
        ((1.0, 1.0, 3.0), (1.0, 1.0, 0.0)),  # over the face
        ((1.0, -2.0, 0.0), (1.0, 0.0, 0.0)),  # beside an edge
        ((-1.0, -1.0, 1.0), (0.0, 0.0, 0.0)),  # beyond a corner
        ((4.0, 4.0, 0.0), (2.0, 2.0, 0.0)),  # beyond the long edge
        ((9.0, -1.0, 0.0), (4.0, 0.0, 0.0)),
    ],
)
def test_that_the_nearest_point_lies_on_face_edge_or_corner(
    point: tuple[float, ...], nearest: tuple[float, ...]
) -> None:
    assert closest_on_triangles(np.array(point), TRIANGLE)[0] == pytest.approx(nearest)


def test_that_a_triangle_without_area_has_a_nearest_point() -> None:
    line = np.array([[[0.0, 0.0, 0.0], [2.0, 0.0, 0.0], [4.0, 0.0, 0.0]]])
    assert closest_on_triangles(np.array([3.0, 5.0, 0.0]), line)[0] == pytest.approx((3.0, 0.0, 0.0))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(-10, 10).map(lambda x: round(x, 3)), min_size=12, max_size=12))
def test_that_it_agrees_with_trimesh(numbers: list[float]) -> None:
    corners, point = np.array(numbers[:9]).reshape(1, 3, 3), np.array(numbers[9:])
    if np.linalg.norm(np.cross(corners[0, 1] - corners[0, 0], corners[0, 2] - corners[0, 0])) < 1e-3:
        return
    expected = trimesh.triangles.closest_point(corners, point[None])
    gaps = [np.linalg.norm(near[0] - point) for near in (closest_on_triangles(point, corners), expected)]
    assert gaps[0] == pytest.approx(gaps[1], abs=1e-6)


def test_that_neighbours_come_nearest_first_within_the_radius(small: Atlas) -> None:
    near = neighbours(small, "high_block", "left")
    vessel = next(entry for entry in near if entry.structure == "vessel_left")
    gaps = [entry.distance_mm for entry in near]
    assert gaps == sorted(gaps) and gaps[-1] <= 60.0
    # A sphere of 162 vertices lies a little inside the ball of 10 mm at 20 mm distance.
    assert vessel.distance_mm == pytest.approx(10.0, abs=0.5)
    assert vessel.target_lps == small.points_lps["target_high_block_left"]
    ends = np.array(vessel.nearest_lps) - np.array(vessel.target_lps)
    assert np.linalg.norm(ends) == pytest.approx(vessel.distance_mm, abs=0.051)


def test_that_distances_are_exact(small: Atlas) -> None:
    for entry in neighbours(small, "broad_block", "right"):
        mesh = small.meshes.full[entry.structure]
        corners = mesh.points_lps.astype(float)[mesh.triangles.astype(int)]
        all_gaps = np.linalg.norm(
            closest_on_triangles(np.array(entry.target_lps), corners) - np.array(entry.target_lps), axis=1
        )
        assert entry.distance_mm == pytest.approx(all_gaps.min(), abs=0.051)


def test_that_only_structures_at_risk_are_named(small: Atlas) -> None:
    named = {entry.structure for side in ("left", "right") for entry in neighbours(small, "low_block", side)}
    assert named and all(small.content.structures[name].risk for name in named)


def test_that_the_nerves_aimed_at_are_no_neighbours(small: Atlas) -> None:
    assert aimed_at(small.content, small.content.blocks["high_block"]) == {"high", "trunk"}
    near = {entry.structure for entry in neighbours(small, "high_block", "left")}
    assert not near & {"high_left", "trunk_left"} and "low_left" in near


def test_that_the_sides_mirror(small: Atlas) -> None:
    left, right = (neighbours(small, "broad_block", side) for side in ("left", "right"))
    gaps = {entry.structure.removesuffix("_left"): entry.distance_mm for entry in left}
    for entry in right:
        assert entry.distance_mm == pytest.approx(gaps[entry.structure.removesuffix("_right")], abs=0.1)


def test_that_targets_are_found_by_side_by_choice_or_in_the_midline(small: Atlas) -> None:
    blocks = small.content.blocks
    assert target_point(small, "target_canal_block", "left") == (0.0, 90.0, 0.0)
    assert target_point(small, "target_nowhere", "left") is None
    assert target_of(small, blocks["high_block"], "right") == small.points_lps["target_high_block_right"]
    assert target_of(small, blocks["high_block"], "left", "target_high_block") == target_of(
        small, blocks["high_block"], "left"
    )
    assert target_of(small, blocks["high_block"], "left", "target_of_another_block") is not None


def test_that_a_block_without_a_target_has_no_neighbours(small: Atlas) -> None:
    import dataclasses

    bare = dataclasses.replace(small, points_lps={})
    assert neighbours(bare, "high_block", "left") == ()
    with pytest.raises(KeyError):
        neighbours(small, "no_block", "left")


def test_that_a_model_without_structures_at_risk_has_no_neighbours(small: Atlas) -> None:
    import dataclasses

    harmless = {name: record for name, record in small.content.structures.items() if not record.risk}
    bare = dataclasses.replace(small, content=dataclasses.replace(small.content, structures=harmless))
    assert neighbours(bare, "high_block", "left") == ()
