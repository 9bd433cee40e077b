"""What is drawn over the picture with QPainter: letters, orientation cube, labels, distances, scale.

Lines and words are drawn at the screen's own resolution whatever resolution the 3D frame has. Nothing
here knows VTK; `draw` needs a painter, a pose and a size, so that the window and the snapshot share it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from planner.session.picture import DistanceLine, Label, ScenePicture
from planner.space import VIEW_FROM_LPS, Side, View, direction_letters
from ui.scene3d import camera, labels

INK = QColor(233, 238, 241)
QUIET = QColor(169, 182, 190)
PLATE = QColor(17, 22, 28, 205)
ACCENT = QColor(0x5C, 0xC3, 0xD6)
NERVE = QColor(255, 222, 60)
WRAPPED = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
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
    if scene is not None and what.labels:
        _draw_lines(painter, pose, size, scene.lines)
        if scene.target_lps is not None:
            _draw_target(painter, pose, size, scene.target_lps)
        _draw_labels(painter, pose, size, scene, what.scale)
    badge = _badge_box(what) if what.side is not None else QRectF()
    hits_top = badge.right() > width_px / 2 - 16.0 * what.scale
    _draw_letters(painter, pose, size, what.scale, badge.bottom() if hits_top else 0.0)
    _draw_cube(painter, pose, size, what.scale)
    _draw_scale(painter, pose, size, what.scale)
    if scene is not None and what.labels and scene.lines:
        _draw_caption(painter, size, "Distances in this model", what.scale)
    if what.side is not None:
        _draw_badge(painter, badge, f"Patient's {what.side}", what.scale)
    if what.brush_px is not None:
        x, y, radius = what.brush_px
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, wide in ((QColor(0, 0, 0, 150), 3.0), (INK, 1.4)):
            painter.setPen(QPen(colour, wide))
            painter.drawEllipse(QPointF(x, y), radius, radius)
    if what.hover:
        _draw_hover(painter, size, what)


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


def _font(scale: float, pixels: float, bold: bool = False) -> QFont:
    font = QFont()
    font.setPixelSize(max(8, round(pixels * scale)))
    font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    return font


def _halo_text(painter: QPainter, box: QRectF, flags: Qt.AlignmentFlag, text: str, colour: QColor) -> None:
    """Text with a dark edge, legible on bone and background alike."""
    painter.setPen(QColor(0, 0, 0, 170))
    for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1)):
        painter.drawText(box.translated(dx, dy), flags, text)
    painter.setPen(colour)
    painter.drawText(box, flags, text)


def _draw_letters(
    painter: QPainter, pose: camera.Pose, size: tuple[float, float], scale: float, top_px: float
) -> None:
    """top_px: height taken at the top by what must not be written over."""
    width, height = size
    painter.setFont(_font(scale, 18, bold=True))
    tall = 26.0 * scale
    wide = 60.0 * scale
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
        _halo_text(painter, box, flags, text, INK)


def _draw_cube(painter: QPainter, pose: camera.Pose, size: tuple[float, float], scale: float) -> None:
    painter.setFont(_font(scale, 15, bold=True))
    for view, polygon, facing in cube_faces(pose, size[1], scale):
        light = 46 + round(70 * facing)
        painter.setBrush(QBrush(QColor(light, light + 12, light + 20, 235)))
        painter.setPen(QPen(QColor(140, 156, 166), 1.0))
        painter.drawPolygon(polygon)
        if facing > 0.35:
            painter.setPen(QColor(255, 255, 255, round(255 * min(1.0, facing * 1.3))))
            painter.drawText(polygon.boundingRect(), Qt.AlignmentFlag.AlignCenter, _CUBE_LETTERS[view])


def _draw_scale(painter: QPainter, pose: camera.Pose, size: tuple[float, float], scale: float) -> None:
    per_px = camera.mm_per_px(pose, size[1])
    length = next((mm for mm in _NICE_MM if mm / per_px >= 60 * scale), _NICE_MM[-1])
    wide = length / per_px
    if wide > size[0] / 2:
        return
    x, y = size[0] - 26.0 - wide, size[1] - 24.0
    for colour, thick in ((QColor(0, 0, 0, 150), 3.4), (QUIET, 1.6)):
        painter.setPen(QPen(colour, thick))
        painter.drawPolyline(
            [QPointF(x, y - 5), QPointF(x, y), QPointF(x + wide, y), QPointF(x + wide, y - 5)]
        )
    painter.setFont(_font(scale, 12))
    text = f"{length} mm" if length < 100 else f"{length // 10} cm"
    box = QRectF(x - 40, y - 8 - 18 * scale, wide + 80, 18 * scale)
    _halo_text(painter, box, Qt.AlignmentFlag.AlignCenter, text, QUIET)


def _draw_caption(painter: QPainter, size: tuple[float, float], text: str, scale: float) -> None:
    """A quiet word above the scale bar, or above the cube where both do not fit side by side."""
    font = _font(scale, 12)
    painter.setFont(font)
    wide = QFontMetricsF(font).horizontalAdvance(text) + 4.0
    beside = size[0] - 26.0 - wide > (LETTER_MARGIN_PX + 2.0 * CUBE_PX) * scale
    lift = 40.0 if beside else 16.0 + CUBE_PX
    left = max(4.0, size[0] - (26.0 if beside else 8.0) - wide)
    box = QRectF(left, size[1] - 34.0 - lift * scale, min(wide, size[0] - 8.0), 18.0 * scale)
    flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    _halo_text(painter, box, flags, text, QUIET)


def _badge_box(what: Overlay) -> QRectF:
    wide = QFontMetricsF(_font(what.scale, 13, bold=True)).horizontalAdvance(f"Patient's {what.side}")
    return QRectF(LETTER_MARGIN_PX, LETTER_MARGIN_PX, wide + 28 * what.scale, 26 * what.scale)


def _draw_badge(painter: QPainter, box: QRectF, text: str, scale: float) -> None:
    painter.setFont(_font(scale, 13, bold=True))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(PLATE)
    painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
    painter.setBrush(ACCENT)
    painter.drawEllipse(QPointF(box.left() + 13 * scale, box.center().y()), 3.5 * scale, 3.5 * scale)
    painter.setPen(INK)
    painter.drawText(box.adjusted(22 * scale, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, text)


def _draw_hover(painter: QPainter, size: tuple[float, float], what: Overlay) -> None:
    font = _font(what.scale, 13)
    painter.setFont(font)
    wide = QFontMetricsF(font).horizontalAdvance(what.hover) + 18
    tall = 24.0 * what.scale
    x = min(what.hover_px[0] + 16, size[0] - wide - 8)
    y = what.hover_px[1] + 18
    if y + tall > size[1] - 8:
        y = what.hover_px[1] - tall - 10
    box = QRectF(max(8.0, x), max(8.0, y), wide, tall)
    painter.setPen(QPen(QColor(255, 255, 255, 36), 1.0))
    painter.setBrush(PLATE)
    painter.drawRoundedRect(box, 5, 5)
    painter.setPen(INK)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, what.hover)


def _draw_lines(
    painter: QPainter, pose: camera.Pose, size: tuple[float, float], lines: Sequence[DistanceLine]
) -> None:
    for line in lines:
        ends, depth = camera.project(pose, np.array([line.start_lps, line.end_lps]), *size)
        if (depth <= 1.0).any():
            continue
        start, end = QPointF(*map(float, ends[0])), QPointF(*map(float, ends[1]))
        for colour, thick, style in (
            (QColor(0, 0, 0, 165), 3.6, Qt.PenStyle.SolidLine),
            (INK, 1.5, Qt.PenStyle.DashLine),
        ):
            painter.setPen(QPen(colour, thick, style, Qt.PenCapStyle.RoundCap))
            painter.drawLine(start, end)
        painter.setPen(QPen(QColor(0, 0, 0, 190), 1.2))
        painter.setBrush(INK)
        painter.drawEllipse(end, 3.2, 3.2)


def _draw_target(
    painter: QPainter, pose: camera.Pose, size: tuple[float, float], target_lps: tuple[float, float, float]
) -> None:
    place, depth = camera.project(pose, np.array([target_lps]), *size)
    if depth[0] <= 1.0:
        return
    centre = QPointF(float(place[0, 0]), float(place[0, 1]))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, thick in ((QColor(0, 0, 0, 180), 4.6), (ACCENT, 2.2)):
        painter.setPen(QPen(colour, thick))
        painter.drawEllipse(centre, 10.0, 10.0)
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            painter.drawLine(centre + QPointF(10 * dx, 10 * dy), centre + QPointF(15 * dx, 15 * dy))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(255, 255, 255))
    painter.drawEllipse(centre, 2.2, 2.2)


def _draw_labels(
    painter: QPainter, pose: camera.Pose, size: tuple[float, float], scene: ScenePicture, scale: float
) -> None:
    entries: list[tuple[str, tuple[float, float, float], int, QColor]] = []
    ranks = {"target": 0, "structure": 1, "nerve": 2}
    colours = {"target": ACCENT, "structure": INK, "nerve": NERVE}
    seen: set[str] = set()
    for label in _first_of_each(scene.labels):
        entries.append((label.text, label.at_lps, ranks[label.kind], colours[label.kind]))
        seen.add(label.text)
    entries += [(_bound(line.label), line.end_lps, 1, INK) for line in scene.lines if line.label not in seen]
    if not entries:
        return
    font, strong = _font(scale, 12), _font(scale, 13, bold=True)
    metrics = {0: QFontMetricsF(strong)}
    plain = QFontMetricsF(font)
    places, depths = camera.project(pose, np.array([entry[1] for entry in entries]), *size)
    wishes = []
    keep = (30 * scale, 46 * scale, 30 * scale, 84 * scale)
    # Long names are broken, so that a column fits beside the middle of a narrow picture.
    broadest = max(size[0] / 2 - keep[0] - labels.CLEAR_PX - 14 * scale, 90 * scale)
    for (text, _, rank, _), place, depth in zip(entries, places, depths, strict=True):
        measure = metrics.get(rank, plain)
        needs = measure.boundingRect(QRectF(0, 0, broadest, 1e4), WRAPPED, text)
        box = (needs.width() + 14 * scale, needs.height() + 6 * scale)
        anchor = (float(place[0]), float(place[1])) if depth > 1.0 else (-1.0, -1.0)
        wishes.append(labels.Wish(text, anchor, box, rank))
    arranged = labels.place(wishes, size[0], size[1], keep)
    for spot in arranged:
        colour = entries[spot.wish][3]
        start, end = (QPointF(*point) for point in spot.leader_px)
        for pen in (QPen(QColor(0, 0, 0, 150), 2.6), QPen(colour, 1.0)):
            painter.setPen(pen)
            painter.drawLine(start, end)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        if entries[spot.wish][2] != 0:
            painter.drawEllipse(start, 2.4, 2.4)
    for spot in arranged:
        text, _, rank, colour = entries[spot.wish]
        box = QRectF(*spot.box_px)
        painter.setPen(QPen(QColor(colour.red(), colour.green(), colour.blue(), 120), 1.0))
        painter.setBrush(PLATE)
        painter.drawRoundedRect(box, 4, 4)
        painter.setFont(strong if rank == 0 else font)
        painter.setPen(INK)
        painter.drawText(box, WRAPPED, text)


def _bound(label: str) -> str:
    """A distance's label whose figure never stands alone on a line."""
    return label.replace(" · ", "\u00a0·\u00a0").replace(" mm", "\u00a0mm")


def _first_of_each(given: Sequence[Label]) -> list[Label]:
    """One label per text: a nerve of many pieces is named once, at its first piece."""
    kept: dict[str, Label] = {}
    for label in given:
        kept.setdefault(label.text, label)
    return list(kept.values())
