"""The frame: left is +x, and nothing turns silently."""

import numpy as np
import pytest

from planner.space import (
    LPS_MM_TO_GLTF,
    VIEW_FROM_LPS,
    VIEW_UP_LPS,
    direction_letters,
    mirror_lps,
    other_side,
)


def test_that_gltf_keeps_handedness_and_turns_millimetres_into_metres() -> None:
    rotation = LPS_MM_TO_GLTF[:3, :3] * 1000.0
    assert np.linalg.det(rotation) == pytest.approx(1.0)
    superior = LPS_MM_TO_GLTF @ [0.0, 0.0, 1000.0, 1.0]
    assert superior[:3] == pytest.approx([0.0, 1.0, 0.0])
    anterior = LPS_MM_TO_GLTF @ [0.0, -1000.0, 0.0, 1.0]
    assert anterior[:3] == pytest.approx([0.0, 0.0, 1.0])


def test_that_the_anterior_view_shows_the_patients_left_on_the_viewers_right() -> None:
    looking = -np.array(VIEW_FROM_LPS["anterior"])
    screen_right = np.cross(looking, VIEW_UP_LPS["anterior"])
    assert screen_right == pytest.approx([1.0, 0.0, 0.0])


def test_that_the_posterior_view_shows_the_patients_left_on_the_viewers_left() -> None:
    looking = -np.array(VIEW_FROM_LPS["posterior"])
    assert np.cross(looking, VIEW_UP_LPS["posterior"]) == pytest.approx([-1.0, 0.0, 0.0])


@pytest.mark.parametrize(
    ("direction", "letters"),
    [
        ((1, 0, 0), "L"),
        ((-1, 0, 0), "R"),
        ((0, 1, 0), "P"),
        ((0, -1, 0), "A"),
        ((0, 0, 1), "S"),
        ((0, -0.6, -0.8), "IA"),
    ],
)
def test_that_direction_letters_name_the_patients_axes(direction: tuple[float, ...], letters: str) -> None:
    assert direction_letters(np.array(direction, float)) == letters


def test_that_mirroring_twice_returns_the_points_and_leaves_the_input_alone() -> None:
    points = np.array([[1.0, 2.0, 3.0], [-4.0, 5.0, 6.0]])
    before = points.copy()
    assert mirror_lps(mirror_lps(points)) == pytest.approx(points)
    assert np.array_equal(points, before)
    assert mirror_lps(points)[0] == pytest.approx([-1.0, 2.0, 3.0])


def test_that_sides_have_opposites() -> None:
    assert other_side("left") == "right"
    assert other_side("right") == "left"
