"""Check boxes that look the same in lists, trees and groups, with labels that wrap."""

from __future__ import annotations

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from ui.theme import Theme
from ui.widgets.basics import label

AnyIndex = QModelIndex | QPersistentModelIndex


def paint_check(
    painter: QPainter, box: QRectF, state: Qt.CheckState, theme: Theme, focused: bool, tone: str = "accent"
) -> None:
    """Draws one check box: empty, ticked or (partly) dashed."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    on = state != Qt.CheckState.Unchecked
    accent = theme.color(tone)
    painter.setPen(QPen(accent if on or focused else theme.color("control_line"), 1.6))
    painter.setBrush(accent if state == Qt.CheckState.Checked else theme.color("panel"))
    painter.drawRoundedRect(box, 4, 4)
    size = box.width()
    pen = QPen(QColor(theme.palette.on_accent), max(1.8, size / 9))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if state == Qt.CheckState.Checked:
        painter.setPen(pen)
        corner = box.topLeft()
        at = [QPointF(0.24, 0.52), QPointF(0.43, 0.70), QPointF(0.76, 0.32)]
        painter.drawPolyline([corner + p * size for p in at])
    elif state == Qt.CheckState.PartiallyChecked:
        pen.setColor(accent)
        painter.setPen(pen)
        middle = box.center()
        painter.drawLine(middle - QPointF(size * 0.22, 0), middle + QPointF(size * 0.22, 0))
    if focused:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(accent, 2))
        painter.drawRoundedRect(box.adjusted(-3, -3, 3, 3), 6, 6)
    painter.restore()


class CheckBox(QCheckBox):
    """A bare box at least 24 px high and wide."""

    def __init__(self, name: str, theme: Theme, tone: str = "accent") -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._theme, self._tone = theme, tone
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_theme(self, theme: Theme) -> None:
        """Draws with another theme."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        side = max(26, self._theme.px(26))
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, position: object) -> bool:
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            size = self._theme.px(17)
            box = QRectF((self.width() - size) / 2, (self.height() - size) / 2, size, size)
            paint_check(painter, box, self.checkState(), self._theme, self.hasFocus(), self._tone)


class CheckRow(QWidget):
    """A check box with a label that wraps and can be clicked as well."""

    toggled = Signal(bool)

    def __init__(self, text: str, theme: Theme, tone: str = "accent") -> None:
        super().__init__()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 1, 0, 1)
        layout.setSpacing(6)
        self.box = CheckBox(text, theme, tone)
        self.box.clicked.connect(lambda on: self.toggled.emit(bool(on)))
        self.words = label(text, wrap=True)
        layout.addWidget(self.box, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.words, 1, Qt.AlignmentFlag.AlignVCenter)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def set_theme(self, theme: Theme) -> None:
        """Draws with another theme."""
        self.box.set_theme(theme)

    def show_checked(self, on: bool) -> None:
        """Shows a state without announcing it."""
        self.box.setChecked(on)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.box.click()


class CheckDelegate(QStyledItemDelegate):
    """Draws and toggles the check boxes of a tree; the whole cell is the target."""

    def __init__(self, parent: QWidget, theme: Theme) -> None:
        super().__init__(parent)
        self.theme = theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        state = index.data(Qt.ItemDataRole.CheckStateRole)
        if state is None:
            super().paint(painter, option, index)
            return
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, self.theme.color("accent_soft"))
        size = self.theme.px(17)
        middle = QRectF(option.rect).center()
        box = QRectF(middle.x() - size / 2, middle.y() - size / 2, size, size)
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        paint_check(painter, box, Qt.CheckState(state), self.theme, focused)

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        hint = super().sizeHint(option, index)
        height = max(self.theme.px(30), hint.height())
        view = self.parent()
        if index.column() == 0 and isinstance(view, QTreeView):
            # Long names wrap, which a tree does not reckon with by itself.
            room = QRect(0, 0, max(view.columnWidth(0) - self.theme.px(14), 40), 10_000)
            text = str(index.data() or "")
            wrapped = option.fontMetrics.boundingRect(room, Qt.TextFlag.TextWordWrap, text)
            height = max(height, wrapped.height() + self.theme.px(10))
        return QSize(hint.width(), height)

    def editorEvent(
        self, event: QEvent, model: object, option: QStyleOptionViewItem, index: AnyIndex
    ) -> bool:
        state = index.data(Qt.ItemDataRole.CheckStateRole)
        if state is None:
            return False
        pressed = isinstance(event, QKeyEvent) and event.key() in (
            Qt.Key.Key_Space,
            Qt.Key.Key_Select,
            Qt.Key.Key_Return,
        )
        clicked = isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonRelease
        if not (pressed and event.type() == QEvent.Type.KeyPress) and not clicked:
            return False
        checked = Qt.CheckState(state) == Qt.CheckState.Checked
        new = Qt.CheckState.Unchecked if checked else Qt.CheckState.Checked
        return bool(model.setData(index, new, Qt.ItemDataRole.CheckStateRole))  # type: ignore[attr-defined]
