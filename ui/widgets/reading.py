"""What there is to read besides the atlas (questions, tables, dermatomes), loaded when first opened."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from planner.atlas.handbook import Comparison, Dermatome, Explanation, Handbook
from planner.atlas.load import ContentFault

_log = logging.getLogger(__name__)
_QUESTIONS = ("question",)


class Reading:
    """The handbook, and what of it belongs to a block or a root."""

    def __init__(self, load: Callable[[], Handbook]) -> None:
        self._load = load
        self._book: Handbook | None = None

    def book(self) -> Handbook:
        """All of it; empty where its files are damaged."""
        if self._book is None:
            try:
                self._book = self._load()
            except (ContentFault, OSError) as error:
                _log.warning("nothing to read: %s", error)
                self._book = Handbook({}, {}, {}, {})
        return self._book

    def about_block(self, block: str, questions: bool) -> tuple[Explanation, ...]:
        """Questions with answers, or what else is worth knowing: of this block, then of all blocks."""
        found = [
            entry
            for entry in self.book().explanations.values()
            if entry.block in ("", block) and (entry.kind in _QUESTIONS) == questions
        ]
        return tuple(sorted(found, key=lambda entry: entry.block == ""))

    def tables(self, blocks: Sequence[str]) -> tuple[Comparison, ...]:
        """Tables that speak of any of these blocks."""
        return tuple(
            table
            for table in self.book().comparisons.values()
            if any(column.block in blocks for column in table.columns)
            or any(block in blocks for row in table.rows for block in row.blocks)
        )

    def dermatome(self, level: str) -> Dermatome | None:
        """What is written about a segment ("L4")."""
        return self.book().dermatomes.get(level)
