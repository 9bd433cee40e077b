"""The search index of the open content, made when it is first asked, and shared by all who search."""

from __future__ import annotations

from planner.atlas.model import Content
from planner.search import KINDS, Entry, Found, Index, Kind, entries_of
from planner.space import Side


class Lookup:
    """Finds by name. side: whose pairs come first. extra: what can be found besides the content."""

    def __init__(self, content: Content, extra: tuple[Entry, ...] = ()) -> None:
        self.content, self.extra = content, extra
        self.side: Side = "left"
        self._index: Index | None = None

    @property
    def index(self) -> Index:
        """The index, made now if it is not there yet."""
        if self._index is None:
            self._index = Index((*entries_of(self.content), *self.extra))
        return self._index

    def find(self, query: str, kinds: tuple[Kind, ...] = KINDS, limit: int = 60) -> tuple[Found, ...]:
        """What a query finds, best first."""
        return self.index.find(query, limit, kinds, self.side)
