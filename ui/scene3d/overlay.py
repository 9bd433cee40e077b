"""What is drawn over the picture with QPainter: letters, orientation cube, scale, and the captions.

Lines and words are drawn at the screen's own resolution whatever resolution the 3D frame has. Nothing
here knows VTK; `draw` needs a painter, a pose and a size, so that the window and the snapshot share it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from planner.session.picture import ScenePicture
from planner.space import VIEW_FROM_LPS, Side, View, direction_letters
from ui.scene3d import camera, captions
from ui.scene3d.backdrop import DARK, Backdrop
from ui.scene3d.inks import Inks
from ui.scene3d.inks import inks as inks_over

LETTER_MARGIN_PX = 12.0
CUBE_PX = 44.0
_CUBE_LETTERS: dict[View, str] = {
    "anterior": "A",
    "posterior": "P",
    "left": "L",
    "right": "R",
    "superior": "S",
    "inferior": "I",
}
_NICE_MM = (5, 10, 20, 50, 100, 200, 500)


@dataclass(frozen=True, slots=True)
class Overlay:
    """What to draw beside the picture's own labels. scale: text size, 1.0 to 2.0."""

    side: Side | None = None
    scale: float = 1.0
    hover: str = ""
    hover_px: tuple[float, float] = (0.0, 0.0)
    brush_px: tuple[float, float, float] | None = None  # x, y, radius
    labels: bool = True
    ground: Backdrop = DARK
    cube: bool = True
    cross: bool = False


def draw(
    painter: QPainter,
    pose: camera.Pose,
    width_px: float,
    height_px: float,
    scene: ScenePicture | None,
    what: Overlay,
) -> None:
    """Draws everything over a frame of `width_px` x `height_px` logical pixels."""
    if width_px < 40 or height_px < 40:
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    size = (width_px, height_px)
    inks = inks_over(what.ground, what.scale)
    if scene is not None and what.labels:
        captions.draw(painter, inks, pose, size, scene)
    badge = _badge_box(what.side, inks) if what.side is not None else QRectF()
    hits_top = badge.right() > width_px / 2 - 16.0 * inks.scale
    _draw_letters(painter, inks, pose, size, badge.bottom() if hits_top else 0.0)
    if what.cube:
        _draw_cube(painter, inks, pose, size)
    _draw_scale(painter, inks, pose, size)
    if scene is not None and what.labels and scene.lines:
        _draw_caption(painter, inks, size, "Distances in this model")
    if what.side is not None:
        _draw_badge(painter, inks, badge, f"Patient's {what.side}")
    if what.brush_px is not None:
        x, y, radius = what.brush_px
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, wide in ((inks.halo, 3.0), (inks.ink, 1.4)):
            painter.setPen(QPen(colour, wide))
            painter.drawEllipse(QPointF(x, y), radius, radius)
    if what.cross:
        _draw_cross(painter, inks, size)
    if what.hover:
        _draw_hover(painter, inks, size, what)


def letters(pose: camera.Pose) -> dict[str, str]:
    """Anatomical letters at the left, right, top and bottom edge of the screen."""
    frame = camera.axes(pose)
    return {
        "right": direction_letters(frame.right),
        "left": direction_letters(-frame.right),
        "top": direction_letters(frame.up),
        "bottom": direction_letters(-frame.up),
    }


def cube_faces(pose: camera.Pose, height_px: float, scale: float) -> list[tuple[View, QPolygonF, float]]:
    """The visible faces of the orientation cube with how squarely they face the viewer, far ones first."""
    frame = camera.axes(pose)
    half = CUBE_PX * scale / 2
    centre = QPointF(26.0 + half * 1.2, height_px - 26.0 - half * 1.2)
    faces: list[tuple[View, QPolygonF, float]] = []
    for view, direction in VIEW_FROM_LPS.items():
        normal = np.array(direction)
        facing = float(normal @ frame.toward)
        if facing <= 0.02:
            continue
        first = np.roll(np.abs(normal), 1)
        second = np.cross(normal, first)
        corners = [normal + a * first + b * second for a, b in ((1, 1), (1, -1), (-1, -1), (-1, 1))]
        polygon = QPolygonF(
            [
                centre + QPointF(half * float(c @ frame.right) * 0.8, -half * float(c @ frame.up) * 0.8)
                for c in corners
            ]
        )
        faces.append((view, polygon, facing))
    return sorted(faces, key=lambda face: face[2])


def _draw_letters(
    painter: QPainter, inks: Inks, pose: camera.Pose, size: tuple[float, float], top_px: float
) -> None:
    """top_px: height taken at the top by what must not be written over."""
    width, height = size
    painter.setFont(inks.font(18, bold=True))
    tall = 26.0 * inks.scale
    wide = 60.0 * inks.scale
    m = LETTER_MARGIN_PX
    middle = Qt.AlignmentFlag.AlignVCenter
    boxes = {
        "left": (QRectF(m, height / 2 - tall / 2, wide, tall), Qt.AlignmentFlag.AlignLeft | middle),
        "right": (
            QRectF(width - m - wide, height / 2 - tall / 2, wide, tall),
            Qt.AlignmentFlag.AlignRight | middle,
        ),
        "top": (
            QRectF(width / 2 - wide / 2, max(top_px, m - 4), wide, tall),
            Qt.AlignmentFlag.AlignHCenter | middle,
        ),
        "bottom": (
            QRectF(width / 2 - wide / 2, height - m - tall + 4, wide, tall),
            Qt.AlignmentFlag.AlignHCenter | middle,
        ),
    }
    for edge, text in letters(pose).items():
        box, flags = boxes[edge]
        inks.halo_text(painter, box, flags, text, inks.ink)


def _draw_cube(painter: QPainter, inks: Inks, pose: camera.Pose, size: tuple[float, float]) -> None:
    painter.setFont(inks.font(15, bold=True))
    for view, polygon, facing in cube_faces(pose, size[1], inks.scale):
        light = 46 + round(70 * facing) if inks.dark else 175 + round(65 * facing)
        painter.setBrush(QBrush(QColor(light, light + 8, light + 13, 235)))
        painter.setPen(QPen(QColor(140, 156, 166), 1.0))
        painter.drawPolygon(polygon)
        if facing > 0.35:
            ink = inks.ink
            painter.setPen(QColor(ink.red(), ink.green(), ink.blue(), round(255 * min(1.0, facing * 1.3))))
            painter.drawText(polygon.boundingRect(), Qt.AlignmentFlag.AlignCenter, _CUBE_LETTERS[view])


def _draw_scale(painter: QPainter, inks: Inks, pose: camera.Pose, size: tuple[float, float]) -> None:
    per_px = camera.mm_per_px(pose, size[1])
    length = next((mm for mm in _NICE_MM if mm / per_px >= 60 * inks.scale), _NICE_MM[-1])
    wide = length / per_px
    if wide > size[0] / 2:
        return
    x, y = size[0] - 26.0 - wide, size[1] - 24.0
    painter.setFont(inks.font(12))
    text = f"{length} mm" if length < 100 else f"{length // 10} cm"
    tall = 18.0 * inks.scale
    plate = QRectF(x, y - 10.0 - tall, wide, tall + 10.0).adjusted(-7.0, -1.0, 7.0, 6.0)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(
        QColor(inks.plate.red(), inks.plate.green(), inks.plate.blue(), inks.plate.alpha() * 2 // 3)
    )
    painter.drawRoundedRect(plate, 4.0, 4.0)
    for colour, thick in ((inks.halo, 3.4), (inks.quiet, 1.6)):
        painter.setPen(QPen(colour, thick))
        painter.drawPolyline(
            [QPointF(x, y - 5), QPointF(x, y), QPointF(x + wide, y), QPointF(x + wide, y - 5)]
        )
    box = QRectF(x - 40, y - 8 - tall, wide + 80, tall)
    inks.halo_text(painter, box, Qt.AlignmentFlag.AlignCenter, text, inks.ink)


def _draw_cross(painter: QPainter, inks: Inks, size: tuple[float, float]) -> None:
    """The middle of the picture, where Enter picks a point."""
    centre = QPointF(size[0] / 2, size[1] / 2)
    for colour, thick in ((inks.halo, 3.0), (inks.accent, 1.4)):
        painter.setPen(QPen(colour, thick))
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            painter.drawLine(centre + QPointF(4 * dx, 4 * dy), centre + QPointF(12 * dx, 12 * dy))


def _draw_caption(painter: QPainter, inks: Inks, size: tuple[float, float], text: str) -> None:
    """A quiet word above the inks.scale bar, or above the cube where both do not fit side by side."""
    font = inks.font(12)
    painter.setFont(font)
    wide = QFontMetricsF(font).horizontalAdvance(text) + 4.0
    beside = size[0] - 26.0 - wide > (LETTER_MARGIN_PX + 2.0 * CUBE_PX) * inks.scale
    lift = 40.0 if beside else 16.0 + CUBE_PX
    left = max(4.0, size[0] - (26.0 if beside else 8.0) - wide)
    box = QRectF(left, size[1] - 34.0 - lift * inks.scale, min(wide, size[0] - 8.0), 18.0 * inks.scale)
    flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    inks.halo_text(painter, box, flags, text, inks.quiet)


def _badge_box(side: Side, inks: Inks) -> QRectF:
    wide = QFontMetricsF(inks.font(13, bold=True)).horizontalAdvance(f"Patient's {side}")
    return QRectF(LETTER_MARGIN_PX, LETTER_MARGIN_PX, wide + 28 * inks.scale, 26 * inks.scale)


def _draw_badge(painter: QPainter, inks: Inks, box: QRectF, text: str) -> None:
    painter.setFont(inks.font(13, bold=True))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(inks.plate)
    painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
    painter.setBrush(inks.accent)
    painter.drawEllipse(
        QPointF(box.left() + 13 * inks.scale, box.center().y()), 3.5 * inks.scale, 3.5 * inks.scale
    )
    painter.setPen(inks.ink)
    painter.drawText(box.adjusted(22 * inks.scale, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, text)


def _draw_hover(painter: QPainter, inks: Inks, size: tuple[float, float], what: Overlay) -> None:
    font = inks.font(13)
    painter.setFont(font)
    wide = QFontMetricsF(font).horizontalAdvance(what.hover) + 18
    tall = 24.0 * inks.scale
    x = min(what.hover_px[0] + 16, size[0] - wide - 8)
    y = what.hover_px[1] + 18
    if y + tall > size[1] - 8:
        y = what.hover_px[1] - tall - 10
    box = QRectF(max(8.0, x), max(8.0, y), wide, tall)
    painter.setPen(QPen(inks.halo, 1.0))
    painter.setBrush(inks.plate)
    painter.drawRoundedRect(box, 5, 5)
    painter.setPen(inks.ink)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, what.hover)
