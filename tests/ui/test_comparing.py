"""Cards with small pictures, side by side, alerts in plain words, blocks done before, what a mark moved."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from planner.answer import Alert, Answer, BlockAnswer
from planner.atlas.load import ContentFault, load_handbook
from planner.atlas.model import Atlas
from planner.session import actions as act
from planner.session.picture import Picture
from planner.session.resolve import resolve
from planner.session.state import RegionMark, State
from ui.compare import CompareDialog, first_blocks
from ui.main_window import MainWindow
from ui.panels.blocks import BlocksPanel
from ui.panels.card import CardPanel
from ui.panels.structure_card import StructureCardPanel
from ui.portrayer import Portrayer
from ui.theme import DARK, LIGHT, Theme
from ui.widgets.basics import Section
from ui.widgets.portrait import Format
from ui.widgets.reading import Reading
from ui.widgets.work import at_once

THEME = Theme(LIGHT)
ASSETS = Path(str(files("assets")))
MakePicture = Callable[..., Picture]
MARKS = (RegionMark("thigh_lat_mid", "left"),)


def words(widget: QWidget) -> str:
    QApplication.processEvents()
    return " | ".join(part.text() for part in widget.findChildren(QLabel) if part.isVisibleTo(widget))


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


# -- small pictures ----------------------------------------------------------------------------------


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


# -- cards -------------------------------------------------------------------------------------------


def test_that_a_stroke_changes_figures_and_keeps_the_cards(
    qtbot: QtBot, atlas: Atlas, picture: MakePicture, answers: Callable[..., BlockAnswer]
) -> None:
    panel = BlocksPanel(THEME)
    qtbot.addWidget(panel)
    panel.set_content(atlas.content)
    panel.show()
    panel.show_picture(picture(Answer("compare", (), (answers("lfcn", 1, 0.5),)), marks=MARKS))
    card = panel.rows[0]
    panel.show_picture(picture(Answer("compare", (), (answers("lfcn", 1, 0.6),)), marks=MARKS))
    assert panel.rows[0] is card and "60 %" in card.accessibleName()


def test_that_a_card_tells_weakness_and_walking_in_plain_words(
    qtbot: QtBot, atlas: Atlas, picture: MakePicture, answers: Callable[..., BlockAnswer]
) -> None:
    panel = BlocksPanel(THEME)
    qtbot.addWidget(panel)
    panel.set_content(atlas.content)
    panel.show()
    panel.show_picture(picture(Answer("compare", (), (answers("femoral"),)), marks=MARKS))
    said, block = words(panel.rows[0]), atlas.content.blocks["femoral"]
    assert block.weakness is not None and block.walking is not None
    assert block.weakness.plain in said and block.walking.plain in said
    assert block.walking.plain in panel.rows[0].accessibleDescription()


def test_that_one_branch_and_the_plexus_stand_together_above_the_cards(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.act(act.MarkRegion("thigh_lat_mid", "left"))
    qtbot.waitUntil(lambda: window.blocks.pair is not None, timeout=3000)
    assert window.blocks.pair is not None
    said = words(window.blocks.pair)
    assert "Lateral femoral cutaneous nerve block" in said and "Lumbar plexus block" in said
    assert "The branch is placed first." in said and "recommend" not in said.lower()
    window.act(act.ChooseBlock("lfcn"))
    qtbot.waitUntil(lambda: window.blocks.pair is None, timeout=3000)


def test_that_painting_on_says_what_it_moved_and_choosing_does_not(qtbot: QtBot, window: MainWindow) -> None:
    window.act(act.MarkRegion("thigh_lat_mid", "left"))
    qtbot.waitUntil(lambda: bool(window.blocks.rows), timeout=3000)
    assert not window.blocks.moved.isVisible()
    window.act(act.MarkRegion("thigh_ant_mid", "left"))
    qtbot.waitUntil(window.blocks.moved.isVisible, timeout=3000)
    said = window.blocks.moved.text()
    assert said.startswith("With this change: Lateral femoral cutaneous nerve block goes from 1 to ")
    window.act(act.ChooseBlock("femoral"))
    qtbot.wait(60)
    assert window.blocks.moved.text() == said
    window.act(act.ClearMarks())
    qtbot.waitUntil(lambda: not window.blocks.moved.isVisible(), timeout=3000)


# -- alerts ------------------------------------------------------------------------------------------


def test_that_criteria_are_said_plainly_beside_a_patient_and_in_terms_in_study(
    qtbot: QtBot, atlas: Atlas, picture: MakePicture
) -> None:
    weight = atlas.content.weights["criterion_first_conservative_care_failed"]
    alerts = (Alert("criteria:conservative_care_failed", weight.meaning, "seed2"),)
    panel = BlocksPanel(THEME)
    qtbot.addWidget(panel)
    panel.set_content(atlas.content)
    panel.show()
    panel.show_picture(picture(Answer("no_block_reassess", alerts), marks=MARKS))
    assert weight.meaning_plain in words(panel) and weight.meaning not in words(panel)
    panel.show_picture(picture(Answer("no_block_reassess", alerts), marks=MARKS, face="study"))
    assert weight.meaning in words(panel)


def test_that_what_is_left_after_a_note_is_called_what_remains(
    qtbot: QtBot, atlas: Atlas, picture: MakePicture, answers: Callable[..., BlockAnswer]
) -> None:
    panel = BlocksPanel(THEME)
    qtbot.addWidget(panel)
    panel.set_content(atlas.content)
    panel.show()
    panel.show_picture(picture(Answer("no_block_reassess", (), (answers("lfcn"),)), marks=MARKS))
    assert panel.title.text() == "What remains"


def test_that_an_alert_is_read_out_when_it_appears(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[tuple[str, bool]] = []
    monkeypatch.setattr("ui.panels.blocks.announce", lambda _, text, at_once: heard.append((text, at_once)))
    window.act(act.ToggleFlag("saddle_numbness", True))
    qtbot.waitUntil(lambda: bool(heard), timeout=3000)
    plain = window._atlas.content.flags["saddle_numbness"].text_plain  # type: ignore[union-attr]
    assert heard == [(f"Warning: {plain}", True)]


# -- done before -------------------------------------------------------------------------------------


def test_that_a_block_done_before_is_ticked_on_its_card(
    qtbot: QtBot, atlas: Atlas, picture: MakePicture, answers: Callable[..., BlockAnswer]
) -> None:
    panel = CardPanel(THEME)
    qtbot.addWidget(panel)
    panel.set_content(atlas.content)
    panel.show()
    acts: list[object] = []
    panel.acted.connect(acts.append)
    panel.show_picture(picture(block="lfcn", chosen=answers("lfcn")))
    assert panel.done is not None and not panel.done.box.isChecked()
    panel.done.box.click()
    assert acts == [act.ToggleUnrelieved("lfcn", True)]
    panel.show_picture(picture(block="lfcn", chosen=answers("lfcn"), unrelieved=("lfcn",)))
    assert panel.done.box.isChecked()


# -- side by side ------------------------------------------------------------------------------------


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


# -- what is read ------------------------------------------------------------------------------------


def test_that_questions_with_answers_unfold_on_the_card(
    qtbot: QtBot, atlas: Atlas, picture: MakePicture, answers: Callable[..., BlockAnswer]
) -> None:
    loads: list[int] = []

    def load() -> object:
        loads.append(1)
        return load_handbook(ASSETS)

    panel = CardPanel(THEME)
    qtbot.addWidget(panel)
    panel.set_content(atlas.content)
    panel.set_reading(Reading(load))  # type: ignore[arg-type]
    panel.show()
    panel.show_picture(picture(block="lumbar_plexus", chosen=answers("lumbar_plexus")))
    assert loads == []  # nothing is read before it is asked for
    sections = {s.header.accessibleName(): s for s in panel.findChildren(Section)}
    sections["Questions and answers"].open()
    asked = [e for e in load_handbook(ASSETS).explanations.values() if e.kind == "question"]
    inner = sections["Questions and answers"].findChildren(Section)
    assert len(inner) == len([e for e in asked if e.block in ("", "lumbar_plexus")])
    inner[0].open()
    assert any(e.plain[:40] in words(panel) for e in asked)
    assert loads == [1]


def test_that_a_damaged_handbook_leaves_the_card_standing(
    qtbot: QtBot, atlas: Atlas, picture: MakePicture, answers: Callable[..., BlockAnswer]
) -> None:
    def load() -> object:
        raise ContentFault([])

    panel = CardPanel(THEME)
    qtbot.addWidget(panel)
    panel.set_content(atlas.content)
    panel.set_reading(Reading(load))  # type: ignore[arg-type]
    panel.show()
    panel.show_picture(picture(block="lfcn", chosen=answers("lfcn")))
    next(s for s in panel.findChildren(Section) if "Questions" in s.header.text()).open()
    assert "Nothing is written about this block." in words(panel)


def test_that_a_root_tells_of_its_segment_and_a_muscle_of_its_nerves(
    qtbot: QtBot, atlas: Atlas, picture: MakePicture
) -> None:
    panel = StructureCardPanel(THEME)
    qtbot.addWidget(panel)
    panel.set_atlas(atlas)
    panel.set_reading(Reading(lambda: load_handbook(ASSETS)))
    panel.show()
    panel.show_picture(picture(face="study", selected=("root_l4_left",)))
    next(s for s in panel.findChildren(Section) if s.header.text().startswith("Segment L4")).open()
    segment = load_handbook(ASSETS).dermatomes["L4"]
    assert segment.muscles is not None and segment.muscles.text.strip()[:30] in words(panel)
    acts: list[object] = []
    panel.acted.connect(acts.append)
    panel.show_picture(picture(face="study", selected=("vastus_lateralis_left",)))
    link = next(b for b in panel.findChildren(QPushButton) if b.accessibleName() == "Go to Femoral nerve")
    link.click()
    (went,) = acts
    assert isinstance(went, act.GoTo) and went.structures[0] == "femoral_left"


# -- following ---------------------------------------------------------------------------------------


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
