"""Marks on the skin become weights of vertices and loads of named regions."""

from __future__ import annotations

import numpy as np
import pytest

from planner.atlas.model import Atlas
from planner.case import Mark, PointLps, RegionMark, Stroke
from planner.pain import MM2_PER_CM2, mark_weights, pain_map, regions_under, warm_brush

FRONT: PointLps = (60.0, -91.7, 0.0)


def dab(point: PointLps = FRONT, radius_mm: float = 60.0, weight: float = 5.0, erase: bool = False) -> Stroke:
    return Stroke((point,), radius_mm, weight, erase)


def test_that_no_marks_hurt_nowhere(small: Atlas) -> None:
    drawn = pain_map(small, ())
    assert drawn.empty
    assert not drawn.pain.any() and not drawn.deep.any() and not drawn.loads
    assert regions_under(small, drawn) == ()


def test_that_a_named_region_hurts_on_its_own_side_alone(small: Atlas) -> None:
    drawn = pain_map(small, (RegionMark("top", "right", 6.0),))
    own = small.fields.vertices_of("top", "right")
    assert np.array_equal(np.flatnonzero(drawn.pain), np.sort(own))
    assert set(drawn.pain[own]) == {6.0}
    (load,) = drawn.loads
    assert (load.region, load.side, load.weight, load.deep) == ("top", "right", 6.0, False)
    assert load.area_cm2 == pytest.approx(small.fields.area_mm2[own].sum() / MM2_PER_CM2, rel=1e-5)
    assert drawn.named == {("top", "right")}


def test_that_marking_a_region_again_replaces_its_weight(small: Atlas) -> None:
    drawn = pain_map(small, (RegionMark("top", "left", 6.0), RegionMark("top", "left", 2.0)))
    assert set(drawn.pain[drawn.hurts]) == {2.0}
    assert [load.weight for load in drawn.loads] == [2.0]


def test_that_a_deep_region_leaves_the_skin_alone(small: Atlas) -> None:
    drawn = pain_map(small, (RegionMark("inside", "left", 8.0),))
    assert not drawn.pain.any()
    assert drawn.deep.max() == pytest.approx(8.0, rel=0.1)
    (load,) = drawn.loads
    assert load.deep and load.area_cm2 > 0.0
    assert regions_under(small, drawn) == (("inside", "left", 1.0, 8.0),)


def test_that_an_unknown_region_is_named(small: Atlas) -> None:
    with pytest.raises(KeyError, match="nowhere"):
        pain_map(small, (RegionMark("nowhere", "left"),))


def test_that_a_dab_paints_what_lies_within_its_radius(small: Atlas) -> None:
    drawn = pain_map(small, (dab(radius_mm=45.0),))
    distance = np.linalg.norm(small.meshes.full["skin"].points_lps - np.array(FRONT), axis=1)
    assert len(drawn.hurts) > 3
    assert distance[drawn.hurts].max() <= 45.0 + 1e-3
    assert np.array_equal(drawn.painted, drawn.hurts)
    assert not drawn.loads


def test_that_a_brush_does_not_paint_through_the_body(small: Atlas) -> None:
    drawn = pain_map(small, (Stroke(((0.0, -100.0, 0.0),), 199.0, 5.0),))
    skin = small.meshes.full["skin"]
    assert skin.points_lps[drawn.hurts, 1].max() < 40.0


def test_that_a_path_paints_between_its_points(small: Atlas) -> None:
    path = Stroke(((60.0, -80.0, -150.0), (60.0, -80.0, 150.0)), 50.0, 5.0)
    ends = pain_map(small, tuple(Stroke((point,), 50.0, 5.0) for point in path.points_lps))
    whole = pain_map(small, (path,))
    assert set(ends.hurts) < set(whole.hurts)
    points = small.meshes.full["skin"].points_lps[whole.hurts]
    assert (np.abs(points[:, 2]) < 60.0).any()


@pytest.mark.parametrize("pressed", [False, True], ids=["mouse", "pen"])
def test_that_a_growing_stroke_equals_the_whole_stroke(small: Atlas, pressed: bool) -> None:
    points = tuple((60.0 * np.cos(t), -80.0, 250.0 * float(np.sin(t))) for t in np.linspace(-1.2, 1.2, 25))
    shares = tuple(np.linspace(0.5, 1.5, 25).tolist()) if pressed else ()
    for count in range(1, len(points) + 1):
        stroke = Stroke(points[:count], 30.0, 4.0, shares=shares[:count])
        grown = pain_map(small, (RegionMark("top", "right"), stroke))
    # No other marks: nothing of the growth is reused.
    again = pain_map(small, (Stroke(points, 30.0, 4.0, shares=shares),))
    assert np.array_equal(grown.painted, again.painted)


def test_that_a_pressed_pen_paints_as_a_brush_of_that_size_and_swells_evenly(small: Atlas) -> None:
    path = ((60.0, -80.0, -150.0), (60.0, -80.0, 150.0))
    for share in (0.5, 1.5):
        pressed = pain_map(small, (Stroke(path, 50.0, 5.0, shares=(share, share)),))
        assert np.array_equal(pressed.hurts, pain_map(small, (Stroke(path, 50.0 * share, 5.0),)).hurts)
    thin, broad = (set(pain_map(small, (Stroke(path, r, 5.0),)).hurts.tolist()) for r in (25.0, 75.0))
    swelling = pain_map(small, (Stroke(path, 50.0, 5.0, shares=(0.5, 1.5)),)).hurts
    assert thin < set(swelling.tolist()) < broad
    heights = small.meshes.full["skin"].points_lps[swelling, 2]
    assert (heights > 0.0).sum() > (heights < 0.0).sum(), "broader where it is pressed"


def test_that_a_stroke_of_no_points_or_far_away_paints_nothing(small: Atlas) -> None:
    assert pain_map(small, (Stroke((), 10.0),)).empty
    assert pain_map(small, (Stroke(((2000.0, 0.0, 0.0),), 10.0),)).empty


def test_that_a_later_stroke_repaints_and_takes_from_the_named_region(small: Atlas) -> None:
    before = pain_map(small, (RegionMark("middle", "left", 3.0),))
    after = pain_map(small, (RegionMark("middle", "left", 3.0), dab(weight=9.0)))
    assert after.pain.max() == 9.0
    assert after.loads[0].area_cm2 < before.loads[0].area_cm2
    assert len(after.painted) > 0


def test_that_the_eraser_takes_named_regions_away_and_order_counts(small: Atlas) -> None:
    region = RegionMark("middle", "left", 3.0)
    rubbed = pain_map(small, (region, dab(erase=True, radius_mm=190.0)))
    renewed = pain_map(small, (dab(erase=True, radius_mm=190.0), region))
    assert len(rubbed.hurts) < len(renewed.hurts)
    assert not len(rubbed.painted)


def test_that_the_eraser_takes_deep_pain_away(small: Atlas) -> None:
    marks: tuple[Mark, ...] = (RegionMark("inside", "left", 8.0),)
    whole = pain_map(small, marks).loads[0].area_cm2
    rubbed = pain_map(small, (*marks, dab(erase=True, radius_mm=80.0)))
    assert rubbed.loads[0].area_cm2 < whole
    gone = pain_map(
        small, (*marks, *(dab((x, -60.0, z), 199.0, erase=True) for x in (0, 80) for z in (-200, 0, 200)))
    )
    assert not gone.loads and gone.empty


def test_that_the_order_of_region_marks_does_not_matter(small: Atlas) -> None:
    marks = (
        RegionMark("top", "left", 3.0),
        RegionMark("bottom", "left", 8.0),
        RegionMark("inside", "right", 4.0),
    )
    forward, backward = pain_map(small, marks), pain_map(small, marks[::-1])
    assert np.array_equal(forward.pain, backward.pain)
    assert np.array_equal(forward.deep, backward.deep)
    assert set(forward.loads) == set(backward.loads)


def test_that_many_different_maps_can_be_asked_for_in_turn(small: Atlas) -> None:
    strokes = tuple(
        dab((x, -60.0, z), 40.0) for x in (-80.0, 0.0, 80.0) for z in (-200.0, -100.0, 0.0, 100.0)
    )
    expected = [len(pain_map(small, strokes[:k]).hurts) for k in range(len(strokes) + 1)]
    assert expected == sorted(expected)
    assert [len(pain_map(small, strokes[:k]).hurts) for k in range(len(strokes) + 1)] == expected


def test_that_arrays_of_a_map_cannot_be_changed(small: Atlas) -> None:
    with pytest.raises(ValueError):
        pain_map(small, (RegionMark("top", "left"),)).pain[0] = 1.0


def test_that_regions_under_the_marks_are_told_with_share_and_weight(small: Atlas) -> None:
    drawn = pain_map(small, (RegionMark("top", "left", 6.0), dab(radius_mm=45.0, weight=2.0)))
    rows = {(region, side): (share, weight) for region, side, share, weight in regions_under(small, drawn)}
    assert rows["top", "left"] == pytest.approx((1.0, 6.0))
    share, weight = rows["middle", "left"]
    assert 0.0 < share < 1.0 and weight == pytest.approx(2.0)


def test_that_the_short_form_gives_arrays_and_names(small: Atlas) -> None:
    warm_brush(small)
    pain, deep, named = mark_weights(small, (RegionMark("top", "left"), RegionMark("inside", "right")))
    assert pain.shape == deep.shape == (small.fields.vertex_count,)
    assert named == {("top", "left"), ("inside", "right")}
