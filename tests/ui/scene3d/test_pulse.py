"""The light along a nerve: when it shines where, that it ends, and that rest costs nothing."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from planner.pathway import Pathway
from ui.scene3d import pulse
from ui.scene3d.camera import Pose, turned
from ui.scene3d.pulse import Pulse
from ui.scene3d.widget import SceneWidget

ALONG = np.linspace(0.0, 300.0, 121, dtype=np.float32)
WAY = Pathway(np.stack([np.zeros_like(ALONG), np.zeros_like(ALONG), 150.0 - ALONG], axis=1), ALONG, 300.0)


def painted(light: Pulse) -> tuple[int, float]:
    """How many pixels shine, and their mean height in the picture."""
    image = QImage(200, 200, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.black)
    with QPainter(image) as painter:
        light.paint(painter, Pose(), 200, 200)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(200, 200, 4)
    bright = np.argwhere(pixels[:, :, :3].max(axis=2) > 40)
    return len(bright), float(bright[:, 0].mean()) if len(bright) else 0.0


def test_that_the_light_travels_from_root_to_skin_and_leaves(qtbot: QtBot) -> None:
    light = Pulse()
    light.start(WAY, still=False)
    assert not len(light.strengths(-0.1)[0])
    heights = [float(light.strengths(share)[0][:, 2].mean()) for share in (0.1, 0.4, 0.7)]
    assert heights == sorted(heights, reverse=True)
    points, strengths = light.strengths(0.5)
    assert strengths.min() >= 0.0 and strengths.max() <= 1.0
    head = points[strengths.argmax()]
    assert head[2] == points[:, 2].min()  # brightest in front
    assert not len(light.strengths(1.0)[0])
    light.stop()


def test_that_it_is_painted_over_the_picture_and_ends_by_itself(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulse, "RUN_MS", 200)
    monkeypatch.setattr(pulse, "DELAY_MS", 0)
    light, ticks = Pulse(), []
    light.changed.connect(lambda: ticks.append(painted(light)))
    light.start(WAY, still=False)
    qtbot.waitUntil(lambda: not light.running, timeout=3000)
    assert max(count for count, _ in ticks) > 20
    assert painted(light) == (0, 0.0)
    count = len(ticks)
    qtbot.wait(120)
    assert len(ticks) == count  # no timer runs at rest


def test_that_with_reduced_motion_the_whole_way_shines_and_nothing_moves(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulse, "RUN_MS", 150)
    monkeypatch.setattr(pulse, "DELAY_MS", 0)
    light, ticks = Pulse(), []
    light.changed.connect(lambda: ticks.append(1))
    light.start(WAY, still=True)
    points, strengths = light.strengths(0.3)
    assert len(points) == len(ALONG) and len(set(strengths.tolist())) == 1
    qtbot.waitUntil(lambda: not light.running, timeout=3000)
    assert len(ticks) == 2  # lit, put out


def test_that_it_waits_for_the_camera(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse, "RUN_MS", 100)
    monkeypatch.setattr(pulse, "DELAY_MS", 0)
    light, moving = Pulse(), [True]
    light.start(WAY, still=False, waits=lambda: moving[0])
    qtbot.wait(300)
    assert light.running
    moving[0] = False
    qtbot.waitUntil(lambda: not light.running, timeout=3000)


def test_that_the_fine_picture_waits_for_the_light_and_follows_it(
    qtbot: QtBot, widget: SceneWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulse, "RUN_MS", 400)
    monkeypatch.setattr(pulse, "DELAY_MS", 0)
    widget.follow(WAY)
    widget._projector.move(turned(widget.pose, 20.0, 0.0))
    qtbot.wait(250)
    assert widget.following and not widget._projector._fine
    qtbot.waitUntil(lambda: not widget.following, timeout=3000)
    qtbot.waitUntil(lambda: widget._projector._fine and not widget.busy, timeout=10_000)


def test_that_hiding_puts_the_light_out(widget: SceneWidget) -> None:
    widget.follow(WAY)
    assert widget.following
    widget.hide()
    assert not widget.following


def test_that_a_fault_while_painting_leaves_the_window_alive(
    qtbot: QtBot, widget: SceneWidget, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A painter that outlives its paint event, held by the traceback, takes the process down with it.
    whole = widget.grab().toImage()
    with monkeypatch.context() as broken, qtbot.capture_exceptions() as faults:
        broken.setattr(widget._pulse, "paint", lambda *_: 1 / 0)
        for _ in range(3):
            widget.update()
            qtbot.wait(30)
    assert {kind for kind, _, _ in faults} == {ZeroDivisionError}
    widget.update()
    qtbot.wait(30)
    assert widget.grab().toImage() == whole
