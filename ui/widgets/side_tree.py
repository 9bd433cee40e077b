"""A tree with one column of boxes for each side of the patient, gone through with the four arrows.

Qt's own tree never leaves the first column by keyboard, so that no box could be ticked without a mouse.
"""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QTreeWidget, QTreeWidgetItem, QTreeWidgetItemIterator

from planner.space import SIDES, Side


class SideTree(QTreeWidget):
    """Column 0 names an area; the following ones hold a box for each of `SIDES`, in their order."""

    def __init__(self) -> None:
        super().__init__()
        self.setColumnCount(1 + len(SIDES))
        self._column = 1

    def prefer(self, side: Side) -> None:
        """The side whose box the keys reach first."""
        self._column = 1 + SIDES.index(side)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        sides: dict[int, Side] = {Qt.Key.Key_Left: "left", Qt.Key.Key_Right: "right"}
        side = sides.get(event.key())
        if side is None:
            super().keyPressEvent(event)
        else:
            self.prefer(side)
            self.setCurrentIndex(self._boxed(self.currentIndex()))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Starts at the first area shown, on a box."""
        super().focusInEvent(event)
        now = self.currentItem()
        if now is None or now.isHidden() or now.parent() is None:
            now = self._first()
        if now is not None and event.reason() != Qt.FocusReason.MouseFocusReason:
            self.setCurrentIndex(self._boxed(self.indexFromItem(now)))

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        return self._boxed(super().moveCursor(action, modifiers))

    def _boxed(self, index: QModelIndex) -> QModelIndex:
        """The box of an area's line; a group's heading has none and stays as it is."""
        return index.siblingAtColumn(self._column) if index.parent().isValid() else index

    def _first(self) -> QTreeWidgetItem | None:
        walk = QTreeWidgetItemIterator(self, QTreeWidgetItemIterator.IteratorFlag.NotHidden)
        while walk.value() is not None:
            item = walk.value()
            if item.parent() is not None and not item.parent().isHidden():
                return item
            walk += 1
        return None
