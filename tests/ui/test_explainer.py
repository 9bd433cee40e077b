"""Explanations follow when the hand rests: asked for once, kept for that map alone."""

from __future__ import annotations

from collections.abc import Callable

from pytestqt.qtbot import QtBot

from planner.atlas.model import Atlas
from planner.session.actions import ChooseBlock, MarkRegion
from planner.session.picture import Picture
from planner.session.resolve import resolve
from planner.session.state import State
from planner.session.update import update
from ui.explainer import Explainer


class Desk:
    """Takes in requests; their work is done when a test says so."""

    def __init__(self) -> None:
        self.asked: list[tuple[Callable[[], object], Callable[[object], None]]] = []

    def submit(self, _topic: str, work: Callable[[], object], done: Callable[[object], None]) -> None:
        self.asked.append((work, done))

    def answer(self) -> None:
        work, done = self.asked.pop(0)
        done(work())


def picture_of(atlas: Atlas, *regions: str, block: str | None = None) -> Picture:
    state = State()
    for region in regions:
        state = update(state, MarkRegion(region, "left"))
    return resolve(atlas, update(state, ChooseBlock(block)) if block else state)


def explainer_of(atlas: Atlas) -> tuple[Explainer, Desk]:
    desk = Desk()
    made = Explainer(desk.submit)  # type: ignore[arg-type]
    made.set_atlas(atlas)
    return made, desk


def test_that_an_answer_is_explained_once_the_hand_rests(qtbot: QtBot, atlas: Atlas) -> None:
    explainer, desk = explainer_of(atlas)
    shown = picture_of(atlas, "thigh_lat_mid", block="lfcn")
    assert explainer.enriched(shown) is shown
    assert desk.asked == []
    qtbot.waitUntil(lambda: bool(desk.asked), timeout=3000)
    with qtbot.waitSignal(explainer.ready, timeout=3000):
        desk.answer()
    told = explainer.enriched(shown)
    assert told.answer.blocks[0].covered_range is not None
    assert told.answer.changes
    assert told.chosen is not None and shown.chosen is not None
    assert told.chosen.covered_range == told.answer.blocks[0].covered_range
    assert told.chosen.neighbours == shown.chosen.neighbours
    assert desk.asked == []


def test_that_a_late_explanation_is_not_put_on_another_map(qtbot: QtBot, atlas: Atlas) -> None:
    explainer, desk = explainer_of(atlas)
    explainer.enriched(picture_of(atlas, "thigh_lat_mid"))
    qtbot.waitUntil(lambda: bool(desk.asked), timeout=3000)
    later = picture_of(atlas, "heel")
    assert explainer.enriched(later) is later
    with qtbot.assertNotEmitted(explainer.ready, wait=20):
        desk.answer()
    assert explainer.enriched(later) is later


def test_that_nothing_is_asked_for_an_empty_map(qtbot: QtBot, atlas: Atlas) -> None:
    explainer, desk = explainer_of(atlas)
    empty = picture_of(atlas)
    assert explainer.enriched(empty) is empty
    qtbot.wait(400)
    assert desk.asked == []
