"""Named parts of a bone: which of them a place on its surface belongs to.

A part is told by points on the surface (its anchors); a place belongs to the part whose anchor is
nearest, as long as that lies within the part's reach. Pure, and fast enough for the moving cursor.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from planner.atlas.model import Content, Part

Lps = tuple[float, float, float]


def part_at(parts: Iterable[Part], structure: str, at_lps: Lps) -> Part | None:
    """The part of a structure at a point of its surface (LPS mm); None where none is within reach."""
    best, nearest = None, math.inf
    for part in parts:
        if part.structure != structure:
            continue
        distance = min(math.dist(anchor, at_lps) for anchor in part.anchors_lps)
        if distance <= part.reach_mm and distance < nearest:
            best, nearest = part, distance
    return best


def by_structure(parts: Mapping[str, Part]) -> Mapping[str, tuple[Part, ...]]:
    """The parts of each structure that has any, in the order of the content."""
    found: dict[str, list[Part]] = {}
    for part in parts.values():
        found.setdefault(part.structure, []).append(part)
    return {structure: tuple(listed) for structure, listed in found.items()}


def part_name(content: Content, part: Part) -> str:
    """The part in words, with its side where the structure itself has none ("right lamina")."""
    home = content.structures.get(part.structure)
    sided = part.side in ("left", "right") and (home is None or home.side == "midline")
    return f"{part.side} {part.name}" if sided else part.name
