"""Pain on the patient's right never shows as left, nor the reverse: through the real store and window."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from planner.atlas.model import Atlas
from planner.commands.answers import as_record
from planner.commands.cases import case_from_json
from planner.ranking import answer, with_neighbours
from planner.session import actions as act
from planner.space import SIDES, Side, other_side
from ui.main_window import MainWindow

REGIONS = ("groin_crease", "thigh_lat_mid", "knee_med", "buttock_upper", "knee_deep")


def texts(root: QWidget) -> Iterator[str]:
    """Everything that the panel shows or tells a screen reader."""
    for widget in (root, *root.findChildren(QWidget)):
        yield widget.accessibleName()
        if isinstance(widget, QLabel):
            yield widget.text()


def known(atlas: Atlas) -> list[str]:
    return [region for region in REGIONS if region in atlas.content.regions]


@pytest.mark.parametrize("side", SIDES)
def test_that_the_json_answers_for_the_side_that_was_marked(atlas: Atlas, side: Side) -> None:
    for region in atlas.content.regions:
        line = f'{{"marks": [{{"region": "{region}", "side": "{side}"}}]}}'
        _, case = case_from_json(atlas.content, line)
        record = as_record(with_neighbours(atlas, answer(atlas, case)))
        for entry in (*record["blocks"], *record["withheld"]):  # type: ignore[misc]
            assert entry["side"] == side or atlas.content.blocks[entry["id"]].midline
            for reason in entry["reasons"]:
                assert not re.search(rf"\b{other_side(side)}\b", reason["text"].lower())


def test_that_both_sides_get_the_same_answer_mirrored(atlas: Atlas) -> None:
    for region in known(atlas):
        answers = []
        for side in SIDES:
            line = f'{{"marks": [{{"region": "{region}", "side": "{side}"}}]}}'
            answers.append(answer(atlas, case_from_json(atlas.content, line)[1]))
        left, right = answers
        assert [b.id for b in left.blocks] == [b.id for b in right.blocks]
        for a, b in zip(left.blocks, right.blocks, strict=True):
            assert a.covered == pytest.approx(b.covered, abs=0.02)


@pytest.mark.parametrize("side", SIDES)
def test_that_every_panel_shows_the_side_that_was_marked(
    qtbot: QtBot, window: MainWindow, atlas: Atlas, side: Side
) -> None:
    other = other_side(side)
    window.left.tabs.setCurrentIndex(1)
    for region in known(atlas):
        window.act(act.ClearMarks())
        window.act(act.ClearSelection())
        window.act(act.MarkRegion(region, side))
        qtbot.waitUntil(
            lambda region=region: (
                window._picture is not None
                and [(m.region, m.side) for m in window._picture.marked if m.named] == [(region, side)]
                and bool(window.blocks.rows)
            )
        )
        picture = window._picture
        assert picture is not None and picture.state.side == side
        assert window.toolbar.side.buttons[side].isChecked()
        assert not window.toolbar.side.buttons[other].isChecked()
        item = window.left.region_list._rows[region]
        ticked = {s for k, s in enumerate(SIDES, 1) if item.checkState(k) == Qt.CheckState.Checked}
        assert ticked == {side}
        hurts = picture.skin.pain > 0.0
        wrong = -1 if side == "left" else 1
        assert (hurts.any() or atlas.content.regions[region].deep) and not (
            hurts & (atlas.fields.side == wrong)
        ).any()
        midline = {key for key, block in atlas.content.blocks.items() if block.midline}
        for row in window.blocks.rows:
            if row.answer.id not in midline:
                assert row.answer.side == side
                assert f"patient's {side}" in row.accessibleName()
                assert not re.search(rf"\bpatient's {other}\b", " ".join(texts(row)))
        first = next(row for row in window.blocks.rows if row.answer.id not in midline)
        chosen = first.answer.id
        window.act(act.ChooseBlock(chosen))
        qtbot.waitUntil(
            lambda chosen=chosen: window.card.isVisible() and window._picture.state.block == chosen
        )  # type: ignore[union-attr]
        shown = " ".join(texts(window.card))
        assert re.search(rf"patient's {side}\b", shown, re.IGNORECASE)
        assert not re.search(rf"patient's {other}\b", shown, re.IGNORECASE)


@pytest.mark.parametrize("side", SIDES)
def test_that_a_stroke_on_the_front_chart_hurts_where_the_hand_was(
    qtbot: QtBot, window: MainWindow, atlas: Atlas, side: Side
) -> None:
    view = window.pain_map.views[0]
    x = 120.0 if side == "left" else -120.0
    at = view.viewport.position_of((x, -40.0, -180.0)).toPoint()
    # As one faces a patient: the patient's left is on the right of the picture.
    assert (at.x() > view.width() / 2) == (side == "left")
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseMove(view, at)
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=at)
    qtbot.waitUntil(lambda: window._picture is not None and bool((window._picture.skin.pain > 0).any()))
    picture = window._picture
    assert picture is not None and picture.state.side == side
    assert {mark.side for mark in picture.marked} == {side}
    wrong = -1 if side == "left" else 1
    assert not ((picture.skin.pain > 0.0) & (atlas.fields.side == wrong)).any()
