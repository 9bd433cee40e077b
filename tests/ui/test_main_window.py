"""The window on the real atlas with a fake scene: one road from mark to block to paint and back."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from planner.atlas.meshes import MeshFault
from planner.atlas.model import Atlas
from planner.chart import Borders
from planner.session import actions as act
from planner.session.picture import Picture
from planner.session.state import State
from ui.app import Clock, Loaded, is_of_the_world, parse, process_start
from ui.bridge import Bridge
from ui.dialogs import about_dialog, keys_dialog, without_paths
from ui.main_window import MainWindow
from ui.opening import Opening, fault_dialog
from ui.settings import Settings
from ui.theme import DARK, LIGHT, Theme
from ui.widgets.work import Worker, at_once


def now(window: MainWindow) -> Picture:
    picture = window._picture
    assert picture is not None
    return picture


def settle(qtbot: QtBot, window: MainWindow, until: Callable[[Picture], bool]) -> None:
    qtbot.waitUntil(lambda: until(now(window)), timeout=3000)


def test_that_a_mark_lists_blocks_a_choice_paints_numbness_and_undo_takes_it_back(
    qtbot: QtBot, window: MainWindow
) -> None:
    assert window.card.isHidden() and window.blocks.rows == []
    window.act(act.MarkRegion("thigh_lat_mid", "left", 8.0))
    settle(qtbot, window, lambda p: bool(p.state.marks))
    assert window.blocks.rows[0].answer.id == "lfcn"
    window.blocks.rows[0].click()
    settle(qtbot, window, lambda p: p.state.block == "lfcn")
    assert window.card.isVisible() and now(window).skin.numb.max() > 0.5
    scene = window.link.scene
    assert scene.pictures[-1] is now(window)  # type: ignore[union-attr]
    view = window.pain_map.views[0]
    fields = window._atlas.fields  # type: ignore[union-attr]
    skin = window._atlas.meshes.full["skin"]  # type: ignore[union-attr]
    numb = np.where(fields.side > 0, now(window).skin.numb, 0.0) * (skin.normals[:, 1] < -0.6)
    at = view.viewport.position_of(tuple(skin.points_lps[int(np.argmax(numb))]))
    row = [view.grab().toImage().pixelColor(int(at.x()) - 8 + k, int(at.y())) for k in range(16)]
    assert any(c.blue() > c.red() + 40 for c in row)
    window.toolbar.undo.click()
    settle(qtbot, window, lambda p: p.state.block is None)
    assert window.card.isHidden() and not now(window).skin.numb.any()
    window.act(act.Undo())
    settle(qtbot, window, lambda p: not p.state.marks)
    assert window.blocks.rows == [] and not window.toolbar.undo.isEnabled()
    window.act(act.Redo())
    settle(qtbot, window, lambda p: bool(p.state.marks))


def test_that_a_stroke_on_the_scene_paints_the_map_with_the_brush_of_the_map(
    qtbot: QtBot, window: MainWindow
) -> None:
    scene = window.link.scene
    window.pain_map.size[0].setValue(30)
    points = window._atlas.meshes.full["skin"].points_lps  # type: ignore[union-attr]
    on_skin = [points[int(np.linalg.norm(points - (110.0, -60.0, z), axis=1).argmin())] for z in (-180, -200)]
    for continues, point in enumerate(on_skin):
        stroke = (tuple(map(float, point)),)
        scene.skin_stroked.emit(stroke, bool(continues))  # type: ignore[union-attr]
    settle(qtbot, window, lambda p: bool(p.skin.pain.any()))
    (stroke,) = now(window).state.marks
    assert stroke.radius_mm == 30.0 and len(stroke.points_lps) == 2  # type: ignore[union-attr]
    window.scene_bar.paint.setChecked(True)
    assert scene.brush[-1] == 30.0  # type: ignore[union-attr]
    window.scene_bar.paint.setChecked(False)
    assert scene.brush[-1] is None  # type: ignore[union-attr]


def test_that_a_warning_sign_interrupts_and_is_counted_beneath_every_tab(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.act(act.MarkRegion("thigh_lat_mid", "left"))
    assert window.left.warnings.text().endswith("none ticked")
    window.left.warnings.click()
    assert window.left.pages.currentWidget() is window.left.pain_words
    window.left.pain_words._rows["flag:bowel_bladder_loss"].box.click()
    settle(qtbot, window, lambda p: p.answer.outcome == "urgent_evaluation")
    assert window.blocks.rows == [] and "1 ticked" in window.left.warnings.text()


def test_that_keys_act_on_the_selection_and_the_views(qtbot: QtBot, window: MainWindow) -> None:
    scene = window.link.scene
    scene.structure_clicked.emit("vertebra_l4", False)  # type: ignore[union-attr]
    scene.structure_clicked.emit("vertebra_l5", True)  # type: ignore[union-attr]
    settle(qtbot, window, lambda p: p.state.selected == ("vertebra_l4", "vertebra_l5"))
    assert "2 structures" in window.scene_bar.crumb.whole()
    QTest.keyClick(window, Qt.Key.Key_H)
    settle(qtbot, window, lambda p: set(p.state.hidden) == {"vertebra_l4", "vertebra_l5"})
    assert window.scene_bar.show_all.isVisible()
    QTest.keyClick(window, Qt.Key.Key_H, Qt.KeyboardModifier.ShiftModifier)
    settle(qtbot, window, lambda p: not p.state.hidden)
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, window, lambda p: bool(p.state.hidden))
    QTest.keyClick(window, Qt.Key.Key_3)
    settle(qtbot, window, lambda p: p.state.pose.view == "left")


def test_that_lecture_shows_the_picture_alone_and_escape_leaves_it(qtbot: QtBot, window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_F11)
    settle(qtbot, window, lambda p: p.state.face == "lecture")
    hidden = (window.toolbar, window.left, window.right, window.status, window.scene_bar, window.layers)
    assert not any(part.isVisible() for part in hidden)
    assert window.isFullScreen()
    QTest.keyClick(window, Qt.Key.Key_Escape)
    settle(qtbot, window, lambda p: p.state.face == "explain")
    assert all(part.isVisible() for part in hidden) and not window.isFullScreen()


@pytest.mark.parametrize("scale_steps", [0, 5])
def test_that_nothing_sticks_out_at_any_text_size(qtbot: QtBot, window: MainWindow, scale_steps: int) -> None:
    for _ in range(scale_steps):
        window.change_scale(1)
    window.act(act.MarkRegion("thigh_lat_mid", "left"))
    window.act(act.ChooseBlock("lfcn"))
    settle(qtbot, window, lambda p: p.state.block == "lfcn")
    qtbot.wait(50)
    assert window.width() == 1280
    for tab in (1, 2):
        window.left.tabs.setCurrentIndex(tab)
        qtbot.wait(30)
    rails = window.folding.rails
    for side, panels in (("left", (window.left.pain_words,)), ("right", (window.blocks, window.card))):
        window.folding.bring(side)  # where there is room for one pane only, one after the other
        qtbot.wait(30)
        for panel in panels:
            assert panel.scroll.widget().width() <= panel.scroll.viewport().width()
        parts = (window.left, window.middle, window.right, window.toolbar, *rails.values())
        for part in (part for part in parts if part.isVisible()):
            corner = part.mapTo(window, part.rect().topRight())
            assert 0 <= corner.x() <= window.width()
        for pane in ("left", "right"):
            assert window.folding.panes[pane].isVisible() != rails[pane].isVisible()
        assert window.middle.width() >= 420


def test_that_colours_follow_the_choice_and_are_remembered(qtbot: QtBot, window: MainWindow) -> None:
    window.set_colors("dark")
    assert window.theme.palette is DARK and window.settings.colors == "dark"
    window.set_colors("light")
    assert window.theme.palette is LIGHT


def test_that_the_ground_of_the_model_is_chosen_apart_from_the_colours(window: MainWindow) -> None:
    grounds = window.link.scene.grounds  # type: ignore[union-attr]  # the stand-in remembers
    assert grounds[-1] == "dark"
    window.toolbar.grounds["print"].trigger()
    assert grounds[-1] == "print"
    window.set_ground("window")
    assert grounds[-1] == "light"
    window.set_colors("dark")
    assert grounds[-1] == "dark"


def test_that_many_moves_of_one_turn_bring_one_picture(qtbot: QtBot, window: MainWindow) -> None:
    pictures: list[Picture] = []
    bridge = window._bridge
    assert bridge is not None
    bridge.pictured.connect(pictures.append)
    for k in range(30):
        point = (110.0, -60.0, -120.0 - k)
        bridge.dispatch(act.PaintStroke((point,), 18.0, continues=k > 0))
    settle(qtbot, window, lambda p: bool(p.state.marks))
    qtbot.wait(20)
    assert len(pictures) == 1
    assert len(pictures[0].state.marks) == 1
    assert len(pictures[0].state.marks[0].points_lps) == 30  # type: ignore[union-attr]


def test_that_a_refused_act_is_said_in_the_window(qtbot: QtBot, window: MainWindow) -> None:
    before = now(window).state
    window.act(act.MarkRegion("thigh_lat_mid", "left", 99.0))
    assert "weight" in window.note.text()
    assert now(window).state == before


def test_that_the_window_closes_cleanly_and_cleans_its_scene(qtbot: QtBot, window: MainWindow) -> None:
    scene = window.link.scene
    window.close()
    assert scene.cleaned  # type: ignore[union-attr]


def test_that_panels_import_neither_one_another_nor_the_scene() -> None:
    folder = Path(__file__).parents[2] / "ui" / "panels"
    for path in folder.glob("*.py"):
        imports = [line for line in path.read_text(encoding="utf-8").splitlines() if "import" in line]
        assert not [line for line in imports if "ui.panels" in line or "scene3d" in line or "vtk" in line]


# -- opening -----------------------------------------------------------------------------------------


def opening(
    qtbot: QtBot, fake_scene: type, loading: Future[Loaded]
) -> tuple[MainWindow, Opening, list[object]]:
    worker = Worker()
    window = MainWindow(worker.submit, Settings(None))
    qtbot.addWidget(window)
    start = Opening(window, worker, loading, Clock(), fake_scene)
    failures: list[object] = []
    start.failed.connect(failures.append)
    return window, start, failures


def test_that_the_window_opens_before_the_atlas_and_fills_itself(
    qtbot: QtBot, fake_scene: type, atlas: Atlas, borders: Borders
) -> None:
    loading: Future[Loaded] = Future()
    window, start, failures = opening(qtbot, fake_scene, loading)
    start.start()
    qtbot.waitUntil(lambda: window.link.scene is not None, timeout=3000)
    assert window.isVisible() and window._atlas is None
    with qtbot.waitSignal(start.complete, timeout=8000):
        loading.set_result(Loaded(atlas, borders, State(face="study")))
    assert window.pain_map.charts_ready() and window.toolbar.face.choice() == "study"
    assert failures == []
    window.close()


def test_that_closing_during_loading_leaves_nothing_running(
    qtbot: QtBot, fake_scene: type, atlas: Atlas, borders: Borders
) -> None:
    loading: Future[Loaded] = Future()
    loading.set_running_or_notify_cancel()
    window, start, failures = opening(qtbot, fake_scene, loading)
    start.start()
    qtbot.wait(20)
    window.close()
    loading.set_result(Loaded(atlas, borders, State()))
    qtbot.wait(50)
    assert window._atlas is None and failures == []


def test_that_a_faulty_file_is_named_without_its_folders(qtbot: QtBot, fake_scene: type) -> None:
    loading: Future[Loaded] = Future()
    window, start, failures = opening(qtbot, fake_scene, loading)
    loading.set_exception(MeshFault("bones.glb: the file is missing from /home/maria/planner/assets/meshes"))
    start.start()
    qtbot.waitUntil(lambda: bool(failures), timeout=3000)
    (error,) = failures
    assert isinstance(error, MeshFault) and is_of_the_world(error)
    dialog = fault_dialog(error, Theme(LIGHT))
    qtbot.addWidget(dialog)
    dialog.show()
    assert "bones.glb" in dialog.report and "maria" not in dialog.report
    dialog.copy.click()
    from PySide6.QtGui import QGuiApplication

    assert QGuiApplication.clipboard().text() == dialog.report
    window.close()


def test_that_a_fault_of_ours_carries_a_trace_and_no_folders(qtbot: QtBot) -> None:
    try:
        raise RuntimeError("a bug")
    except RuntimeError as error:
        dialog = fault_dialog(error, Theme(LIGHT))
    qtbot.addWidget(dialog)
    assert not is_of_the_world(RuntimeError())
    assert "RuntimeError: a bug" in dialog.report and "test_main_window.py" in dialog.report
    assert str(Path(__file__).parent) not in dialog.report


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("open /home/maria/x/y.glb failed", "open …/y.glb failed"),
        (r"C:\Users\Maria\plan\bones.glb", r"…\bones.glb"),
        ("doi:10.1000/182 and 4 mm/s", "doi:10.1000/182 and 4 mm/s"),
    ],
)
def test_that_reports_name_files_and_no_folders(text: str, expected: str) -> None:
    assert without_paths(text) == expected


def test_that_stale_answers_of_the_worker_are_dropped(qtbot: QtBot) -> None:
    worker, taken = Worker(), []
    for number in range(5):
        worker.submit("chart", lambda number=number: number, taken.append)
    qtbot.waitUntil(lambda: bool(taken), timeout=3000)
    qtbot.wait(30)
    assert taken == [4]
    worker.close()
    worker.submit("chart", lambda: 9, taken.append)
    qtbot.wait(20)
    assert taken == [4]


def test_that_about_and_keys_say_what_they_must(qtbot: QtBot) -> None:
    from PySide6.QtWidgets import QLabel

    about, keys = about_dialog(Theme(LIGHT), None, "ab" * 32), keys_dialog(Theme(LIGHT), None)
    for dialog in (about, keys):
        qtbot.addWidget(dialog)
        dialog.show()
    text = " ".join(part.text() for part in about.findChildren(QLabel))
    assert "never uses the network" in text and "BodyParts3D" in text and "abababababab" in text
    for name in ("VTK", "LGPL", "NumPy", "BSD", "MIT", "education"):
        assert name.lower() in text.lower()
    assert "F11" in " ".join(part.text() for part in keys.findChildren(QLabel))


def test_that_options_are_those_of_the_command_line(tmp_path: Path) -> None:
    options = parse(["--content", str(tmp_path), "--face", "study"])
    assert (options.content, options.face, options.scene) == (tmp_path, "study", None)
    with pytest.raises(SystemExit) as left:
        parse(["--face", "nonsense"])
    assert left.value.code == 2


def test_that_damaged_settings_read_as_the_ordinary_ones(tmp_path: Path) -> None:
    path = tmp_path / "window.json"
    path.write_text('{"scale": "enormous", "colors": "plaid"}', encoding="utf-8")
    settings = Settings(path)
    assert (settings.scale, settings.colors, settings.now.motion) == (1.0, "system", "system")
    settings.scale = 1.5
    settings.colors = "dark"
    assert (Settings(path).scale, Settings(path).colors) == (1.5, "dark")


def test_that_the_clock_counts_milliseconds_once_per_step() -> None:
    clock = Clock()
    clock.mark("load_ms")
    first = dict(clock.marks)
    clock.mark("load_ms")
    age_ms = (time.time() - process_start()) * 1000.0
    assert clock.marks == first and 0 < first["load_ms"] <= age_ms + 1.0  # marks are rounded to a tenth
    assert json.loads(json.dumps(clock.marks)) == first


def test_that_the_bridge_lets_go_of_the_store(atlas: Atlas, qtbot: QtBot) -> None:
    from planner.session.store import Store

    store = Store(atlas)
    bridge, heard = Bridge(store), []
    bridge.pictured.connect(heard.append)
    bridge.close()
    store.dispatch(act.MarkRegion("knee_ant", "left"))
    qtbot.wait(20)
    assert heard == []
    assert at_once("x", lambda: 3, heard.append) is None and heard == [3]
