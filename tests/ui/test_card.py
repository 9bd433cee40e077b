"""The chosen block's card: complete, with sources one click away, parts that fold, what is read besides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from planner.answer import BlockAnswer, Reason
from planner.atlas.load import ContentFault, load_handbook
from planner.atlas.model import Atlas
from planner.session import actions as act
from tests.ui.shown import MARKS, THEME, MakePicture, opened, words
from ui.panels.card import CardPanel
from ui.panels.structure_card import StructureCardPanel
from ui.widgets.basics import Section
from ui.widgets.reading import Reading
from ui.widgets.words import rate, structure_name

ASSETS = Path(str(files("assets")))


@pytest.fixture
def card(
    qtbot: QtBot, atlas: Atlas, picture: MakePicture, answers: Callable[..., BlockAnswer]
) -> Callable[..., CardPanel]:
    """Shows a compared block's card: its id, the face."""

    def shown(block: str, face: str = "explain") -> CardPanel:
        panel = CardPanel(THEME)
        opened(qtbot, panel, atlas)
        panel.show_picture(picture(block=block, chosen=answers(block), face=face))
        return panel

    return shown


# -- what it says ----------------------------------------------------------------------------------


@pytest.mark.parametrize("face", ["explain", "study"])
def test_that_every_block_has_a_complete_card(
    qtbot: QtBot, atlas: Atlas, picture: MakePicture, answers: Callable[..., BlockAnswer], face: str
) -> None:
    panel = CardPanel(THEME)
    acts = opened(qtbot, panel, atlas)
    for block in atlas.content.blocks.values():
        panel.show_picture(picture(block=block.id, chosen=answers(block.id), face=face))
        text = words(panel)
        assert block.name.lower() in text.lower()
        assert "The question it answers" in text
        assert ("Not clinically reviewed" in text) == (not block.reviewed_by)
        assert f"A reason for {block.id}." in text
        assert "23 mm" in text and "in this model" in text
    assert acts == []


def test_that_the_nerves_a_block_reaches_are_listed_with_their_published_spread(
    card: Callable[..., CardPanel], atlas: Atlas
) -> None:
    panel = card("femoral", "study")
    next(s for s in panel.findChildren(Section) if "Nerves it reaches" in s.header.accessibleName()).open()
    text = words(panel)
    for reach in atlas.content.blocks["femoral"].reaches:
        assert atlas.content.nerves[reach.nerve].name.lower() in text.lower()
        assert rate(reach) in text
        assert reach.note.strip().lower() in text.lower()


def test_that_rates_that_disagree_are_listed_one_by_one(card: Callable[..., CardPanel]) -> None:
    panel = card("three_in_one", "study")
    next(s for s in panel.findChildren(Section) if "Nerves it reaches" in s.header.accessibleName()).open()
    text = words(panel)
    assert "4 %: the trunk itself, 1 of 26" in text
    assert "52 %: skin testing, which is not specific" in text


@pytest.mark.parametrize(
    ("face", "words_of_a_criterion"), [("explain", "bend back"), ("study", "hyperextension")]
)
def test_that_criteria_are_shown_as_met_not_met_or_not_known(
    qtbot: QtBot,
    atlas: Atlas,
    picture: MakePicture,
    answers: Callable[..., BlockAnswer],
    face: str,
    words_of_a_criterion: str,
) -> None:
    panel = CardPanel(THEME)
    opened(qtbot, panel, atlas)
    clues = ("worse_extension_rotation", "prior_fusion_at_level")
    panel.show_picture(
        picture(block="medial_branch", chosen=answers("medial_branch"), face=face, clues=clues)
    )
    first, second = (s for s in panel.findChildren(Section) if "Criteria" in s.header.accessibleName())
    first.open()
    text = words(panel)
    assert "1 of 4 met" in first.header.text() and "0 of 3 met" in second.header.text()
    assert words_of_a_criterion in text
    assert {"Met", "Not met", "Not known"} <= set(text.split(" | "))


def test_that_a_block_without_criteria_speaks_of_none(card: Callable[..., CardPanel]) -> None:
    panel = card("femoral")
    assert "Criteria" not in words(panel)


def test_that_sources_are_one_click_away(card: Callable[..., CardPanel], atlas: Atlas) -> None:
    panel = card("lfcn")
    reference = atlas.content.references[atlas.content.blocks["lfcn"].question.sources[0]]
    assert reference.full.strip() not in words(panel)
    source = next(
        b for b in panel.findChildren(QPushButton) if b.text() in ("Source", "2 sources", "3 sources")
    )
    source.click()
    assert reference.full.strip() in words(panel)


def test_that_folded_parts_open_and_stay_open(
    card: Callable[..., CardPanel], atlas: Atlas, picture: MakePicture, answers: Callable[..., BlockAnswer]
) -> None:
    panel = card("lfcn")
    shown = atlas.content.blocks["lfcn"].approaches[0].entry.lower()
    header = next(b for b in panel.findChildren(QPushButton) if b.text().startswith("Approaches"))
    assert shown not in words(panel).lower()
    header.click()
    assert shown in words(panel).lower()
    panel.show_picture(picture(block="lfcn", chosen=replace(answers("lfcn"), covered=0.5)))
    assert shown in words(panel).lower()


def test_that_a_neighbour_is_shown_in_the_model_on_a_click(
    qtbot: QtBot, atlas: Atlas, picture: MakePicture, answers: Callable[..., BlockAnswer]
) -> None:
    panel = CardPanel(THEME)
    acts = opened(qtbot, panel, atlas)
    panel.show_picture(picture(block="lfcn", chosen=answers("lfcn")))
    name = structure_name(atlas.content, "artery_femoral_left")
    near = next(b for b in panel.findChildren(QPushButton) if b.accessibleName().startswith(f"Show {name}"))
    near.click()
    assert acts == [act.FocusOn(("artery_femoral_left",))]
    close = next(b for b in panel.findChildren(QPushButton) if b.toolTip() == "Close")
    close.click()
    assert acts[1:] == [act.ChooseBlock(None)]


def test_that_another_answer_keeps_every_part_of_the_card(
    qtbot: QtBot, atlas: Atlas, picture: MakePicture, answers: Callable[..., BlockAnswer]
) -> None:
    panel = CardPanel(THEME)
    opened(qtbot, panel, atlas)
    panel.show_picture(picture(block="lfcn", chosen=answers("lfcn"), marks=MARKS))
    parts = set(panel.findChildren(QWidget))
    reason = Reason("Another reason.", ("seed1",))
    panel.show_picture(picture(block="lfcn", chosen=replace(answers("lfcn"), reasons=(reason,)), marks=MARKS))
    assert set(panel.findChildren(QWidget)) == parts
    said = words(panel)
    assert "Another reason." in said and "A reason for lfcn." not in said


def test_that_sources_fold_again_under_another_sentence(
    card: Callable[..., CardPanel], atlas: Atlas, picture: MakePicture, answers: Callable[..., BlockAnswer]
) -> None:
    panel = card("lfcn")
    source = next(b for b in panel.findChildren(QPushButton) if b.text().endswith(("Source", "sources")))
    source.click()
    cited = atlas.content.blocks["lfcn"].question.sources
    full = atlas.content.references[cited[0]].full.strip()
    assert full in words(panel)
    panel.show_picture(picture(block="femoral", chosen=answers("femoral")))
    assert full not in words(panel) and not source.isChecked()


def test_that_what_a_block_lacks_is_not_left_over_from_the_one_before(
    card: Callable[..., CardPanel], picture: MakePicture, answers: Callable[..., BlockAnswer]
) -> None:
    panel = card("medial_branch")
    titles = [s.header for s in panel.findChildren(Section) if "Criteria" in s.header.accessibleName()]
    assert titles and all(title.isVisible() for title in titles)
    panel.show_picture(picture(block="femoral", chosen=answers("femoral")))
    assert not any(title.isVisible() for title in titles)


# -- done before -----------------------------------------------------------------------------------


def test_that_a_block_done_before_is_ticked_on_its_card(
    qtbot: QtBot, atlas: Atlas, picture: MakePicture, answers: Callable[..., BlockAnswer]
) -> None:
    panel = CardPanel(THEME)
    acts = opened(qtbot, panel, atlas)
    panel.show_picture(picture(block="lfcn", chosen=answers("lfcn")))
    assert panel.done is not None and not panel.done.box.isChecked()
    panel.done.box.click()
    assert acts == [act.ToggleUnrelieved("lfcn", True)]
    panel.show_picture(picture(block="lfcn", chosen=answers("lfcn"), unrelieved=("lfcn",)))
    assert panel.done.box.isChecked()


# -- what is read ----------------------------------------------------------------------------------


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
