"""Laws of the body chart: what is picked is what is drawn, sides are the patient's, fields are kept."""

from __future__ import annotations

import itertools
import time

import numpy as np
import pytest

from planner.atlas.model import Atlas
from planner.chart import BodyChart, Borders, decode_region, draw_chart, fit_frame, visible_borders
from planner.space import View

VIEWS: tuple[View, ...] = ("anterior", "posterior", "left", "right")


@pytest.fixture(scope="module")
def charts(atlas: Atlas) -> dict[View, BodyChart]:
    skin = atlas.meshes.full["skin"]
    return {
        view: draw_chart(skin, atlas.fields, fit_frame(skin.points_lps, view, 180, 560, 4.0))
        for view in VIEWS
    }


@pytest.mark.parametrize("view", VIEWS)
def test_that_a_picked_point_projects_back_into_its_pixel(
    charts: dict[View, BodyChart], atlas: Atlas, view: View
) -> None:
    chart, skin = charts[view], atlas.meshes.full["skin"]
    hits = 0
    for x, y in itertools.product(range(3, 180, 11), range(3, 560, 13)):
        hit = chart.pick(x + 0.5, y + 0.5, skin, atlas.fields)
        if hit is None:
            continue
        back = chart.frame.lps_to_px(np.array([hit.point_lps]))[0]
        assert np.abs(back - (x + 0.5, y + 0.5)).max() < 0.02
        assert np.linalg.norm(skin.points_lps[hit.vertex] - hit.point_lps) < 40.0
        hits += 1
    assert hits > 150


@pytest.mark.parametrize("view", ["anterior", "posterior"])
def test_that_mirrored_pixels_are_the_same_region_on_the_other_side(
    charts: dict[View, BodyChart], atlas: Atlas, view: View
) -> None:
    chart, skin = charts[view], atlas.meshes.full["skin"]
    same = different = 0
    for x, y in itertools.product(range(4, 88, 3), range(40, 560, 5)):
        here = chart.pick(x + 0.5, y + 0.5, skin, atlas.fields)
        there = chart.pick(179.5 - x, y + 0.5, skin, atlas.fields)
        if here is None or there is None:
            continue
        same += here.region == there.region and here.side != there.side
        different += here.region != there.region or here.side == there.side
    assert same > 300
    assert different <= 0.01 * same


def test_that_the_front_shows_the_patients_right_on_the_viewers_left(
    charts: dict[View, BodyChart], atlas: Atlas
) -> None:
    skin = atlas.meshes.full["skin"]
    front = charts["anterior"].pick(60.5, 330.5, skin, atlas.fields)
    back = charts["posterior"].pick(60.5, 330.5, skin, atlas.fields)
    assert front is not None and back is not None
    assert (front.side, back.side) == ("right", "left")
    assert front.point_lps[0] < 0.0 < back.point_lps[0]


def test_that_side_views_face_the_way_their_names_say(charts: dict[View, BodyChart], atlas: Atlas) -> None:
    skin = atlas.meshes.full["skin"]
    for view in ("left", "right"):
        chart = charts[view]
        picked = [chart.pick(x + 0.5, 300.5, skin, atlas.fields) for x in range(180)]
        body = [hit for hit in picked if hit is not None]
        assert {hit.side for hit in body} == {view}
        anterior_first = body[0].point_lps[1] < body[-1].point_lps[1]
        assert anterior_first == (view == "left")


@pytest.mark.parametrize("view", VIEWS)
def test_that_what_is_drawn_is_the_nearest_surface(
    charts: dict[View, BodyChart], atlas: Atlas, view: View
) -> None:
    chart, skin = charts[view], atlas.meshes.full["skin"]
    _, _, towards = chart.frame.axes()
    pixel = np.floor(chart.frame.lps_to_px(skin.points_lps)).astype(int)
    inside = ((pixel >= 1) & (pixel < (179, 559))).all(axis=1)
    drawn = chart.depth_mm[pixel[inside, 1], pixel[inside, 0]]
    hidden_by = drawn - skin.points_lps[inside] @ towards
    # A vertex may stand a little before the middle of its pixel on a steep slope, never far before it.
    assert np.quantile(hidden_by[np.isfinite(hidden_by)], 0.01) > -10.0


@pytest.mark.parametrize("view", VIEWS)
def test_that_fields_are_interpolated_exactly(
    charts: dict[View, BodyChart], atlas: Atlas, view: View
) -> None:
    chart, skin = charts[view], atlas.meshes.full["skin"]
    height = chart.values(np.ascontiguousarray(skin.points_lps[:, 2]))
    line = chart.pixel[: chart.solid] // chart.frame.width
    expected = chart.frame.top_mm - (line + 0.5) * chart.frame.mm_per_px
    assert np.abs(height[: chart.solid] - expected).max() < 0.05
    assert chart.values(np.ones(len(skin.points_lps), np.float32)) == pytest.approx(1.0, abs=1e-4)


def test_that_values_cost_less_than_drawing(charts: dict[View, BodyChart], atlas: Atlas) -> None:
    chart, skin = charts["anterior"], atlas.meshes.full["skin"]
    field = np.ascontiguousarray(skin.points_lps[:, 2])

    def fastest(work: object, times: int) -> float:
        spent = []
        for _ in range(times):
            start = time.perf_counter()
            work()  # type: ignore[operator]
            spent.append(time.perf_counter() - start)
        return min(spent)

    drawing = fastest(lambda: draw_chart(skin, atlas.fields, chart.frame), 2)
    assert fastest(lambda: chart.values(field), 20) < drawing / 8


def test_that_the_cut_chest_fades_out_and_the_legs_do_not(charts: dict[View, BodyChart]) -> None:
    chart = charts["anterior"]
    opacity = chart.image(chart.alpha)
    body = np.flatnonzero((opacity > 0.02).any(axis=1))
    assert opacity[body[0] : body[0] + 4].max() < 0.35
    assert opacity[body[-1] - 20].max() == pytest.approx(1.0)


def test_that_region_codes_are_those_of_the_regions(charts: dict[View, BodyChart], atlas: Atlas) -> None:
    seen = {
        decode_region(int(code), atlas.fields) for chart in charts.values() for code in np.unique(chart.code)
    }
    regions = {region for region, _ in seen if region}
    missing = set(atlas.fields.region_ids) - regions
    # Only what faces the floor or hides between the legs is in none of the four views.
    assert all(atlas.content.regions[region].view == "inferior" for region in missing), missing
    assert {side for _, side in seen} == {"left", "right"}


def test_that_borders_lie_between_two_regions(
    atlas: Atlas, borders: Borders, charts: dict[View, BodyChart]
) -> None:
    assert (borders.codes[:, 0] != borders.codes[:, 1]).all()
    for chart in charts.values():
        lines, codes = visible_borders(chart, borders)
        assert 100 < len(lines) < len(borders.codes)
        assert len(lines) == len(codes)
        assert np.linalg.norm(lines[:, 0] - lines[:, 1], axis=1).max() < 20.0


def test_that_a_zoomed_frame_draws_only_what_it_shows(atlas: Atlas) -> None:
    from dataclasses import replace

    skin = atlas.meshes.full["skin"]
    whole = fit_frame(skin.points_lps, "anterior", 180, 560, 4.0)
    part = replace(whole, mm_per_px=whole.mm_per_px / 6, left_mm=60.0, top_mm=0.0)
    chart = draw_chart(skin, atlas.fields, part)
    hit = chart.pick(90.0, 200.0, skin, atlas.fields)
    assert hit is not None and hit.side == "left"
    empty = draw_chart(skin, atlas.fields, replace(whole, left_mm=5000.0))
    assert len(empty.pixel) == 0 and empty.pick(5.0, 5.0, skin, atlas.fields) is None
