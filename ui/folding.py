"""Who has how much of the window's width: the model in the middle never gets too narrow to be looked at.

A pane at the side folds to a rail, a slim button with its name, by the user's key, or by itself where text
is large or the window small; then one of the two is open at a time, and the rail opens the other.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QSplitter, QWidget

from ui.settings import PaneName, Settings
from ui.theme import Theme

SIDES: tuple[PaneName, PaneName] = ("left", "right")
MODEL_PX = 420  # the middle is not made narrower than this while a pane can be folded instead
_TITLES: dict[PaneName, str] = {"left": "Body map", "right": "Blocks"}
_LEAST: dict[PaneName, int] = {"left": 340, "right": 300}  # at 100 % text


class Rail(QAbstractButton):
    """A folded pane: its name, upright, and how much there is to see."""

    def __init__(self, side: PaneName, theme: Theme) -> None:
        super().__init__()
        self._side, self._theme, self._count = side, theme, 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.show_count(0)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Draws in another palette or text size."""
        self._theme = theme
        self.setFixedWidth(theme.px(20) + 16)
        self.update()

    def show_count(self, count: int) -> None:
        """Says how many entries wait in the pane."""
        self._count = count
        title = _TITLES[self._side]
        self.setText(f"{title} · {count}" if count else title)
        self.setAccessibleName(f"Open the pane {title}" + (f", {count} compared" if count else ""))
        self.setToolTip(f"Open the pane ({'F7' if self._side == 'left' else 'F8'})")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(20) + 16, self._theme.px(120))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            theme, area = self._theme, self.rect()
            painter.fillRect(area, theme.color("raised" if self.underMouse() else "panel"))
            edge = area.right() if self._side == "left" else area.left()
            painter.setPen(theme.color("line"))
            painter.drawLine(edge, area.top(), edge, area.bottom())
            # The sign that it opens towards the model, at the height where the eye begins to read.
            step, middle = theme.px(4), area.center().x()
            towards = step / 2 if self._side == "left" else -step / 2
            at = 12 + step
            painter.setPen(QPen(theme.color("accent"), theme.px(2), c=Qt.PenCapStyle.RoundCap))
            tip = QPointF(middle + towards, at)
            painter.drawPolyline(
                [QPointF(middle - towards, at - step), tip, QPointF(middle - towards, at + step)]
            )
            painter.setFont(theme.font("strong"))
            painter.setPen(theme.color("text"))
            painter.save()
            painter.translate(area.center().x(), at + step + 12)
            painter.rotate(90.0)
            half = area.width() // 2
            painter.drawText(
                QRect(0, -half, area.height(), area.width()), Qt.AlignmentFlag.AlignVCenter, self.text()
            )
            painter.restore()
            if self.hasFocus():
                painter.setPen(QPen(theme.color("accent"), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(area.adjusted(1, 1, -2, -2), 6, 6)


class Folding(QWidget):
    """Rails and splitter; which pane is folded, by hand or for want of room."""

    changed = Signal()

    def __init__(
        self, settings: Settings, theme: Theme, left: QWidget, middle: QWidget, right: QWidget
    ) -> None:
        super().__init__()
        self._settings, self._theme = settings, theme
        self.panes: dict[PaneName, QWidget] = {"left": left, "right": right}
        self.rails: dict[PaneName, Rail] = {side: Rail(side, theme) for side in SIDES}
        self._front: PaneName = "left"
        self._crowded_out: PaneName | None = None
        self._alone = False  # a lecture: the model and nothing else
        self._sized = False  # nothing is shared before the window has its width
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(1)
        for k, part in enumerate((left, middle, right)):
            self.splitter.addWidget(part)
            self.splitter.setStretchFactor(k, int(part is middle))
        self.splitter.splitterMoved.connect(self._moved)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        line.addWidget(self.rails["left"])
        line.addWidget(self.splitter, 1)
        line.addWidget(self.rails["right"])
        for side, rail in self.rails.items():
            rail.clicked.connect(self._opener(side))

    def _opener(self, side: PaneName) -> Callable[[], None]:
        def opened() -> None:
            self.bring(side)
            self.panes[side].setFocus()

        return opened

    # -- what is asked ----------------------------------------------------------------------------------

    def is_open(self, side: PaneName) -> bool:
        """Whether the pane is there to be seen."""
        return side not in self._settings.now.folded and side != self._crowded_out

    def bring(self, side: PaneName) -> None:
        """Opens a pane; where there is room for one only, the other gives way."""
        self._front = side
        folded = tuple(other for other in self._settings.now.folded if other != side)
        if folded != self._settings.now.folded:
            self._settings.keep(folded=folded)
        self.share()

    def toggle(self, side: PaneName) -> None:
        """Folds the pane by hand, or opens it."""
        if not self.is_open(side):
            self.bring(side)
            return
        self._settings.keep(folded=(*(s for s in self._settings.now.folded if s != side), side))
        self.share()

    def make_room(self, on: bool) -> None:
        """Whether a pane folds by itself where the model would get too narrow."""
        self._settings.keep(make_room=on)
        self.share()

    def reset(self) -> None:
        """Widths as they are without the user's doing, both panes open."""
        self._settings.keep(columns=None, cards=None, folded=(), make_room=True)
        self._front = "left"
        self.share()

    def set_alone(self, alone: bool) -> None:
        """A lecture shows neither panes nor rails."""
        if alone != self._alone:
            self._alone = alone
            self.share()

    def set_theme(self, theme: Theme) -> None:
        """Draws in another palette, or shares anew for another text size."""
        self._theme = theme
        for side, pane in self.panes.items():
            pane.setMinimumWidth(self._least(side))
        for rail in self.rails.values():
            rail.set_theme(theme)
        self.share()

    # -- sharing ----------------------------------------------------------------------------------------

    def _least(self, side: PaneName) -> int:
        return round(_LEAST[side] * (1.0 + 0.55 * (self._theme.scale - 1.0)))

    def _wanted(self, total: int) -> dict[PaneName, int]:
        """A wide window widens the map first: a body chart can use it, lines of text cannot."""
        grow = 1.0 + 0.3 * (self._theme.scale - 1.0)
        left = round(min(max(420.0 * grow, total * 0.29), total * 0.40))
        right = round(min(max(372.0 * grow, total * 0.22), total * 0.36))
        if self._settings.now.columns is not None:
            most = round(total * 0.45)
            left, right = (min(width, most) for width in self._settings.now.columns)
        return {"left": max(left, self._least("left")), "right": max(right, self._least("right"))}

    def share(self) -> None:
        """Gives each column its width, and folds what there is no room for."""
        if not self._sized:
            return
        total = self.width() - 2 * self.splitter.handleWidth()
        wanted = self._wanted(total)
        rail = self._theme.px(20) + 16
        self._crowded_out = None
        opened = [side for side in SIDES if self.is_open(side)]
        short = MODEL_PX - (total - sum(wanted[s] for s in opened) - rail * (2 - len(opened)))
        if short > 0:
            for side in reversed(opened):  # lines of text give way before the map does
                give = min(short, wanted[side] - self._least(side))
                wanted[side] -= give
                short -= give
        if short > 0 and len(opened) == 2 and self._settings.now.make_room:
            self._crowded_out = SIDES[1 - SIDES.index(self._front)]
            wanted = self._wanted(total - rail)
        for side in SIDES:
            is_open = self.is_open(side)
            self.rails[side].setVisible(not is_open and not self._alone)
            self.panes[side].setVisible(is_open and not self._alone)
            total -= wanted[side] if is_open else rail
        self.splitter.setSizes([wanted["left"], max(total, 220), wanted["right"]])
        self.changed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._sized or event.oldSize().width() != event.size().width():
            self._sized = True
            self.share()

    def _moved(self) -> None:
        left, _, right = self.splitter.sizes()
        known = self._settings.now.columns or tuple(self._wanted(self.width()).values())
        self._settings.note(
            columns=(left if self.is_open("left") else known[0], right if self.is_open("right") else known[1])
        )
        self.changed.emit()
