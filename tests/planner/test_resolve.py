"""State becomes Picture: answer, painted skin, scene."""

from __future__ import annotations

import dataclasses

import msgspec
import numpy as np
import pytest

from planner.atlas.model import Atlas
from planner.session import actions as act
from planner.session.picture import Appearance, Picture
from planner.session.resolve import case_of, resolve, warm
from planner.session.scene import AROUND_TARGET_MM, lit_nerves, lit_structures, view_onto
from planner.session.state import LayerLook, PoseRequest, RegionMark, State, Stroke
from planner.session.update import update

TOP = (RegionMark("top", "left"),)


def shown(small: Atlas, *actions: act.Action, state: State | None = None) -> Picture:
    """The picture after several acts."""
    now = state or State()
    for action in actions:
        now = update(now, action)
    return resolve(small, now)


def small_atlas_with_skin_facing_the_other_leg(small: Atlas) -> Atlas:
    """All skin faces right and a little forward."""
    skin = small.meshes.full["skin"]
    normals = np.tile(np.array([-0.9, -0.4, 0.0], np.float32), (len(skin.points_lps), 1))
    full = {**small.meshes.full, "skin": dataclasses.replace(skin, normals=normals)}
    return dataclasses.replace(small, meshes=dataclasses.replace(small.meshes, full=full))


def look(picture: Picture, structure: str) -> Appearance:
    return picture.scene.appearances[structure]


def test_that_an_empty_state_shows_everything_plainly(small: Atlas) -> None:
    picture = resolve(small, State())
    assert picture.chosen is None and picture.marked == () and picture.answer.blocks == ()
    assert not picture.skin.pain.any() and not picture.skin.deep.any() and not picture.skin.numb.any()
    assert set(picture.scene.appearances) == set(small.content.structures)
    assert {entry.emphasis for entry in picture.scene.appearances.values()} == {"plain"}
    assert look(picture, "skin").opacity == pytest.approx(0.22)
    assert picture.scene.lines == () and picture.scene.labels == () and picture.scene.target_lps is None
    assert picture.scene.focus_lps == () and picture.scene.pose == PoseRequest()


def test_that_resolving_is_pure(small: Atlas) -> None:
    state = State(marks=TOP, block="high_block")
    one, other = resolve(small, state), resolve(small, state)
    assert one.answer == other.answer and one.scene == other.scene and one.skin.key == other.skin.key
    assert np.array_equal(one.skin.numb, other.skin.numb)


def test_that_undo_and_redo_are_passed_on(small: Atlas) -> None:
    picture = resolve(small, State(), can_undo=True, can_redo=True)
    assert picture.can_undo and picture.can_redo


def test_that_the_case_is_the_part_of_the_state_that_is_asked_about() -> None:
    case = case_of(State(marks=TOP, depth="deep", clues=("root_sign",), side="right", block="high_block"))
    assert (case.marks, case.depth, case.clues, case.side) == (TOP, "deep", ("root_sign",), "right")


def test_that_marked_regions_are_told_with_their_side(small: Atlas) -> None:
    stroke = Stroke(((60.0, -91.0, 0.0),), 40.0, 3.0)
    marked = {(m.region, m.side): m for m in resolve(small, State(marks=(*TOP, stroke))).marked}
    assert marked["top", "left"].named and marked["top", "left"].share == pytest.approx(1.0)
    assert not marked["middle", "left"].named and marked["middle", "left"].weight == pytest.approx(3.0)


def test_that_a_chosen_block_shows_its_numb_skin_on_the_side_being_looked_at(small: Atlas) -> None:
    left = shown(small, act.ChooseBlock("high_block"))
    right = shown(small, act.ChooseBlock("high_block"), act.ChooseSide("right"))
    assert left.skin.numb.max() > 0.5
    assert np.array_equal(right.skin.numb, left.skin.numb[small.fields.mirror])
    assert left.skin.key != right.skin.key
    assert left.chosen is not None and (left.chosen.rank, left.chosen.covered) == (0, 0.0)


def test_that_the_chosen_entry_has_rank_reasons_and_neighbours(small: Atlas) -> None:
    picture = shown(small, act.MarkRegion("top", "left"), act.ChooseBlock("high_block"))
    assert picture.chosen is not None
    assert picture.chosen.rank == 1 and picture.chosen.side == "left"
    assert picture.chosen.reasons and "vessel_left" in {n.structure for n in picture.chosen.neighbours}


def test_that_pain_on_one_side_never_moves_a_block_chosen_on_the_other(small: Atlas) -> None:
    picture = shown(small, act.ChooseBlock("high_block"), act.MarkRegion("top", "right"))
    assert picture.state.side == "left"
    assert picture.chosen is not None and picture.chosen.covered == 0.0 and picture.chosen.side == "left"
    assert picture.answer.blocks[0].side == "right"


def test_that_a_withheld_or_interrupted_block_says_so(small: Atlas) -> None:
    chosen = shown(
        small,
        act.MarkRegion("top", "left"),
        act.ToggleFlag("thin_blood", True),
        act.ChooseBlock("broad_block"),
    ).chosen
    assert chosen is not None and chosen.withheld == "thin_blood matters."
    chosen = shown(
        small, act.MarkRegion("top", "left"), act.ToggleFlag("alarm", True), act.ChooseBlock("high_block")
    ).chosen
    assert chosen is not None and chosen.withheld == "alarm matters."


def test_that_the_numb_skin_of_a_root_block_follows_the_root_under_test(small: Atlas) -> None:
    upper = shown(small, act.MarkRegion("top", "left"), act.ChooseBlock("root_block")).skin.numb
    lower = shown(small, act.MarkRegion("bottom", "left"), act.ChooseBlock("root_block")).skin.numb
    assert not np.array_equal(upper, lower)


def test_that_a_block_lights_its_nerves_from_root_to_skin(small: Atlas) -> None:
    content = small.content
    assert lit_nerves(content, content.blocks["high_block"], "") == {"high", "trunk", "root_X"}
    assert lit_nerves(content, content.blocks["broad_block"], "") == {
        *("trunk", "high", "low", "other", "joint_nerve", "root_X", "root_Y")
    }
    assert lit_nerves(content, content.blocks["root_block"], "root_Y") == {"root_Y"}
    right = lit_structures(content, content.blocks["high_block"], "", "right")
    assert right == {"high_right", "trunk_right", "root_X_right"}
    assert lit_structures(content, content.blocks["canal_block"], "", "left") >= {
        "root_X_left",
        "root_X_right",
    }


def test_that_a_chosen_block_fades_what_stands_around_but_keeps_the_bones(small: Atlas) -> None:
    picture = shown(small, act.ChooseBlock("high_block"))
    assert look(picture, "high_left") == Appearance(1.0, "lit")
    assert look(picture, "vessel_left").emphasis == "neighbour"
    assert look(picture, "bone_midline") == Appearance(1.0, "plain")
    assert look(picture, "high_right").emphasis == "faded" and look(picture, "high_right").opacity < 0.5
    assert look(picture, "skin").emphasis == "plain"


def test_that_distance_lines_run_from_the_target_to_the_neighbours(small: Atlas) -> None:
    scene = shown(small, act.ChooseBlock("high_block")).scene
    assert scene.target_lps == small.points_lps["target_high_block_left"]
    line = next(line for line in scene.lines if line.structure == "vessel_left")
    assert line.start_lps == scene.target_lps
    assert "10 mm" in line.label
    assert {label.kind for label in scene.labels} == {"target", "nerve"}
    assert "vessel_left" not in {
        line.structure
        for line in shown(
            small, act.ChooseBlock("high_block"), act.HideStructures(("vessel_left",))
        ).scene.lines
    }


def test_that_choosing_a_block_frames_its_target_from_the_nearest_skin(small: Atlas) -> None:
    scene = shown(small, act.ChooseBlock("canal_block")).scene
    assert scene.pose.view == "posterior"
    points = np.array(scene.focus_lps)
    assert points.mean(axis=0) == pytest.approx((0.0, 90.0, 0.0))
    assert np.ptp(points, axis=0) == pytest.approx([2 * AROUND_TARGET_MM] * 3)
    assert view_onto(small, (149.0, 0.0, 0.0)) == "left"
    assert view_onto(small, (-149.0, 0.0, 0.0)) == "right"
    assert view_onto(small, (0.0, -99.0, 0.0)) == "anterior"
    inner = small_atlas_with_skin_facing_the_other_leg(small)
    assert view_onto(inner, (149.0, -1.0, 0.0)) == "anterior"


def test_that_a_pose_frames_structures_points_nerves_and_other_blocks(small: Atlas) -> None:
    def middle(*names: str) -> np.ndarray:
        return np.array(shown(small, act.FocusOn(names)).scene.focus_lps).mean(axis=0)

    assert middle("vessel_left") == pytest.approx((60.0, 0.0, 0.0), abs=0.5)
    assert middle("target_high_block_right") == pytest.approx((-40.0, 0.0, 0.0))
    assert middle("high") == pytest.approx((0.0, 0.0, -50.0), abs=0.5)  # both sides
    assert middle("low_block") == pytest.approx((40.0, 0.0, 10.0))
    assert len(shown(small, act.FocusOn(("vessel_left", "kidney_left"))).scene.focus_lps) == 16
    assert shown(small, act.FocusOn(("chain",))).scene.focus_lps == ()  # a nerve without a mesh


def test_that_a_named_view_is_kept(small: Atlas) -> None:
    scene = shown(small, act.ChooseBlock("high_block"), act.RequestView("superior")).scene
    assert scene.pose.view == "superior" and scene.focus_lps == ()


def test_that_hidden_faded_isolated_and_selected_are_honoured(small: Atlas) -> None:
    assert look(shown(small, act.HideStructures(("skin",))), "skin").opacity == 0.0
    faded = shown(small, act.FadeStructures(("bone_midline",)))
    assert look(faded, "bone_midline") == Appearance(0.25, "faded")
    only = shown(small, act.IsolateStructures(("bone_midline",)))
    assert [name for name, entry in only.scene.appearances.items() if entry.opacity > 0] == ["bone_midline"]
    chosen = shown(small, act.SelectStructures(("skin",)))
    assert look(chosen, "skin") == Appearance(0.85, "selected")
    assert [label.kind for label in chosen.scene.labels] == ["structure"]
    both = shown(small, act.ChooseBlock("high_block"), act.FadeStructures(("high_left",)))
    assert look(both, "high_left").emphasis == "faded"


def test_that_layers_hide_and_isolation_shows_through(small: Atlas) -> None:
    picture = shown(small, act.SetLayer("bone", False, 1.0), act.SetLayer("vessel", True, 0.5))
    assert look(picture, "bone_midline").opacity == 0.0
    assert look(picture, "vessel_left").opacity == 0.5
    picture = shown(small, act.SetLayer("bone", False, 1.0), act.IsolateStructures(("bone_midline",)))
    assert look(picture, "bone_midline").opacity == 1.0
    hidden = shown(small, act.SetLayer("nerve", False, 1.0), act.ChooseBlock("high_block"))
    assert look(hidden, "high_left").opacity == 0.0
    assert not any(label.kind == "nerve" for label in hidden.scene.labels)


def test_that_a_structure_without_mesh_has_no_label(small: Atlas) -> None:
    full = {name: mesh for name, mesh in small.meshes.full.items() if name != "kidney_left"}
    bare = dataclasses.replace(small, meshes=dataclasses.replace(small.meshes, full=full))
    assert shown(bare, act.SelectStructures(("kidney_left",))).scene.labels == ()


def test_that_a_block_without_target_keeps_the_direction_of_view(small: Atlas) -> None:
    bare = dataclasses.replace(small, points_lps={})
    scene = shown(bare, act.ChooseBlock("high_block")).scene
    assert scene.target_lps is None and scene.lines == () and scene.pose.view is None


def test_that_warming_computes_what_later_pictures_need(small: Atlas) -> None:
    warm(small)
    assert resolve(small, State(marks=TOP, block="high_block")).chosen is not None


def test_that_a_layer_look_is_a_value(small: Atlas) -> None:
    looks = tuple(msgspec.structs.replace(entry, visible=False) for entry in State().layers)
    picture = resolve(small, State(layers=looks))
    assert all(entry.opacity == 0.0 for entry in picture.scene.appearances.values())
    assert LayerLook("bone") == LayerLook("bone", True, 1.0)
