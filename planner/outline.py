"""The tree of structures as lines to be shown: system, group, structure, side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from planner.atlas.hierarchy import Branch, ancestors, tree
from planner.atlas.model import Content, System

Rank = Literal["system", "group", "structure", "side"]

NAMES: Mapping[System, str] = {
    "nerves": "Nerves",
    "bones": "Bones",
    "discs": "Discs, joints and ligaments",
    "muscles": "Muscles",
    "vessels": "Vessels",
    "organs": "Organs and spaces",
    "skin": "Skin",
}


@dataclass(frozen=True, slots=True)
class Node:
    """A line of the tree. structures: the ids of all at and beneath it; children in the content's order.

    own: those that the line itself stands for: both of a pair, none of a group.
    key: the same for the same line of every tree of this content.
    """

    key: str
    name: str
    rank: Rank
    structures: tuple[str, ...]
    children: tuple[Node, ...] = ()
    own: tuple[str, ...] = ()


def outline(content: Content) -> tuple[Node, ...]:
    """The systems that the content has, nerves first, each with all that belongs to it."""
    found = tree(content)
    roots: list[Node] = []
    for system, name in NAMES.items():
        if system in found:
            below = tuple(_node(branch) for branch in found[system])
            roots.append(Node(f"{system}/", name, "system", _all(below), below))
    return tuple(roots)


def path_to(roots: Iterable[Node], structure: str) -> tuple[Node, ...]:
    """The lines from a system down to a structure; () for one the tree does not have."""
    for node in roots:
        if structure in node.structures:
            return (node, *path_to(node.children, structure))
    return ()


def structures_under(content: Content, group: str) -> tuple[str, ...]:
    """All structures that stand under a group, at any depth."""
    return tuple(name for name in content.structures if group in ancestors(content, name))


def _node(branch: Branch) -> Node:
    below = tuple(_node(other) for other in branch.below)
    if not branch.sides:
        return Node(f"{branch.id}/", branch.name, "group", _all(below), below)
    if set(branch.sides) == {"midline"}:
        own = branch.sides["midline"]
        return Node(own, branch.name, "structure", tuple(dict.fromkeys((own, *_all(below)))), below, (own,))
    sides = tuple(
        Node(name, side.capitalize(), "side", (name,), own=(name,))
        for side, name in sorted(branch.sides.items())
    )
    children = (*sides, *below)
    # Of a pair that is not symmetric each side has a line of its own, told apart by its first structure.
    return Node(
        f"{branch.id}/{sides[0].key}", branch.name, "structure", _all(children), children, _all(sides)
    )


def _all(nodes: Iterable[Node]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for node in nodes for name in node.structures))
