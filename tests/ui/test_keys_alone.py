"""Everything by keyboard alone, in the window with its real 3D model: no act that needs a mouse."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import get_args

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from planner.atlas.model import Atlas
from planner.chart import Borders
from planner.pathway import Pathway
from planner.session import actions as act
from planner.session.state import State
from planner.session.store import Store
from tests.ui.hands import CONTROL, SHIFT, command, named, press, state, tab_to
from ui.bridge import Bridge
from ui.compare import CompareDialog
from ui.main_window import MainWindow
from ui.scene3d.widget import SceneWidget
from ui.settings import Settings
from ui.widgets.basics import spoken
from ui.widgets.work import at_once

Key = Qt.Key
EVERY_ACT = set(get_args(act.Action)) | set(get_args(act.HistoryAction))


@pytest.fixture
def opened(qtbot: QtBot, atlas: Atlas, borders: Borders) -> Iterator[MainWindow]:
    """The window as it is, but that its work is done on the spot."""
    settings = Settings(None)
    settings.colors = "light"
    window = MainWindow(at_once, settings)
    qtbot.addWidget(window)
    window.resize(1280, 800)
    window.set_reduced_motion(True)
    scene = SceneWidget()
    window.set_scene(scene)
    window.set_atlas(atlas, borders, Bridge(Store(atlas), window))
    with qtbot.waitSignal(scene.first_frame, timeout=20_000):
        window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=3000)
    qtbot.waitUntil(window.pain_map.charts_ready, timeout=5000)
    yield window
    window.close()


class Keys:
    """One who has keys only; `did` waits until an act came through and changed what was chosen."""

    def __init__(self, qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
        assert window._bridge is not None
        self.qtbot, self.window = qtbot, window
        self.done: list[type] = []
        self.seen: set[type] = set()
        dispatch = window._bridge.dispatch

        def noted(action: object) -> None:
            self.done.append(type(action))
            dispatch(action)  # type: ignore[arg-type]

        monkeypatch.setattr(window._bridge, "dispatch", noted)
        self.followed: list[Pathway] = []
        scene = window.link.scene
        assert scene is not None
        follow = scene.follow

        def watched(way: Pathway) -> None:
            self.followed.append(way)
            follow(way)

        monkeypatch.setattr(scene, "follow", watched)

    def press(self, key: Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """One key; what is known of the acts before it is forgotten."""
        self.done.clear()
        press(self.window, key, modifier)

    def command(self, words: str) -> None:
        """Through the palette."""
        self.done.clear()
        command(self.qtbot, self.window, words)

    def tab_to(self, name: str) -> None:
        """Tab until a control so named has the focus."""
        tab_to(self.qtbot, self.window, name)

    def find(self, words: str) -> None:
        """The search of the pane; what was sought before is selected, so that typing replaces it."""
        press(self.window, Key.Key_F, CONTROL)
        QTest.keyClicks(self.window.focusWidget(), words)
        self.press(Key.Key_Return)

    def did(self, kind: type, until: Callable[[State], bool]) -> None:
        """The keys pressed last were this act, and the State tells of it."""
        self.qtbot.waitUntil(lambda: kind in self.done and until(state(self.window)), timeout=3000)
        self.seen.add(kind)
        self.qtbot.wait(2)

    def at_rest(self) -> None:
        """Until the model stands still."""
        scene = self.window.link.scene
        self.qtbot.waitUntil(lambda: not scene.busy, timeout=20_000)  # type: ignore[union-attr]


def paint(keys: Keys) -> None:
    """With the brush on the chart."""
    view = keys.window.pain_map.views[0]
    assert keys.window.focusWidget() is view
    keys.press(Key.Key_Space)
    for _ in range(3):
        keys.press(Key.Key_Right)
    assert not state(keys.window).marks, "a brush that is led paints nothing"
    keys.press(Key.Key_Space)
    keys.did(act.PaintStroke, lambda s: len(s.marks) == 1)
    QTest.keyPress(view, Key.Key_Space)
    keys.press(Key.Key_Down)
    keys.did(act.PaintStroke, lambda s: len(s.marks) == 2 and len(s.marks[1].points_lps) > 1)  # type: ignore[union-attr]
    QTest.keyRelease(view, Key.Key_Space)
    keys.press(Key.Key_Escape)
    assert not keys.done, "Esc puts the brush away and nothing else"
    keys.press(Key.Key_Z, CONTROL)
    keys.did(act.Undo, lambda s: len(s.marks) == 1)
    keys.press(Key.Key_Z, CONTROL | SHIFT)
    keys.did(act.Redo, lambda s: len(s.marks) == 2)
    keys.command("clear all marks")
    keys.did(act.ClearMarks, lambda s: not s.marks)


def mark(keys: Keys) -> None:
    """With the list of areas, the list of marks and the words."""
    window = keys.window
    keys.find("thigh_lat_mid")
    keys.press(Key.Key_Space)
    keys.did(act.MarkRegion, lambda s: bool(s.marks))
    keys.press(Key.Key_Space)
    keys.did(act.UnmarkRegion, lambda s: not s.marks)
    keys.press(Key.Key_Space)
    keys.did(act.MarkRegion, lambda s: bool(s.marks))
    keys.tab_to("How strong the pain is, 1 to 10: ")
    keys.press(Key.Key_Left)
    keys.did(act.ChangeMark, lambda s: s.marks[0].weight != 7.0)
    keys.tab_to("Take away")
    keys.press(Key.Key_Space)
    keys.did(act.RemoveMark, lambda s: not s.marks)
    keys.press(Key.Key_Z, CONTROL)
    keys.command("side: patient's right")
    keys.did(act.ChooseSide, lambda s: s.side == "right")
    keys.command("side: patient's left")
    keys.tab_to(spoken(window.left.warnings))
    keys.press(Key.Key_Return)  # the page of words and history, at its warning signs
    keys.tab_to("Loss")
    keys.press(Key.Key_Space)
    keys.did(act.ToggleFlag, lambda s: bool(s.flags))
    keys.press(Key.Key_Space)
    keys.did(act.ToggleFlag, lambda s: not s.flags)


def tell(keys: Keys) -> None:
    """How it feels, its history, how deep it lies."""
    sections = keys.window.left.pain_words.sections
    for name, kind, has in (
        ("qualities", act.ToggleQuality, lambda s: bool(s.qualities)),
        ("clues", act.ToggleClue, lambda s: bool(s.clues)),
    ):
        section = sections[name]
        keys.tab_to(spoken(section.header))
        if not section.header.isChecked():
            keys.press(Key.Key_Space)
        keys.qtbot.wait(60)
        keys.press(Key.Key_Tab)
        keys.press(Key.Key_Space)
        keys.did(kind, has)
    keys.tab_to("Depth")
    keys.press(Key.Key_Right)
    keys.did(act.SetDepth, lambda s: s.depth != "skin")


def compare(keys: Keys) -> None:
    """The list of blocks, their comparison, a card, and its targets."""
    qtbot, window = keys.qtbot, keys.window
    qtbot.waitUntil(lambda: bool(window.blocks.rows), timeout=3000)
    qtbot.wait(20)
    keys.tab_to(window.blocks.rows[0].accessibleName())
    keys.press(Key.Key_Return)
    keys.did(act.ChooseBlock, lambda s: s.block is not None)
    qtbot.waitUntil(lambda: window.card.isVisible() and window.card.done.isVisible(), timeout=3000)
    keys.tab_to(spoken(window.card.done.box))
    keys.press(Key.Key_Space)
    keys.did(act.ToggleUnrelieved, lambda s: bool(s.unrelieved))
    keys.press(Key.Key_Space)
    keys.command("follow the nerve")
    keys.did(act.FocusOn, lambda s: bool(s.pose.focus))
    assert len(keys.followed) == 1
    keys.command("compare blocks side by side")
    (dialog,) = window.findChildren(CompareDialog)
    qtbot.waitUntil(dialog.isVisible, timeout=3000)
    QTest.keyClick(dialog, Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.findChildren(CompareDialog), timeout=3000)
    keys.press(Key.Key_Escape)
    keys.did(act.ClearSelection, lambda s: s.block is None)
    keys.command("lumbar medial branch block")
    keys.did(act.ChooseBlock, lambda s: s.block == "medial_branch")
    keys.tab_to("Target shown in the model")
    keys.press(Key.Key_Right)
    keys.did(act.ChooseTarget, lambda s: s.target is not None)
    first = state(window).target
    keys.qtbot.waitUntil(lambda: named(window).startswith("Target shown in the model"), timeout=3000)
    keys.press(Key.Key_Right)
    keys.did(act.ChooseTarget, lambda s: s.target not in (None, first))


def order(keys: Keys) -> None:
    """What the palette has and has no other key."""
    for words, kind, has in (
        ("view posterior", act.RequestView, lambda s: s.pose.view == "posterior"),
        ("bone layer", act.SetLayer, lambda s: not next(x for x in s.layers if x.layer == "bone").visible),
        ("outline female", act.SetForm, lambda s: s.form == "female"),
        ("face study", act.SetFace, lambda s: s.face == "study"),
        ("cut the model", act.SetSection, lambda s: s.section is not None),
        ("show all structures", act.ShowAll, lambda s: s.section is None),
        ("psoas major left", act.GoTo, lambda s: bool(s.selected)),
        ("skin of femoral", act.ShowTerritory, lambda s: s.territory is not None),
    ):
        keys.command(words)
        keys.did(kind, has)


def study(keys: Keys) -> None:
    """The cards of structures, then the tree."""
    window = keys.window
    keys.find("capsule facet l4 l5")
    keys.did(act.GoTo, lambda s: "capsule_facet_l4_l5" in " ".join(s.selected))
    keys.tab_to("Nerves, targets and where it is felt")
    keys.press(Key.Key_Space)
    keys.did(act.ChooseSource, lambda s: s.source == "facet_L4_5")
    keys.find("ilioinguinal nerve")
    keys.did(act.GoTo, lambda s: s.selected == ("ilioinguinal_left",))
    keys.tab_to("Variant of ")
    keys.press(Key.Key_Right)
    keys.did(act.ChooseVariant, lambda s: bool(s.variants))
    keys.find("femoral nerve")
    keys.did(act.GoTo, lambda s: s.selected == ("femoral_left",))
    keys.tab_to("Laid over it")
    keys.press(Key.Key_Right)
    keys.did(act.LayOver, lambda s: s.over is not None)
    press(window, Key.Key_F, CONTROL)
    press(window, Key.Key_Escape)
    keys.tab_to(window.left.structures.tree.accessibleName())
    for key, kind, has in (
        (Key.Key_T, act.FadeStructures, lambda s: bool(s.faded)),
        (Key.Key_I, act.IsolateStructures, lambda s: bool(s.isolated)),
        (Key.Key_H, act.HideStructures, lambda s: bool(s.hidden)),
        (Key.Key_Space, act.ShowStructures, lambda s: not s.hidden),
        (Key.Key_Down, act.SelectStructures, lambda s: s.selected != ("femoral_left",)),
    ):
        keys.press(key)
        keys.did(kind, has)
    before = state(window).pose
    keys.press(Key.Key_F)
    keys.did(act.FocusOn, lambda s: s.pose != before and bool(s.pose.focus))


def point(keys: Keys) -> None:
    """What a hand points at in the model: Enter takes what lies in the middle."""
    keys.command("show all structures")
    keys.command("view anterior")
    for tool, kind, has in (
        ("measure between", act.MeasurePoint, lambda s: len(s.ruler) == 1),
        ("trace a place", act.TraceSkin, lambda s: s.traced is not None),
        ("cut the model", act.SetSection, lambda s: s.section is not None),
    ):
        keys.command(tool)
        if kind is not act.SetSection:
            keys.tab_to("3D model")
            keys.at_rest()
            keys.press(Key.Key_Return)
        keys.did(kind, has)
    keys.command("cut the model")
    if keys.window.tools.narrow.isVisible():
        keys.tab_to("Direction of the cut")
        keys.press(Key.Key_Down)
    else:
        keys.tab_to("Direction of the cut")
        for _ in range(3):
            keys.press(Key.Key_Right)
    keys.qtbot.waitUntil(lambda: state(keys.window).section.axis == "points", timeout=3000)  # type: ignore[union-attr]
    keys.tab_to("3D model")
    keys.at_rest()
    keys.press(Key.Key_Return)
    keys.did(act.PickSectionPoint, lambda s: s.section is not None and len(s.section.points_lps) == 1)
    keys.command("clear all measures")
    keys.did(act.ClearMeasures, lambda s: not s.ruler)
    keys.press(Key.Key_N, CONTROL)
    keys.did(act.LoadState, lambda s: s.section is None and not s.variants)


def test_that_every_act_there_is_can_be_done_with_keys_alone(
    qtbot: QtBot, opened: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = Keys(qtbot, opened, monkeypatch)
    for stretch in (paint, mark, tell, compare, order, study, point):
        stretch(keys)
    assert EVERY_ACT - keys.seen == set()
