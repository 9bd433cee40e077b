"""The whole window: a click in the model to the selection shown, and the change of face."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

from planner.atlas.model import Atlas
from planner.session import actions as act

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(scope="module")
def opened(qapp: object, atlas: Atlas) -> Iterator[Any]:
    from ui.bench_window import open_window

    with open_window(atlas) as window:
        yield window


def test_a_click_in_the_model_shows_the_selection(benchmark: Any, opened: Any) -> None:
    from ui.bench_window import click_ms, places, settle

    chosen = places(opened)
    turn = iter(range(10_000))

    def click() -> None:
        click_ms(opened, *chosen[(next(turn) * 7) % len(chosen)])

    def at_rest() -> None:
        opened.act(act.ClearSelection())
        settle(opened)

    benchmark.pedantic(click, setup=at_rest, rounds=6, warmup_rounds=1)


def test_the_face_changes(benchmark: Any, opened: Any) -> None:
    from ui.bench_window import settle, shown_ms

    faces = iter(["study", "explain"] * 1_000)

    def change() -> None:
        face = next(faces)
        shown_ms(opened, opened.toolbar.face.buttons[face].click, lambda state: state.face == face)

    opened.act(act.MarkRegion("thigh_lat_mid", "left"))
    opened.act(act.ChooseBlock("lfcn"))
    benchmark.pedantic(change, setup=lambda: settle(opened), rounds=6, warmup_rounds=2)
