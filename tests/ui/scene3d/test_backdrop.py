"""Grounds the model stands before: legible words on each, and firm outlines where they belong."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from planner.commands import arguments
from planner.commands.pictures import STYLES, Style
from planner.session.picture import Appearance, ScenePicture, SkinPaint
from ui.scene3d import camera
from ui.scene3d.backdrop import PRINT, backdrop
from ui.scene3d.exposure import edges
from ui.scene3d.stage import Stage
from ui.theme import contrast

FRONT = camera.framed(camera.Pose(), np.array([(-90.0, -90.0, -90.0), (90.0, 90.0, 90.0)]), 320 / 240)


def hexed(colour: tuple[float, ...]) -> str:
    return "#" + "".join(
        f"{round(part * 255 if isinstance(part, float) else part):02X}" for part in colour[:3]
    )


@pytest.mark.parametrize("style", STYLES)
def test_that_words_are_legible_on_their_plates_and_letters_on_the_ground(style: Style) -> None:
    ground = backdrop(style)
    for ink in (ground.ink, ground.quiet, ground.accent, ground.nerve):
        assert contrast(hexed(ink), hexed(ground.plate)) >= 4.5
    for colour in (ground.top, ground.bottom):
        assert contrast(hexed(ground.ink), hexed(colour)) >= 4.5
        assert contrast(hexed(ground.quiet), hexed(colour)) >= 4.5


def test_that_the_command_line_knows_every_style() -> None:
    assert arguments.STYLES == STYLES
    assert {backdrop(style).style for style in STYLES} == set(STYLES)


def test_that_print_has_a_white_ground_and_larger_letters_and_nothing_glows() -> None:
    assert PRINT.top == PRINT.bottom == (1.0, 1.0, 1.0)
    assert PRINT.letters > 1.0
    assert PRINT.glow == 0.0


def test_that_another_ground_shows_and_the_model_keeps_its_looks(
    stage: Stage, scene_of: Callable[..., ScenePicture], skin_paint: Callable[..., SkinPaint]
) -> None:
    stage.apply(scene_of(skin=Appearance(0.0), bone_right=Appearance(1.0, "selected")), skin_paint())
    before = stage.view.look_of("bone_right")
    dark = stage.still(FRONT, (160, 120))
    stage.view.set_backdrop(PRINT)
    white = stage.still(FRONT, (160, 120))
    assert dark[5, 5, :3].max() < 80
    assert white[5, 5, :3].min() > 250
    assert stage.view.look_of("bone_right") == before


def test_that_only_the_near_side_of_a_step_is_inked_and_never_a_slope() -> None:
    near, far = 500.0, 1500.0
    depth = np.tile(np.linspace(900.0, 1100.0, 60), (40, 1))  # a slope of over 3 mm a pixel
    depth[:, 30:] -= 60.0

    def buffer(mm: np.ndarray) -> np.ndarray:
        return ((far - near * far / mm) / (far - near)).astype(np.float32)

    share = edges(buffer(depth), slice(0, 40), (near, far), 2.0)
    assert share.shape == (40, 60)
    assert (share[:, 30] == 1.0).all()
    assert share[:, :29].max() == 0.0
    assert share[:, 32:59].max() == 0.0
    rows = [edges(buffer(depth), slice(top, top + 16), (near, far), 2.0) for top in (0, 16, 32)]
    assert np.array_equal(np.concatenate(rows), share)
