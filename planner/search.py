"""One search over everything that has a name: structures, parts, nerves, regions, blocks, sources, acts.

A name counts with its Latin, its abbreviations, its synonyms and its FMA number. Every word of the query must
be found in one name of an entry: whole, as a beginning, or with a typing error. The index is built once per
atlas; a query is arithmetic on one small table.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from planner.atlas.model import Content, Nerve, Structure
from planner.space import Laterality, Side

Kind = Literal[
    "structure", "group", "part", "region", "generator", "block", "territory", "level", "act", "scene"
]
KINDS: tuple[Kind, ...] = (
    "structure",
    "group",
    "part",
    "region",
    "generator",
    "block",
    "territory",
    "level",
    "act",
    "scene",
)

# What a word of the query is worth when it is found: whole, as a beginning (more, the more of the word it
# is), with an error in it.
_BEGINNING, _ERROR = 0.86, 0.78
_LIKE_ENOUGH = 0.70  # letters right of a word with an error in it
_ERRORS_FROM = 4  # shorter words are taken as they are typed
_UNASKED = 0.03  # what each further word of a name costs
_OTHER_NAME = 0.02  # what a synonym counts less than the name itself,
_NAME_OF_KIN = 0.08  # and the name of what it is a part of
_OTHER_SIDE = 0.01
_SIDES = ("left", "right")
_LEVELS = re.compile(r"\b([tls])(\d{1,2})[/-](\d{1,2})\b")


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that can be found. names: the first is its own, the others find it as well.

    kin: names of what it is a part of, which find it too, but after that.
    detail: what stands beside the name in a list of results.
    """

    kind: Kind
    id: str
    names: tuple[str, ...]
    kin: tuple[str, ...] = ()
    detail: str = ""
    side: Laterality = "midline"

    @property
    def title(self) -> str:
        """Its own name."""
        return self.names[0]


@dataclass(frozen=True, slots=True)
class Found:
    """An entry and the name by which it was found; score 0-1."""

    entry: Entry
    name: str
    score: float


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text as they are compared: no capitals, accents or punctuation; "L4/5" is L4 and L5."""
    plain = _LEVELS.sub(r"\1\2 \1\3", text.casefold())
    plain = unicodedata.normalize("NFKD", plain)
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return tuple(re.findall(r"[a-z0-9]+", plain))


class Index:
    """Entries made ready for queries. Rows: one per name of an entry."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = tuple(entries)
        names = [
            (k, name, cost) for k, entry in enumerate(self.entries) for name, cost in _called(entry).items()
        ]
        split = [words_of(name) or ("",) for _, name, _ in names]
        self._names = tuple(name for _, name, _ in names)
        self._owner = np.array([k for k, _, _ in names], np.int64)
        self._cost = np.array([cost for _, _, cost in names])
        self._vocabulary = tuple(sorted(set(chain.from_iterable(split))))
        number = {word: k for k, word in enumerate(self._vocabulary)}
        self._words = np.array([number[word] for word in chain.from_iterable(split)], np.int64)
        lengths = [len(words) for words in split]
        self._starts = np.cumsum([0, *lengths[:-1]]) if split else np.zeros(0, np.int64)
        # Nobody need say which side is meant: it is no further word of the name.
        self._lengths = np.array([sum(word not in _SIDES for word in words) for words in split], np.int64)
        self._kinds = np.array([KINDS.index(entry.kind) for entry in self.entries], np.int64)
        self._sides = np.array([entry.side for entry in self.entries])

    def find(
        self, query: str, limit: int = 40, kinds: Sequence[Kind] = KINDS, side: Side = "left"
    ) -> tuple[Found, ...]:
        """Entries found, best first; none for a query without a word. side: whose pairs come first."""
        asked = words_of(query)
        if not asked or not self.entries or limit < 1:
            return ()
        worth = np.zeros(len(self._names))
        found = np.ones(len(self._names), bool)
        for place, word in enumerate(asked):
            best = np.maximum.reduceat(
                self._likeness(word, place == len(asked) - 1)[self._words], self._starts
            )
            worth += best
            found &= best > 0.0
        unasked = np.maximum(self._lengths - sum(word not in _SIDES for word in asked), 0)
        worth = worth / len(asked) - np.minimum(_UNASKED * unasked, 0.3) - self._cost
        worth[~found] = -1.0
        # One score per entry: that of its best name.
        order = np.lexsort((-worth, self._owner))
        first = np.flatnonzero(np.diff(self._owner[order], prepend=-1))
        rows = order[first]
        score = worth[rows] - _OTHER_SIDE * (self._sides == ("right" if side == "left" else "left"))
        wanted = [KINDS.index(kind) for kind in kinds]
        rows = rows[(score > 0.0) & np.isin(self._kinds, wanted)]
        hits = [
            Found(self.entries[self._owner[row]], self._names[row], float(score[self._owner[row]]))
            for row in rows
        ]
        hits.sort(key=lambda hit: (-round(hit.score, 4), KINDS.index(hit.entry.kind), hit.entry.title))
        return tuple(hits[:limit])

    def _likeness(self, asked: str, last: bool) -> NDArray[np.float64]:
        """What each word of the vocabulary is worth for a word of the query, 0-1.

        last: it may still be being typed, so an error in the beginning of a word is forgiven too.
        """
        from rapidfuzz.distance import OSA  # met at the first query, not at the start of the program
        from rapidfuzz.process import cdist

        size = len(asked)
        worth = np.zeros(len(self._vocabulary))
        for k, word in enumerate(self._vocabulary):
            if word.startswith(asked):
                worth[k] = 1.0 if len(word) == size else _BEGINNING + 0.1 * size / len(word)
        if size >= _ERRORS_FROM and asked.isalpha():
            like = cdist([asked], self._vocabulary, scorer=OSA.normalized_similarity)[0].astype(float)
            if last:
                begun = [word[:size] for word in self._vocabulary]
                like = np.maximum(like, 0.97 * cdist([asked], begun, scorer=OSA.normalized_similarity)[0])
            like[like < _LIKE_ENOUGH] = 0.0
            worth = np.maximum(worth, _ERROR * like)
        return worth


def entries_of(content: Content) -> tuple[Entry, ...]:
    """Everything with a name in the content, in the order of the content."""
    return tuple(
        chain(
            (_structure(content, record) for record in content.structures.values()),
            (
                Entry("group", group.id, (group.name, *_some(group.latin), *group.synonyms), detail="Group")
                for group in content.groups.values()
            ),
            (
                Entry(
                    "part",
                    part.id,
                    (_capital(_sided(part.name, part.side)), *_some(part.latin)),
                    detail=f"Part of {_named(content, part.structure)}",
                    side=part.side,
                )
                for part in content.parts.values()
            ),
            (
                Entry(
                    "region",
                    region.id,
                    (_capital(region.name), *_some(region.plain), *region.synonyms, region.id),
                    detail="Deep area" if region.deep else "Area of skin",
                )
                for region in content.regions.values()
            ),
            (
                Entry(
                    "generator",
                    source.id,
                    (_capital(source.name), *_some(source.plain), source.id),
                    detail="Source of pain",
                )
                for source in content.generators.values()
            ),
            (
                Entry(
                    "block",
                    block.id,
                    (
                        _capital(block.name),
                        *block.abbreviations,
                        *block.synonyms,
                        *_some(block.plain),
                        block.id,
                    ),
                    detail="Block" if block.role == "block" else "For comparison",
                )
                for block in content.blocks.values()
            ),
        )
    )


def _structure(content: Content, record: Structure) -> Entry:
    names = [_capital(record.name), *_some(record.latin), *record.synonyms, record.id]
    if record.fma:
        names += [record.fma, record.fma.removeprefix("FMA")]
    detail, kin = _SYSTEMS[record.system], tuple[str, ...]()
    nerve = content.nerves.get(record.nerve)
    if nerve is not None:
        if _unsided(nerve.name) == _unsided(record.name):
            names += nerve_names(nerve)
        else:
            kin = nerve_names(nerve)
        detail = f"{detail} · {_span(nerve.roots)}" if nerve.roots else detail
    return Entry("structure", record.id, tuple(names), kin, detail, record.side)


def nerve_names(nerve: Nerve) -> tuple[str, ...]:
    """Every name of a nerve, its abbreviations among them."""
    return (nerve.name, *_some(nerve.latin), *nerve.abbreviations, *nerve.synonyms, *_some(nerve.plain))


def _called(entry: Entry) -> dict[str, float]:
    """Every name of an entry with what it costs to be found by it; long names count by their initials too."""
    costs = {entry.title: 0.0}
    for name in entry.names[1:]:
        costs.setdefault(name, _OTHER_NAME)
    for name in entry.kin:
        costs.setdefault(name, _NAME_OF_KIN)
    initials = "".join(word[0] for word in _unsided(entry.title))
    if len(initials) >= 3 and initials.isalpha():
        costs.setdefault(initials, _NAME_OF_KIN)
    return costs


def _unsided(name: str) -> tuple[str, ...]:
    return tuple(word for word in words_of(name) if word not in _SIDES)


_SYSTEMS = {
    "bones": "Bone",
    "discs": "Joint, disc or ligament",
    "muscles": "Muscle",
    "vessels": "Vessel",
    "nerves": "Nerve",
    "organs": "Organ or space",
    "skin": "Skin",
}


def _span(roots: Sequence[str]) -> str:
    return roots[0] if len(roots) == 1 else f"{roots[0]}–{roots[-1]}"


def _some(text: str) -> tuple[str, ...]:
    return (text,) if text else ()


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _sided(name: str, side: Laterality) -> str:
    spoken = side == "midline" or side in name.casefold().split()
    return name if spoken else f"{name}, {side}"


def _named(content: Content, structure: str) -> str:
    record = content.structures.get(structure)
    return record.name if record is not None else structure
