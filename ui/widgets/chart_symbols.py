"""How the pain feels, drawn as signs over the paint: each quality has its own, as on paper.

A sign stands wherever a point of a fixed lattice meets paint; several qualities of one mark take turns.
The lattice hangs on the body, so that the signs stay in their places while the chart is moved.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QByteArray, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from planner.chart import BodyChart
from planner.session.picture import SkinPaint

_SIZE_PX = 12.0  # of a sign, logical pixels
_PITCH_PX, _LINE_PX = 16.0, 12.5  # of the lattice, whose every other line is shifted by half
_PAINTED_FROM, _DEEP_FROM = 0.5, 1.0  # of the pain 0-10
_DARK, _HALO = "#2B1000", "#FFF6EE"  # legible on every paint of either theme


@lru_cache(maxsize=128)
def sign_image(path: str, size_px: float, density: float, ink: str = _DARK, halo: str = _HALO) -> QImage:
    """A sign from its path on a 10 by 10 grid, in device pixels; halo "": none."""
    side = round(size_px * density)
    image = QImage(QSize(side, side), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    with QPainter(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_sign(painter, path, QRectF(0, 0, side, side), ink, halo)
    return image


def paint_sign(painter: QPainter, path: str, box: QRectF, ink: str = _DARK, halo: str = "") -> None:
    """Draws a sign from its path into a square, sharp at every size."""
    under = f'<path d="{path}" stroke="{halo}" stroke-width="3.2" stroke-opacity="0.8"/>' if halo else ""
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10" fill="none" '
        f'stroke-linecap="round" stroke-linejoin="round">{under}'
        f'<path d="{path}" stroke="{ink}" stroke-width="1.35"/></svg>'
    )
    QSvgRenderer(QByteArray(svg.encode())).render(painter, box)


def sign_icon(path: str, size_px: int, ink: str) -> QIcon:
    """The sign for chips and buttons, in a colour of the theme."""
    icon = QIcon()
    for density in (1.0, 2.0) if path else ():
        pixmap = QPixmap.fromImage(sign_image(path, size_px, density, ink, ""))
        pixmap.setDevicePixelRatio(density)
        icon.addPixmap(pixmap)
    return icon


def _felt(skin: SkinPaint) -> NDArray[np.int16] | None:
    """Which of `skin.feels` every vertex carries that is marked; None where no mark has a quality."""
    if skin.feel is None or skin.deep_feel is None or len(skin.feels) < 2:
        return None
    on_skin = skin.pain > _PAINTED_FROM
    felt = np.where(on_skin, skin.feel, skin.deep_feel)
    return np.where(on_skin | (skin.deep > _DEEP_FROM), felt, np.int16(0))


def qualities_drawn(skin: SkinPaint) -> tuple[str, ...]:
    """The qualities whose signs stand on the body, in the order in which they were told."""
    felt = _felt(skin)
    codes = set(felt[felt > 0].tolist()) if felt is not None else set()
    return tuple(dict.fromkeys(name for code in sorted(codes) for name in skin.feels[code]))


class SymbolLayer:
    """Where the signs of one chart stand. signs: the path of each quality's sign."""

    def __init__(self, chart: BodyChart, signs: Mapping[str, str], density: float) -> None:
        self._chart, self._signs, self._density = chart, signs, density
        self._known: tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.int32]] | None = None

    def _lattice(self) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.int32]]:
        """Rows of the chart's pixels under lattice points, the turn of each point, and the vertex nearest
        to every solid pixel; found when a quality is first shown."""
        if self._known is None:
            chart, frame = self._chart, self._chart.frame
            across, down = _PITCH_PX * self._density, _LINE_PX * self._density
            left, top = frame.left_mm / frame.mm_per_px / across, -frame.top_mm / frame.mm_per_px / down
            columns = np.arange(np.floor(left) - 1, left + frame.width / across + 1)
            lines = np.arange(np.floor(top), top + frame.height / down + 1)
            column, line = (part.ravel() for part in np.meshgrid(columns, lines))
            x = np.floor((column + np.mod(line, 2) / 2.0 - left) * across).astype(np.intp)
            y = np.floor((line - top) * down).astype(np.intp)
            inside = (x >= 0) & (x < frame.width) & (y >= 0) & (y < frame.height)
            row = chart.row[y[inside], x[inside]].astype(np.intp)
            body = (row >= 0) & (row < chart.solid)
            turn = (column + line)[inside][body].astype(np.intp)
            corners, weights = chart.corners[:, : chart.solid], chart.weights[:, : chart.solid]
            vertex = np.take_along_axis(corners, np.argmax(weights, axis=0)[None], axis=0)[0]
            self._known = (row[body], turn, vertex)
        return self._known

    def places(self, skin: SkinPaint) -> list[tuple[int, int, str]]:
        """x and y in device pixels and the quality of every sign."""
        felt = _felt(skin)
        if felt is None:
            return []
        rows, turn, vertex = self._lattice()
        pixels = self._chart.pixel[: self._chart.solid]
        code = felt[vertex[rows]]
        found: list[tuple[int, int, str]] = []
        for k in np.flatnonzero(code).tolist():
            names = skin.feels[int(code[k])]
            y, x = divmod(int(pixels[rows[k]]), self._chart.frame.width)
            found.append((x, y, names[int(turn[k]) % len(names)]))
        missed = set(felt[felt > 0].tolist()).difference(code.tolist())
        everywhere = felt[vertex] if missed else felt
        for wanted in sorted(missed):
            # Too small for the lattice: one sign in the middle, where this chart shows the mark at all.
            y, x = np.divmod(pixels[everywhere == wanted], self._chart.frame.width)
            if len(x):
                middle = int(np.argmin(np.hypot(x - x.mean(), y - y.mean())))
                found.append((int(x[middle]), int(y[middle]), skin.feels[wanted][0]))
        return found

    def draw(self, image: QImage, skin: SkinPaint) -> None:
        """Lays the signs over a picture of the chart."""
        places = self.places(skin)
        if not places:
            return
        with QPainter(image) as painter:
            half = round(_SIZE_PX * self._density) / 2.0
            for x, y, name in places:
                if self._signs.get(name):
                    stamp = sign_image(self._signs[name], _SIZE_PX, self._density)
                    painter.drawImage(QPointF(round(x - half), round(y - half)), stamp)
