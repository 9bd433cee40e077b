"""Variants of the anatomy: drawn on both sides, only when chosen, each where its source puts it."""

from __future__ import annotations

import numpy as np
import pytest

from planner.atlas.load import load_content
from planner.atlas.model import Variant
from planner.modelling.courses import load_courses
from planner.session.variants import clash
from tests.content.anatomy import ASSETS, Points, landmarks, meshes, pieces, solid

CONTENT = load_content(ASSETS)
VARIANTS = list(CONTENT.variants.values())
SIDES = ("left", "right")
SHOWN = sorted({f"{stem}_{side}" for variant in VARIANTS for stem in variant.shows for side in SIDES})
FRONT_Y_MM = -15.0  # the front of psoas; its back lies at y > 0
COURSES = {course.id: course for course in load_courses(ASSETS / "measurements" / "courses")}


def points(name: str) -> Points:
    return meshes()[name].points_lps.astype(np.float64)


def along_ligament_mm(name: str, side: str) -> float:
    """How far from the ASIS towards the pubic tubercle a nerve comes nearest to the line between them."""
    asis, tubercle = (np.array(landmarks()[f"{mark}_{side}"]) for mark in ("asis", "pubic_tubercle"))
    way = (tubercle - asis) / np.linalg.norm(tubercle - asis)
    offset = points(name) - asis
    along = offset @ way
    nearest = int(np.linalg.norm(offset - along[:, None] * way, axis=1).argmin())
    return float(along[nearest])


@pytest.mark.parametrize("name", SHOWN)
def test_that_what_a_variant_shows_has_a_mesh_on_each_side(name: str) -> None:
    assert len(meshes()[name].triangles) > 50


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.id)
def test_that_a_variant_tells_its_share_and_source(variant: Variant) -> None:
    assert variant.sources
    assert variant.prevalence.endswith(".")
    if variant.percent is None:
        assert variant.prevalence.startswith("Share not known")
        assert variant.grade == "estimate"
    else:
        assert 0.0 < variant.percent[0] <= variant.percent[1] < 100.0


def test_that_the_variants_of_a_group_agree_on_what_is_usual() -> None:
    usual: dict[str, set[str]] = {}
    for variant in VARIANTS:
        usual.setdefault(variant.group, set()).add(variant.usual)
    assert all(len(found) == 1 for found in usual.values()), usual


@pytest.mark.parametrize("name", [name for name in SHOWN if not name.startswith("psoas_slip")])
def test_that_a_course_of_a_variant_hangs_on_what_is_drawn_with_it(name: str) -> None:
    # Parents and trunks of a variant's courses are its own or of the usual anatomy that it leaves.
    stem = name.rsplit("_", 1)[0]
    variant = next(variant for variant in VARIANTS if stem in variant.shows)
    for course in COURSES.values():
        if (course.structure or course.id) != stem:
            continue
        for other in filter(None, (course.parent, course.joins)):
            home = COURSES[other].structure or other
            assert home not in variant.hides, f"{course.id} hangs on {home}, which {variant.id} hides"


# Aszmann 1997 Plast Reconstr Surg 100:600: the nerve crosses from behind the ASIS (A) to most medial (E).
# Hospodar 1999 J Orthop Trauma 13:17 (never lateral to the ASIS in 68) holds for the usual course, type D.
@pytest.mark.parametrize("side", SIDES)
def test_that_the_types_at_the_asis_lie_in_aszmanns_order(side: str) -> None:
    names = ("lfcn_type_b", "lfcn_type_c", "lfcn", "lfcn_type_e")
    places = [along_ligament_mm(f"{name}_{side}", side) for name in names]
    assert places == sorted(places), places
    assert 0.0 < places[0] < 15.0
    asis = np.array(landmarks()[f"asis_{side}"])
    crossing = points(f"lfcn_type_a_{side}")
    top = crossing[np.abs(crossing[:, 0] - asis[0]) < 3.0]
    assert (top[:, 1] > asis[1] + 5.0).all()  # behind the spine
    assert (top[:, 2] > asis[2] + 10.0).all()  # over the crest


@pytest.mark.parametrize("side", SIDES)
def test_that_type_c_lies_within_sartorius_and_type_b_in_front_of_it(side: str) -> None:
    # Aszmann 1997: C ensheathed in the tendinous origin of sartorius, B superficial to it.
    muscle = solid(f"sartorius_{side}")
    high = landmarks()[f"asis_{side}"][2]
    for name, inside in ((f"lfcn_type_c_{side}", True), (f"lfcn_type_b_{side}", False)):
        near = points(name)
        near = near[(near[:, 2] < high - 14.0) & (near[:, 2] > high - 30.0)]
        depth = muscle.signed_mm(near)
        assert bool(depth.min() < -0.5) is inside, (name, depth.min())


# Kirchmair 2008 Reg Anesth Pain Med 33:109: entirely posterior to psoas in 2 of 63.
@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("name", ["femoral_behind_psoas", "obturator_behind_psoas", "lfcn_behind_psoas"])
def test_that_the_plexus_behind_psoas_is_not_inside_it(name: str, side: str) -> None:
    at = points(f"{name}_{side}")
    at = at[at[:, 2] > landmarks()["l5_body_centre"][2]]
    assert len(at)
    assert solid(f"psoas_major_{side}").signed_mm(at).min() > -1.5


# Turgut 2017: 1.2 mm thick, over the superior pubic ramus and beneath pectineus.
@pytest.mark.parametrize("side", SIDES)
def test_that_the_accessory_obturator_nerve_passes_over_the_ramus_behind_the_vessels(side: str) -> None:
    at = points(f"accessory_obturator_{side}")
    obturator = points(f"obturator_{side}")
    ramus = at[(at[:, 2] > 5.0) & (at[:, 2] < 25.0)]
    assert (
        ramus[:, 1].max() < obturator[obturator[:, 2] < 25.0][:, 1].max()
    )  # in front of the obturator nerve
    vessel = points(f"artery_femoral_{side}")
    low = at[at[:, 2] < 10.0]
    assert low[:, 1].min() > vessel[np.abs(vessel[:, 2]) < 10.0][:, 1].min()  # behind the femoral artery


# Lumbar plexus morphometry, 100 specimens (Asian J Med Sci 16(7)): both branches leave psoas by themselves.
@pytest.mark.parametrize("side", SIDES)
def test_that_the_branches_of_an_early_genitofemoral_nerve_leave_psoas_apart(side: str) -> None:
    muscle, exits = solid(f"psoas_major_{side}"), []
    for branch in ("genital", "femoral"):
        course = points(f"genitofemoral_early_{branch}_{side}")
        high = course[course[:, 2] > landmarks()["l5_body_centre"][2]]
        depth = muscle.signed_mm(high)
        assert (depth < -3.0).any()
        before = high[(depth > 0.0) & (high[:, 1] < FRONT_Y_MM)]
        exits.append(before[before[:, 2].argmax()])
    assert abs(exits[1][0]) > abs(exits[0][0]) + 3.0  # the femoral branch lateral to the genital one


@pytest.mark.parametrize("side", SIDES)
def test_that_the_slip_of_psoas_lies_between_the_two_strands(side: str) -> None:
    # Anloague & Huijbregts 2009: the femoral nerve split by fibres of psoas.
    strands = sorted(pieces(f"femoral_split_{side}"), key=lambda tube: -len(tube.points))
    slip = points(f"psoas_slip_{side}")
    middle = slip[np.abs(slip[:, 2] - 81.0) < 3.0].mean(0)
    at = np.vstack([tube.points for tube in strands])
    near = at[(np.abs(at[:, 2] - middle[2]) < 6.0) & (np.abs(at[:, 0] - middle[0]) < 6.0)]
    assert (near[:, 1] < middle[1] - 1.0).any() and (near[:, 1] > middle[1] + 1.0).any()


def test_that_variants_that_replace_the_same_structure_clash() -> None:
    found = {
        (a.id, b.id)
        for number, a in enumerate(VARIANTS)
        for b in VARIANTS[number + 1 :]
        if a.group != b.group and clash(a, b)
    }
    assert ("femoral_split_by_slip", "plexus_behind_psoas") in found
    assert ("accessory_obturator_present", "plexus_behind_psoas") in found
    assert not any("genitofemoral_early_division" in pair for pair in found)
