"""The pain map: drawing the bare body once, and its repaint after every piece of a stroke."""

from __future__ import annotations

import itertools
import os
from typing import Any

import pytest

from planner.atlas.model import Atlas
from planner.chart import fit_frame, region_borders
from planner.session.store import Store
from ui.bench_inside import MAP_PX, MAP_VIEWS, painted
from ui.theme import LIGHT
from ui.widgets.chart_paint import PaintLayer, draw


@pytest.fixture(autouse=True)
def without_a_screen(qapp: object) -> None:
    """Qt must stand before it paints; off screen unless the caller chose otherwise."""


os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def test_the_bare_body_is_drawn(benchmark: Any, atlas: Atlas) -> None:
    skin = atlas.meshes.full["skin"]
    borders = region_borders(skin, atlas.fields)
    frame = fit_frame(skin.points_lps, "anterior", *MAP_PX, 10.0)
    drawn = benchmark(lambda: draw(skin, atlas.fields, borders, frame, LIGHT, 1.0))
    assert drawn.base.width() == MAP_PX[0]


def test_front_and_back_are_repainted_after_a_stroke(benchmark: Any, atlas: Atlas) -> None:
    skin = atlas.meshes.full["skin"]
    borders = region_borders(skin, atlas.fields)
    layers = []
    for view in MAP_VIEWS:
        frame = fit_frame(skin.points_lps, view, *MAP_PX, 10.0)
        layers.append(PaintLayer(draw(skin, atlas.fields, borders, frame, LIGHT, 1.0), LIGHT, 1.0))
    paints = itertools.cycle([paint for _, paint in painted(atlas, Store(atlas), 40)])
    assert benchmark(lambda: [layer.image(next(paints)) for layer in layers])
