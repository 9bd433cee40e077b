"""Small pictures of the compared blocks, blocks side by side, the nerve that is followed."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QPushButton
from pytestqt.qtbot import QtBot

from planner.answer import Answer
from planner.atlas.load import load_handbook
from planner.atlas.model import Atlas
from planner.session import actions as act
from planner.session.resolve import resolve
from planner.session.state import RegionMark, State
from tests.ui.shown import MARKS, MakePicture, words
from ui.compare import CompareDialog, first_blocks
from ui.main_window import MainWindow
from ui.portrayer import Portrayer
from ui.theme import DARK, LIGHT
from ui.widgets.basics import Section
from ui.widgets.portrait import Format
from ui.widgets.work import at_once

ASSETS = Path(str(files("assets")))


def near(image: QImage, color: str) -> int:
    """How many pixels of a picture are close to a colour."""
    red, green, blue = (int(color[k : k + 2], 16) for k in (1, 3, 5))
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return sum(
        abs(p.red() - red) + abs(p.green() - green) + abs(p.blue() - blue) < 60 and p.alpha() > 200
        for p in pixels
    )


@pytest.fixture
def portrayer(qtbot: QtBot, atlas: Atlas) -> Portrayer:
    made = Portrayer(at_once, "test")
    made.set_atlas(atlas)
    return made


# -- small pictures --------------------------------------------------------------------------------


def test_that_small_pictures_show_pain_and_numbness_front_and_back(
    qtbot: QtBot, atlas: Atlas, portrayer: Portrayer
) -> None:
    picture = resolve(atlas, State(marks=(RegionMark("thigh_ant_mid", "left"),)))
    size = Format(220, LIGHT)
    with qtbot.waitSignal(portrayer.ready):
        portrayer.ask(picture, picture.answer.blocks, size)
    images = {block: sitter.image for (block, _), sitter in portrayer.sitters.items()}
    assert set(images) == {entry.id for entry in picture.answer.blocks}
    assert {(i.width(), i.height()) for i in images.values()} == {(2 * size.width, size.height)}
    # The femoral block numbs blue where the block of the outer thigh leaves the pain as it is.
    assert near(images["femoral"], LIGHT.numb) > 2 * near(images["lfcn"], LIGHT.numb) > 0
    front, back = (images["femoral"].copy(k * size.width, 0, size.width, size.height) for k in (0, 1))
    assert near(front, LIGHT.numb) > near(back, LIGHT.numb)
    # The patient's left leg is on the viewer's right in front.
    half = size.width // 2
    left_leg, right_leg = front.copy(half, 0, half, size.height), front.copy(0, 0, half, size.height)
    assert near(left_leg, LIGHT.numb) > 0 == near(right_leg, LIGHT.numb)


def test_that_an_equal_wish_is_not_drawn_again_and_another_theme_is(
    qtbot: QtBot, atlas: Atlas, portrayer: Portrayer
) -> None:
    picture = resolve(atlas, State(marks=MARKS))
    done: list[int] = []
    portrayer.ready.connect(lambda: done.append(1))
    for palette in (LIGHT, LIGHT, DARK):
        portrayer.ask(picture, picture.answer.blocks, Format(96, palette))
        qtbot.wait(80)
    assert len(done) == 2


def test_that_nothing_is_drawn_for_a_list_that_nobody_sees(qtbot: QtBot, window: MainWindow) -> None:
    window.act(act.SetFace("lecture"))
    window.act(act.MarkRegion("knee_ant", "left"))
    qtbot.wait(120)
    assert window.right.portrayer.sitters == {}
    window.act(act.SetFace("explain"))
    qtbot.waitUntil(lambda: bool(window.right.portrayer.sitters), timeout=3000)
    qtbot.waitUntil(lambda: window.blocks.rows[0].portrait.image is not None, timeout=3000)


def test_that_pictures_are_drawn_when_the_list_comes_to_light_behind_its_tab(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.act(act.SetFace("study"))
    window.act(act.GoTo(("femoral_left",)))
    qtbot.wait(60)
    window.act(act.MarkRegion("knee_ant", "left"))
    qtbot.wait(150)
    assert window.right.portrayer.sitters == {}
    window.right.tabs.setCurrentIndex(0)
    qtbot.waitUntil(lambda: bool(window.right.portrayer.sitters), timeout=3000)
    assert {row.answer.id for row in window.blocks.rows} <= {b for b, _ in window.right.portrayer.sitters}


# -- side by side ----------------------------------------------------------------------------------


@pytest.fixture
def compared_window(qtbot: QtBot, window: MainWindow) -> MainWindow:
    """The window with a map that several blocks cover, and the handbook."""
    window.set_handbook(lambda: load_handbook(ASSETS))
    window.act(act.MarkRegion("thigh_lat_mid", "left"))
    qtbot.waitUntil(lambda: len(window.blocks.rows) > 2, timeout=3000)
    return window


def dialog_of(qtbot: QtBot, window: MainWindow) -> CompareDialog:
    qtbot.waitUntil(lambda: bool(window.findChildren(CompareDialog)), timeout=3000)
    return window.findChildren(CompareDialog)[-1]


def test_that_c_opens_the_comparison_and_it_says_all_of_each_block(
    qtbot: QtBot, compared_window: MainWindow
) -> None:
    window = compared_window
    QTest.keyClick(window, Qt.Key.Key_C)
    dialog = dialog_of(qtbot, window)
    assert dialog.blocks == [row.answer.id for row in window.blocks.rows[:3]]
    qtbot.waitUntil(lambda: all(view.image is not None for view in dialog._views.values()), timeout=3000)
    said = words(dialog)
    for name in dialog.blocks:
        block = window._atlas.content.blocks[name]  # type: ignore[union-attr]
        for claim in (block.numb, block.weakness, block.walking, block.question):
            assert claim is not None and claim.plain.rstrip(".")[1:] in said
    assert "Nearest, in this model" in said and " mm" in said
    dialog.reject()


def test_that_a_column_takes_another_block_and_a_button_chooses_it(
    qtbot: QtBot, compared_window: MainWindow
) -> None:
    window = compared_window
    window.blocks.compare.click()
    dialog = dialog_of(qtbot, window)
    first, second = dialog.blocks[:2]
    box = next(box for box in dialog.findChildren(QComboBox) if box.accessibleName().startswith("Block 1 "))
    box.activated.emit(box.findData(second)) if box.setCurrentIndex(box.findData(second)) else None
    box.activated.emit(box.currentIndex())
    assert dialog.blocks[:2] == [second, first]
    qtbot.wait(20)
    push = next(
        b for b in dialog.findChildren(QPushButton) if b.text() == "Show in the model" and b.isVisible()
    )
    push.click()
    qtbot.waitUntil(lambda: window._picture.state.block == second, timeout=3000)  # type: ignore[union-attr]


def test_that_the_tables_of_the_handbook_stand_beneath(qtbot: QtBot, compared_window: MainWindow) -> None:
    window = compared_window
    window.show_compare(("lfcn", "lumbar_plexus"))
    dialog = dialog_of(qtbot, window)
    titles = {section.header.text(): section for section in dialog.findChildren(Section)}
    assert {"Pain pattern and the more specific block", "Plexus, epidural and sympathetic block"} <= set(
        titles
    )
    titles["Pain pattern and the more specific block"].open()
    said = words(dialog)
    assert "It asks this one nerve." in said and "inner thigh nerve" not in said
    dialog.reject()


def test_that_fewer_than_two_blocks_are_not_compared(qtbot: QtBot, window: MainWindow) -> None:
    window.show_compare()
    assert window.findChildren(CompareDialog) == [] and "Two blocks" in window.note.text()


def test_that_the_chosen_block_comes_first_and_unlisted_ones_are_left_out(
    atlas: Atlas, picture: MakePicture, compared: Answer
) -> None:
    assert first_blocks(picture(compared, block="femoral"), ()) == ("femoral", "lfcn")
    assert first_blocks(picture(compared), ("medial_branch", "lfcn")) == ("lfcn",)


# -- following -------------------------------------------------------------------------------------


def test_that_p_follows_the_lit_nerve_and_frames_it(qtbot: QtBot, window: MainWindow) -> None:
    window.act(act.MarkRegion("thigh_lat_mid", "left"))
    window.act(act.ChooseBlock("lfcn"))
    qtbot.waitUntil(lambda: window.right.card.isVisible(), timeout=3000)
    scene = window.link.scene
    QTest.keyClick(window, Qt.Key.Key_P)
    (way,) = scene.ways  # type: ignore[union-attr]
    assert way.length_mm > 300.0
    qtbot.waitUntil(lambda: "lfcn_left" in window._picture.state.pose.focus, timeout=3000)  # type: ignore[union-attr]
    push = next(b for b in window.card.findChildren(QPushButton) if b.text() == "Follow the nerve")
    push.click()
    assert len(scene.ways) == 2  # type: ignore[union-attr]


def test_that_with_nothing_to_follow_it_is_said(qtbot: QtBot, window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_P)
    assert window.link.scene.ways == []  # type: ignore[union-attr]
    assert "select a nerve" in window.note.text()
