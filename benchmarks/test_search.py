"""Searching by name: what may happen on every letter typed."""

from __future__ import annotations

from typing import Any

from planner.atlas.model import Atlas
from planner.search import Index, entries_of

QUERIES = (
    "lfcn",
    "medial brnach of the l4 dorsal ramus",
    "nervus cutaneus femoris lateralis",
    "f",
    "obturtor",
)


def test_five_queries(benchmark: Any, atlas: Atlas) -> None:
    index = Index(entries_of(atlas.content))
    assert all(benchmark(lambda: [index.find(query) for query in QUERIES]))


def test_the_index_is_built(benchmark: Any, atlas: Atlas) -> None:
    assert benchmark(lambda: Index(entries_of(atlas.content))).entries
