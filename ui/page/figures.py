"""The pictures of the page as blocks: body charts with their legend, the 3D pathway with its caption."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPaintEngine, QPainter, QPen

from ui.page.pictures import Pictures, swatch
from ui.page.setting import INK, QUIET, RULE, Paragraph, Run, leading, line_of, pt
from ui.widgets.chart_symbols import paint_sign


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
_SIGN_PT, _AFTER_SIGN_PT, _APART_PT = 9.5, 3.0, 9.0
LEGEND_OF_MAP: Mapping[str, str] = {"uncovered": "Marked pain", "deep": "Deep pain"}


class Charts:
    """The body from front and back in a height, sides spelled out, and what patterns and signs mean."""

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
        self._signs = _in_rows(pictures.feels, width)
        self._rows = (len(kinds) + 1) // 2
        rows = self._rows + (self._signs[-1][0] + 1 if self._signs else 0)
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
        for row, along, path, line in self._signs:
            down = y + (self._rows + row) * self._row
            box = QRectF(
                x + along, down + (leading("small") - pt(_SIGN_PT)) / 2.0, pt(_SIGN_PT), pt(_SIGN_PT)
            )
            paint_sign(painter, path, box, INK)
            line.draw(painter, box.right() + pt(_AFTER_SIGN_PT), down)

    def texts(self) -> list[str]:
        words = (*(line for _, line in self._legend), *(line for *_, line in self._signs))
        return [line.text for line in (*self._names, *self._sides, *words)]


def _in_rows(
    feels: tuple[tuple[str, str], ...], width: float
) -> tuple[tuple[int, float, str, Paragraph], ...]:
    """Signs with their words one after another: row, place in it, path of the sign, and the word."""
    placed: list[tuple[int, float, str, Paragraph]] = []
    row, along = 0, 0.0
    for word, path in feels:
        line = line_of(word, "small", width)
        taken = pt(_SIGN_PT + _AFTER_SIGN_PT) + line.widest
        if along > 0.0 and along + taken > width:
            row, along = row + 1, 0.0
        placed.append((row, along, path, line))
        along += taken + pt(_APART_PT)
    return tuple(placed)


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
