"""Facets: a joint leads to its two medial branches, their targets, and where its pain is felt."""

from __future__ import annotations

import numpy as np
import pytest

from planner.atlas.forms import formed
from planner.atlas.model import Atlas
from planner.session import actions as act
from planner.session.finding import choosing
from planner.session.ids import UnknownId
from planner.session.store import Store
from planner.sources import joint_of, nerves_of, targets_of
from planner.territory import referral

FACETS = ("facet_L1_2", "facet_L2_3", "facet_L3_4", "facet_L4_5", "facet_L5_S1")


@pytest.mark.parametrize("facet", FACETS)
@pytest.mark.parametrize("side", ["left", "right"])
def test_that_each_facet_has_its_capsule_two_nerves_and_a_target_at_each(
    atlas: Atlas, facet: str, side: str
) -> None:
    # Two medial branches serve each facet joint (Bogduk 1983); L5/S1: that of L4 and the L5 dorsal ramus.
    levels = facet.removeprefix("facet_").lower().split("_")
    below = levels[1] if levels[1].startswith("s") else f"l{levels[1]}"
    assert joint_of(atlas.content, facet, side) == (f"capsule_facet_{levels[0]}_{below}_{side}",)  # type: ignore[arg-type]
    served = {atlas.content.structures[name].nerve for name in nerves_of(atlas.content, facet, side)}  # type: ignore[arg-type]
    assert served == {*atlas.content.generators[facet].nerves} and len(served) == 2
    targets = targets_of(atlas, facet, side)  # type: ignore[arg-type]
    assert {nerve for nerve, _ in targets} == served
    assert len({point for _, point in targets}) == 2


def test_that_the_targets_lie_at_the_root_of_the_transverse_processes(atlas: Atlas) -> None:
    for facet in FACETS[:-1]:
        for _, point in targets_of(atlas, facet, "left"):
            near = min(
                float(np.linalg.norm(mesh.points_lps - np.array(point), axis=1).min())
                for name, mesh in atlas.meshes.full.items()
                if name.startswith("vertebra_")
            )
            assert near < 4.0, (facet, point)


def test_that_choosing_a_facet_lights_nerves_and_shows_targets_and_referral(atlas: Atlas) -> None:
    store = Store(atlas)
    store.dispatch(choosing(atlas.content, "facet_L4_5", "left"))
    scene, skin = store.picture.scene, store.picture.skin
    assert store.state.selected == ("capsule_facet_l4_l5_left",) and scene.pose.view == "posterior"
    assert {n for n, look in scene.appearances.items() if look.emphasis == "lit"} == {
        "medial_branch_l3_left",
        "medial_branch_l4_left",
    }
    assert [label.text for label in scene.labels if label.text.startswith("Target: ")] == [
        f"Target: {atlas.content.nerves[name].name}" for name in ("medial_branch_L3", "medial_branch_L4")
    ]
    assert skin.over is not None and skin.over.id == "facet_L4_5" and skin.over.outlines["usual"]
    store.dispatch(act.ClearSelection())
    assert store.state.source is None and store.picture.skin.over is None
    store.dispatch(act.Undo())
    store.dispatch(act.Undo())
    assert store.state.source is None
    with pytest.raises(UnknownId):
        store.dispatch(act.ChooseSource("facet_C3_4"))


def test_that_every_source_can_be_shown(atlas: Atlas) -> None:
    store = Store(atlas)
    store.dispatch(act.ChooseSide("right"))
    body = formed(atlas, store.picture.state.form)
    for source in atlas.content.generators:
        store.dispatch(choosing(atlas.content, source, "right"))
        assert store.picture.skin.over is referral(body, source, "right")
