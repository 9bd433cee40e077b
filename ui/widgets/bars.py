"""A figure with its name and a bar: told apart by pattern as well as by colour."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import Theme

Pattern = Literal["solid", "outline", "hatch", "rings", "lined", "edged"]


def paint_pattern(painter: QPainter, area: QRectF, pattern: Pattern, tone: str, theme: Theme) -> None:
    """Fills an area the way the pain map does: solid, outlined, hatched or with rings."""
    color = theme.color(tone)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    shape = QPainterPath()
    shape.addRoundedRect(area, 3, 3)
    painter.setClipPath(shape)
    if pattern == "solid":
        painter.fillRect(area, color)
    elif pattern == "outline":
        soft = theme.color(tone)
        soft.setAlpha(46)
        painter.fillRect(area, soft)
        painter.setPen(QPen(color, 3.0))
        painter.drawPath(shape)
    elif pattern in ("hatch", "lined"):
        # "lined" is how covered pain looks in the map: paler pain under dense lines.
        soft = theme.color(tone if pattern == "hatch" else "pain")
        soft.setAlpha(40 if pattern == "hatch" else 150)
        painter.fillRect(area, soft)
        painter.setPen(QPen(color, 2.0))
        step, height = 6.0, area.height()
        x = area.left() - height
        while x < area.right() + height:
            painter.drawLine(x, area.bottom(), x + height, area.top())
            x += step
    elif pattern == "rings":
        soft = theme.color(tone)
        soft.setAlpha(40)
        painter.fillRect(area, soft)
        painter.setPen(QPen(color, 1.4))
        painter.drawEllipse(area.center(), 2.4, 2.4)
    painter.restore()


class Meter(QWidget):
    """Name and figure in one line over a bar."""

    def __init__(self, name: str, pattern: Pattern, tone: str, theme: Theme) -> None:
        super().__init__()
        self._name, self._pattern, self._tone, self._theme = name, pattern, tone, theme
        self._text, self._share = "", -1.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_value(self, text: str, share: float) -> None:
        """text: the figure with its unit; share: 0-1 of the bar's length."""
        share = min(max(share, 0.0), 1.0)
        if (text, share) == (self._text, self._share):
            return
        self._text, self._share = text, share
        self.setAccessibleName(f"{self._name}: {text}")
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Draws with another theme."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(80), self._theme.px(30))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(60), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            width = float(self.width())
            painter.setFont(theme.font("small", self.font()))
            painter.setPen(theme.color("muted"))
            name = painter.fontMetrics().elidedText(self._name, Qt.TextElideMode.ElideRight, int(width))
            middle = Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(0, 0, width, theme.px(18)), middle, name)
            painter.setFont(theme.font("strong", self.font()))
            painter.setPen(theme.color("text"))
            line = QRectF(0, 0, width, theme.px(18))
            painter.drawText(line, Qt.AlignmentFlag.AlignRight | middle, self._text)
            track = QRectF(0.5, self.height() - theme.px(8), width - 1, theme.px(7))
            shape = QPainterPath()
            shape.addRoundedRect(track, 3, 3)
            painter.fillPath(shape, theme.color("neutral_soft"))
            if self._share > 0.004:
                filled = QRectF(track)
                filled.setWidth(max(track.width() * self._share, 5.0))
                paint_pattern(painter, filled, self._pattern, self._tone, theme)


class Swatch(QWidget):
    """A small sample of a pattern for the legend."""

    def __init__(self, pattern: Pattern, tone: str, theme: Theme) -> None:
        super().__init__()
        self._pattern, self._tone, self._theme = pattern, tone, theme
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_theme(self, theme: Theme) -> None:
        """Draws with another theme."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(18), self._theme.px(12))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            if self._pattern in ("solid", "edged"):
                paint_pattern(painter, area, "solid", self._tone, self._theme)
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(QPen(self._theme.color("pain_edge"), 1.2 if self._pattern == "solid" else 3.4))
                painter.drawRoundedRect(area, 3, 3)
            else:
                paint_pattern(painter, area, self._pattern, self._tone, self._theme)
