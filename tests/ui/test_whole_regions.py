"""A region marked as a whole ends at its border in the chart, whatever the triangles beneath."""

from __future__ import annotations

import numpy as np
import pytest

from planner.atlas.model import Atlas
from planner.chart import BodyChart, draw_chart, fit_frame
from ui.widgets.whole_regions import WholeRegions


@pytest.fixture(scope="module")
def chart(atlas: Atlas) -> BodyChart:
    skin = atlas.meshes.full["skin"]
    return draw_chart(skin, atlas.fields, fit_frame(skin.points_lps, "posterior", 220, 480, 8.0))


@pytest.mark.parametrize("side", ["left", "right"])
def test_that_a_whole_region_fills_its_own_pixels_and_no_others(
    atlas: Atlas, chart: BodyChart, side: str
) -> None:
    field = np.zeros(atlas.fields.vertex_count, np.float32)
    field[atlas.fields.vertices_of("lumbar_para_L4", side)] = 7.0  # type: ignore[arg-type]
    values = WholeRegions(chart, atlas.fields).values(field)
    own = chart.code == 2 * atlas.fields.region_ids.index("lumbar_para_L4") + (side == "right")
    assert own.sum() > 20
    assert np.all(values[own] == 7.0)
    assert np.all(values[~own] == 0.0)


def test_that_a_stroke_is_interpolated_and_meets_a_whole_region_without_a_gap(
    atlas: Atlas, chart: BodyChart
) -> None:
    fields = atlas.fields
    regions = WholeRegions(chart, fields)
    stroke = np.zeros(fields.vertex_count, np.float32)
    stroke[fields.vertices_of("lumbar_para_L3", "left")[::2]] = 5.0
    assert np.array_equal(regions.values(stroke), chart.values(stroke))
    both = np.full(fields.vertex_count, 6.0, np.float32)
    both[fields.vertices_of("buttock_mid", "left")[0]] = 3.0  # one region is uneven, all others whole
    values = regions.values(both)[: chart.solid]
    assert values.min() >= 3.0 - 1e-4 and np.median(values) == 6.0
