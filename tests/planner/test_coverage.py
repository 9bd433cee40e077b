"""Blocks held against maps: nested branches, independent trunks, sides, roots, joints."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from planner.atlas.model import Atlas
from planner.case import Mark, RegionMark, Stroke
from planner.coverage import Judged, dominant_trunks, judge, read_map
from planner.fields import block_fields, lineage, numb_field, reach_of, reaches, source_reach, trunk_of
from planner.pain import pain_map
from planner.space import Side

TOP = RegionMark("top", "left")
MIDDLE = RegionMark("middle", "left")
BOTTOM = RegionMark("bottom", "left")


def judged(small: Atlas, block: str, *marks: Mark, side: Side = "left", source: str | None = None) -> Judged:
    found = [
        entry
        for entry in judge(small, pain_map(small, marks))
        if entry.route.block == block
        and (entry.side == side or entry.route.midline)
        and (source is None or entry.route.source == source)
    ]
    return max(found, key=lambda entry: entry.covered)


def test_that_a_nerve_knows_its_trunk(small: Atlas) -> None:
    assert lineage(small.content, "high") == ("high", "trunk")
    assert trunk_of(small.content, "joint_nerve") == "other"
    assert lineage(small.content, "unheard_of") == ("unheard_of",)


def test_that_a_circle_of_branches_ends(small: Atlas) -> None:
    nerves = dict(small.content.nerves)
    nerves["trunk"] = type(nerves["trunk"])(
        **{field: getattr(nerves["trunk"], field) for field in nerves["trunk"].__struct_fields__}
        | {"part_of": "high"}
    )
    content = dataclasses.replace(small.content, nerves=nerves)
    assert lineage(content, "high") == ("high", "trunk")


def test_that_a_branch_without_its_own_figure_inherits_its_trunks(small: Atlas) -> None:
    blocks = small.content.blocks
    assert reach_of(small.content, blocks["broad_block"], "high") == 0.95
    assert reach_of(small.content, blocks["high_block"], "high") == 0.9
    assert reach_of(small.content, blocks["high_block"], "low") == 0.0
    assert [nerve for _, nerve, _, _ in reaches(small, "other_block")] == ["other", "joint_nerve"]


def test_that_an_injection_into_a_joint_tests_it_whatever_the_nerves(small: Atlas) -> None:
    joint = small.content.generators["joint"]
    assert source_reach(small.content, small.content.blocks["joint_injection"], joint) == 0.8
    assert source_reach(small.content, small.content.blocks["other_block"], joint) == 0.9
    assert source_reach(small.content, small.content.blocks["high_block"], joint) == 0.0


def test_that_a_named_region_is_covered_by_reach_times_share(small: Atlas) -> None:
    assert judged(small, "high_block", TOP).covered == pytest.approx(0.9 * 0.9)
    assert judged(small, "low_block", MIDDLE).covered == pytest.approx(0.9 * 0.8)
    assert judged(small, "high_block", BOTTOM).covered == 0.0


def test_that_trunks_are_independent(small: Atlas) -> None:
    covered = judged(small, "broad_block", MIDDLE).covered
    assert covered == pytest.approx(1.0 - (1.0 - 0.95 * 0.8) * (1.0 - 0.9 * 0.3))


def test_that_branches_of_one_trunk_are_nested(small: Atlas) -> None:
    """Where both branches of the trunk reach, the better one counts, not both."""
    fields = block_fields(small)
    column = next(k for k, route in enumerate(fields.routes) if route.block == "broad_block")
    nerve = {name: fields.nerve[:, k] for k, name in enumerate(fields.nerves)}
    trunk = 0.95 * np.maximum(nerve["high"], nerve["low"])
    other = 0.9 * np.maximum(nerve["other"], nerve["joint_nerve"])
    expected = 1.0 - (1.0 - trunk) * (1.0 - other)
    assert fields.pain[:, column] == pytest.approx(expected, abs=1e-5)


def test_that_covered_and_uncovered_add_up_to_the_marked_area(small: Atlas) -> None:
    drawn = pain_map(small, (TOP, BOTTOM))
    marked = read_map(small, drawn).marked_cm2
    for entry in judge(small, drawn):
        assert entry.covered_cm2 + entry.uncovered_cm2 == pytest.approx(marked, rel=1e-6)
        assert entry.covered == pytest.approx(entry.covered_cm2 / marked, abs=1e-6)  # equal weights


def test_that_heavier_pain_weighs_more(small: Atlas) -> None:
    light = judged(small, "high_block", RegionMark("top", "left", 1.0), RegionMark("bottom", "left", 9.0))
    heavy = judged(small, "high_block", RegionMark("top", "left", 9.0), RegionMark("bottom", "left", 1.0))
    assert heavy.covered > 4 * light.covered
    assert heavy.covered_cm2 == pytest.approx(light.covered_cm2)


def test_that_a_block_acts_on_one_side(small: Atlas) -> None:
    assert judged(small, "high_block", TOP, side="right").covered == 0.0
    right = RegionMark("top", "right")
    assert judged(small, "high_block", right, side="right").covered == pytest.approx(0.81)
    both = judged(small, "high_block", TOP, right)
    assert both.covered == pytest.approx(0.405, rel=0.02)
    assert both.uncovered_cm2 > judged(small, "high_block", TOP).uncovered_cm2 * 2


def test_that_a_midline_block_acts_on_both_sides(small: Atlas) -> None:
    both = judged(small, "canal_block", TOP, RegionMark("top", "right"))
    assert both.covered == pytest.approx(judged(small, "canal_block", TOP).covered)
    routes = [e for e in judge(small, pain_map(small, (TOP,))) if e.route.block == "canal_block"]
    assert len(routes) == 1


def test_that_numb_skin_outside_the_marks_is_counted(small: Atlas) -> None:
    assert (
        judged(small, "broad_block", TOP).over_covered_cm2 > judged(small, "high_block", TOP).over_covered_cm2
    )
    alone = judged(small, "high_block", BOTTOM).over_covered_cm2
    area = small.fields.area_mm2 / 100.0
    assert alone == pytest.approx(float(numb_field(small, "high_block", "", "left") @ area), rel=0.02)


def test_that_nerves_of_joints_and_facets_numb_no_skin(small: Atlas) -> None:
    for block in ("joint_injection", "facet_block", "chain_block"):
        assert numb_field(small, block, "", "left").max() == 0.0
        assert judged(small, block, MIDDLE).over_covered_cm2 == 0.0


def test_that_numb_skin_over_deep_pain_is_not_cover(small: Atlas) -> None:
    deep = judged(small, "other_block", RegionMark("inside", "left"))
    area = small.fields.area_mm2 / 100.0
    assert deep.over_covered_cm2 == pytest.approx(float(numb_field(small, "other_block", "", "left") @ area))


def test_that_a_root_block_takes_one_root_at_a_time(small: Atlas) -> None:
    assert judged(small, "root_block", TOP, source="root_X").covered == pytest.approx(0.9 * 0.8)
    # Root Y has no dermatome there, but its pain is felt there.
    assert judged(small, "root_block", TOP, source="root_Y").covered == pytest.approx(0.9 * 0.3)
    assert {r.source for r in block_fields(small).routes if r.block == "root_block"} == {"root_X", "root_Y"}
    canal = judged(small, "canal_block", MIDDLE).covered
    assert canal == pytest.approx(1.0 - (1.0 - 0.8 * 0.4) ** 2)


def test_that_a_joint_is_covered_where_its_pain_is_felt(small: Atlas) -> None:
    assert judged(small, "joint_injection", MIDDLE, source="joint").covered == pytest.approx(0.8 * 0.5)
    assert judged(small, "joint_injection", RegionMark("inside", "left")).covered == pytest.approx(0.8)


def test_that_numb_fields_mirror_and_know_their_block(small: Atlas) -> None:
    left, right = (numb_field(small, "high_block", "", side) for side in ("left", "right"))
    assert np.array_equal(right, left[small.fields.mirror])
    canal = numb_field(small, "canal_block", "", "left")
    assert np.array_equal(canal, canal[small.fields.mirror])
    assert not np.array_equal(
        numb_field(small, "root_block", "root_X", "left"), numb_field(small, "root_block", "root_Y", "left")
    )
    with pytest.raises(KeyError):
        numb_field(small, "no_block", "", "left")


def test_that_painting_a_region_reads_much_like_naming_it(small: Atlas) -> None:
    points = small.meshes.full["skin"].points_lps[small.fields.vertices_of("bottom", "left")]
    painted = tuple(Stroke(((float(x), float(y), float(z)),), 5.0, 7.0) for x, y, z in points)
    brush, word = judged(small, "other_block", *painted), judged(small, "other_block", BOTTOM)
    assert brush.covered == pytest.approx(word.covered, rel=0.2)
    assert brush.over_covered_cm2 == pytest.approx(word.over_covered_cm2)


def test_that_an_empty_map_is_not_judged(small: Atlas) -> None:
    assert judge(small, pain_map(small, ())) == ()
    assert dominant_trunks(small, pain_map(small, ()), small.content.blocks["broad_block"]) == {}


def test_that_small_regions_speak_up(small: Atlas) -> None:
    """Matching tempers size; the figures that are shown do not."""
    fields = block_fields(small)
    areas = {
        name: small.fields.area_mm2[small.fields.vertices_of(name, "left")].sum()
        for name in ("top", "middle")
    }
    smaller, larger = sorted(areas, key=lambda name: areas[name])
    assert fields.voice_in[smaller] > fields.voice_in[larger]
    quarter = fields.voice_in[smaller] / fields.voice_in[larger]
    assert quarter == pytest.approx((areas[larger] / areas[smaller]) ** 0.5, rel=1e-5)


def test_that_a_map_tells_nerves_sources_and_sides(small: Atlas) -> None:
    seen = read_map(small, pain_map(small, (TOP, RegionMark("middle", "right"))))
    fields = block_fields(small)
    nerves = dict(zip(fields.nerves, seen.nerve_share.tolist(), strict=True))
    assert nerves["high"] > 0.3 and nerves["low"] > 0.3
    assert seen.side_share["left"] + seen.side_share["right"] == pytest.approx(1.0)
    sources = dict(zip(fields.generators, seen.generator_share.tolist(), strict=True))
    assert sources["joint"] > 0.1


def test_that_each_spot_belongs_to_its_likeliest_trunk(small: Atlas) -> None:
    broad = small.content.blocks["broad_block"]
    shares = dominant_trunks(small, pain_map(small, (TOP, BOTTOM)), broad)
    assert shares["trunk"] == pytest.approx(0.5, abs=0.05) and shares["other"] == pytest.approx(0.5, abs=0.05)
    painted = dominant_trunks(small, pain_map(small, (Stroke(((60.0, -40.0, 250.0),), 60.0),)), broad)
    assert painted["trunk"] == pytest.approx(1.0)
    assert dominant_trunks(small, pain_map(small, (TOP,)), small.content.blocks["chain_block"]) == {}
    elsewhere = dominant_trunks(small, pain_map(small, (BOTTOM,)), small.content.blocks["high_block"])
    assert elsewhere == {"trunk": 0.0}
    assert dominant_trunks(small, pain_map(small, (TOP,)), small.content.blocks["root_block"]) == {}
