"""Draws a nerve's territory or a dermatome on a body chart: a tint for each extent and a line around it.

Each extent is told by its line as well as by its tint: the core by a heavy line, the usual extent by a
plain one, the largest reported extent by a dashed one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from planner.chart import BodyChart
from planner.contours import seen
from planner.territory import AT, EXTENTS, Extent, Territory
from ui.theme import Palette, Theme

TINT: dict[Extent, float] = {"largest": 0.10, "usual": 0.20, "core": 0.34}  # what each adds, 0-1
_WIDTH: dict[Extent, float] = {"largest": 1.2, "usual": 1.6, "core": 2.2}
_OVER = "#6A2FB0"  # on a light halo, which the skin of either theme lets stand out
_DASH = (4.0, 3.2)  # in widths of the line


def extent_pen(extent: Extent, palette: Palette, density: float) -> QPen:
    """The line around an extent, in device pixels."""
    pen = QPen(QColor(palette.territory_edge), _WIDTH[extent] * density)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    if extent == "largest":
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        pen.setDashPattern(list(_DASH))
    return pen


def over_pen(density: float) -> QPen:
    """The line around what is laid over a territory, in device pixels."""
    pen = QPen(QColor(_OVER), 2.0 * density)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setDashPattern([6.0, 2.0, 1.5, 2.0])
    return pen


def territory_image(
    chart: BodyChart,
    territory: Territory | None,
    palette: Palette,
    density: float,
    over: Territory | None = None,
) -> QImage:
    """The territory in device pixels, transparent, with the usual extent of another laid over it."""
    frame = chart.frame
    opacity = np.zeros_like(chart.alpha) if territory is None else _tint(chart, territory) * chart.alpha
    color = QColor(palette.territory)
    bgra = np.zeros((frame.width * frame.height, 4), np.uint8)
    for channel, value in enumerate((color.blue(), color.green(), color.red(), 255)):
        bgra[chart.pixel, channel] = (opacity * value + 0.5).astype(np.uint8)
    image = QImage(
        bgra.data, frame.width, frame.height, frame.width * 4, QImage.Format.Format_ARGB32_Premultiplied
    ).copy()
    with QPainter(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lines = [] if territory is None else [(territory, extent) for extent in EXTENTS]
        for shown, extent in lines:
            painter.setPen(extent_pen(extent, palette, density))
            for outline in shown.outlines[extent]:
                for part in seen(chart, outline):
                    painter.drawPolyline(_polygon(part))
        for outline in over.outlines["usual"] if over is not None else ():
            for part in seen(chart, outline):
                painter.setPen(QPen(QColor(255, 255, 255, 200), 4.0 * density))
                painter.drawPolyline(_polygon(part))
                painter.setPen(over_pen(density))
                painter.drawPolyline(_polygon(part))
    return image


def _tint(chart: BodyChart, territory: Territory) -> NDArray[np.float32]:
    """Opacity 0-1 of every body pixel, one step at the edge of each extent, a pixel wide."""
    values = chart.values(territory.extent)
    over = chart.image(values)
    down, across = np.gradient(over)
    steep = np.maximum(np.hypot(down, across).ravel()[chart.pixel], 1e-4)
    clear = np.ones(len(values), np.float32)
    for extent in EXTENTS:
        inside = np.clip((values - np.float32(AT[extent])) / steep + 0.5, 0.0, 1.0)
        clear *= 1.0 - np.float32(TINT[extent]) * inside
    result: NDArray[np.float32] = 1.0 - clear
    return result


def _polygon(part: NDArray[np.float32]) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in part.tolist()])


def paint_sample(painter: QPainter, area: QRectF, extent: Extent, theme: Theme) -> None:
    """A sample of an extent's tint and line for a legend."""
    color = theme.color("territory")
    clear = 1.0
    for name in EXTENTS[: EXTENTS.index(extent) + 1]:
        clear *= 1.0 - TINT[name]
    color.setAlphaF(1.0 - clear)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(color)
    painter.setPen(extent_pen(extent, theme.palette, 1.0))
    painter.drawRect(area.adjusted(1.0, 1.0, -1.0, -1.0))
