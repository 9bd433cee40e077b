"""Search, tree and card of structures with pictures made by hand, then in the window on the real atlas."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QAbstractButton, QPushButton
from pytestqt.qtbot import QtBot

from planner.atlas.model import Atlas
from planner.session import actions as act
from planner.session.picture import Appearance, Picture
from ui.main_window import MainWindow
from ui.panels.structure_card import StructureCardPanel
from ui.panels.structures import StructuresPanel
from ui.theme import Theme
from ui.widgets.linked import LinkedText
from ui.widgets.lookup import Lookup
from ui.widgets.outline_model import EYE, NAME, OutlineModel

MakePicture = Callable[..., Picture]
Key = Qt.Key


@pytest.fixture
def panel(qtbot: QtBot, atlas: Atlas) -> StructuresPanel:
    made = StructuresPanel(Theme())
    qtbot.addWidget(made)
    made.set_lookup(Lookup(atlas.content))
    made.resize(400, 700)
    made.show()
    return made


@pytest.fixture
def card(qtbot: QtBot, atlas: Atlas) -> StructureCardPanel:
    made = StructureCardPanel(Theme())
    qtbot.addWidget(made)
    made.set_atlas(atlas)
    made.resize(360, 700)
    made.show()
    return made


def heard(panel: StructuresPanel | StructureCardPanel) -> list[object]:
    acts: list[object] = []
    panel.acted.connect(acts.append)
    return acts


def press(panel: StructureCardPanel, text: str) -> None:
    shown = [b for b in panel.findChildren(QAbstractButton) if not b.isHidden()]
    found = [b for b in shown if text in (b.text().strip(" ›"), b.accessibleName().removeprefix("Go to "))]
    assert found, text
    found[0].click()


def test_that_the_tree_is_a_sound_model_that_makes_only_lines_asked_for(
    panel: StructuresPanel, atlas: Atlas
) -> None:
    tester = QAbstractItemModelTester(panel.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    assert panel.model.rowCount() == 7
    assert tester is not None
    fresh = OutlineModel()
    fresh.set_outline(panel.model._roots)
    assert fresh.made == 0 and fresh.rowCount() == 7 and fresh.index(0, 0).isValid() and fresh.made == 1


def test_that_enter_goes_to_the_best_result_and_arrows_choose_others(
    panel: StructuresPanel, picture: MakePicture
) -> None:
    panel.show_picture(picture(face="study"))
    acts = heard(panel)
    QTest.keyClicks(panel.search, "femoral nerve")
    assert panel.finder.list.isVisible() and panel.tree.isHidden()
    QTest.keyClick(panel.search, Key.Key_Return)
    assert acts[-1] == act.GoTo(("femoral_left",))
    QTest.keyClick(panel.search, Key.Key_Down)
    QTest.keyClick(panel.search, Key.Key_Return)
    assert acts[-1] == act.GoTo(("femoral_right",))
    QTest.keyClick(panel.search, Key.Key_Up)
    QTest.keyClick(panel.search, Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(panel.search, Key.Key_Return)
    assert acts[-1] == act.GoTo(("femoral_left", "femoral_right"))
    QTest.keyClick(panel.search, Key.Key_Escape)
    assert panel.search.text() == "" and panel.tree.isVisible()


def test_that_what_is_not_found_is_said(panel: StructuresPanel) -> None:
    QTest.keyClicks(panel.search, "qqqzzz")
    assert panel.finder.nothing.isVisible() and not panel.finder.list.isVisible()


def test_that_a_selection_in_the_scene_is_selected_and_unfolded_in_the_tree(
    panel: StructuresPanel, picture: MakePicture
) -> None:
    acts = heard(panel)
    panel.show_picture(picture(face="study", selected=("femoral_left", "sacrum")))
    chosen = [panel.model.node(index).key for index in panel.tree.selectionModel().selectedRows(NAME)]
    assert sorted(chosen) == ["femoral_left", "sacrum"] and acts == []
    assert panel.tree.isExpanded(panel.model.index_of("sacrum").parent())
    panel.show_picture(picture(face="study"))
    assert panel.tree.selectionModel().selectedRows(NAME) == [] and acts == []


def test_that_a_line_selects_in_the_scene_and_a_heading_does_not(
    panel: StructuresPanel, picture: MakePicture
) -> None:
    panel.show_picture(picture(face="study"))
    acts = heard(panel)
    flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
    panel.tree.selectionModel().setCurrentIndex(panel.model.index(0, 0), flags)
    assert acts == []
    panel.tree.selectionModel().setCurrentIndex(panel.model.index_of("kidney_left"), flags)
    assert acts == [act.SelectStructures(("kidney_left",))]


def test_that_letters_act_on_a_whole_group(panel: StructuresPanel, picture: MakePicture) -> None:
    panel.show_picture(picture(face="study"))
    acts = heard(panel)
    nerves = panel.model.index(0, NAME)
    panel.tree.setFocus()
    panel.tree.setCurrentIndex(nerves)
    ids = panel.model.node(nerves).structures
    for key in (Key.Key_H, Key.Key_I, Key.Key_T, Key.Key_F):
        QTest.keyClick(panel.tree, key)
    assert acts == [
        act.HideStructures(ids),
        act.IsolateStructures(ids),
        act.FadeStructures(ids),
        act.FocusOn(ids),
    ]
    QTest.keyClick(panel.tree, Key.Key_Space)
    assert acts[-1] == act.HideStructures(ids)


def test_that_an_eye_shows_what_is_hidden_and_hides_what_is_shown(
    panel: StructuresPanel, picture: MakePicture
) -> None:
    given = picture(face="study")
    bones = panel.model.index(1, EYE)
    ids = panel.model.node(bones).structures
    gone = {name: Appearance(0.0) for name in ids}
    acts = heard(panel)
    panel.show_picture(given)
    panel._on_eye(bones)
    panel.show_picture(replace(given, scene=replace(given.scene, appearances=gone)))
    assert panel.model.shown(panel.model.node(bones)) == "hidden"
    panel._on_eye(bones)
    assert acts == [act.HideStructures(ids), act.ShowStructures(ids)]
    some = {name: Appearance(0.0) for name in ids[:1]}
    panel.show_picture(replace(given, scene=replace(given.scene, appearances=some)))
    assert panel.model.shown(panel.model.node(bones)) == "partly"
    assert "partly shown" in str(panel.model.data(bones, Qt.ItemDataRole.AccessibleTextRole))
    panel._on_eye(QModelIndex())
    assert len(acts) == 2


def test_that_a_hidden_panel_follows_nothing(panel: StructuresPanel, picture: MakePicture) -> None:
    panel.hide()
    made = panel.model.made
    panel.show_picture(picture(face="study", selected=("femoral_left",)))
    assert panel.model.made == made
    panel.show()
    assert panel.model.made > made


def test_that_the_card_tells_of_a_nerve_and_its_words_lead_on(
    card: StructureCardPanel, picture: MakePicture
) -> None:
    acts = heard(card)
    card.show_picture(picture(face="study", selected=("femoral_left",)))
    press(card, "L3")
    assert isinstance(acts[-1], act.GoTo) and acts[-1].structures[0] == "root_l3_left"
    press(card, "Nerves")
    assert isinstance(acts[-1], act.GoTo) and len(acts[-1].structures) > 100
    texts = card.findChildren(LinkedText)
    course = next(text for text in texts if "psoas" in text.accessibleName())
    course.followed.emit("psoas_major")
    assert acts[-1] == act.GoTo(("psoas_major_left",))
    press(card, "Alone")
    assert acts[-1] == act.IsolateStructures(("femoral_left",))


def test_that_the_card_unfolds_blocks_and_neighbours_when_asked(
    card: StructureCardPanel, picture: MakePicture
) -> None:
    acts = heard(card)
    card.show_picture(picture(face="study", selected=("femoral_left",)))
    folded = [b for b in card.findChildren(QPushButton) if b.property("kind") == "section"]
    titles = {b.accessibleName().partition(",")[0]: b for b in folded}
    before = len(card.findChildren(QPushButton))
    titles["Blocks that reach it"].click()
    titles["Neighbours in this model"].click()
    assert len(card.findChildren(QPushButton)) > before + 8
    press(card, "Femoral nerve block")
    assert acts[-1] == act.ChooseBlock("femoral")


def test_that_a_variant_is_switched_on_its_card(card: StructureCardPanel, picture: MakePicture) -> None:
    acts = heard(card)
    card.show_picture(picture(face="study", selected=("ilioinguinal_left",)))
    press(card, "No ilioinguinal nerve")
    assert acts == [act.ChooseVariant("ilioinguinal", "ilioinguinal_absent")]


def test_that_every_structure_has_a_card(
    card: StructureCardPanel, picture: MakePicture, atlas: Atlas
) -> None:
    for name in list(atlas.content.structures)[::9]:
        card.show_picture(picture(face="study", selected=(name,)))
    card.show_picture(picture(face="study"))
    assert not [b for b in card.findChildren(QPushButton) if b.text() == "Alone" and b.isVisible()]


def settle(qtbot: QtBot, window: MainWindow, until: Callable[[Picture], bool]) -> None:
    qtbot.waitUntil(lambda: window._picture is not None and until(window._picture), timeout=3000)


def test_that_study_searches_isolates_and_undoes_by_keyboard(qtbot: QtBot, window: MainWindow) -> None:
    window.act(act.SetFace("study"))
    settle(qtbot, window, lambda p: p.state.face == "study")
    QTest.keyClick(window, Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert window.focusWidget() is window.left.structures.search
    QTest.keyClicks(window.focusWidget(), "obturtor nerve")
    QTest.keyClick(window.focusWidget(), Key.Key_Return)
    settle(qtbot, window, lambda p: p.state.selected == ("obturator_left",))
    assert window.right.pages.currentWidget() is window.right.structure
    QTest.keyClick(window.focusWidget(), Key.Key_Escape)
    assert window.left.structures.tree.isVisible()
    QTest.keyClick(window.left.structures.tree, Key.Key_I)
    settle(qtbot, window, lambda p: p.state.isolated == ("obturator_left",))
    for _ in range(3):
        window.act(act.Undo())
    settle(qtbot, window, lambda p: not p.state.isolated and not p.state.selected)


def test_that_leaving_study_puts_its_pages_away(qtbot: QtBot, window: MainWindow) -> None:
    window.act(act.SetFace("study"))
    settle(qtbot, window, lambda p: p.state.face == "study")
    assert window.left.pages.currentWidget() is window.left.structures and window.right.tabs.isVisible()
    window.act(act.SetFace("explain"))
    settle(qtbot, window, lambda p: p.state.face == "explain")
    assert window.left.pages.currentWidget() is window.pain_map and not window.right.tabs.isVisible()
    assert window.blocks.isVisible()


def test_that_a_root_lists_its_skin_and_a_dermatome_can_be_laid_over(
    card: StructureCardPanel, picture: MakePicture
) -> None:
    acts = heard(card)
    card.show_picture(picture(face="study", selected=("femoral_left",)))
    overs = [b for b in card.findChildren(QAbstractButton) if b.accessibleName() == "Laid over it: L3"]
    overs[0].click()
    assert acts == [act.LayOver("L3")]
    card.show_picture(picture(face="study", selected=("root_l4_left",)))
    titles = [
        b for b in card.findChildren(QPushButton) if b.accessibleName().startswith("Skin that L4 serves")
    ]
    titles[0].click()
    leads = [b for b in card.findChildren(QPushButton) if b.accessibleName().startswith("Go to")]
    leads[-1].click()
    assert isinstance(acts[-1], (act.FocusOn, act.GoTo))


def test_that_a_traced_place_lists_roots_nerves_and_blocks(
    card: StructureCardPanel, picture: MakePicture, atlas: Atlas
) -> None:
    from planner.trace import at_skin

    point = atlas.points_lps["region_thigh_lat_mid_left"]
    acts = heard(card)
    card.show_picture(replace(picture(face="study"), place=at_skin(atlas, point)))
    press(card, "Lateral femoral cutaneous nerve")
    assert acts[-1] == act.GoTo(("lfcn_left",))
    press(card, "Lateral femoral cutaneous nerve block")
    assert acts[-1] == act.ChooseBlock("lfcn")


def test_that_a_facet_leads_to_its_nerves_felt_areas_and_for_whom(
    card: StructureCardPanel, picture: MakePicture
) -> None:
    acts = heard(card)
    card.show_picture(picture(face="study", selected=("capsule_facet_l4_l5_left",)))
    press(card, "Nerves, targets and where it is felt")
    chosen = acts[-1]
    assert isinstance(chosen, act.ChooseSource) and chosen.source == "facet_L4_5"
    shown = picture(face="study", selected=("capsule_facet_l4_l5_left",), source="facet_L4_5")
    card.show_picture(shown)
    folded = [
        b for b in card.findChildren(QPushButton) if b.property("kind") == "section" and not b.isHidden()
    ]
    titles = {b.accessibleName().partition(",")[0]: b for b in folded}
    titles["Where it is felt"].click()
    titles["For whom: MBB"].click()
    press(card, "Lumbar medial branch block")
    assert acts[-1] == act.ChooseBlock("medial_branch")
    card.show_picture(picture(face="study", source="facet_L4_5"))
    press(card, "Nerves, targets and where it is felt")
    assert acts[-1] == act.ChooseSource(None)
