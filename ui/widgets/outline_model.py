"""The outline of the model as Qt sees it: lines are made when they are unfolded, looks read when drawn.

Column 0 names a line, column 1 says with an eye whether what stands there is shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt

from planner.outline import Node
from planner.session.picture import Appearance

Index = QModelIndex | QPersistentModelIndex
Shown = Literal["shown", "partly", "faded", "hidden"]
NAME, EYE = 0, 1
NODE = Qt.ItemDataRole.UserRole
SHOWN = Qt.ItemDataRole.UserRole + 1
_SPOKEN: Mapping[Shown, str] = {
    "shown": "shown",
    "partly": "partly shown",
    "faded": "faded",
    "hidden": "hidden",
}


class OutlineModel(QAbstractItemModel):
    """The tree of `planner.outline` with the looks of a picture."""

    def __init__(self) -> None:
        super().__init__()
        self._roots: tuple[Node, ...] = ()
        # A line is known to Qt by its number; its node, its parent's number and its row stand here.
        self._lines: list[tuple[Node, int, int]] = []
        self._numbers: dict[tuple[int, int], int] = {}
        self._looks: Mapping[str, Appearance] = {}
        self._faded: frozenset[str] = frozenset()
        self._known: dict[str, Shown] = {}

    def set_outline(self, roots: Sequence[Node]) -> None:
        """Shows another tree."""
        self.beginResetModel()
        self._roots = tuple(roots)
        self._lines.clear()
        self._numbers.clear()
        self._known.clear()
        self.endResetModel()

    @property
    def made(self) -> int:
        """How many lines have been asked for."""
        return len(self._lines)

    def show_looks(self, looks: Mapping[str, Appearance], faded: Sequence[str]) -> bool:
        """Takes the looks of a picture; whether they differ. faded: what the user faded."""
        fresh = frozenset(faded)
        if looks is self._looks and fresh == self._faded:
            return False
        self._looks, self._faded = looks, fresh
        self._known.clear()
        return True

    # -- what Qt asks -------------------------------------------------------------------------------

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        above = int(parent.internalId()) if parent.isValid() else -1
        children = self._lines[above][0].children if parent.isValid() else self._roots
        if not (0 <= row < len(children) and column in (NAME, EYE)):
            return QModelIndex()
        number = self._numbers.get((above, row))
        if number is None:
            number = self._numbers[above, row] = len(self._lines)
            self._lines.append((children[row], above, row))
        return self.createIndex(row, column, number)

    def parent(self, index: Index = QModelIndex()) -> QModelIndex:  # type: ignore[override]  # noqa: B008
        if not index.isValid():
            return QModelIndex()
        above = self._lines[int(index.internalId())][1]
        return QModelIndex() if above < 0 else self.createIndex(self._lines[above][2], NAME, above)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        if parent.isValid() and parent.column() != NAME:
            return 0
        return len(self.node(parent).children) if parent.isValid() else len(self._roots)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 2

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        node = self.node(index)
        if role == NODE:
            return node
        if role == SHOWN:
            return self.shown(node)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self.title(index)}, {_SPOKEN[self.shown(node)]}"
        if index.column() == EYE:
            if role == Qt.ItemDataRole.ToolTipRole:
                return f"{'Show' if self.shown(node) == 'hidden' else 'Hide'} {self.title(index)}"
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return node.name
        return self.title(index) if role == Qt.ItemDataRole.ToolTipRole else None

    # -- lines --------------------------------------------------------------------------------------

    def node(self, index: Index) -> Node:
        """The node of a line."""
        return self._lines[int(index.internalId())][0]

    def title(self, index: Index) -> str:
        """A line's name as it is said alone: a side with what it is the side of."""
        node = self.node(index)
        above = index.parent()
        return (
            f"{self.node(above).name}, {node.name.lower()}"
            if node.rank == "side" and above.isValid()
            else node.name
        )

    def shown(self, node: Node) -> Shown:
        """Whether what stands at a line is shown, faded, hidden, or some of it only."""
        if node.key not in self._known:
            plain = Appearance(1.0)
            drawn = [name for name in node.structures if self._looks.get(name, plain).opacity > 0.0]
            state: Shown = "shown" if len(drawn) == len(node.structures) else "partly"
            if not drawn:
                state = "hidden"
            elif state == "shown" and self._faded.issuperset(node.structures):
                state = "faded"
            self._known[node.key] = state
        return self._known[node.key]

    def index_of(self, structure: str) -> QModelIndex:
        """The deepest line that stands for a structure; an invalid index for an unknown one."""
        at, nodes = QModelIndex(), self._roots
        while True:
            row = next((k for k, node in enumerate(nodes) if structure in node.structures), -1)
            if row < 0:
                return at
            at = self.index(row, NAME, at)
            nodes = nodes[row].children
