"""A search line with its results: typed into, gone through with the arrows, taken with Enter.

The words stay in the line while the arrows move in the list beneath it, so that neither hand nor eye has to
leave the place. What a result means is left to whoever listens.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from planner.search import Found
from ui.theme import Theme
from ui.widgets.basics import column, label

Index = QModelIndex | QPersistentModelIndex
Find = Callable[[str], tuple[Found, ...]]
_MOVES = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
FOUND = Qt.ItemDataRole.UserRole


class Results(QAbstractListModel):
    """What was found, best first."""

    def __init__(self) -> None:
        super().__init__()
        self.found: tuple[Found, ...] = ()

    def show(self, found: tuple[Found, ...]) -> None:
        """Replaces the results."""
        self.beginResetModel()
        self.found = found
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.found)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self.found):
            return None
        hit = self.found[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return hit.entry.title
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return f"{hit.entry.title}, {beside(hit)}"
        return hit if role == FOUND else None


def beside(hit: Found) -> str:
    """What stands beneath a result's name: what it is, and the other name it was found by."""
    by_another = hit.name not in (hit.entry.title, hit.entry.id)
    return f"{hit.entry.detail} · {hit.name}" if by_another and hit.entry.detail else hit.entry.detail


class ResultDelegate(QStyledItemDelegate):
    """A result on two lines: its name, and what it is."""

    def __init__(self, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self.theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(120, self.theme.px(44))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, hit = self.theme, index.data(FOUND)
        if hit is None:
            return
        painter.save()
        area: QRect = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, theme.color("accent_soft"))
            painter.fillRect(QRect(area.left(), area.top(), 3, area.height()), theme.color("accent"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, theme.color("raised"))
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(theme.color("accent"), 1))
            painter.drawRect(area.adjusted(0, 0, -1, -1))
        inner = area.adjusted(theme.px(12), theme.px(4), -theme.px(8), -theme.px(4))
        half = inner.height() // 2
        lines = (
            (hit.entry.title, "strong", "text", QRect(inner.left(), inner.top(), inner.width(), half)),
            (beside(hit), "small", "muted", QRect(inner.left(), inner.top() + half, inner.width(), half)),
        )
        for text, role, colour, box in lines:
            font = theme.font(role, option.font)  # type: ignore[arg-type]
            painter.setFont(font)
            painter.setPen(theme.color(colour))
            short = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, short)
        painter.restore()


class _Line(QLineEdit):
    """Hands the keys that move in the results to them."""

    moved = Signal(object)
    taken = Signal()
    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in _MOVES:
            self.moved.emit(event)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.taken.emit()
        elif key == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
            event.ignore()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        # Esc first empties the line; only then it is the window's.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
            and self.text()
        ):
            event.accept()
            return True
        return super().event(event)


class ResultList(QListView):
    """The results; Enter takes what is selected."""

    taken = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.taken.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self.model().rowCount():
            self.setCurrentIndex(self.model().index(0, 0))


class Finder(QWidget):
    """The line and its results. chosen: the entries taken; asked: the words, whenever they change."""

    chosen = Signal(object)
    asked = Signal(str)

    def __init__(self, theme: Theme, name: str, hint: str, nothing: str) -> None:
        """name: what a screen reader says; hint: shown in the empty line; nothing: when none is found."""
        super().__init__()
        self.find: Find = lambda _: ()
        layout = column(self, gap=8)
        self.line = _Line()
        self.line.setPlaceholderText(hint)
        self.line.setAccessibleName(name)
        self.line.setClearButtonEnabled(True)
        self.line.textChanged.connect(self._ask)
        self.line.moved.connect(self._move)
        self.line.taken.connect(self.take)
        layout.addWidget(self.line)
        self.results = Results()
        self.list = ResultList()
        self.list.setAccessibleName(f"{name}: results")
        self.list.setModel(self.results)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self._delegate = ResultDelegate(self.list, theme)
        self.list.setItemDelegate(self._delegate)
        self.list.taken.connect(self.take)
        self.list.doubleClicked.connect(lambda _: self.take())
        layout.addWidget(self.list, 1)
        self.nothing = label(nothing, "muted", wrap=True)
        self.nothing.hide()
        layout.addWidget(self.nothing)

    def set_theme(self, theme: Theme) -> None:
        """Draws in another palette or text size."""
        self._delegate.theme = theme
        self.list.doItemsLayout()

    def selected(self) -> list[Found]:
        """The results selected, in their order; the first where none is."""
        rows = sorted(index.row() for index in self.list.selectionModel().selectedIndexes())
        found = self.results.found
        return [found[row] for row in rows] if rows else list(found[:1])

    def take(self) -> None:
        """Announces what is selected."""
        if hits := self.selected():
            self.chosen.emit([hit.entry for hit in hits])

    def refresh(self) -> None:
        """Asks the same words again."""
        self._ask(self.line.text())

    def _ask(self, text: str) -> None:
        found = self.find(text) if text.strip() else ()
        self.results.show(found)
        if found:
            self.list.setCurrentIndex(self.results.index(0, 0))
        self.nothing.setVisible(bool(text.strip()) and not found)
        self.asked.emit(text)

    def _move(self, event: QKeyEvent) -> None:
        count, now = len(self.results.found), self.list.currentIndex().row()
        if not count:
            return
        page = max(1, self.list.viewport().height() // max(self._delegate.theme.px(44), 1) - 1)
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -page}.get(event.key(), page)
        to = self.results.index(min(max(now + step, 0), count - 1), 0)
        flags = QItemSelectionModel.SelectionFlag
        more = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        self.list.selectionModel().setCurrentIndex(to, flags.Select if more else flags.ClearAndSelect)
        self.list.scrollTo(to)
