"""What the content knows about one structure, gathered from all its records: what a card of it shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from planner.atlas.hierarchy import stem_of
from planner.atlas.model import Atlas, Content, Generator, Nerve, Part, Structure, Variant
from planner.fields import reach_of
from planner.search import words_of
from planner.sources import belongs_to, of_variants, on_side
from planner.space import Laterality
from planner.territory import territory_of_nerve

_NEAR_MM = 12.0
_NEAREST = 10
_LEAST_LETTERS = 5  # shorter words of a text are no names


@dataclass(frozen=True, slots=True)
class Way:
    """A word that leads to structures."""

    name: str
    structures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reached:
    """A block that reaches a nerve. p: how often, done as described."""

    block: str
    p: float


@dataclass(frozen=True, slots=True)
class About:
    """One structure with its nerve and all that refers to either.

    territory: what `planner.territory` shows of its nerve, None for none.
    """

    structure: Structure
    nerve: Nerve | None
    roots: tuple[Way, ...]
    trunk: Way | None
    branches: tuple[Way, ...]
    blocks: tuple[Reached, ...]
    generators: tuple[Generator, ...]
    variants: tuple[Variant, ...]
    parts: tuple[Part, ...]
    territory: str | None


def about(content: Content, structure: str) -> About:
    """Everything about a structure. KeyError for an unknown one."""
    record = content.structures[structure]
    nerve = content.nerves.get(record.nerve)
    stem = stem_of(structure)
    name = nerve.id if nerve is not None else ""
    above = content.nerves.get(nerve.part_of) if nerve is not None else None
    reached = (
        [Reached(block.id, reach_of(content, block, name)) for block in content.blocks.values()]
        if name
        else []
    )
    return About(
        structure=record,
        nerve=nerve,
        roots=_roots(content, nerve, record.side) if nerve is not None and nerve.kind != "root" else (),
        trunk=_way(content, above, record.side) if above is not None else None,
        branches=tuple(
            way
            for other in content.nerves.values()
            if name and other.part_of == name and (way := _way(content, other, record.side)) is not None
        ),
        blocks=tuple(sorted((hit for hit in reached if hit.p > 0.0), key=lambda hit: -hit.p)),
        generators=tuple(
            source
            for source in content.generators.values()
            if (name and name in source.nerves) or belongs_to(record, source)
        ),
        variants=tuple(
            variant
            for variant in content.variants.values()
            if (name and variant.nerve == name) or stem in variant.hides or stem in variant.shows
        ),
        parts=tuple(part for part in content.parts.values() if part.structure == structure),
        territory=territory_of_nerve(content, name) if name else None,
    )


def structures_of_nerve(content: Content, nerve: str, side: Laterality) -> tuple[str, ...]:
    """The structures of a nerve on a side (of both for a midline structure), in the usual anatomy."""
    apart = of_variants(content)
    return tuple(
        name
        for name, record in content.structures.items()
        if record.nerve == nerve and on_side(record, side) and stem_of(name) not in apart
    )


def _way(content: Content, nerve: Nerve, side: Laterality) -> Way | None:
    found = structures_of_nerve(content, nerve.id, side)
    return Way(nerve.name, found) if found else None


def _roots(content: Content, nerve: Nerve, side: Laterality) -> tuple[Way, ...]:
    """The levels of a nerve, each with its root's structures (none for a level outside the model)."""
    by_level = {
        level: root.id for root in content.nerves.values() if root.kind == "root" for level in root.roots
    }
    return tuple(
        Way(level, structures_of_nerve(content, by_level[level], side) if level in by_level else ())
        for level in nerve.roots
    )


@lru_cache(maxsize=64)
def neighbours_of(atlas: Atlas, structure: str) -> tuple[tuple[str, float], ...]:
    """The structures nearest to one, with the distance of their surfaces in mm in this model.

    Between the corners of the meshes, so at most about a millimetre more than between the surfaces.
    """
    meshes, records = atlas.meshes.full, atlas.content.structures
    own = meshes[structure].points_lps
    low, high = own.min(axis=0) - _NEAR_MM, own.max(axis=0) + _NEAR_MM
    from scipy.spatial import cKDTree  # a fifth of a second that no start should wait for

    tree = cKDTree(own)
    apart = of_variants(atlas.content)
    found: list[tuple[str, float]] = []
    for name, mesh in meshes.items():
        record = records.get(name)
        if record is None or name == structure or record.layer == "skin" or stem_of(name) in apart:
            continue
        points = mesh.points_lps[((mesh.points_lps >= low) & (mesh.points_lps <= high)).all(axis=1)]
        if not len(points):
            continue
        gaps, _ = tree.query(points, distance_upper_bound=_NEAR_MM)
        gap = float(np.min(gaps))
        if gap < _NEAR_MM:
            found.append((name, round(gap, 1)))
    return tuple(sorted(found, key=lambda item: item[1])[:_NEAREST])


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a text, from start to before end, and the structures' ids without side it stands for."""

    start: int
    end: int
    stem: str


class Mentions:
    """Finds the names of structures in sentences; made once per content."""

    def __init__(self, content: Content) -> None:
        self._stems: dict[tuple[str, ...], str] = {}
        for record in content.structures.values():
            for name in (record.name, *record.synonyms):
                words = tuple(word for word in words_of(name) if word not in ("left", "right"))
                if sum(map(len, words)) >= _LEAST_LETTERS and not all(word[-1].isdigit() for word in words):
                    self._stems.setdefault(words, stem_of(record.id))
        self._longest = max(map(len, self._stems), default=0)

    def of(self, text: str, besides: str = "") -> tuple[Mention, ...]:
        """The names in a text, longest first where they overlap, each once. besides: a stem left out."""
        places = _places(text)
        found: list[Mention] = []
        seen, at = {besides}, 0
        while at < len(places):
            size = min(self._longest, len(places) - at)
            while size and (tuple(word for word, _, _ in places[at : at + size])) not in self._stems:
                size -= 1
            if not size:
                at += 1
                continue
            stem = self._stems[tuple(word for word, _, _ in places[at : at + size])]
            if stem not in seen:
                seen.add(stem)
                found.append(Mention(places[at][1], places[at + size - 1][2], stem))
            at += size
        return tuple(found)


def _places(text: str) -> list[tuple[str, int, int]]:
    """The words of a text as they are compared, each with where it stands."""
    found: list[tuple[str, int, int]] = []
    start = 0
    for piece in text.split():
        at = text.index(piece, start)
        start = at + len(piece)
        bare = piece.strip(".,;:()[]“”\"'")
        words = words_of(bare)
        offset = at + piece.index(bare) if bare else at
        for word in words:
            found.append((word, offset, offset + len(bare)))
    return found


def both_sides(content: Content, stem: str, side: Laterality) -> tuple[str, ...]:
    """The ids that a stem has on a side: one of a pair, the midline one, or both for a midline view."""
    known: Mapping[str, Structure] = content.structures
    names = (stem,) if stem in known else (f"{stem}_left", f"{stem}_right")
    return tuple(name for name in names if name in known and on_side(known[name], side))
