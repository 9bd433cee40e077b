"""Cutting and measuring: planes, faces, named levels, and the acts that set them."""

from __future__ import annotations

from math import dist

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from planner.atlas.model import Atlas
from planner.commands.pictures import section_of
from planner.sections import Face, Plane, area_mm2, face_of, faces_of, holds, plane_cut, rims_of
from planner.session import actions as act
from planner.session.cutting import (
    face_labels,
    facing_view,
    level_at,
    levels,
    normal_of_points,
    plane_of,
    span_mm,
)
from planner.session.resolve import resolve
from planner.session.scene_file import SceneFault, decode, encode
from planner.session.state import Section, State
from planner.session.store import Store
from planner.session.update import BadAction, update

POINTS = ((0.0, 0.0, 100.0), (50.0, 0.0, 100.0), (0.0, 40.0, 120.0))


@pytest.mark.parametrize("structure", ["vertebra_l4", "psoas_major_left", "skin", "disc_l3_l4"])
@pytest.mark.parametrize("axis", [0, 1, 2])
def test_that_a_chained_face_has_the_area_of_its_segments(atlas: Atlas, structure: str, axis: int) -> None:
    mesh = atlas.meshes.full[structure]
    at = float(np.median(mesh.points_lps[:, axis])) + 0.123
    normal = [0.0, 0.0, 0.0]
    normal[axis] = 1.0
    face = face_of(mesh, Plane((normal[0], normal[1], normal[2]), at))
    whole = area_mm2(plane_cut(mesh.points_lps.astype(float), mesh.triangles.astype(int), axis, at), axis)
    assert face is not None and face.area_mm2 == pytest.approx(whole, rel=1e-6)


@given(some.floats(-1, 1), some.floats(-1, 1), some.floats(0.2, 1), some.floats(-60, 60))
@settings(max_examples=25, deadline=None)
def test_that_outlines_lie_in_the_plane_and_their_middle_in_the_face(
    atlas: Atlas, x: float, y: float, z: float, off: float
) -> None:
    length = float(np.linalg.norm((x, y, z)))
    plane = Plane((x / length, y / length, z / length), off + 100.0 * z / length)
    for face in faces_of({name: atlas.meshes.full[name] for name in ("vertebra_l4", "skin")}, plane):
        assert all(np.abs(plane.heights_mm(outline)).max() < 1e-2 for outline in face.outlines)
        assert holds(face, plane, face.middle_lps)


def test_that_a_plane_beside_a_structure_shows_nothing_of_it(atlas: Atlas) -> None:
    assert face_of(atlas.meshes.full["vertebra_l4"], Plane((0.0, 0.0, 1.0), 5_000.0)) is None


def test_that_a_point_outside_a_face_is_not_in_it(atlas: Atlas) -> None:
    plane = Plane((0.0, 0.0, -1.0), -150.0)
    face = face_of(atlas.meshes.full["vertebra_l4"], plane)
    assert face is not None and not holds(face, plane, (200.0, 0.0, 150.0))


def disc_face(structure: str, x_mm: float, radius_mm: float) -> Face:
    """A round face in the axial plane at z = 0."""
    turn = np.linspace(0.0, 2.0 * np.pi, 90, endpoint=False)
    ring = np.stack([x_mm + radius_mm * np.cos(turn), radius_mm * np.sin(turn), np.zeros(90)], axis=1)
    return Face(structure, (ring,), float(np.pi * radius_mm**2), (x_mm, 0.0, 0.0))


def test_that_a_branch_has_no_rim_within_its_trunk() -> None:
    flat = Plane((0.0, 0.0, -1.0), 0.0)
    trunk, within, leaving, other = (
        disc_face("trunk", 0.0, 10.0),
        disc_face("within", 2.0, 4.0),
        disc_face("leaving", 12.0, 4.0),
        disc_face("artery", 1.0, 3.0),
    )
    kinds = {"trunk": "vein", "within": "vein", "leaving": "vein", "artery": "artery"}
    rims = rims_of((trunk, within, leaving, other), flat, kinds)
    assert rims["within"] == ()
    ((whole, closed),) = rims["artery"]
    assert closed and len(whole) == 90
    for name, outside in (("trunk", leaving), ("leaving", trunk)):
        ((line, closed),) = rims[name]
        assert not closed and 20 < len(line) < 90
        middles = (line[1:] + line[:-1]) / 2.0
        assert not any(holds(outside, flat, tuple(at)) for at in middles)
    assert all(rim[0][1] for rim in rims_of((trunk, within), flat, {}).values())


def test_that_no_vein_is_seen_within_the_vena_cava_where_it_begins(atlas: Atlas) -> None:
    veins = {name: atlas.meshes.full[name] for name in ("vena_cava_inferior", "vein_common_iliac_left")}
    level = Plane((0.0, 0.0, -1.0), -131.0)
    faces = faces_of(veins, level)
    rims = rims_of(faces, level, dict.fromkeys(veins, "vein"))
    cava = next(face for face in faces if face.structure == "vena_cava_inferior")
    assert rims["vena_cava_inferior"]
    for line, _ in rims.get("vein_common_iliac_left", ()):
        assert not any(holds(cava, level, tuple(at)) for at in (line[1:] + line[:-1]) / 2.0)


def test_that_an_axial_cut_takes_away_what_lies_below_and_flipped_what_lies_above() -> None:
    below, above = np.array([[0.0, 0.0, 90.0]]), np.array([[0.0, 0.0, 110.0]])
    plane, other = plane_of(Section("axial", 100.0)), plane_of(Section("axial", 100.0, flipped=True))
    assert plane is not None and plane.heights_mm(below)[0] > 0 > plane.heights_mm(above)[0]
    assert other is not None and other.heights_mm(below)[0] < 0 < other.heights_mm(above)[0]
    assert facing_view(Section("axial", 100.0)) == "inferior"
    assert facing_view(Section("axial", 100.0, flipped=True)) == "superior"
    assert (facing_view(Section("coronal")), facing_view(Section("sagittal"))) == ("anterior", "left")


def test_that_a_plane_through_three_points_holds_them_and_moves_along_its_normal() -> None:
    plane = plane_of(Section("points", points_lps=POINTS))
    assert plane is not None and np.allclose(plane.heights_mm(np.array(POINTS)), 0.0)
    moved = plane_of(Section("points", 7.0, POINTS))
    assert moved is not None and np.allclose(moved.heights_mm(np.array(POINTS)), -7.0)
    assert plane_of(Section("points", points_lps=POINTS[:2])) is None
    assert facing_view(Section("points", points_lps=POINTS[:2])) is None


def test_that_the_order_in_which_points_are_picked_does_not_turn_the_plane() -> None:
    assert normal_of_points(POINTS) == pytest.approx(normal_of_points(POINTS[::-1]))


def test_that_every_level_from_t12_to_s1_has_its_disc_and_endplates_in_order(atlas: Atlas) -> None:
    names = [level.name for level in levels(atlas)]
    wanted = ["T12/L1 disc", "L1/2 disc", "L2/3 disc", "L3/4 disc", "L4/5 disc", "L5/S1 disc"]
    assert [name for name in names if name in wanted] == wanted
    for above, disc, below in (("L4 lower", "L4/5 disc", "L5 upper"), ("L5 lower", "L5/S1 disc", "S1 upper")):
        order = [names.index(f"{above} endplate"), names.index(disc), names.index(f"{below} endplate")]
        assert order == sorted(order)
    at = {level.name: level.at_mm for level in levels(atlas)}
    assert found is not None if (found := level_at(atlas, at["L3/4 disc"] + 0.5)) else False
    assert level_at(atlas, -500.0) is None


def test_that_the_disc_is_cut_at_its_own_level(atlas: Atlas) -> None:
    at = {level.name: level.at_mm for level in levels(atlas)}["L3/4 disc"]
    plane = plane_of(Section("axial", at))
    assert plane is not None
    face = face_of(atlas.meshes.full["disc_l3_l4"], plane)
    assert face is not None and face.area_mm2 > 600.0


def test_that_labels_name_the_side_looked_at_and_what_was_selected_first(atlas: Atlas) -> None:
    plane = plane_of(Section("axial", 131.0))
    assert plane is not None
    faces = faces_of(atlas.meshes.full, plane)
    labels = face_labels(atlas.content, faces, "left")
    texts = [label.text for label in labels]
    assert "Left psoas major" in texts and not any(text.startswith("Right") for text in texts)
    assert 5 < len(labels) <= 14
    right = face_labels(atlas.content, faces, "right", ("psoas_major_right",))
    assert right[0].text == "Right psoas major"


def test_that_a_narrow_picture_has_fewer_labels_and_showing_all_ends_the_cut(atlas: Atlas) -> None:
    plane = plane_of(Section("axial", 131.0))
    assert plane is not None
    faces = faces_of(atlas.meshes.full, plane)
    assert len(face_labels(atlas.content, faces, "left", (), 400.0)) == 5
    assert update(State(section=Section("axial", 131.0), hidden=("a",)), act.ShowAll()) == State()


def test_that_the_slider_spans_the_body(atlas: Atlas) -> None:
    low, high = span_mm(atlas, Section("axial"))
    assert low < -800 and high > 300
    low, high = span_mm(atlas, Section("points", points_lps=POINTS))
    assert low < 0 < high and span_mm(atlas, Section("points")) == (0.0, 0.0)


def test_that_three_picks_make_a_plane_and_a_fourth_begins_anew() -> None:
    state = State()
    for point in POINTS:
        state = update(state, act.PickSectionPoint(point))
    assert state.section == Section("points", points_lps=POINTS)
    again = update(state, act.PickSectionPoint((1.0, 2.0, 3.0)))
    assert again.section == Section("points", points_lps=((1.0, 2.0, 3.0),))
    in_line = State(section=Section("points", points_lps=((0.0, 0.0, 0.0), (1.0, 1.0, 1.0))))
    with pytest.raises(BadAction, match="in one line"):
        update(in_line, act.PickSectionPoint((2.0, 2.0, 2.0)))


@pytest.mark.parametrize(
    "section",
    [
        Section("axial", float("nan")),
        Section("axial", 9_999.0),
        Section("axial", 0.0, POINTS),
        Section("points", 0.0, (*POINTS, POINTS[0])),
        Section("points", 0.0, ((float("inf"), 0.0, 0.0),)),
    ],
)
def test_that_a_senseless_cut_is_refused_as_act_and_in_a_file(atlas: Atlas, section: Section) -> None:
    with pytest.raises(BadAction):
        update(State(), act.SetSection(section))
    if all(np.isfinite([section.at_mm, *np.ravel(section.points_lps)])):
        with pytest.raises(SceneFault):
            decode(encode(State(section=section), "x"), atlas.content)


def test_that_a_slider_drag_is_one_step_and_facing_turns_the_camera(atlas: Atlas) -> None:
    store = Store(atlas)
    store.dispatch(act.SetSection(Section("axial", 100.0), facing=True))
    assert store.state.pose.view == "inferior"
    store.dispatch(act.SetSection(Section("axial", 101.0)))
    for k in range(20):
        store.dispatch(act.SetSection(Section("axial", 102.0 + k), continues=True))
    store.dispatch(act.Undo())
    assert store.state.section == Section("axial", 100.0)
    store.dispatch(act.Undo())
    assert store.state == State()


def test_that_two_points_are_a_measure_drawn_with_its_length(atlas: Atlas) -> None:
    store = Store(atlas)
    store.dispatch(act.MeasurePoint(POINTS[0]))
    assert store.picture.scene.dots == (POINTS[0],) and store.picture.scene.lines == ()
    store.dispatch(act.MeasurePoint(POINTS[2]))
    (line,) = store.picture.scene.lines
    assert line.distance_mm == pytest.approx(dist(POINTS[0], POINTS[2])) and line.label == "45 mm"
    assert store.picture.scene.dots == ()
    store.dispatch(act.ClearMeasures())
    assert store.picture.scene.lines == ()
    store.dispatch(act.Undo())
    assert len(store.picture.scene.lines) == 1


def test_that_measures_have_an_end() -> None:
    state = State()
    for k in range(24):
        state = update(state, act.MeasurePoint((float(k), 0.0, 0.0)))
    with pytest.raises(BadAction, match="clear them first"):
        update(state, act.MeasurePoint((0.0, 0.0, 0.0)))
    with pytest.raises(BadAction, match="outside the body"):
        update(State(), act.MeasurePoint((0.0, 0.0, float("nan"))))


def test_that_cut_and_measures_survive_a_scene_file(atlas: Atlas) -> None:
    state = State(section=Section("points", 2.5, POINTS, True), ruler=POINTS[:2])
    assert decode(encode(state, atlas.content.sha256), atlas.content).state == state


def test_that_the_picture_carries_the_plane(atlas: Atlas) -> None:
    state = State(section=Section("sagittal", 12.0))
    assert resolve(atlas, state).scene.cut == plane_of(Section("sagittal", 12.0))
    assert resolve(atlas, msgspec.structs.replace(state, section=None)).scene.cut is None


@pytest.mark.parametrize(
    "text", ["axial", "axial:", "oblique:3", "axial:12mm", "axial:99999", "axial:nan", ":1", "", "axial:9000"]
)
def test_that_a_bad_section_argument_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        section_of(text)


def test_that_a_section_argument_is_read() -> None:
    assert section_of("axial:120") == Section("axial", 120.0)
    assert section_of("sagittal:-20.5") == Section("sagittal", -20.5)
