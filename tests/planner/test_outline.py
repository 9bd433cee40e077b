"""The tree of structures: complete, each once, beneath what its record says."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from planner.atlas.model import Atlas, Content
from planner.outline import Node, outline, path_to, unsided


def leaves(node: Node) -> list[str]:
    return (
        [name for child in node.children for name in leaves(child)]
        if node.children
        else list(node.structures)
    )


def with_parent(content: Content, parents: dict[str, str]) -> Content:
    structures = {
        name: msgspec.structs.replace(record, parent=parents.get(name, record.parent))
        for name, record in content.structures.items()
    }
    return replace(content, structures=structures)


def test_that_every_structure_stands_in_the_tree_once(atlas: Atlas) -> None:
    roots = outline(atlas.content)
    held = [name for node in roots for name in node.structures]
    assert sorted(held) == sorted(atlas.content.structures)
    assert all(path_to(roots, name)[-1].structures[0] == name for name in held)


def test_that_keys_are_unique_and_nothing_is_empty(atlas: Atlas) -> None:
    keys: list[str] = []

    def walk(node: Node) -> None:
        keys.append(node.key)
        assert node.name and node.structures
        for child in node.children:
            walk(child)

    for node in outline(atlas.content):
        walk(node)
    assert len(keys) == len(set(keys))


def test_that_a_pair_stands_once_with_its_two_sides(atlas: Atlas) -> None:
    ways = path_to(outline(atlas.content), "femoral_left")
    assert [node.rank for node in ways] == ["system", "group", "structure", "side"]
    assert [node.name for node in ways] == ["Nerves", "Femoral nerve", "Femoral nerve", "Left"]


def test_that_a_parent_in_the_record_decides(atlas: Atlas) -> None:
    content = with_parent(
        atlas.content,
        {
            "sartorius_left": "rectus_femoris_left",
            "sartorius_right": "rectus_femoris_right",
            "gracilis_left": "medial_compartment",
            "gracilis_right": "medial_compartment",
        },
    )
    roots = outline(content)
    assert path_to(roots, "sartorius_left")[-3].name == "Rectus femoris"
    assert path_to(roots, "gracilis_left")[-2].name == "Gracilis"
    assert "gracilis_left" in roots[[node.name for node in roots].index("Muscles")].structures


def test_that_parents_in_a_ring_lose_nothing(atlas: Atlas) -> None:
    ring = {
        "kidney_left": "urinary_bladder",
        "kidney_right": "urinary_bladder",
        "urinary_bladder": "kidney_left",
    }
    known = {name: above for name, above in ring.items() if name in atlas.content.structures}
    roots = outline(with_parent(atlas.content, known))
    assert sorted(name for node in roots for name in node.structures) == sorted(atlas.content.structures)


def test_that_a_name_loses_its_side_only_at_its_beginning() -> None:
    assert unsided("Left femoral nerve") == "Femoral nerve"
    assert unsided("Muscles of the left leg") == "Muscles of the left leg"
