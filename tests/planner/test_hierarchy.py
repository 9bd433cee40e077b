"""The tree of systems, groups, structures and sides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from small_atlas import small_atlas

from planner.atlas.hierarchy import Branch, ancestors, plain_name, stem_of, tree
from planner.atlas.model import Content, Group, Structure


def structure(key: str, parent: str = "", **more: Any) -> Structure:
    side = key.rpartition("_")[2]
    return Structure(
        id=key,
        name=f"{side.capitalize()} {stem_of(key)}" if side in ("left", "right") else key,
        side=side if side in ("left", "right") else "midline",  # type: ignore[arg-type]
        system=more.get("system", "vessels"),
        layer="vessel",
        material="vein",
        parent=parent,
        provenance="authored",
        sources=("book",),
        grade="textbook",
    )


def content(structures: Iterable[Structure], groups: Iterable[Group] = ()) -> Content:
    return replace(
        small_atlas().content,
        structures={one.id: one for one in structures},
        groups={one.id: one for one in groups},
    )


def shape(branches: Iterable[Branch]) -> list[Any]:
    return [(branch.id, sorted(branch.sides), shape(branch.below)) for branch in branches]


VEINS = Group(id="veins", name="Veins", latin="Venae", system="vessels")


def test_that_both_sides_are_one_branch() -> None:
    found = tree(content([structure("iliac_left", "veins"), structure("iliac_right", "veins")], [VEINS]))
    assert shape(found["vessels"]) == [("veins", [], [("iliac", ["left", "right"], [])])]
    assert found["vessels"][0].below[0].sides == {"left": "iliac_left", "right": "iliac_right"}


def test_that_what_stands_under_both_sides_is_one_branch_below_them() -> None:
    names = [("iliac_left", "cava"), ("iliac_right", "cava"), ("femoral_left", "iliac_left")]
    names += [("femoral_right", "iliac_right"), ("cava", "veins")]
    found = tree(content([structure(*name) for name in names], [VEINS]))
    femoral = ("femoral", ["left", "right"], [])
    iliac = ("iliac", ["left", "right"], [femoral])
    assert shape(found["vessels"]) == [("veins", [], [("cava", ["midline"], [iliac])])]


def test_that_sides_with_different_parents_are_branches_of_their_own() -> None:
    # The left gonadal vein ends in the renal vein, the right one in the vena cava.
    names = [("cava", ""), ("renal_left", "cava"), ("renal_right", "cava")]
    names += [("gonadal_left", "renal_left"), ("gonadal_right", "cava")]
    found = tree(content([structure(*name) for name in names]))
    renal = ("renal", ["left", "right"], [("gonadal", ["left"], [])])
    assert shape(found["vessels"]) == [("cava", ["midline"], [renal, ("gonadal", ["right"], [])])]


def test_that_groups_come_first_and_empty_ones_are_left_out() -> None:
    inner = Group(id="inner", name="Inner", latin="Interna", system="vessels", parent="veins")
    empty = Group(id="empty", name="Empty", latin="Vacua", system="vessels", parent="veins")
    found = tree(content([structure("outer", "veins"), structure("cava", "inner")], [VEINS, inner, empty]))
    below = [("inner", [], [("cava", ["midline"], [])]), ("outer", ["midline"], [])]
    assert shape(found["vessels"]) == [("veins", [], below)]


def test_that_a_body_without_groups_lists_structures_under_their_systems() -> None:
    found = tree(content([structure("skin", system="skin"), structure("cava")]))
    assert list(found) == ["vessels", "skin"]
    assert shape(found["skin"]) == [("skin", ["midline"], [])]


def test_that_ancestors_lead_to_the_system() -> None:
    held = content([structure("cava", "veins"), structure("iliac_left", "cava")], [VEINS])
    assert list(ancestors(held, "iliac_left")) == ["cava", "veins"]
    assert list(ancestors(held, "cava")) == ["veins"]


def test_that_a_branch_is_named_without_its_side() -> None:
    assert plain_name(structure("iliac_left")) == "Iliac"
    assert stem_of("femoral_left") == "femoral" and stem_of("upright") == "upright"
