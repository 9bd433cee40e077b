"""The switch of the body's outline: one act that changes map and scene alike, undone like any other."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from planner.atlas.forms import formed
from planner.atlas.model import Atlas
from planner.chart import Borders
from planner.session import actions as act
from planner.session.picture import Picture
from ui.main_window import MainWindow
from ui.panels.pain_map import PainMapPanel
from ui.theme import LIGHT, Theme
from ui.widgets.tab_order import reading_order
from ui.widgets.work import at_once


def settle(qtbot: QtBot, window: MainWindow, form: str) -> None:
    qtbot.waitUntil(lambda: window._picture is not None and window._picture.skin.form == form, timeout=3000)
    qtbot.waitUntil(window.pain_map.charts_ready, timeout=5000)


def hips(window: MainWindow) -> float:
    """Breadth of the body in the front chart at the greater trochanters, mm."""
    drawn = window.pain_map.views[0]._drawn
    assert drawn is not None
    frame = drawn.chart.frame
    line = int(frame.lps_to_px(np.array([[0.0, 0.0, -27.0]]))[0, 1])
    return float((drawn.chart.row[line] >= 0).sum()) * frame.mm_per_px


def test_that_the_switch_changes_map_and_scene_and_undo_takes_it_back(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.pain_map.form.buttons["male"].click()
    settle(qtbot, window, "male")
    male = hips(window)
    window.act(act.MarkRegion("thigh_lat_mid", "left"))
    window.pain_map.form.buttons["female"].click()
    settle(qtbot, window, "female")
    assert hips(window) > male + 25.0
    assert window.link.scene.pictures[-1].skin.form == "female"  # type: ignore[union-attr]
    assert window._picture is not None and window._picture.skin.pain.any()
    window.toolbar.undo.click()
    settle(qtbot, window, "male")
    assert abs(hips(window) - male) < 5.0  # two pixels of this chart
    assert window.pain_map.form.choice() == "male"
    assert window._picture.state.marks


def test_that_a_click_on_the_female_map_lies_on_the_female_skin(qtbot: QtBot, window: MainWindow) -> None:
    window.pain_map.form.buttons["female"].click()
    settle(qtbot, window, "female")
    assert window._atlas is not None
    female = formed(window._atlas, "female").meshes.full["skin"].points_lps
    view = window.pain_map.views[0]
    front = np.flatnonzero((female[:, 2] < -60.0) & (female[:, 2] > -90.0) & (female[:, 1] < -20.0))
    outermost = female[front[np.argmax(female[front, 0])]]
    place = (float(outermost[0]) - 12.0, float(outermost[1]), float(outermost[2]))
    hit = view.region_under(view.viewport.position_of(place))
    assert hit is not None
    assert np.linalg.norm(female - np.array(hit.point_lps), axis=1).min() < 5.0


def test_that_the_switch_has_words_and_is_reached_and_pressed_by_keyboard(
    qtbot: QtBot, window: MainWindow
) -> None:
    female = window.pain_map.form.buttons["female"]
    assert female.accessibleName() == "Body outline: Female"
    assert not female.icon().isNull() and female.text() == "Female"
    assert female.height() >= 24
    assert window.pain_map.form.buttons["male"] in reading_order(window) or female in reading_order(window)
    female.setFocus()
    QTest.keyClick(female, Qt.Key.Key_Space)
    settle(qtbot, window, "female")


def test_that_a_body_with_one_form_has_no_switch(
    qtbot: QtBot, atlas: Atlas, borders: Borders, picture: Callable[..., Picture]
) -> None:
    from dataclasses import replace

    from planner.atlas.meshes import MeshSet

    plain = replace(atlas.meshes.full["skin"], shapes={}, form="")
    panel = PainMapPanel(at_once, Theme(LIGHT))
    qtbot.addWidget(panel)
    panel.set_atlas(
        replace(atlas, meshes=MeshSet({**atlas.meshes.full, "skin": plain}, atlas.meshes.proxies)), borders
    )
    panel.show()
    panel.show_picture(picture())
    assert not panel.outline.isVisible()
    panel.set_atlas(atlas, borders)
    assert panel.outline.isVisible()
