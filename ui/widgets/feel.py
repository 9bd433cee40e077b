"""How the pain feels, chosen for one mark: chips with the signs of the map, behind one button."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from planner.atlas.model import Content
from ui.theme import Theme
from ui.widgets.basics import button, label
from ui.widgets.chart_symbols import sign_icon
from ui.widgets.checks import CheckRow
from ui.widgets.flow import FlowLayout
from ui.widgets.words import capital

Qualities = tuple[str, ...]


class FeelChips(QWidget):
    """One chip per quality; several may be on."""

    changed = Signal(object)  # ids of qualities, in the order of the list

    def __init__(self, content: Content, theme: Theme) -> None:
        super().__init__()
        self._content = content
        flow = FlowLayout(self, gap=6)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.chips: dict[str, QPushButton] = {}
        for quality in content.qualities.values():
            chip = self.chips[quality.id] = button(capital(quality.plain or quality.name), "chip")
            chip.setCheckable(True)
            chip.clicked.connect(lambda _=False: self.changed.emit(self.qualities()))
            flow.addWidget(chip)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Draws the signs in another palette or size."""
        size = theme.px(14)
        for key, chip in self.chips.items():
            chip.setIcon(sign_icon(self._content.qualities[key].symbol, size, theme.palette.text))
            chip.setIconSize(QSize(size, size))

    def qualities(self) -> Qualities:
        """What is on."""
        return tuple(key for key, chip in self.chips.items() if chip.isChecked())

    def show_qualities(self, qualities: Qualities) -> None:
        """Shows what is on, without announcing it."""
        for key, chip in self.chips.items():
            chip.setChecked(key in qualities)


class FeelPopup(QFrame):
    """The chips over the map, gone with Escape or a press beside them."""

    changed = Signal(object)

    def __init__(self, content: Content, theme: Theme, parent: QWidget, title: str) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("popup")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        # A press on the button behind closes it and does not open it again.
        self.setAttribute(Qt.WidgetAttribute.WA_NoMouseReplay)
        self.setAccessibleName(title)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(12, 12, 12, 12)
        lines.setSpacing(8)
        # As high as this width needs, not as its narrowest would.
        lines.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self.title = label(title, "strong")
        lines.addWidget(self.title)
        self.chips = FeelChips(content, theme)
        self.chips.changed.connect(self.changed)
        lines.addWidget(self.chips)
        self.last = CheckRow("Also for the mark made last", theme)
        lines.addWidget(self.last)
        lines.addStretch(1)

    def open_at(self, anchor: QWidget, width: int, last: bool | None) -> None:
        """Opens above (or below) a button. last: whether the last mark is meant too; None: there is none."""
        self.last.setVisible(last is not None)
        self.last.show_checked(bool(last))
        self.setFixedWidth(width)
        for chip in self.chips.chips.values():
            chip.ensurePolished()  # or it would be measured in another font than it is shown in
        self.chips.layout().invalidate()  # type: ignore[union-attr]
        height = self.layout().totalHeightForWidth(width)  # type: ignore[union-attr]
        self.resize(width, height)
        screen = anchor.screen().availableGeometry()
        at = anchor.mapToGlobal(QPoint(0, -height - 4))
        if at.y() < screen.top():
            at = anchor.mapToGlobal(QPoint(0, anchor.height() + 4))
        right, bottom = screen.right() - width, screen.bottom() - height
        self.move(max(min(at.x(), right), screen.left()), max(min(at.y(), bottom), screen.top()))
        self.show()
        next(iter(self.chips.chips.values())).setFocus(Qt.FocusReason.PopupFocusReason)


class FeelButton(QPushButton):
    """Says how the next marks (or one mark) feel, and opens the chips."""

    chosen = Signal(object, bool)  # ids of qualities, whether the last mark is meant too

    def __init__(self, prefix: str, title: str) -> None:
        super().__init__()
        self._prefix, self._title = prefix, title
        self._content: Content | None = None
        self._theme: Theme | None = None
        self._whole = prefix
        self.popup: FeelPopup | None = None
        self.qualities: Qualities = ()
        self.last: bool | None = None  # whether a choice is meant for the last mark too; None: there is none
        self.setProperty("tight", True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setToolTip(title)
        self.clicked.connect(self._open)

    def set_content(self, content: Content, theme: Theme) -> None:
        """Gives the list of qualities, and the palette of their signs."""
        self._content, self._theme = content, theme
        if self.popup is not None:
            self.popup.deleteLater()
            self.popup = None
        self.show_qualities(self.qualities)

    def show_qualities(self, qualities: Qualities) -> None:
        """Shows what is chosen, without announcing it."""
        self.qualities = qualities
        if self._content is None or self._theme is None:
            return
        records = [self._content.qualities[key] for key in qualities]
        words = ", ".join(record.plain or record.name for record in records) or "not said"
        self._whole = f"{self._prefix}{words}" if self._prefix else capital(words)
        self.setAccessibleName(f"{self._title}: {words}")
        size = self._theme.px(14)
        self.setIcon(sign_icon(records[0].symbol if records else "", size, self._theme.palette.text))
        self.setIconSize(QSize(size, size))
        if self.popup is not None:
            self.popup.chips.show_qualities(qualities)
        self._elide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        room = self.width() - 16 - (self.iconSize().width() + 6 if self.qualities else 0)
        arrow = "  ▾"
        room -= self.fontMetrics().horizontalAdvance(arrow)
        words = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, max(room, 8))
        self.setText(words + arrow)

    def _open(self) -> None:
        if self._content is None or self._theme is None:
            return
        if self.popup is None:
            self.popup = FeelPopup(self._content, self._theme, self, self._title)
            self.popup.changed.connect(self._on_changed)
        self.popup.chips.show_qualities(self.qualities)
        self.popup.open_at(self, max(self.width(), self._theme.px(320)), self.last)

    def _on_changed(self, qualities: Qualities) -> None:
        assert self.popup is not None
        self.show_qualities(qualities)
        self.chosen.emit(qualities, self.last is not None and self.popup.last.box.isChecked())
