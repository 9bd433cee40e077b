"""Room for the model, panes by key, and panels that cost nothing while they are hidden."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from planner.session import actions as act
from planner.session.picture import Picture
from ui.folding import MODEL_PX
from ui.main_window import MainWindow
from ui.tour import STEPS, Tour

Key = Qt.Key


def is_open(window: MainWindow) -> tuple[bool, bool]:
    panes = window.folding.panes
    return panes["left"].isVisible(), panes["right"].isVisible()


@pytest.mark.parametrize("width", [880, 1024, 1280, 1440, 1920])
@pytest.mark.parametrize("steps", [0, 2, 3, 5])
def test_that_the_model_keeps_its_room_at_every_size_and_text(
    qtbot: QtBot, window: MainWindow, width: int, steps: int
) -> None:
    window.resize(width, 800)
    for _ in range(steps):
        window.change_scale(1)
    qtbot.wait(20)
    assert window.width() == width
    least = MODEL_PX if width >= 1280 or steps < 3 else 280  # large text in a small window has no more
    assert window.middle.width() >= least
    for side, rail in window.folding.rails.items():
        assert rail.isVisible() != window.folding.panes[side].isVisible()


def test_that_a_rail_opens_its_pane_and_folds_the_other(qtbot: QtBot, window: MainWindow) -> None:
    for _ in range(5):
        window.change_scale(1)
    window.act(act.MarkRegion("thigh_lat_mid", "left"))
    qtbot.waitUntil(lambda: "·" in window.folding.rails["right"].text())
    assert is_open(window) == (True, False)
    rail = window.folding.rails["right"]
    assert "compared" in rail.accessibleName()
    rail.setFocus()
    QTest.keyClick(rail, Key.Key_Space)
    assert is_open(window) == (False, True) and window.blocks.rows
    QTest.keyClick(window, Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert is_open(window) == (True, False)
    window.toolbar.room.trigger()
    assert is_open(window) == (True, True)


def test_that_an_alert_is_never_behind_a_rail(qtbot: QtBot, window: MainWindow) -> None:
    for _ in range(5):
        window.change_scale(1)
    window.act(act.MarkRegion("thigh_lat_mid", "left"))
    window.act(act.ToggleFlag("bowel_bladder_loss", True))
    qtbot.waitUntil(lambda: is_open(window) == (False, True), timeout=3000)


def test_that_panes_fold_by_key_stay_folded_and_come_back(qtbot: QtBot, window: MainWindow) -> None:
    QTest.keyClick(window, Key.Key_F7)
    QTest.keyClick(window, Key.Key_F8)
    assert is_open(window) == (False, False) and set(window.settings.now.folded) == {"left", "right"}
    window.resize(1500, 820)
    qtbot.wait(20)
    assert is_open(window) == (False, False)
    QTest.keyClick(window, Key.Key_F11)
    qtbot.waitUntil(lambda: not window.toolbar.isVisible(), timeout=3000)
    assert not any(rail.isVisible() for rail in window.folding.rails.values())
    QTest.keyClick(window, Key.Key_F11)
    qtbot.waitUntil(window.toolbar.isVisible, timeout=3000)
    QTest.keyClick(window, Key.Key_F8)
    assert is_open(window) == (False, True)
    window.reset_layout()
    assert is_open(window) == (True, True)


def test_that_a_width_the_user_chose_outlives_resizing(qtbot: QtBot, window: MainWindow) -> None:
    window.folding.splitter.moveSplitter(520, 1)
    chosen = window.folding.splitter.sizes()[0]
    window.resize(1500, 800)
    qtbot.wait(20)
    assert window.folding.splitter.sizes()[0] == chosen == window.settings.now.columns[0]  # type: ignore[index]


def test_that_f6_goes_round_the_panes_and_remembers_where_the_focus_was(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.act(act.MarkRegion("thigh_lat_mid", "left"))
    qtbot.waitUntil(lambda: bool(window.blocks.rows), timeout=3000)
    window.link.scene.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # type: ignore[union-attr]
    start = window.left.warnings
    start.setFocus()
    panes = window.panes.panes()
    order = [window.left, window.link.scene, window.right, window.toolbar, window.scene_bar, window.layers]
    assert panes == order
    seen: list[QWidget] = []
    for _ in panes:
        QTest.keyClick(window.focusWidget(), Key.Key_F6)
        seen.append(
            next(p for p in panes if p is window.focusWidget() or p.isAncestorOf(window.focusWidget()))
        )
    assert seen == [*panes[1:], panes[0]] and window.focusWidget() is start
    QTest.keyClick(window.focusWidget(), Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert window.layers.isAncestorOf(window.focusWidget())


@pytest.fixture
def counted(qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each panel was shown a picture."""
    window.left.furnish()
    calls: Counter[str] = Counter()
    panels = {
        "toolbar": window.toolbar,
        "map": window.pain_map,
        "areas": window.left.region_list,
        "words": window.left.pain_words,
        "tree": window.left.structures,
        "blocks": window.blocks,
        "card": window.card,
        "structure": window.right.structure,
        "layers": window.layers,
        "scene bar": window.scene_bar,
    }
    for name, panel in panels.items():

        def shown(picture: Picture, name: str = name, real: object = panel.show_picture) -> None:
            calls[name] += 1
            real(picture)  # type: ignore[operator]

        monkeypatch.setattr(panel, "show_picture", shown)
    return calls


def paint(qtbot: QtBot, window: MainWindow, times: int) -> None:
    for k in range(times):
        window.act(act.PaintStroke(((110.0, -60.0, -120.0 - 5 * k),), 18.0))
        qtbot.wait(1)


def test_that_hidden_panels_are_not_told_of_pictures(
    qtbot: QtBot, window: MainWindow, counted: Counter[str]
) -> None:
    counted.clear()
    paint(qtbot, window, 5)
    qtbot.waitUntil(lambda: counted["map"] >= 5, timeout=3000)
    assert {name for name in counted} == {"toolbar", "map", "blocks", "layers", "scene bar"}
    window.folding.toggle("right")
    window.left.tabs.setCurrentIndex(1)
    assert counted["areas"] == 1  # the newest picture, once it is seen
    counted.clear()
    paint(qtbot, window, 5)
    qtbot.waitUntil(lambda: counted["areas"] >= 5, timeout=3000)
    assert not set(counted) & {"map", "blocks", "card", "words", "tree", "structure"}
    window.folding.toggle("right")
    assert counted["blocks"] == 1 and counted["card"] == 0
    window.left.tabs.setCurrentIndex(0)
    assert counted["map"] == 1
    window.toggle_lecture()
    qtbot.waitUntil(lambda: not window.toolbar.isVisible(), timeout=3000)
    counted.clear()
    paint(qtbot, window, 5)
    qtbot.wait(30)
    assert not counted
    window.toggle_lecture()
    qtbot.waitUntil(lambda: counted["toolbar"] > 0 and counted["map"] > 0, timeout=3000)


def test_that_the_tour_goes_through_five_steps_by_key_and_ends(qtbot: QtBot, window: MainWindow) -> None:
    window.left.warnings.setFocus()
    assert window.findChildren(Tour) == [] and not window.settings.now.toured
    window.greet()
    (tour,) = window.findChildren(Tour)
    assert len(STEPS) == 5 and window.settings.now.toured
    lights = []
    for k in range(5):
        assert tour.at == k and f"Step {k + 1} of 5" in tour.count.text()
        assert STEPS[k].text in tour.next.accessibleDescription()
        assert tour.rect().contains(tour.bubble.geometry()) and not tour.light().isEmpty()
        lights.append(tour.light().getRect())
        if k == 2:
            QTest.keyClick(tour.next, Key.Key_Left)
            QTest.keyClick(tour.next, Key.Key_Right)
        if k < 4:
            QTest.keyClick(tour.next, Key.Key_Return)
    assert len(set(lights)) >= 4
    QTest.keyClick(tour.next, Key.Key_Tab)
    assert window.focusWidget() is tour.skip
    QTest.keyClick(tour.skip, Key.Key_Escape)
    qtbot.waitUntil(lambda: window.findChildren(Tour) == [], timeout=3000)
    assert window.focusWidget() is window.left.warnings
    window.greet()
    assert window.findChildren(Tour) == []  # once, and again on request alone
    window.toolbar.tour_asked.emit()
    (again,) = window.findChildren(Tour)
    again.skip.click()


@pytest.mark.parametrize("size", [(880, 600), (1280, 800)])
def test_that_the_tour_stays_inside_the_window_at_200_per_cent(
    qtbot: QtBot, window: MainWindow, size: tuple[int, int]
) -> None:
    window.resize(*size)
    for _ in range(5):
        window.change_scale(1)
    window.show_tour()
    (tour,) = window.findChildren(Tour)
    for k in range(5):
        tour.go(k)
        assert tour.rect().contains(tour.bubble.geometry())
    tour.leave()
