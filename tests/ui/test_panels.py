"""Region list, words, layers and bars: what each shows and which act each emits."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from planner.atlas.model import Atlas
from planner.session import actions as act
from planner.session.picture import MarkedRegion
from planner.session.state import LayerLook, VariantChoice
from tests.ui.shown import THEME, MakePicture, opened
from ui.panels.layers import LayersPanel, SceneBar
from ui.panels.pain_words import PainWordsPanel
from ui.panels.region_list import RegionListPanel
from ui.toolbar import Toolbar

# -- region list -----------------------------------------------------------------------------------


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


# -- words -----------------------------------------------------------------------------------------


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


# -- layers and bars -------------------------------------------------------------------------------


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


# -- all of them -----------------------------------------------------------------------------------


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
