"""The compared blocks: ranking, cards that stay, alerts, what is kept back, what a mark moved."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from planner.answer import Alert, Answer, BlockAnswer
from planner.atlas.model import Atlas
from planner.session import actions as act
from tests.ui.shown import MARKS, THEME, MakePicture, opened, words
from ui.main_window import MainWindow
from ui.panels.blocks import BlocksPanel
from ui.widgets.basics import Section
from ui.widgets.portrait import Sitter


@pytest.fixture
def panel(qtbot: QtBot, atlas: Atlas) -> BlocksPanel:
    """The compared blocks with their content, shown."""
    made = BlocksPanel(THEME)
    opened(qtbot, made, atlas)
    return made


# -- ranking ---------------------------------------------------------------------------------------


def test_that_with_nothing_marked_the_panel_says_what_to_do(panel: BlocksPanel, picture: MakePicture) -> None:
    panel.show_picture(picture())
    assert "Paint the painful area" in words(panel)
    assert panel.rows == []


def test_that_blocks_are_ranked_with_figures_and_reason(
    panel: BlocksPanel, picture: MakePicture, compared: Answer
) -> None:
    acts: list[object] = []
    panel.acted.connect(acts.append)
    panel.show_picture(picture(compared, marks=MARKS))
    first = panel.rows[0]
    assert [row.answer.id for row in panel.rows] == ["lfcn", "femoral"]
    assert "84 %" in first.accessibleName() and "20 cm²" in first.accessibleName()
    assert "340 cm²" in first.accessibleName()
    assert "A reason for lfcn." in words(first)
    assert "Superficial" in words(first)
    assert acts == []


def test_that_a_click_chooses_a_block_and_a_second_lets_it_go(
    panel: BlocksPanel, picture: MakePicture, compared: Answer
) -> None:
    acts: list[object] = []
    panel.acted.connect(acts.append)
    panel.show_picture(picture(compared, marks=MARKS))
    panel.rows[1].click()
    assert acts == [act.ChooseBlock("femoral")]
    panel.show_picture(picture(compared, marks=MARKS, block="femoral"))
    assert [row.isChecked() for row in panel.rows] == [False, True]
    panel.rows[1].click()
    assert acts[1:] == [act.ChooseBlock(None)]


def test_that_a_warning_sign_replaces_the_list(
    panel: BlocksPanel, atlas: Atlas, picture: MakePicture, alarmed: Answer
) -> None:
    panel.show_picture(picture(alarmed, marks=MARKS, flags=("bowel_bladder_loss",)))
    assert panel.rows == []
    assert "urgent" in panel.title.text().lower()
    assert atlas.content.flags["bowel_bladder_loss"].text_plain in words(panel)


def test_that_withheld_blocks_stand_apart_with_their_reason(
    panel: BlocksPanel, picture: MakePicture, answers: Callable[..., BlockAnswer]
) -> None:
    kept = answers("lumbar_plexus", 1, 0.9, withheld="A deep block while a blood thinner is not held.")
    answer = Answer(
        "defer_anticoag",
        (Alert("deep_block_bleeding", "Deep blocks are kept back.", "seed1"),),
        (answers("femoral"),),
        (),
        (),
        (kept,),
        100.0,
    )
    panel.show_picture(picture(answer, marks=MARKS))
    assert [row.answer.id for row in panel.rows] == ["femoral"]
    assert "A deep block while a blood thinner is not held." in words(panel)
    assert "Deep blocks are kept back." in words(panel)


def test_that_no_fitting_block_is_said_in_words(panel: BlocksPanel, picture: MakePicture) -> None:
    panel.show_picture(picture(Answer("no_block_reassess"), marks=MARKS))
    assert "No block in this model" in words(panel)


# -- cards -----------------------------------------------------------------------------------------


def test_that_a_stroke_changes_figures_and_keeps_the_cards(
    panel: BlocksPanel, picture: MakePicture, answers: Callable[..., BlockAnswer]
) -> None:
    panel.show_picture(picture(Answer("compare", (), (answers("lfcn", 1, 0.5),)), marks=MARKS))
    card = panel.rows[0]
    panel.show_picture(picture(Answer("compare", (), (answers("lfcn", 1, 0.6),)), marks=MARKS))
    assert panel.rows[0] is card and "60 %" in card.accessibleName()


def test_that_a_card_stands_for_another_block_without_its_picture_or_words(
    panel: BlocksPanel, atlas: Atlas, picture: MakePicture, answers: Callable[..., BlockAnswer]
) -> None:
    panel.show_picture(picture(Answer("compare", (), (answers("lfcn"),)), marks=MARKS))
    card = panel.rows[0]
    image = QImage(8, 8, QImage.Format.Format_ARGB32_Premultiplied)
    panel.show_sitters({("lfcn", "left"): Sitter(image, answers("lfcn").neighbours)})
    assert card.portrait.image is not None and "Nearest" in words(card)
    panel.show_picture(picture(Answer("compare", (), (answers("femoral"),)), marks=MARKS))
    assert panel.rows == [card] and card.portrait.image is None
    said, then = words(card), atlas.content.blocks["lfcn"].weakness
    assert "Femoral nerve block" in said and "Nearest" not in said
    assert then is not None and then.plain not in said
    assert "Femoral" in card.accessibleName()


def test_that_cards_keep_their_blocks_when_the_order_changes(
    panel: BlocksPanel, picture: MakePicture, answers: Callable[..., BlockAnswer]
) -> None:
    first, second = answers("lfcn", 1), answers("femoral", 2)
    panel.show_picture(picture(Answer("compare", (), (first, second)), marks=MARKS))
    one, two = panel.rows
    panel.show_picture(picture(Answer("compare", (), (second, first)), marks=MARKS))
    assert panel.rows == [two, one]
    words(panel)
    assert two.y() < one.y()


def test_that_what_follows_the_first_eight_unfolds_and_opens_for_the_chosen_one(
    panel: BlocksPanel, atlas: Atlas, picture: MakePicture, answers: Callable[..., BlockAnswer]
) -> None:
    names = list(atlas.content.blocks)[:10]
    answer = Answer("compare", (), tuple(answers(name, k + 1) for k, name in enumerate(names)))
    panel.show_picture(picture(answer, marks=MARKS))
    assert [row.answer.id for row in panel.rows] == names[:8]
    rest = next(s for s in panel.findChildren(Section) if s.header.text() == "2 more")
    rest.open()
    assert [row.answer.id for row in panel.rows] == names
    rest.header.click()
    assert [row.answer.id for row in panel.rows] == names[:8]
    panel.show_picture(picture(answer, marks=MARKS, block=names[9]))
    assert [row.isChecked() for row in panel.rows] == [False] * 9 + [True]


def test_that_a_card_tells_weakness_and_walking_in_plain_words(
    panel: BlocksPanel, atlas: Atlas, picture: MakePicture, answers: Callable[..., BlockAnswer]
) -> None:
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


# -- alerts ----------------------------------------------------------------------------------------


def test_that_criteria_are_said_plainly_beside_a_patient_and_in_terms_in_study(
    panel: BlocksPanel, atlas: Atlas, picture: MakePicture
) -> None:
    weight = atlas.content.weights["criterion_first_conservative_care_failed"]
    alerts = (Alert("criteria:conservative_care_failed", weight.meaning, "seed2"),)
    panel.show_picture(picture(Answer("no_block_reassess", alerts), marks=MARKS))
    assert weight.meaning_plain in words(panel) and weight.meaning not in words(panel)
    panel.show_picture(picture(Answer("no_block_reassess", alerts), marks=MARKS, face="study"))
    assert weight.meaning in words(panel)


def test_that_what_is_left_after_a_note_is_called_what_remains(
    panel: BlocksPanel, picture: MakePicture, answers: Callable[..., BlockAnswer]
) -> None:
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
