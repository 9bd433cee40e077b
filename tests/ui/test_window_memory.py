"""A thousand random acts through the window leave as many widgets, and about as much memory, as before."""

from __future__ import annotations

import gc
import random

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from planner.session import actions as act
from planner.session.state import State
from ui.main_window import MainWindow

PER_PICTURE = 5
REGIONS = ("thigh_lat_mid", "knee_ant", "groin_crease", "buttock_upper")
STRUCTURES = ("femoral_left", "obturator_right", "vertebra_l4", "psoas_major_left", "lfcn_left")


def random_act(chance: random.Random, window: MainWindow) -> object:
    """Any act there is a use for, with things that exist."""
    regions = [r for r in REGIONS if r in window._atlas.content.regions]  # type: ignore[union-attr]
    structure = (chance.choice(STRUCTURES),)
    point = (chance.uniform(90, 120), -60.0, chance.uniform(-250, -100))
    blocks = window._picture.answer.blocks if window._picture is not None else ()
    return chance.choice(
        (
            act.MarkRegion(chance.choice(regions), chance.choice(("left", "right")), 5.0),
            act.PaintStroke((point,), 18.0),
            act.ClearMarks(),
            act.ChooseBlock(chance.choice(blocks).id if blocks else None),
            act.SetFace(chance.choice(("explain", "study"))),
            act.SelectStructures(structure),
            act.HideStructures(structure),
            act.IsolateStructures(structure),
            act.ShowAll(),
            act.RequestView(chance.choice(("anterior", "left"))),
            act.ChooseSide(chance.choice(("left", "right"))),
            act.ToggleFlag("bowel_bladder_loss", chance.random() < 0.5),
            act.ClearSelection(),
            act.Undo(),
            act.Redo(),
        )
    )


def at_rest(qtbot: QtBot, window: MainWindow) -> tuple[int, int]:
    """Widgets of the program and objects of Python, with the same things shown each time."""
    # A hidden card keeps what it showed last: let that be the same as well.
    for loaded in (State(face="study", selected=("vertebra_l4",)), State()):
        window.act(act.LoadState(loaded))
        qtbot.wait(400)  # past the rest after which answers are explained
    window.link.scene.pictures.clear()  # type: ignore[union-attr]  # the stand-in remembers each
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    return len(QApplication.allWidgets()), len(gc.get_objects())


def test_that_a_thousand_random_acts_leave_no_widgets_and_no_memory(qtbot: QtBot, window: MainWindow) -> None:
    chance = random.Random(11)
    counts = []
    for part in (500, 250, 250):  # the first fills what is kept on purpose: undo, sections once opened
        for number in range(part):
            window.act(random_act(chance, window))
            if number % PER_PICTURE == 0:
                qtbot.wait(1)
        counts.append(at_rest(qtbot, window))
    _, middle, last = counts
    assert abs(last[0] - middle[0]) <= 0.03 * middle[0]
    assert last[1] - middle[1] <= 0.03 * middle[1]
