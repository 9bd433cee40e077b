"""Tubes with fewer rings and corners: closed, as broad as before, and never a chord across their course."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.spatial import cKDTree

from planner.modelling.shading import is_closed
from planner.modelling.tube import sweep
from planner.modelling.tube_reduction import rings, thinned

ARC = np.linspace(0.0, np.pi, 60)
BENT = np.stack([100.0 * np.cos(ARC), 100.0 * np.sin(ARC), 0.0 * ARC], 1)
STRAIGHT = np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 30.0]])


@pytest.mark.parametrize("goal", [12, 60, 200])
def test_that_a_bent_tube_keeps_its_course_whatever_the_goal(goal: int) -> None:
    found = thinned(*sweep(BENT, 2.0, 12), goal)
    assert found is not None
    points, triangles = found
    assert is_closed(triangles)
    kept = rings(points, triangles)
    assert kept is not None
    middles = kept.mean(1)
    steps = np.linspace(0.0, 1.0, 50)[:, None]
    chords = np.vstack([a + steps * (b - a) for a, b in itertools.pairwise(middles)])
    assert cKDTree(chords).query(BENT[2:-2])[0].max() < 6.5


def test_that_a_thinned_section_keeps_its_perimeter() -> None:
    found = thinned(*sweep(BENT, 5.0, 16), 60)
    assert found is not None
    kept = rings(*found)
    assert kept is not None
    around = np.linalg.norm(kept - np.roll(kept, 1, axis=1), axis=2).sum(1)
    assert around == pytest.approx(np.full(len(kept), 32.0 * 5.0 * np.sin(np.pi / 16)), rel=0.08)


def test_that_a_thin_straight_twig_becomes_a_closed_spindle() -> None:
    found = thinned(*sweep(STRAIGHT, 0.5, 5, caps=False), 12)
    assert found is not None
    points, triangles = found
    assert len(triangles) == 6
    assert is_closed(triangles)
    assert np.ptp(points[:, 2]) == pytest.approx(30.0)


def test_that_what_is_no_tube_is_left_to_others() -> None:
    corners = np.array([[0.0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]])
    faces = np.array([[0, 2, 1], [0, 1, 3], [1, 2, 3], [0, 3, 2]])
    assert rings(corners, faces) is None
    assert thinned(corners, faces, 2) is None
