"""The real window with the real scene and atlas, as a user meets it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from planner.atlas.model import Atlas
from planner.chart import Borders
from planner.session import actions as act
from planner.session.state import State
from ui.app import Clock, Loaded
from ui.main_window import MainWindow
from ui.opening import Opening
from ui.settings import Settings
from ui.widgets.work import Worker

pytestmark = pytest.mark.window
ROOT = Path(__file__).parents[2]


@pytest.fixture
def opened(qtbot: QtBot, atlas: Atlas, borders: Borders) -> Iterator[MainWindow]:
    worker, loading = Worker(), Future[Loaded]()
    loading.set_result(Loaded(atlas, borders, State()))
    window = MainWindow(worker.submit, Settings(None))
    qtbot.addWidget(window)
    start = Opening(window, worker, loading, Clock())
    failures: list[object] = []
    start.failed.connect(failures.append)
    with qtbot.waitSignal(start.complete, timeout=20000):
        start.start()
    assert failures == []
    yield window
    window.close()
    assert threading.active_count() < 20


def _pixels(image: QImage) -> NDArray[np.uint8]:
    """The bytes of an image, copied: those of a converted one go with it."""
    made = image.convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(made.constBits(), np.uint8).copy()


def test_that_pain_is_marked_by_mouse_a_block_chosen_and_seen_in_3d(qtbot: QtBot, opened: MainWindow) -> None:
    scene, view = opened.link.scene, opened.pain_map.views[0]
    before = scene.grab_image()  # type: ignore[union-attr]
    at = view.viewport.position_of((120.0, -40.0, -180.0)).toPoint()
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=at)
    for step in range(1, 6):
        QTest.mouseMove(view, at + QPoint(0, 4 * step))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=at + QPoint(0, 20))
    qtbot.waitUntil(lambda: bool(opened.blocks.rows), timeout=5000)
    row = opened.blocks.rows[0]
    QTest.mouseClick(row, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(opened.card.isVisible, timeout=5000)
    assert opened._picture is not None and opened._picture.state.block == row.answer.id
    after = scene.grab_image()  # type: ignore[union-attr]
    assert before.size() == after.size() or not after.isNull()
    assert _pixels(after).std() > 8.0


def test_that_the_page_shows_the_pathway_and_the_window_its_own_picture_again(
    qtbot: QtBot, opened: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ui.page.preview import PagePreview

    opened.act(act.MarkRegion("thigh_lat_mid", "left", 8.0))
    opened.act(act.ChooseBlock("lfcn"))
    qtbot.waitUntil(opened.card.isVisible, timeout=5000)
    scene = opened.link.scene
    qtbot.waitUntil(lambda: not scene.busy, timeout=20000)  # type: ignore[union-attr]
    before = scene.grab_image()  # type: ignore[union-attr]
    opened.show_page()
    (dialog,) = opened.findChildren(PagePreview)
    qtbot.waitUntil(lambda: dialog.ready, timeout=60000)
    shown = dialog._scene
    assert shown is not None
    corner = shown.pixelColor(2, 2)
    assert min(corner.red(), corner.green(), corner.blue()) > 240  # white paper
    assert _pixels(shown).std() > 20.0
    monkeypatch.setattr(dialog, "_ask_where", lambda made: tmp_path / "page.pdf")
    dialog.save_page()
    assert (tmp_path / "page.pdf").stat().st_size > 100_000
    dialog.reject()
    qtbot.waitUntil(lambda: not scene.busy, timeout=20000)  # type: ignore[union-attr]
    after = scene.grab_image()  # type: ignore[union-attr]
    assert np.abs(_pixels(before).astype(int) - _pixels(after).astype(int)).mean() < 1.0


def test_that_a_page_closed_while_it_is_drawn_gives_the_stage_back(qtbot: QtBot, opened: MainWindow) -> None:
    from ui.page.preview import PagePreview

    opened.act(act.ChooseBlock("femoral"))
    qtbot.waitUntil(opened.card.isVisible, timeout=5000)
    opened.show_page()
    (dialog,) = opened.findChildren(PagePreview)
    QTest.qWait(30)
    dialog.reject()
    scene = opened.link.scene
    QTest.qWait(400)  # what was under way arrives at no dialog
    assert scene.lend() is not None  # type: ignore[union-attr]
    scene.take_back()  # type: ignore[union-attr]


def test_that_resizing_hiding_and_showing_keep_everything_drawn(qtbot: QtBot, opened: MainWindow) -> None:
    for size in ((900, 620), (1600, 900), (1280, 800)):
        opened.resize(*size)
        qtbot.waitUntil(opened.pain_map.charts_ready, timeout=5000)
    opened.hide()
    qtbot.wait(30)
    opened.show()
    qtbot.waitUntil(opened.pain_map.charts_ready, timeout=5000)
    scene = opened.link.scene
    assert scene is not None and scene.isVisible()  # type: ignore[attr-defined]


def test_that_opening_and_closing_leaves_no_widget(qtbot: QtBot, atlas: Atlas, borders: Borders) -> None:
    for _ in range(2):
        worker, loading = Worker(), Future[Loaded]()
        loading.set_result(Loaded(atlas, borders, State()))
        window = MainWindow(worker.submit, Settings(None))
        start = Opening(window, worker, loading, Clock())
        with qtbot.waitSignal(start.complete, timeout=20000):
            start.start()
        window.close()
        window.deleteLater()
        qtbot.wait(20)
    assert [w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow) and w.isVisible()] == []


def test_that_a_structure_is_searched_cut_through_measured_and_all_undone(
    qtbot: QtBot, opened: MainWindow
) -> None:
    scene = opened.link.scene
    assert scene is not None and opened._picture is not None
    start = opened._picture.state
    opened.act(act.SetFace("study"))
    qtbot.waitUntil(lambda: opened._picture.state.face == "study", timeout=5000)  # type: ignore[union-attr]
    opened.find()
    qtbot.waitUntil(opened.left.structures.isVisible, timeout=5000)
    QTest.keyClicks(opened.left.structures.search, "psoas majr")
    QTest.keyClick(opened.left.structures.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: opened._picture.state.selected == ("psoas_major_left",), timeout=5000)  # type: ignore[union-attr]
    opened.toggle_tool("cut")
    view = scene._projector.stage.view  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: any(face.structure == "psoas_major_left" for face in view.faces), timeout=10000)
    opened.toggle_tool("ruler")
    scene.setFocus()  # type: ignore[attr-defined]
    for turn in (0, 1):
        qtbot.waitUntil(lambda: not scene.busy, timeout=20000)  # type: ignore[attr-defined]
        QTest.keyClick(scene, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda turn=turn: len(opened._picture.state.ruler) == turn + 1, timeout=5000)  # type: ignore[union-attr]
        QTest.keyClick(scene, Qt.Key.Key_Plus)
        QTest.keyClick(scene, Qt.Key.Key_Left)
    assert len(opened._picture.scene.lines) == 1
    for _ in range(5):
        opened.act(act.Undo())
    qtbot.waitUntil(lambda: opened._picture.state == start, timeout=5000)  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: view.cut is None, timeout=5000)


def program(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ui", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_that_the_program_measures_its_start_and_writes_nothing_to_stderr() -> None:
    import json

    run = program(BLOCK_PLANNER_MEASURE="1")
    assert run.returncode == 0, run.stderr
    assert run.stderr == ""
    figures = json.loads(run.stdout)
    assert set(figures) == {"imports_ms", "load_ms", "first_frame_ms", "complete_ms"}
    assert 0 < figures["first_frame_ms"] < figures["complete_ms"]


def test_that_unknown_arguments_end_with_2() -> None:
    run = program("--face", "nonsense")
    assert run.returncode == 2 and "Traceback" not in run.stderr


def test_that_a_light_follows_the_nerve_over_the_picture_and_goes_out(
    qtbot: QtBot, opened: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    from PySide6.QtGui import QImage

    from ui.scene3d import pulse

    opened.act(act.MarkRegion("thigh_lat_mid", "left"))
    opened.act(act.ChooseBlock("lfcn"))
    qtbot.waitUntil(opened.card.isVisible, timeout=5000)
    scene = opened.link.scene
    monkeypatch.setattr(pulse, "RUN_MS", 30_000)
    opened.link.follow()
    qtbot.waitUntil(lambda: scene.following, timeout=5000)  # type: ignore[union-attr]
    light = scene._pulse  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: light._clock.elapsed() > 6000, timeout=60_000)

    def seen() -> np.ndarray:
        image = scene.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)  # type: ignore[union-attr]
        return np.frombuffer(image.constBits(), np.uint8).astype(int)

    lit = seen()
    monkeypatch.setattr(pulse, "RUN_MS", 1)  # over at the next tick
    qtbot.waitUntil(lambda: not scene.following, timeout=5000)  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: not scene.busy, timeout=60_000)  # type: ignore[union-attr]
    assert opened._picture is not None and "lfcn_left" in opened._picture.state.pose.focus
    assert (np.abs(lit - seen()) > 60).sum() > 200
