"""Marks to answer, and stroke to picture: what must keep up with the hand."""

from __future__ import annotations

from typing import Any

from planner.atlas.load import load_atlas
from planner.atlas.model import Atlas
from planner.case import Case, RegionMark
from planner.ranking import answer
from planner.session.actions import ChooseBlock, ClearMarks, PaintStroke
from planner.session.store import Store
from ui.bench_inside import BRUSH_MM, brush_path

from .conftest import CONTENT


def test_a_marked_region_is_answered(benchmark: Any, atlas: Atlas) -> None:
    regions = sorted(atlas.content.regions)
    cases = [Case(marks=(RegionMark(region, "left"),)) for region in regions]
    given = benchmark(lambda: [answer(atlas, case) for case in cases])
    assert len(given) == len(cases)
    benchmark.extra_info["answers_per_round"] = len(cases)


def test_a_piece_of_a_stroke_becomes_a_picture(benchmark: Any, atlas: Atlas) -> None:
    store = Store(atlas)
    store.dispatch(ChooseBlock(next(iter(atlas.content.blocks))))
    path = brush_path(atlas, 401)
    count = iter(range(10**9))

    def stroke() -> object:
        number = next(count)
        at = number % 400
        if at == 0:
            store.dispatch(ClearMarks())
        store.dispatch(PaintStroke((path[at], path[at + 1]), BRUSH_MM, continues=at % 10 != 0))
        return store.picture

    assert benchmark(stroke) is store.picture


def test_the_atlas_is_loaded(benchmark: Any) -> None:
    assert benchmark(lambda: load_atlas(CONTENT)).content.blocks
