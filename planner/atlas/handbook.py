"""Frozen records of what is read, not reckoned with: explanations, comparison tables, dermatomes, the seeds.

They are loaded apart from the content (`planner.atlas.load.load_handbook`), since a window can open
without them. A `SeedItem` is one statement of the pages that this atlas grew from; it names the entries
that serve it, and `planner.atlas.seeds` checks that each one does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from msgspec import Meta

from planner.atlas.model import Cited, Claim, Identifier, OptionalId, Record


class Explanation(Cited, frozen=True, kw_only=True):
    """A question with its answer, or something worth knowing, in both wordings.

    block: the block it speaks of ("" for all).  points: what it lists.
    """

    id: Identifier
    kind: Literal["question", "callout", "summary", "context", "term", "list", "limit"]
    block: OptionalId = ""
    title: str
    text: str
    plain: str
    points: tuple[Claim, ...] = ()


class Column(Record, frozen=True, kw_only=True):
    """One column of a comparison; block: the block it stands for ("" for a mere property)."""

    id: Identifier
    name: str
    plain: str
    block: OptionalId = ""


class Row(Record, frozen=True, kw_only=True):
    """One row of a comparison: a cell for each column.

    blocks, regions: what the row speaks of.  from_page: it stands in a table of the pages of origin.
    """

    id: Identifier
    name: str
    plain: str
    blocks: tuple[Identifier, ...] = ()
    regions: tuple[Identifier, ...] = ()
    from_page: bool = False
    cells: tuple[Claim, ...]


class Comparison(Record, frozen=True, kw_only=True):
    """A table that holds blocks against one another."""

    id: Identifier
    title: str
    lead: Claim
    columns: Annotated[tuple[Column, ...], Meta(min_length=1)]
    rows: Annotated[tuple[Row, ...], Meta(min_length=1)]


class Dermatome(Record, frozen=True, kw_only=True):
    """One segment: its skin, its muscles and reflex, where pain of its root is felt, how sources differ."""

    id: Identifier
    plain: str
    skin: Claim
    muscles: Claim | None = None
    reflex: str = ""
    pain: Claim | None = None
    differs: Claim | None = None


class SeedItem(Record, frozen=True, kw_only=True):
    """One statement of the pages, in this atlas's words, and the keys of the entries that serve it."""

    id: Identifier
    text: str
    keys: tuple[str, ...]


class SeedSection(Record, frozen=True, kw_only=True):
    """A group of items. count: how many there are, so that a lost one is noticed."""

    id: Identifier
    title: str
    count: Annotated[int, Meta(ge=1)]
    items: tuple[SeedItem, ...]


@dataclass(frozen=True, slots=True)
class Handbook:
    """All of it, by id."""

    explanations: Mapping[str, Explanation]
    comparisons: Mapping[str, Comparison]
    dermatomes: Mapping[str, Dermatome]
    seeds: Mapping[str, SeedSection]
