"""The lines of the tree of structures: complete, each once, beneath what its record says."""

from __future__ import annotations

from planner.atlas.hierarchy import ancestors
from planner.atlas.model import Atlas
from planner.outline import Node, outline, path_to, structures_under


def test_that_every_structure_stands_in_the_tree_once(atlas: Atlas) -> None:
    roots = outline(atlas.content)
    held = [name for node in roots for name in node.structures]
    assert sorted(held) == sorted(atlas.content.structures)
    for name in held:
        last = path_to(roots, name)[-1]
        assert last.key == name or last.structures[0] == name


def test_that_keys_are_unique_and_nothing_is_empty(atlas: Atlas) -> None:
    keys: list[str] = []

    def walk(node: Node) -> None:
        keys.append(node.key)
        assert node.name and node.structures
        assert not node.children or {n for c in node.children for n in c.structures} <= {*node.structures}
        for child in node.children:
            walk(child)

    for node in outline(atlas.content):
        walk(node)
    assert len(keys) == len(set(keys))


def test_that_a_pair_stands_once_with_its_two_sides(atlas: Atlas) -> None:
    ways = path_to(outline(atlas.content), "femoral_left")
    assert ways[0].rank == "system" and ways[0].name == "Nerves"
    assert [(node.rank, node.name) for node in ways[-2:]] == [
        ("structure", "Femoral nerve"),
        ("side", "Left"),
    ]
    assert "group" in {node.rank for node in ways}


def test_that_a_group_holds_all_that_stands_under_it(atlas: Atlas) -> None:
    for group in atlas.content.groups:
        held = structures_under(atlas.content, group)
        assert all(group in ancestors(atlas.content, name) for name in held)
    assert "obturator_left" in structures_under(atlas.content, "lumbar_plexus")
