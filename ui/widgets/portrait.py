"""Small body pictures of compared blocks: pain covered and not covered, and what else goes numb.

They are drawn as the pain map is, in its colours and patterns, with finer lines. A body of one size is
drawn once; what a block would numb is then laid over it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from planner.answer import Neighbour
from planner.atlas.forms import formed
from planner.atlas.model import Atlas
from planner.chart import Borders
from planner.portraits import Portrait
from planner.session.picture import SkinPaint
from planner.space import Side, View
from ui.theme import Palette, Theme
from ui.widgets.chart_paint import Drawn, PaintLayer, draw
from ui.widgets.viewport import Viewport

VIEWS: tuple[View, View] = ("anterior", "posterior")
_WIDE = 0.32  # width of one view to its height
_FINER = 0.72  # scale of the map's patterns
_NO_BORDERS = Borders(
    np.zeros((0, 2, 3), np.float32), np.zeros((0, 3), np.float32), np.zeros((0, 2), np.int16)
)


@dataclass(frozen=True, slots=True)
class Format:
    """How large and in what colours a portrait is drawn. height: of the body, device pixels."""

    height: int
    palette: Palette

    @property
    def width(self) -> int:
        """Width of one view in device pixels."""
        return round(self.height * _WIDE)


@dataclass(frozen=True, eq=False, slots=True)
class Sitter:
    """What a card shows of a block besides its figures: its picture and its neighbours, nearest first."""

    image: QImage
    near: tuple[Neighbour, ...]


Sitters = Mapping[tuple[str, Side], Sitter]  # by block and side


class Portraitist:
    """Draws portraits of one atlas, front and back; for a worker thread, one at a time."""

    def __init__(self, atlas: Atlas) -> None:
        self._atlas = atlas
        self._bodies: dict[tuple[str, Format], tuple[Drawn, ...]] = {}

    def draw(self, found: Sequence[Portrait], skin: SkinPaint, size: Format) -> tuple[QImage, ...]:
        """One picture per portrait: the front of the body, then its back, over a clear ground."""
        bodies = self._body(skin, size)
        layers = [PaintLayer(body, size.palette, _FINER) for body in bodies]
        pictures = []
        for portrait in found:
            paint = SkinPaint((), skin.pain, skin.deep, portrait.numb, form=skin.form)
            views = (_laid(body.base, layer.image(paint)) for body, layer in zip(bodies, layers, strict=True))
            pictures.append(_beside(tuple(views)))
        return tuple(pictures)

    def _body(self, skin: SkinPaint, size: Format) -> tuple[Drawn, ...]:
        key = (skin.form, size)
        if key not in self._bodies:
            if len(self._bodies) >= 6:
                self._bodies.clear()
            atlas = formed(self._atlas, skin.form)
            mesh = atlas.meshes.full["skin"]
            drawn = []
            for view in VIEWS:
                port = Viewport(view)
                port.set_body(mesh.points_lps)
                port.set_size(size.width, size.height, 0.0, 1.0)
                drawn.append(draw(mesh, atlas.fields, _NO_BORDERS, port.frame(), size.palette, 1.0))
            self._bodies[key] = tuple(drawn)
        return self._bodies[key]


def _laid(base: QImage, paint: QImage) -> QImage:
    image = base.copy()
    with QPainter(image) as painter:
        painter.drawImage(0, 0, paint)
    return image


def _beside(images: Sequence[QImage]) -> QImage:
    width, height = sum(image.width() for image in images), max(image.height() for image in images)
    result = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    result.fill(Qt.GlobalColor.transparent)
    with QPainter(result) as painter:
        left = 0
        for image in images:
            painter.drawImage(left, 0, image)
            left += image.width()
    return result


class PortraitView(QWidget):
    """Shows the front and the back of one portrait; empty room of the same size until it is there."""

    def __init__(self, theme: Theme, height: float) -> None:
        """height: of the body at 100 % text size; it grows half as fast as the text."""
        super().__init__()
        self.height_px = portrait_height(theme, height)
        self._image: QImage | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Small body picture, front and back")

    def sizeHint(self) -> QSize:
        return QSize(2 * round(self.height_px * _WIDE), self.height_px)

    def show_image(self, image: QImage | None) -> None:
        """Shows a picture made by `Portraitist`, None for none."""
        self._image = image
        self.update()

    @property
    def image(self) -> QImage | None:
        """What is shown."""
        return self._image

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._image is None:
            return
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
            at = QRectF((self.width() - size.width()) / 2.0, 0.0, size.width(), size.height())
            painter.drawImage(at, self._image)


def portrait_height(theme: Theme, height: float) -> int:
    """Logical pixels of a portrait that is `height` high at 100 %."""
    return round(height * (1.0 + 0.5 * (theme.scale - 1.0)))
