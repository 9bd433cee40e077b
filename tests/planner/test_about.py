"""What is gathered about a structure, and the names found in sentences."""

from __future__ import annotations

import pytest

from planner.about import Mentions, about, both_sides, neighbours_of
from planner.atlas.model import Atlas


def test_that_a_nerve_knows_its_roots_branches_blocks_and_skin(atlas: Atlas) -> None:
    facts = about(atlas.content, "femoral_left")
    assert [way.name for way in facts.roots] == ["L2", "L3", "L4"]
    assert all(name.endswith("_left") for way in facts.roots for name in way.structures)
    assert "saphenous_left" in [name for way in facts.branches for name in way.structures]
    assert facts.territory == "femoral" and "femoral" in [hit.block for hit in facts.blocks]
    assert [hit.p for hit in facts.blocks] == sorted((hit.p for hit in facts.blocks), reverse=True)


def test_that_a_branch_knows_its_trunk_and_a_joint_its_source_of_pain(atlas: Atlas) -> None:
    trunk = about(atlas.content, "saphenous_right").trunk
    assert trunk is not None and trunk.structures[0].endswith("_right")
    assert [source.id for source in about(atlas.content, "capsule_facet_l4_l5_left").generators] == [
        "facet_L4_5"
    ]


def test_that_everything_can_be_told_of_every_structure(atlas: Atlas) -> None:
    for name in atlas.content.structures:
        facts = about(atlas.content, name)
        assert facts.structure.id == name
    with pytest.raises(KeyError):
        about(atlas.content, "no_such_structure")


def test_that_neighbours_are_near_each_other_both_ways(atlas: Atlas) -> None:
    found = dict(neighbours_of(atlas, "capsule_facet_l4_l5_left"))
    assert "vertebra_l4" in found and "medial_branch_l3_left" in found and "skin" not in found
    assert list(found.values()) == sorted(found.values()) and max(found.values()) < 12.0


def test_that_names_in_a_sentence_are_found_longest_first_and_once(atlas: Atlas) -> None:
    text = "Crosses the quadratus lumborum, then (the psoas major) and the quadratus lumborum again."
    found = Mentions(atlas.content).of(text)
    assert [text[m.start : m.end] for m in found] == ["quadratus lumborum", "psoas major"]
    assert Mentions(atlas.content).of(text, "psoas_major")[-1].stem == "quadratus_lumborum"
    assert Mentions(atlas.content).of("") == ()


def test_that_a_stem_has_one_or_both_sides(atlas: Atlas) -> None:
    assert both_sides(atlas.content, "psoas_major", "left") == ("psoas_major_left",)
    assert both_sides(atlas.content, "psoas_major", "midline") == ("psoas_major_left", "psoas_major_right")
    assert both_sides(atlas.content, "sacrum", "left") == ("sacrum",)
