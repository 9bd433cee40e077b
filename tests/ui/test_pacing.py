"""Python's own housekeeping waits until the hand rests, and is handed back when the window closes."""

from __future__ import annotations

import gc
import sys
import weakref
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from ui import pacing
from ui.main_window import MainWindow
from ui.pacing import Pacing
from ui.widgets.slices import Slices


class Ring:
    """Holds itself: only the collector of cycles frees it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def going(qapp: object) -> Iterator[Pacing]:
    made = Pacing()
    made.begin()
    yield made
    made.end()


def dropped() -> weakref.ref[Ring]:
    return weakref.ref(Ring())


def test_that_nothing_is_swept_while_pictures_follow_one_another(
    going: Pacing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pacing, "FEW", 0)
    gone = dropped()
    going.note()
    going.tidy()
    assert gone() is not None and not gc.isenabled()


def test_that_cycles_are_swept_when_the_hand_rests(going: Pacing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "FEW", 0)
    monkeypatch.setattr(pacing, "REST_S", -1.0)
    gone = dropped()
    going.note()
    going.tidy()
    assert gone() is None


def test_that_very_many_are_swept_even_while_the_hand_moves(
    going: Pacing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pacing, "MANY", 0)
    gone = dropped()
    going.note()
    going.tidy()
    assert gone() is None


def test_that_all_is_as_before_at_its_end(qapp: object) -> None:
    before = (gc.isenabled(), sys.getswitchinterval(), gc.get_freeze_count())
    made = Pacing()
    made.begin()
    assert made.going and sys.getswitchinterval() < before[1] and gc.get_freeze_count() > before[2]
    made.end()
    assert (gc.isenabled(), gc.get_freeze_count()) == (before[0], 0)
    assert sys.getswitchinterval() == pytest.approx(before[1])
    made.end()  # a second time does no harm
    assert gc.isenabled() == before[0]


def test_that_a_furnished_window_has_cards_ready_and_hands_the_collector_back(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.furnish()
    assert window.pacing.going
    qtbot.waitUntil(lambda: not window.right.furnishing, timeout=5000)
    assert window.blocks.rows == [] and window.card.isHidden()  # made, and not shown
    window.close()
    assert gc.isenabled() and not window.pacing.going


def test_that_slices_take_one_step_at_a_time_and_come_to_rest(qtbot: QtBot) -> None:
    slices, done = Slices(), []

    def steps(name: str) -> Iterator[None]:
        for number in range(2):
            done.append(f"{name}{number}")
            yield

    slices.add(steps("a"))
    slices.add(steps("b"))
    assert slices.busy and done == []
    qtbot.waitUntil(lambda: not slices.busy, timeout=2000)
    assert done == ["a0", "a1", "b0", "b1"]
