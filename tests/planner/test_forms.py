"""The body in its three forms: one act from State to Picture, marks that carry over, scenes that are kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from planner.atlas.check import check
from planner.atlas.forms import formed, forms_of
from planner.atlas.meshes import MeshFault, MeshSet, Shape, read_glb
from planner.atlas.model import Atlas, Content, Form
from planner.commands.lists import as_text
from planner.pain import pain_map
from planner.risk import neighbours
from planner.session.actions import Action, PaintStroke, SetForm, Undo
from planner.session.resolve import resolve
from planner.session.scene_file import SceneFault, decode, encode
from planner.session.state import PoseRequest, RegionMark, State, Stroke
from planner.session.store import Store
from planner.session.update import BadAction, update
from tests.content.damage import copy_of, edited_glb, sign
from tests.planner.small_atlas import small_atlas

FRONT = ((60.0, -100.0, -150.0), (80.0, -95.0, -220.0))


@pytest.fixture(scope="module")
def wide() -> Atlas:
    """The small atlas with a female form a fifth wider, and a bone that only it has."""
    atlas = small_atlas()
    skin = atlas.meshes.full["skin"]
    shapes = {
        "male": Shape(skin.points_lps, skin.normals),
        "female": Shape(skin.points_lps * np.array([1.2, 1.2, 1.0], np.float32), skin.normals),
    }
    meshes = {**atlas.meshes.full, "skin": replace(skin, shapes=shapes, form="male")}
    structures = dict(atlas.content.structures)
    structures["vessel_left"] = msgspec.structs.replace(structures["vessel_left"], form="female")
    row = int(np.argmax(skin.points_lps[:, 0]))
    x, y, z = (float(value) for value in skin.points_lps[row])
    points = {**atlas.points_lps, "entry_left": (x, y, z), "deep_left": (x - 30.0, y, z)}
    return Atlas(replace(atlas.content, structures=structures), MeshSet(meshes, meshes), atlas.fields, points)


def test_that_the_same_form_is_the_atlas_itself_and_the_way_back_leads_to_it(wide: Atlas) -> None:
    assert formed(wide, "male") is wide
    female = formed(wide, "female")
    assert female is formed(wide, "female")
    assert formed(female, "male") is wide
    assert forms_of(wide) == ("neutral", "female", "male")


def test_that_the_body_is_neutral_in_sex_unless_another_outline_is_asked_for(wide: Atlas) -> None:
    store = Store(wide)
    assert (State().form, store.picture.skin.form) == ("neutral", "neutral")
    neutral = formed(wide, "neutral").meshes.full["skin"].points_lps
    male, female = (formed(wide, form).meshes.full["skin"].points_lps for form in ("male", "female"))
    assert np.allclose(neutral, (male + female) / 2.0, atol=1e-3)
    assert resolve(wide, State()).scene.appearances["vessel_left"].opacity == 0.0


def test_that_a_model_without_other_forms_keeps_its_skin() -> None:
    atlas = small_atlas()
    assert forms_of(atlas) == ("male",)
    assert formed(atlas, "female").meshes.full["skin"] is atlas.meshes.full["skin"]


def test_that_areas_follow_the_form_and_regions_do_not(wide: Atlas) -> None:
    female = formed(wide, "female")
    assert female.fields.area_mm2.sum() > 1.1 * wide.fields.area_mm2.sum()
    assert female.fields.region_of is wide.fields.region_of
    assert female.fields.mirror is wide.fields.mirror


def test_that_points_on_the_skin_go_with_it_and_points_beneath_stay(wide: Atlas) -> None:
    female = formed(wide, "female")
    assert female.points_lps["entry_left"][0] == pytest.approx(
        1.2 * wide.points_lps["entry_left"][0], abs=0.1
    )
    assert female.points_lps["deep_left"] == wide.points_lps["deep_left"]


def test_that_a_stroke_drawn_on_one_form_hurts_the_same_vertices_in_the_other(atlas: Atlas) -> None:
    for drawn_on in ("neutral", "male", "female"):
        skin = formed(atlas, drawn_on).meshes.full["skin"]
        row = int(
            np.argmin(np.linalg.norm(skin.points_lps - np.array([150.0, 0.0, -60.0], np.float32), axis=1))
        )
        x, y, z = (float(value) for value in skin.points_lps[row])
        marks = (Stroke(((x, y, z), (x, y, z - 40.0)), 20.0, form=drawn_on),)
        male, female = pain_map(atlas, marks), pain_map(formed(atlas, "female"), marks)
        assert len(male.hurts) > 20
        assert np.array_equal(male.pain, female.pain)


def test_that_the_answer_keeps_its_blocks_and_changes_its_areas(atlas: Atlas) -> None:
    region = next(r for r in atlas.fields.region_ids if r.startswith("thigh_lat"))
    state = State(marks=(RegionMark(region, "left"),))
    male = resolve(atlas, msgspec.structs.replace(state, form="male"))
    neutral = resolve(atlas, state)
    female = resolve(atlas, msgspec.structs.replace(state, form="female"))
    assert male.answer.marked_cm2 < neutral.answer.marked_cm2 < female.answer.marked_cm2
    assert female.skin.form == "female"
    assert female.answer.marked_cm2 > male.answer.marked_cm2
    assert np.array_equal(female.skin.pain, male.skin.pain)
    assert [m.region for m in female.marked] == [m.region for m in male.marked]
    assert {b.id for b in female.answer.blocks} == {b.id for b in male.answer.blocks}


def test_that_a_structure_of_one_form_is_neither_drawn_nor_near_in_the_other(wide: Atlas) -> None:
    male = resolve(wide, State(form="male"))
    female = resolve(wide, State(form="female"))
    assert male.scene.appearances["vessel_left"].opacity == 0.0
    assert female.scene.appearances["vessel_left"].opacity > 0.0
    assert male.scene.appearances["vessel_right"].opacity > 0.0

    def near(atlas: Atlas) -> set[str]:
        found = [neighbours(atlas, block, "left") for block in atlas.content.blocks]
        return {entry.structure for entries in found for entry in entries}

    assert "vessel_left" not in near(wide)
    assert "vessel_left" in near(formed(wide, "female"))
    assert near(formed(wide, "neutral")) == near(wide) | near(formed(wide, "female"))


def test_that_the_neutral_body_has_the_neighbours_of_either_sex_and_draws_lines_to_neither(
    atlas: Atlas,
) -> None:
    neutral = resolve(atlas, State(form="neutral", block="genitofemoral"))
    assert neutral.chosen is not None
    own = {near.structure for near in neutral.chosen.neighbours}
    assert {"spermatic_cord_left", "round_ligament_left"} <= own
    gaps = [near.distance_mm for near in neutral.chosen.neighbours]
    assert gaps == sorted(gaps)
    drawn = [line.structure for line in neutral.scene.lines]
    assert len(drawn) == int(atlas.content.weights["neighbour_lines_most"].value)
    assert not any(atlas.content.structures[name].form for name in drawn)
    for form, there, missing in (
        ("male", "spermatic_cord_left", "round_ligament_left"),
        ("female", "round_ligament_left", "spermatic_cord_left"),
    ):
        sexed = resolve(atlas, State(form=form, block="genitofemoral"))  # type: ignore[arg-type]
        assert sexed.chosen is not None
        names = {near.structure for near in sexed.chosen.neighbours}
        assert there in names and missing not in names
        assert there in {line.structure for line in sexed.scene.lines}


def test_that_no_block_loses_a_neighbour_to_the_other_sex(atlas: Atlas) -> None:
    def near(form: Form, block: str) -> set[str]:
        return {entry.structure for entry in neighbours(formed(atlas, form), block, "left")}

    for block in atlas.content.blocks:
        assert near("neutral", block) == near("female", block) | near("male", block), block


def test_that_the_neutral_form_shows_what_one_sex_alone_has_only_by_name(wide: Atlas) -> None:
    def opacity(**chosen: Any) -> float:
        return resolve(wide, State(form="neutral", **chosen)).scene.appearances["vessel_left"].opacity

    assert opacity() == 0.0
    assert opacity(selected=("vessel_left",)) > 0.0
    assert opacity(isolated=("vessel_left",)) > 0.0
    assert opacity(pose=PoseRequest(1, None, ("vessel_left",))) > 0.0  # a link on a card leads there


def test_that_a_selected_structure_of_the_other_form_has_no_label(wide: Atlas) -> None:
    picture = resolve(wide, State(form="male", selected=("vessel_left",)))
    assert picture.scene.labels == ()


def test_that_the_list_names_the_form_of_a_structure(wide: Atlas) -> None:
    lines = as_text(wide.content, "structures").splitlines()
    assert [line for line in lines if line.endswith("(female)")] == [
        line for line in lines if line.startswith("vessel_left")
    ]


def test_that_the_form_is_one_step_of_undo(wide: Atlas) -> None:
    store = Store(wide)
    store.dispatch(SetForm("female"))
    assert (store.state.form, store.picture.skin.form) == ("female", "female")
    store.dispatch(SetForm("female"))
    store.dispatch(Undo())
    assert (store.state.form, store.picture.can_undo) == ("neutral", False)


def test_that_a_stroke_remembers_the_form_and_another_form_begins_a_new_one() -> None:
    acts: tuple[Action, ...] = (
        PaintStroke(FRONT, 20.0),
        SetForm("female"),
        PaintStroke(FRONT[1:], 20.0, continues=True),
    )
    state = State()
    for action in acts:
        state = update(state, action)
    assert [mark.form for mark in state.marks if isinstance(mark, Stroke)] == ["neutral", "female"]


def test_that_an_unknown_form_is_refused_by_the_act() -> None:
    with pytest.raises(BadAction, match="neutral or female or male"):
        update(State(), SetForm("other"))  # type: ignore[arg-type]


def test_that_a_scene_keeps_the_form_and_an_old_one_is_male(atlas: Atlas) -> None:
    content: Content = atlas.content
    state = State(form="female", marks=(Stroke(FRONT, 20.0, form="female"),))
    data = encode(state, content.sha256)
    assert decode(data, content).state == state
    tree = msgspec.json.decode(data)
    tree["version"] = 1
    del tree["state"]["form"], tree["state"]["marks"][0]["form"]
    loaded = decode(msgspec.json.encode(tree), content).state
    assert (loaded.form, loaded.marks[0].form) == ("male", "male")  # type: ignore[union-attr]


def test_that_a_scene_with_an_unknown_form_is_refused_in_one_sentence(atlas: Atlas) -> None:
    data = encode(State(form="female"), atlas.content.sha256).replace(b"female", b"martian")
    with pytest.raises(SceneFault, match="martian") as fault:
        decode(data, atlas.content)
    assert "\n" not in str(fault.value)


def test_that_check_finds_a_form_that_is_turned_over_or_unknown(atlas_folder: Path, tmp_path: Path) -> None:
    folder = copy_of(atlas_folder, tmp_path / "content")
    path = folder / "meshes" / "skin.glb"
    data = path.read_bytes()

    def unknown(tree: dict[str, object], body: bytearray) -> None:
        tree["meshes"][0]["extras"]["targetNames"] = ["woman"]  # type: ignore[index]

    def folded(tree: dict[str, object], body: bytearray) -> None:
        primitive = tree["meshes"][0]["primitives"][0]  # type: ignore[index]
        accessor = tree["accessors"][primitive["targets"][0]["POSITION"]]  # type: ignore[index]
        start = tree["bufferViews"][accessor["bufferView"]]["byteOffset"]  # type: ignore[index]
        shifts = np.frombuffer(bytes(body), "<f4", accessor["count"] * 3, start).reshape(-1, 3).copy()
        shifts[500:900] += np.array([60.0, -40.0, 0.0]) * (np.arange(400)[:, None] % 2)
        body[start : start + shifts.nbytes] = shifts.astype("<f4").tobytes()

    for edit, said in ((unknown, "unknown form woman"), (folded, "turned over")):
        sign(path, edited_glb(data, edit))
        assert any(said in fault.text for fault in check(folder)), said
        sign(path, data)
    assert not [fault for fault in check(folder) if fault.file.endswith("skin.glb")]


def test_that_a_form_with_other_vertices_is_refused(atlas_folder: Path, tmp_path: Path) -> None:
    data = (atlas_folder / "meshes" / "skin.glb").read_bytes()

    def fewer(tree: dict[str, object], body: bytearray) -> None:
        primitive = tree["meshes"][0]["primitives"][0]  # type: ignore[index]
        tree["accessors"][primitive["targets"][0]["POSITION"]]["count"] -= 1  # type: ignore[index]

    path = tmp_path / "skin.glb"
    path.write_bytes(edited_glb(data, fewer))
    with pytest.raises(MeshFault, match=r"skin\.glb"):
        read_glb(path)
