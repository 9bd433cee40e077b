"""Root to skin and skin to root, nerve and block; what is laid over a territory."""

from __future__ import annotations

import pytest

from planner.atlas.model import Atlas
from planner.session import actions as act
from planner.session.ids import UnknownId
from planner.session.resolve import resolve
from planner.session.state import State
from planner.session.store import Store
from planner.session.update import update
from planner.trace import areas_of_root, at_skin


def place_of(atlas: Atlas, region: str, side: str) -> tuple[float, float, float]:
    x, y, z = atlas.points_lps[f"region_{region}_{side}"]
    return x, y, z


def test_that_a_root_leads_to_the_skin_of_its_dermatome_and_the_nerves_that_carry_it(atlas: Atlas) -> None:
    areas = {served.region: served for served in areas_of_root(atlas.content, "L4")}
    for region, served in areas.items():
        assert any(s.of == "L4" and s.p == served.p for s in atlas.content.regions[region].dermatomes)
        assert all("L4" in atlas.content.nerves[share.of].roots for share in served.nerves)
    # L4 reaches the inner shin by the saphenous nerve (ASIA key sensory point: medial malleolus).
    assert "saphenous" in [share.of for share in areas["leg_med_lower"].nerves]
    assert areas_of_root(atlas.content, "C5") == ()


@pytest.mark.parametrize(
    ("region", "nerve", "block"),
    [("thigh_lat_mid", "lfcn", "lfcn"), ("leg_med_lower", "saphenous", "saphenous_acb")],
)
@pytest.mark.parametrize("side", ["left", "right"])
def test_that_a_place_on_the_skin_leads_to_its_nerve_and_block(
    atlas: Atlas, region: str, nerve: str, block: str, side: str
) -> None:
    found = at_skin(atlas, place_of(atlas, region, side))
    assert found is not None and (found.region, found.side) == (region, side)
    assert found.nerves[0].of == nerve and block in [share.of for share in found.blocks]
    for shares in (found.roots, found.nerves, found.blocks):
        assert [share.p for share in shares] == sorted((share.p for share in shares), reverse=True)


def test_that_a_point_far_from_the_skin_is_no_place(atlas: Atlas) -> None:
    assert at_skin(atlas, (0.0, 0.0, 2000.0)) is None


def test_that_tracing_is_an_act_like_others_and_selecting_ends_it(atlas: Atlas) -> None:
    store = Store(atlas)
    store.dispatch(act.TraceSkin(place_of(atlas, "thigh_lat_mid", "left")))
    assert store.picture.place is not None and len(store.picture.scene.dots) == 1
    store.dispatch(act.GoTo(("lfcn_left",)))
    assert store.picture.place is None
    store.dispatch(act.Undo())
    assert store.picture.place is not None
    assert update(store.state, act.TraceSkin(None)).traced is None


def test_that_a_dermatome_is_laid_over_a_nerve_on_the_same_side(atlas: Atlas) -> None:
    skin = resolve(atlas, State(selected=("femoral_right",), over="L3")).skin
    assert skin.territory is not None and skin.over is not None
    assert (skin.territory.side, skin.over.side, skin.over.id) == ("right", "right", "L3")
    assert skin.key != resolve(atlas, State(selected=("femoral_right",))).skin.key
    alone = resolve(atlas, State(over="L3")).skin
    assert alone.territory is None and alone.over is not None and alone.key != skin.key
    with pytest.raises(UnknownId):
        Store(atlas).dispatch(act.LayOver("L99"))
