"""The way of a nerve from root to skin, and the nerves that move a muscle."""

from __future__ import annotations

import numpy as np
import pytest

from planner.atlas.model import Atlas
from planner.innervation import moved_by
from planner.pathway import pathway, to_follow
from planner.session.resolve import resolve
from planner.session.state import RegionMark, State


def lit(atlas: Atlas, block: str) -> list[str]:
    """The structures lit for a block."""
    picture = resolve(atlas, State(marks=(RegionMark("thigh_lat_mid", "left"),), block=block))
    return [name for name, look in picture.scene.appearances.items() if look.emphasis == "lit"]


def test_that_the_way_begins_at_the_spine_and_ends_far_down_the_limb(atlas: Atlas) -> None:
    way = pathway(atlas, to_follow(atlas.content, lit(atlas, "lfcn"), ()))
    assert way is not None
    assert way.at_mm.min() == pytest.approx(0.0, abs=3.0) and way.length_mm == way.at_mm.max()
    start, end = way.points_lps[way.at_mm.argmin()], way.points_lps[way.at_mm.argmax()]
    # From a lumbar root beside the midline, out to the lateral thigh.
    assert abs(start[0]) < 30.0 and start[2] > 80.0
    assert end[0] > 100.0 and end[2] < -100.0
    # No shorter than the straight line, and not much longer: a way, not a tangle.
    straight = float(np.linalg.norm(end - start))
    assert straight <= way.length_mm < 1.6 * straight


def test_that_what_runs_along_the_way_moves_without_leaps(atlas: Atlas) -> None:
    way = pathway(atlas, to_follow(atlas.content, lit(atlas, "femoral"), ()))
    assert way is not None
    filled = np.histogram(way.at_mm, bins=np.arange(0.0, way.length_mm, 10.0))[0]
    assert (filled > 0).mean() > 0.95


def test_that_a_selected_nerve_is_followed_from_its_roots_on_its_side(atlas: Atlas) -> None:
    names = to_follow(atlas.content, (), ("saphenous_right",))
    nerves = {atlas.content.structures[name].nerve for name in names}
    assert {"saphenous", "femoral", "root_L3", "root_L4"} <= nerves
    assert all(atlas.content.structures[name].side in ("right", "midline") for name in names)
    way = pathway(atlas, names)
    assert way is not None and way.length_mm > 500.0


def test_that_without_a_nerve_there_is_no_way(atlas: Atlas) -> None:
    assert to_follow(atlas.content, (), ("femur_left",)) == ()
    assert to_follow(atlas.content, (), ()) == ()
    assert pathway(atlas, ()) is None
    assert pathway(atlas, ("femur_left",)) is None


@pytest.mark.parametrize(
    ("muscle", "nerves"),
    [
        # Gray's Anatomy, 42nd ed.: the quadriceps by the femoral nerve, the adductors by the obturator,
        # gluteus medius and minimus by the superior gluteal, gluteus maximus by the inferior.
        ("vastus_medialis_left", {"femoral"}),
        ("adductor_longus_right", {"obturator", "obturator_anterior"}),
        ("gluteus_minimus_left", {"superior_gluteal"}),
        ("gluteus_maximus_left", {"inferior_gluteal"}),
        ("tibialis_anterior_left", {"deep_fibular"}),
        # Gray's Anatomy: soleus by the tibial nerve, the erector spinae by the dorsal rami; what has a nerve
        # that is not drawn by its roots: psoas L1-L3, piriformis S1-S2, obturator internus L5-S2.
        ("soleus_left", {"tibial"}),
        ("erector_spinae_right", {f"dorsal_ramus_L{level}" for level in range(1, 6)}),
        ("psoas_major_left", {"root_L1", "root_L2", "root_L3"}),
        ("psoas_minor_right", {"root_L1"}),
        ("quadratus_lumborum_left", {"root_T12", "root_L1", "root_L2"}),
        ("piriformis_right", {"root_S1", "root_S2"}),
        ("obturator_internus_left", {"root_L5", "root_S1", "root_S2"}),
    ],
)
def test_that_a_muscle_leads_to_its_nerves(atlas: Atlas, muscle: str, nerves: set[str]) -> None:
    found = moved_by(atlas.content, atlas.content.structures[muscle])
    assert {one.nerve for one in found} == nerves
    assert all(one.claim.sources for one in found)


def test_that_what_is_no_muscle_is_moved_by_nothing(atlas: Atlas) -> None:
    assert moved_by(atlas.content, atlas.content.structures["femur_left"]) == ()
