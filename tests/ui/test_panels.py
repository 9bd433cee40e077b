"""Region list, words, blocks, card and layers: what each shows and which act each emits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from planner.answer import Alert, Answer, BlockAnswer
from planner.atlas.model import Atlas
from planner.session import actions as act
from planner.session.picture import MarkedRegion, Picture
from planner.session.state import LayerLook, VariantChoice
from ui.panels.blocks import BlocksPanel
from ui.panels.card import CardPanel
from ui.panels.layers import LayersPanel, SceneBar
from ui.panels.pain_words import PainWordsPanel
from ui.panels.region_list import RegionListPanel
from ui.theme import LIGHT, Theme
from ui.toolbar import Toolbar
from ui.widgets.basics import Section
from ui.widgets.words import rate, structure_name

THEME = Theme(LIGHT)
MakePicture = Callable[..., Picture]


def opened(qtbot: QtBot, panel: QWidget, atlas: Atlas) -> list[object]:
    """Shows a panel with its content; the list takes every act it emits."""
    qtbot.addWidget(panel)
    if hasattr(panel, "set_content"):
        panel.set_content(atlas.content)
    panel.resize(420, 700)
    panel.show()
    acts: list[object] = []
    panel.acted.connect(acts.append)  # type: ignore[attr-defined]
    return acts


def words(widget: QWidget) -> str:
    QApplication.processEvents()  # what was just added to a layout is shown in the next turn
    return " | ".join(part.text() for part in widget.findChildren(QLabel) if part.isVisibleTo(widget))


# -- region list -------------------------------------------------------------------------------------


def test_that_every_region_is_listed_with_a_box_per_side(qtbot: QtBot, atlas: Atlas) -> None:
    panel = RegionListPanel(THEME)
    opened(qtbot, panel, atlas)
    assert set(panel._rows) == set(atlas.content.regions)
    item = panel._rows["thigh_lat_mid"]
    spoken = item.data(1, Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.endswith("patient's left") and item.text(0).strip() in spoken


def test_that_ticking_marks_and_unticking_unmarks(qtbot: QtBot, atlas: Atlas, picture: MakePicture) -> None:
    panel = RegionListPanel(THEME)
    acts = opened(qtbot, panel, atlas)
    panel.weight.setValue(5)
    panel._rows["knee_ant"].setCheckState(2, Qt.CheckState.Checked)
    assert acts == [act.MarkRegion("knee_ant", "right", 5.0)]
    panel.show_picture(picture(marked=(MarkedRegion("knee_ant", "right", 1.0, 5.0, True),)))
    panel._rows["knee_ant"].setCheckState(2, Qt.CheckState.Unchecked)
    assert acts[1:] == [act.UnmarkRegion("knee_ant", "right")]


def test_that_the_space_key_marks_the_area_in_hand(qtbot: QtBot, atlas: Atlas) -> None:
    panel = RegionListPanel(THEME)
    acts = opened(qtbot, panel, atlas)
    panel.tree.setCurrentItem(panel._rows["groin_crease"], 1)
    QTest.keyClick(panel.tree, Qt.Key.Key_Space)
    assert acts == [act.MarkRegion("groin_crease", "left", 7.0)]


def test_that_showing_marks_emits_nothing_and_tells_painted_from_named(
    qtbot: QtBot, atlas: Atlas, picture: MakePicture
) -> None:
    panel = RegionListPanel(THEME)
    acts = opened(qtbot, panel, atlas)
    marks = (
        MarkedRegion("knee_ant", "left", 1.0, 7.0, True),
        MarkedRegion("knee_med", "left", 0.4, 7.0, False),
    )
    panel.show_picture(picture(marked=marks))
    assert panel._rows["knee_ant"].checkState(1) == Qt.CheckState.Checked
    assert panel._rows["knee_med"].checkState(1) == Qt.CheckState.PartiallyChecked
    assert "40 %" in panel._rows["knee_med"].toolTip(1)
    panel.show_picture(picture())
    assert panel._rows["knee_ant"].checkState(1) == Qt.CheckState.Unchecked
    assert acts == []


def test_that_the_search_finds_synonyms_and_says_when_nothing_matches(qtbot: QtBot, atlas: Atlas) -> None:
    panel = RegionListPanel(THEME)
    opened(qtbot, panel, atlas)
    synonym = next(r for r in atlas.content.regions.values() if r.synonyms)
    panel.search.setText(synonym.synonyms[0])
    assert not panel._rows[synonym.id].isHidden()
    assert sum(not row.isHidden() for row in panel._rows.values()) < len(panel._rows)
    panel.search.setText("no such place")
    assert panel.nothing.isVisible()
    panel.search.clear()
    assert not any(row.isHidden() for row in panel._rows.values())


def test_that_the_intensity_of_a_marked_area_can_be_changed(
    qtbot: QtBot, atlas: Atlas, picture: MakePicture
) -> None:
    panel = RegionListPanel(THEME)
    acts = opened(qtbot, panel, atlas)
    panel.show_picture(picture(marked=(MarkedRegion("knee_ant", "left", 1.0, 7.0, True),)))
    panel.tree.setCurrentItem(panel._rows["knee_ant"])
    panel.weight.setValue(3)
    assert acts == [act.MarkRegion("knee_ant", "left", 3.0)]


# -- words -------------------------------------------------------------------------------------------


def test_that_every_clue_quality_and_flag_can_be_ticked(
    qtbot: QtBot, atlas: Atlas, picture: MakePicture
) -> None:
    panel = PainWordsPanel(THEME)
    acts = opened(qtbot, panel, atlas)
    content = atlas.content
    keys = {f"clue:{c}" for c in content.clues} | {f"flag:{f}" for f in content.flags}
    assert set(panel._rows) == keys
    assert set(panel._chips) == {f"quality:{q}" for q in content.qualities}
    panel._rows["flag:saddle_numbness"].box.click()
    panel._rows["clue:tight_belt_obesity_pregnancy"].box.click()
    panel._chips["quality:burning"].click()
    panel.depth.buttons["deep"].click()
    assert acts == [
        act.ToggleFlag("saddle_numbness", True),
        act.ToggleClue("tight_belt_obesity_pregnancy", True),
        act.ToggleQuality("burning", True),
        act.SetDepth("deep"),
    ]


def test_that_showing_words_ticks_and_counts_them_without_an_act(
    qtbot: QtBot, atlas: Atlas, picture: MakePicture
) -> None:
    panel = PainWordsPanel(THEME)
    acts = opened(qtbot, panel, atlas)
    panel.show_picture(picture(qualities=("burning",), flags=("saddle_numbness",), depth="mixed"))
    assert panel._chips["quality:burning"].isChecked()
    assert panel._rows["flag:saddle_numbness"].box.isChecked()
    assert panel.depth.choice() == "mixed"
    assert "1 ticked" in panel.sections["red_flags"].header.text()
    panel.show_picture(picture())
    assert not panel._rows["flag:saddle_numbness"].box.isChecked()
    assert acts == []


def test_that_plain_words_stand_beside_a_patient_and_terms_in_study(
    qtbot: QtBot, atlas: Atlas, picture: MakePicture
) -> None:
    panel = PainWordsPanel(THEME)
    opened(qtbot, panel, atlas)
    flag = atlas.content.flags["saddle_numbness"]
    panel.show_picture(picture(face="explain"))
    assert panel._rows["flag:saddle_numbness"].words.text().lower() == flag.plain.lower()
    panel.show_picture(picture(face="study"))
    assert panel._rows["flag:saddle_numbness"].words.text().lower() == flag.name.lower()


def test_that_the_search_filters_all_groups(qtbot: QtBot, atlas: Atlas) -> None:
    panel = PainWordsPanel(THEME)
    opened(qtbot, panel, atlas)
    panel.search.setText("saddle")
    assert panel._rows["flag:saddle_numbness"].isVisible()
    assert not panel._rows["flag:swollen_leg"].isVisible()
    assert not panel.sections["qualities"].isVisible()
    panel.search.clear()
    assert panel.sections["qualities"].isVisible()


# -- blocks ------------------------------------------------------------------------------------------


def test_that_with_nothing_marked_the_panel_says_what_to_do(
    qtbot: QtBot, atlas: Atlas, picture: MakePicture
) -> None:
    panel = BlocksPanel(THEME)
    opened(qtbot, panel, atlas)
    panel.show_picture(picture())
    assert "Paint the painful area" in words(panel)
    assert panel.rows == []


def marks() -> tuple[object, ...]:
    from planner.session.state import RegionMark

    return (RegionMark("thigh_lat_mid", "left"),)


def test_that_blocks_are_ranked_with_figures_and_reason(
    qtbot: QtBot, atlas: Atlas, picture: MakePicture, compared: Answer
) -> None:
    panel = BlocksPanel(THEME)
    acts = opened(qtbot, panel, atlas)
    panel.show_picture(picture(compared, marks=marks()))
    first = panel.rows[0]
    assert [row.answer.id for row in panel.rows] == ["lfcn", "femoral"]
    assert "84 %" in first.accessibleName() and "20 cm²" in first.accessibleName()
    assert "340 cm²" in first.accessibleName()
    assert "A reason for lfcn." in words(first)
    assert "Superficial" in words(first)
    assert acts == []


def test_that_a_click_chooses_a_block_and_a_second_lets_it_go(
    qtbot: QtBot, atlas: Atlas, picture: MakePicture, compared: Answer
) -> None:
    panel = BlocksPanel(THEME)
    acts = opened(qtbot, panel, atlas)
    panel.show_picture(picture(compared, marks=marks()))
    panel.rows[1].click()
    assert acts == [act.ChooseBlock("femoral")]
    panel.show_picture(picture(compared, marks=marks(), block="femoral"))
    assert [row.isChecked() for row in panel.rows] == [False, True]
    panel.rows[1].click()
    assert acts[1:] == [act.ChooseBlock(None)]


def test_that_a_warning_sign_replaces_the_list(
    qtbot: QtBot, atlas: Atlas, picture: MakePicture, alarmed: Answer
) -> None:
    panel = BlocksPanel(THEME)
    opened(qtbot, panel, atlas)
    panel.show_picture(picture(alarmed, marks=marks(), flags=("bowel_bladder_loss",)))
    assert panel.rows == []
    assert "urgent" in panel.title.text().lower()
    assert atlas.content.flags["bowel_bladder_loss"].text_plain in words(panel)


def test_that_withheld_blocks_stand_apart_with_their_reason(
    qtbot: QtBot, atlas: Atlas, picture: MakePicture, answers: Callable[..., BlockAnswer]
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
    panel = BlocksPanel(THEME)
    opened(qtbot, panel, atlas)
    panel.show_picture(picture(answer, marks=marks()))
    assert [row.answer.id for row in panel.rows] == ["femoral"]
    assert "A deep block while a blood thinner is not held." in words(panel)
    assert "Deep blocks are kept back." in words(panel)


def test_that_no_fitting_block_is_said_in_words(qtbot: QtBot, atlas: Atlas, picture: MakePicture) -> None:
    panel = BlocksPanel(THEME)
    opened(qtbot, panel, atlas)
    panel.show_picture(picture(Answer("no_block_reassess"), marks=marks()))
    assert "No block in this model" in words(panel)


# -- card --------------------------------------------------------------------------------------------


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
    qtbot: QtBot, atlas: Atlas, picture: MakePicture, answers: Callable[..., BlockAnswer]
) -> None:
    panel = CardPanel(THEME)
    opened(qtbot, panel, atlas)
    panel.show_picture(picture(block="femoral", chosen=answers("femoral"), face="study"))
    next(s for s in panel.findChildren(Section) if "Nerves it reaches" in s.header.accessibleName()).open()
    text = words(panel)
    for reach in atlas.content.blocks["femoral"].reaches:
        assert atlas.content.nerves[reach.nerve].name.lower() in text.lower()
        assert rate(reach) in text
        assert reach.note.strip().lower() in text.lower()


def test_that_rates_that_disagree_are_listed_one_by_one(
    qtbot: QtBot, atlas: Atlas, picture: MakePicture, answers: Callable[..., BlockAnswer]
) -> None:
    panel = CardPanel(THEME)
    opened(qtbot, panel, atlas)
    panel.show_picture(picture(block="three_in_one", chosen=answers("three_in_one"), face="study"))
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


def test_that_a_block_without_criteria_speaks_of_none(
    qtbot: QtBot, atlas: Atlas, picture: MakePicture, answers: Callable[..., BlockAnswer]
) -> None:
    panel = CardPanel(THEME)
    opened(qtbot, panel, atlas)
    panel.show_picture(picture(block="femoral", chosen=answers("femoral")))
    assert "Criteria" not in words(panel)


def test_that_sources_are_one_click_away(
    qtbot: QtBot, atlas: Atlas, picture: MakePicture, answers: Callable[..., BlockAnswer]
) -> None:
    panel = CardPanel(THEME)
    opened(qtbot, panel, atlas)
    panel.show_picture(picture(block="lfcn", chosen=answers("lfcn")))
    reference = atlas.content.references[atlas.content.blocks["lfcn"].question.sources[0]]
    assert reference.full.strip() not in words(panel)
    source = next(
        b for b in panel.findChildren(QPushButton) if b.text() in ("Source", "2 sources", "3 sources")
    )
    source.click()
    assert reference.full.strip() in words(panel)


def test_that_folded_parts_open_and_stay_open(
    qtbot: QtBot, atlas: Atlas, picture: MakePicture, answers: Callable[..., BlockAnswer]
) -> None:
    panel = CardPanel(THEME)
    opened(qtbot, panel, atlas)
    panel.show_picture(picture(block="lfcn", chosen=answers("lfcn")))
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


# -- layers and bars ---------------------------------------------------------------------------------


def test_that_a_layer_chip_hides_and_fades_its_layer(
    qtbot: QtBot, atlas: Atlas, picture: MakePicture
) -> None:
    panel = LayersPanel(THEME)
    acts = opened(qtbot, panel, atlas)
    panel.show_picture(picture())
    assert acts == []
    chip = panel.chips["muscle"]
    chip.push.click()
    chip.slider.setValue(20)
    assert acts == [act.SetLayer("muscle", False, 0.55), act.SetLayer("muscle", False, 0.2)]


def test_that_a_slider_drag_is_one_step(qtbot: QtBot, atlas: Atlas, picture: MakePicture) -> None:
    panel = LayersPanel(THEME)
    acts = opened(qtbot, panel, atlas)
    panel.show_picture(picture(layers=tuple(LayerLook(layer) for layer in panel.chips)))
    chip = panel.chips["bone"]
    chip.slider.setSliderDown(True)
    for value in (90, 70, 40):
        chip.slider.setValue(value)
    chip.slider.setSliderDown(False)
    assert [a.continues for a in acts] == [False, True, True]  # type: ignore[attr-defined]


def test_that_views_and_breadcrumb_follow_the_state(qtbot: QtBot, atlas: Atlas, picture: MakePicture) -> None:
    panel = SceneBar(THEME)
    acts = opened(qtbot, panel, atlas)
    panel.show_picture(picture(block="lfcn", side="right"))
    assert panel.crumb.whole().endswith("patient's right")
    panel.views["posterior"].click()
    panel.clear.click()
    assert acts == [act.RequestView("posterior"), act.ClearSelection()]
    panel.show_picture(picture())
    assert panel.crumb.whole() == "Whole model"
    assert not panel.clear.isVisible()


def test_that_the_menu_of_variants_shows_and_chooses(
    qtbot: QtBot, atlas: Atlas, picture: MakePicture
) -> None:
    panel = SceneBar(THEME)
    acts = opened(qtbot, panel, atlas)
    variant = next(iter(atlas.content.variants.values()))
    choices = (VariantChoice(variant.group, variant.id),)
    panel.show_picture(picture(variants=choices))
    assert acts == []
    menu = panel.variant_menu.actions()[0].menu()
    usual, first, *_ = (entry for entry in menu.actions() if not entry.isSeparator())
    assert first.isChecked() and not usual.isChecked()
    assert variant.prevalence in first.toolTip()
    assert variant.name in panel.crumb.whole()
    usual.trigger()
    assert acts == [act.ChooseVariant(variant.group, None)]


def test_that_the_toolbar_spells_out_the_patients_side(
    qtbot: QtBot, atlas: Atlas, picture: MakePicture
) -> None:
    panel = Toolbar(THEME)
    acts = opened(qtbot, panel, atlas)
    panel.show_picture(picture(side="right"))
    assert panel.side.choice() == "right"
    assert panel.side.buttons["left"].text() == "Patient's left"
    panel.side.buttons["left"].click()
    panel.face.buttons["study"].click()
    assert acts == [act.ChooseSide("left"), act.SetFace("study")]
    assert not panel.undo.isEnabled() and not panel.clear.isEnabled()


# -- all of them -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [RegionListPanel, PainWordsPanel, LayersPanel, SceneBar, Toolbar])
def test_that_every_control_has_a_name_and_a_target_of_24_px(
    qtbot: QtBot, atlas: Atlas, picture: MakePicture, kind: type[QWidget]
) -> None:
    panel = kind(THEME)  # type: ignore[call-arg]
    opened(qtbot, panel, atlas)
    panel.setStyleSheet(THEME.qss())
    panel.resize(900, 700)
    panel.show_picture(picture())  # type: ignore[attr-defined]
    for push in panel.findChildren(QPushButton):
        if push.isVisible():
            assert push.accessibleName() or push.text(), push
            assert min(push.width(), push.height()) >= 24, (push.text(), push.size())
