"""The structures of the model as a tree: system, group, structure, side.

A record that names a parent stands beneath it: beneath another structure, or in the group of that name.
Without one, nerves stand with the nerve they branch from, and the tissues of a system apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from planner.atlas.model import Content, Structure
from planner.space import SIDES

Rank = Literal["system", "group", "structure", "side"]

SYSTEMS: Mapping[str, str] = {
    "nerves": "Nerves",
    "bones": "Bones",
    "discs": "Discs, joints and ligaments",
    "muscles": "Muscles",
    "vessels": "Vessels",
    "organs": "Organs and spaces",
    "skin": "Skin",
}
_TISSUES: Mapping[str, str] = {
    "artery": "Arteries",
    "vein": "Veins",
    "ligament": "Ligaments",
    "capsule": "Joint capsules",
    "disc": "Intervertebral discs",
    "cartilage": "Cartilage",
    "tendon": "Tendons",
    "fascia": "Fasciae",
    "space": "Spaces",
    "dura": "Meninges",
    "ureter": "Ureters",
    "nerve": "Other nerves",
}
_ROOTS = "Roots"


@dataclass(frozen=True, slots=True)
class Node:
    """A line of the tree. structures: the ids of all at and beneath it; children in the content's order.

    key: the same for the same line of every tree of this content.
    """

    key: str
    name: str
    rank: Rank
    structures: tuple[str, ...]
    children: tuple[Node, ...] = ()


def outline(content: Content) -> tuple[Node, ...]:
    """The systems that the content has, each with all that belongs to it."""
    records = list(content.structures.values())
    found = [_system(content, name, records) for name in SYSTEMS]
    return tuple(node for node in found if node is not None)


def path_to(roots: Iterable[Node], structure: str) -> tuple[Node, ...]:
    """The lines from a system down to a structure; () for one the tree does not have."""
    for node in roots:
        if structure in node.structures:
            return (node, *path_to(node.children, structure))
    return ()


def stem_of(structure: str) -> str:
    """A structure's id without its side."""
    return structure.removesuffix("_left").removesuffix("_right")


def unsided(name: str) -> str:
    """A name without the side it begins with, its first letter a capital."""
    for side in SIDES:
        if name.casefold().startswith(f"{side} "):
            name = name[len(side) + 1 :]
    return name[:1].upper() + name[1:]


def _system(content: Content, system: str, records: list[Structure]) -> Node | None:
    pairs: dict[str, list[Structure]] = {}
    for record in records:
        if record.system == system:
            pairs.setdefault(stem_of(record.id), []).append(record)
    if not pairs:
        return None
    under: dict[str, list[str]] = {}
    groups: dict[str, list[str]] = {}
    tissues = Counter(held[0].material for held in pairs.values())
    for stem, held in pairs.items():
        above = stem_of(held[0].parent)
        if above in pairs and stem not in _lineage(pairs, above):
            under.setdefault(above, []).append(stem)
        else:
            groups.setdefault(_group(content, held[0], len(tissues) > 1), []).append(stem)
    children: list[Node] = []
    for title, stems in groups.items():
        nodes = tuple(_branch(stem, pairs, under) for stem in stems)
        if not title or (len(nodes) == 1 and nodes[0].name == title):
            children.extend(nodes)
        else:
            children.append(Node(f"{system}/{title}", title, "group", _all(nodes), nodes))
    return Node(f"{system}/", SYSTEMS[system], "system", _all(children), tuple(children))


def _lineage(pairs: Mapping[str, list[Structure]], stem: str) -> set[str]:
    """A stem and all above it; ends where records lead in a ring."""
    seen: set[str] = set()
    while stem in pairs and stem not in seen:
        seen.add(stem)
        stem = stem_of(pairs[stem][0].parent)
    return seen


def _group(content: Content, record: Structure, by_tissue: bool) -> str:
    """The heading a structure stands under in its system; "" for none."""
    if record.parent and record.parent not in content.structures:
        return unsided(record.parent.replace("_", " "))
    if record.nerve:
        nerve = content.nerves.get(record.nerve)
        while nerve is not None and nerve.part_of in content.nerves:
            nerve = content.nerves[nerve.part_of]
        if nerve is not None:
            return _ROOTS if nerve.kind == "root" else unsided(nerve.name)
    return _TISSUES.get(record.material, "") if by_tissue else ""


def _branch(stem: str, pairs: Mapping[str, list[Structure]], under: Mapping[str, list[str]]) -> Node:
    return _structure(pairs[stem], tuple(_branch(below, pairs, under) for below in under.get(stem, ())))


def _structure(held: list[Structure], below: tuple[Node, ...]) -> Node:
    stem = stem_of(held[0].id)
    if len(held) == 1 and held[0].side == "midline":
        return Node(stem, unsided(held[0].name), "structure", (held[0].id, *_all(below)), below)
    order = sorted(held, key=lambda record: record.side)
    sides = tuple(Node(record.id, record.side.capitalize(), "side", (record.id,)) for record in order)
    children = (*sides, *below)
    return Node(f"{stem}/", unsided(held[0].name), "structure", _all(children), children)


def _all(nodes: Iterable[Node]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for node in nodes for name in node.structures))
