"""A deep source of pain in the model: its joint, its nerves, and the points at which these are blocked."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from planner.atlas.hierarchy import stem_of
from planner.atlas.model import Atlas, Content, Generator, Structure
from planner.search import words_of
from planner.space import Laterality, Side

PointLps = tuple[float, float, float]
_AT_NERVE_MM = 3.0  # a block's target this near to a nerve is the target for that nerve


def belongs_to(record: Structure, source: Generator) -> bool:
    """Whether a structure is the joint (or other seat) that a source is named after."""
    return set(words_of(record.name)).issuperset(words_of(source.name))


def on_side(record: Structure, side: Laterality) -> bool:
    """Whether a structure lies on a side, or in the midline; on any for "midline"."""
    return side == "midline" or record.side in (side, "midline")


def of_variants(content: Content) -> frozenset[str]:
    """Structures, without side, that a body has in a variant alone."""
    return frozenset(stem for variant in content.variants.values() for stem in variant.shows)


def joint_of(content: Content, source: str, side: Side) -> tuple[str, ...]:
    """The structures of a source's joint on a side. KeyError for an unknown source."""
    record = content.generators[source]
    found = content.structures.items()
    return tuple(name for name, part in found if on_side(part, side) and belongs_to(part, record))


def nerves_of(content: Content, source: str, side: Side) -> tuple[str, ...]:
    """The structures of a source's nerves on a side, in the usual anatomy. KeyError for an unknown source."""
    wanted, apart = {*content.generators[source].nerves}, of_variants(content)
    return tuple(
        name
        for name, part in content.structures.items()
        if part.nerve in wanted and on_side(part, side) and stem_of(name) not in apart
    )


@lru_cache(maxsize=64)
def targets_of(atlas: Atlas, source: str, side: Side) -> tuple[tuple[str, PointLps], ...]:
    """For each nerve of a source the target, at it in this model, of a block that tests the source."""
    content = atlas.content
    record = content.generators[source]
    begin = tuple(f"target_{block}" for block in record.tested_by)
    points = [
        point
        for name, point in atlas.points_lps.items()
        if begin and name.startswith(begin) and name.endswith(f"_{side}")
    ]
    found: list[tuple[str, PointLps]] = []
    for nerve in record.nerves:
        meshes = [
            atlas.meshes.full[name].points_lps
            for name, part in content.structures.items()
            if part.nerve == nerve and part.side == side and name in atlas.meshes.full
        ]
        if not meshes or not points:
            continue
        course = np.concatenate(meshes)
        gaps = [float(np.linalg.norm(course - np.array(point, np.float32), axis=1).min()) for point in points]
        best = int(np.argmin(gaps))
        if gaps[best] <= _AT_NERVE_MM:
            found.append((nerve, points[best]))
    return tuple(found)
