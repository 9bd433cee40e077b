"""Variants of the anatomy: one of a group at a time, drawn in place of the usual structures."""

from __future__ import annotations

import pytest

from planner.atlas.load import load_content
from planner.atlas.model import Atlas
from planner.session import actions as act
from planner.session.ids import UnknownId, check_action
from planner.session.resolve import resolve
from planner.session.scene_file import SceneFault, decode, encode
from planner.session.state import State, VariantChoice
from planner.session.update import update
from planner.session.variants import VariantFault, chosen, drawn, share_text
from tests.content.anatomy import ASSETS


def shown(small: Atlas, state: State) -> set[str]:
    looks = resolve(small, state).scene.appearances
    return {name for name, look in looks.items() if look.opacity > 0.0}


def test_that_the_usual_anatomy_has_no_structure_of_a_variant(small: Atlas) -> None:
    usual = shown(small, State())
    assert {"high_left", "high_right"} <= usual
    assert not {"detour_left", "detour_right"} & usual


def test_that_a_variant_stands_in_for_the_usual_on_both_sides(small: Atlas) -> None:
    state = update(State(), act.ChooseVariant("high_way", "double"))
    assert {"detour_left", "detour_right"} <= shown(small, state)
    assert not {"high_left", "high_right"} & shown(small, state)


def test_that_one_of_a_group_is_shown_and_none_brings_back_the_usual(small: Atlas) -> None:
    state = update(State(), act.ChooseVariant("high_way", "double"))
    state = update(state, act.ChooseVariant("high_way", "split"))
    assert state.variants == (VariantChoice("high_way", "split"),)
    assert update(state, act.ChooseVariant("high_way", None)) == State()


def test_that_isolating_does_not_bring_in_what_the_body_lacks(small: Atlas) -> None:
    assert "detour_left" not in shown(small, State(isolated=("detour_left",)))


def test_that_answers_are_of_the_usual_anatomy(small: Atlas) -> None:
    state = update(State(block="high_block"), act.ChooseVariant("high_way", "double"))
    assert resolve(small, state).answer == resolve(small, State(block="high_block")).answer


@pytest.mark.parametrize(
    ("group", "variant"), [("nothing", None), ("high_way", "dubble"), ("nothing", "split")]
)
def test_that_an_unknown_variant_is_refused_by_name(small: Atlas, group: str, variant: str | None) -> None:
    with pytest.raises(UnknownId, match="nearest"):
        check_action(small.content, (), State(), act.ChooseVariant(group, variant))


def test_that_of_two_that_replace_the_same_structure_the_later_is_drawn() -> None:
    content = load_content(ASSETS)
    behind = VariantChoice("lumbar_plexus_place", "plexus_behind_psoas")
    split = VariantChoice("femoral_slip", "femoral_split_by_slip")
    early = VariantChoice("genitofemoral_division", "genitofemoral_early_division")
    assert drawn(content, (behind, early, split)) == (early, split)
    assert drawn(content, (split, early, behind)) == (early, behind)


def test_that_variants_asked_for_by_name_are_known_and_go_together(small: Atlas) -> None:
    assert chosen(small.content, ["split", "split"]) == (VariantChoice("high_way", "split"),)
    with pytest.raises(VariantFault, match="split and double"):
        chosen(small.content, ["split", "double"])
    with pytest.raises(VariantFault, match=r"splitt.*split"):
        chosen(small.content, ["splitt"])


def test_that_a_share_is_told_in_a_few_signs() -> None:
    variants = load_content(ASSETS).variants
    assert share_text(variants["plexus_behind_psoas"]) == "3 %"
    assert share_text(variants["lfcn_type_b"]) == "9\N{EN DASH}27 %"
    assert share_text(variants["plexus_prefixed"]) == "share not known"


def test_that_a_scene_keeps_its_variants_and_refuses_two_of_a_group(small: Atlas) -> None:
    state = State(variants=(VariantChoice("high_way", "split"),))
    assert decode(encode(state, "x"), small.content).state == state
    twice = State(variants=(VariantChoice("high_way", "split"), VariantChoice("high_way", "double")))
    with pytest.raises(SceneFault, match="twice"):
        decode(encode(twice, "x"), small.content)


def test_that_every_variant_of_the_content_changes_the_model_and_tells_how_common_it_is() -> None:
    content = load_content(ASSETS)
    stems = {name.removesuffix("_left").removesuffix("_right") for name in content.structures}
    names: dict[str, set[str]] = {}
    for variant in content.variants.values():
        assert variant.hides or variant.shows, variant.id
        assert {*variant.hides, *variant.shows} <= stems, variant.id
        assert variant.prevalence, variant.id
        names.setdefault(variant.group, set()).add(variant.group_name)
        if variant.percent is not None:
            assert 0.0 <= variant.percent[0] <= variant.percent[1] <= 100.0, variant.id
    assert all(len(found) == 1 for found in names.values()), names
