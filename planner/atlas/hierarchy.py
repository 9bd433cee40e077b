"""Structures as a tree: system, group, structure, side.

Left and right are one branch with two sides where they stand under the same parent; where anatomy is
not symmetric (the left gonadal vein ends in the renal vein, the right one in the vena cava) each has a
branch of its own. Pure, and in the order of the content.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from planner.atlas.model import SYSTEMS, Content, Structure, System
from planner.space import Laterality

_SIDED = ("left", "right")


@dataclass(frozen=True, slots=True)
class Branch:
    """A line of the tree. id: of the group, or of the structure without its side.

    sides: the structures that it stands for, by side; empty for a group.
    """

    id: str
    name: str
    latin: str
    sides: Mapping[Laterality, str]
    below: tuple[Branch, ...]


def stem_of(structure: str) -> str:
    """The id without its side ("femoral_left" is "femoral")."""
    stem, _, side = structure.rpartition("_")
    return stem if side in _SIDED else structure


def plain_name(structure: Structure) -> str:
    """The name without its side ("Left femoral nerve" is "Femoral nerve")."""
    bare = structure.name.removeprefix("Left ").removeprefix("Right ")
    return bare[:1].upper() + bare[1:]


def tree(content: Content) -> Mapping[System, tuple[Branch, ...]]:
    """The branches of every system that has any structure."""
    below: dict[str, list[str]] = {}
    for key, group in content.groups.items():
        below.setdefault(group.parent or f" {group.system}", []).append(key)
    for key, structure in content.structures.items():
        below.setdefault(structure.parent or f" {structure.system}", []).append(key)
    found = {system: _branches(content, below, (f" {system}",)) for system in SYSTEMS}
    return {system: branches for system, branches in found.items() if branches}


def ancestors(content: Content, structure: str) -> Iterator[str]:
    """Ids of what the structure stands under, nearest first."""
    above = content.structures[structure].parent
    while above:
        yield above
        place = content.structures.get(above) or content.groups[above]
        above = place.parent


def _branches(
    content: Content, below: Mapping[str, list[str]], parents: tuple[str, ...]
) -> tuple[Branch, ...]:
    """The branches under one line of the tree. parents: its ids, one for each side."""
    groups: list[Branch] = []
    pairs: dict[str, dict[Laterality, str]] = {}
    for parent in parents:
        for key in below.get(parent, ()):
            if key in content.structures:
                pairs.setdefault(stem_of(key), {})[content.structures[key].side] = key
            else:
                group = content.groups[key]
                groups.append(Branch(key, group.name, group.latin, {}, _branches(content, below, (key,))))
    for stem, sides in pairs.items():
        first = content.structures[next(iter(sides.values()))]
        under = _branches(content, below, tuple(sides.values()))
        groups.append(Branch(stem, plain_name(first), first.latin, sides, under))
    return tuple(branch for branch in groups if branch.sides or branch.below)
