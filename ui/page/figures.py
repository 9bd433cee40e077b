"""The pictures of the page as blocks: body charts with their legend, the 3D pathway with its caption."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPaintEngine, QPainter, QPen

from ui.page.pictures import Pictures, swatch
from ui.page.setting import INK, QUIET, RULE, Paragraph, Run, leading, line_of, pt


def put_image(painter: QPainter, place: QRectF, image: QImage) -> None:
    """Paints the whole image in the middle of a place; on a screen as finely as its pixels allow."""
    ratio = min(place.width() / image.width(), place.height() / image.height())
    fitted = QRectF(0.0, 0.0, image.width() * ratio, image.height() * ratio)
    fitted.moveCenter(place.center())
    wide = round(fitted.width() * painter.worldTransform().m11())
    if 0 < wide < image.width() and painter.paintEngine().type() == QPaintEngine.Type.Raster:
        image = image.scaledToWidth(wide, Qt.TransformationMode.SmoothTransformation)
    painter.drawImage(fitted, image)


LEGEND: Mapping[str, str] = {
    "covered": "Pain, covered",
    "uncovered": "Pain, not covered",
    "numb": "May go numb too",
    "deep": "Deep pain",
}
LEGEND_OF_MAP: Mapping[str, str] = {"uncovered": "Marked pain", "deep": "Deep pain"}


class Charts:
    """The body from front and back in a height, sides spelled out, and what the patterns mean."""

    def __init__(self, pictures: Pictures, of_block: bool, width: float, height: float) -> None:
        self._pictures, self._width, self._drawn = pictures, width, height
        self._names = [
            Paragraph((Run(name, bold=True),), width, "small", 1.0, INK) for name in ("Front", "Back")
        ]
        self._sides = [line_of(name, "small", width, 1.0, QUIET) for name in ("Right", "Left")]
        shown = {
            "covered": pictures.covered,
            "uncovered": pictures.uncovered,
            "numb": pictures.numb,
            "deep": pictures.deep,
        }
        names = LEGEND if of_block else LEGEND_OF_MAP
        kinds = [kind for kind in names if shown[kind]]
        self._legend = [(kind, line_of(names[kind], "small", width / 2.0 - pt(24.0))) for kind in kinds]
        self._head = leading("small")
        self._row = leading("small") + pt(3.0)
        rows = (len(kinds) + 1) // 2
        self.height = self._head + height + (pt(5.0) if rows else 0.0) + rows * self._row

    def draw(self, painter: QPainter, x: float, y: float) -> None:
        half = self._width / 2.0
        for k, image in enumerate(self._pictures.charts):
            place = QRectF(x + k * half, y + self._head, half, self._drawn)
            put_image(painter, place, image)
            # As one faces the body: the patient's right stands on the left of the front view.
            first, second = self._sides if k == 0 else self._sides[::-1]
            name = self._names[k]
            name.draw(painter, place.center().x() - name.widest / 2.0, y)
            first.draw(painter, place.left() + (pt(8.0) if k else 0.0), y)
            second.draw(painter, place.right() - second.widest - (0.0 if k else pt(8.0)), y)
        y += self._head + self._drawn + pt(5.0)
        for k, (kind, line) in enumerate(self._legend):
            at, down = x + (k % 2) * half, y + (k // 2) * self._row
            swatch(painter, kind, QRectF(at + pt(0.5), down + pt(1.5), pt(18.0), leading("small") - pt(3.0)))
            line.draw(painter, at + pt(23.0), down)

    def texts(self) -> list[str]:
        lines = (*self._names, *self._sides, *(line for _, line in self._legend))
        return [line.text for line in lines]


class Scene:
    """The 3D picture with what it shows."""

    def __init__(self, pictures: Pictures, caption: str, width: float, height: float) -> None:
        self._image, self._width, self._drawn = pictures.scene, width, height
        self._caption = line_of(caption, "small", width, 1.0, QUIET)
        self.height = height + pt(2.0) + self._caption.height

    def draw(self, painter: QPainter, x: float, y: float) -> None:
        place = QRectF(x, y, self._width, self._drawn)
        if self._image is not None and not self._image.isNull():
            put_image(painter, place, self._image)
        painter.setPen(QPen(QColor(RULE), pt(0.6)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(place)
        self._caption.draw(painter, x, y + self._drawn + pt(2.0))

    def texts(self) -> list[str]:
        return [self._caption.text]
