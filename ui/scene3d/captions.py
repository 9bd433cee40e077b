"""The words of a scene over its picture: labels with leader lines, distance lines, the target's mark."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from planner.session.picture import DistanceLine, Label, ScenePicture
from ui.scene3d import camera, labels
from ui.scene3d.inks import Inks

_FEW_NERVES = 2  # lit nerves that are as much worth a name as what lies near

WRAPPED = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)


def draw(
    painter: QPainter, inks: Inks, pose: camera.Pose, size: tuple[float, float], scene: ScenePicture
) -> None:
    """Draws distance lines, the target and the labels of a scene."""
    _draw_lines(painter, inks, pose, size, scene.lines)
    _draw_dots(painter, inks, pose, size, scene.dots)
    if scene.target_lps is not None:
        _draw_target(painter, inks, pose, size, scene.target_lps)
    _draw_labels(painter, inks, pose, size, scene)


def _draw_lines(
    painter: QPainter, inks: Inks, pose: camera.Pose, size: tuple[float, float], lines: Sequence[DistanceLine]
) -> None:
    for line in lines:
        ends, depth = camera.project(pose, np.array([line.start_lps, line.end_lps]), *size)
        if (depth <= 1.0).any():
            continue
        start, end = QPointF(*map(float, ends[0])), QPointF(*map(float, ends[1]))
        for colour, thick, style in (
            (inks.halo, 3.6, Qt.PenStyle.SolidLine),
            (inks.ink, 1.5 * inks.lines, Qt.PenStyle.DashLine),
        ):
            painter.setPen(QPen(colour, thick, style, Qt.PenCapStyle.RoundCap))
            painter.drawLine(start, end)
        painter.setPen(QPen(inks.halo, 1.2))
        painter.setBrush(inks.ink)
        painter.drawEllipse(end, 3.2, 3.2)


def _draw_dots(
    painter: QPainter,
    inks: Inks,
    pose: camera.Pose,
    size: tuple[float, float],
    dots: Sequence[tuple[float, float, float]],
) -> None:
    """Picked points that wait for others, numbered."""
    if not dots:
        return
    places, depths = camera.project(pose, np.array(dots), *size)
    painter.setFont(inks.font(12, bold=True))
    for number, (place, depth) in enumerate(zip(places, depths, strict=True), start=1):
        if depth <= 1.0:
            continue
        at = QPointF(float(place[0]), float(place[1]))
        painter.setPen(QPen(inks.halo, 1.6))
        painter.setBrush(inks.accent)
        painter.drawEllipse(at, 5.0, 5.0)
        box = QRectF(at.x() + 8, at.y() - 20 * inks.scale, 24 * inks.scale, 18 * inks.scale)
        inks.halo_text(painter, box, Qt.AlignmentFlag.AlignLeft, str(number), inks.ink)


def _draw_target(
    painter: QPainter,
    inks: Inks,
    pose: camera.Pose,
    size: tuple[float, float],
    target_lps: tuple[float, float, float],
) -> None:
    place, depth = camera.project(pose, np.array([target_lps]), *size)
    if depth[0] <= 1.0:
        return
    centre = QPointF(float(place[0, 0]), float(place[0, 1]))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, thick in ((inks.halo, 4.6), (inks.accent, 2.2)):
        painter.setPen(QPen(colour, thick))
        painter.drawEllipse(centre, 10.0, 10.0)
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            painter.drawLine(centre + QPointF(10 * dx, 10 * dy), centre + QPointF(15 * dx, 15 * dy))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(inks.ink)
    painter.drawEllipse(centre, 2.2, 2.2)


def _draw_labels(
    painter: QPainter, inks: Inks, pose: camera.Pose, size: tuple[float, float], scene: ScenePicture
) -> None:
    entries: list[tuple[str, tuple[float, float, float], int, QColor]] = []
    shown = told_once(scene.labels, scene.lines)
    few = sum(label.kind == "nerve" for label in shown) <= _FEW_NERVES
    ranks = {"target": 0, "structure": 1, "nerve": 1 if few else 2}
    colours = {"target": inks.accent, "structure": inks.ink, "nerve": inks.nerve}
    for label in shown:
        entries.append((label.text, label.at_lps, ranks[label.kind], colours[label.kind]))
    entries += [(_bound(line.label), line.end_lps, 1, inks.ink) for line in scene.lines]
    if not entries:
        return
    font, strong = inks.font(12), inks.font(13, bold=True)
    metrics = {0: QFontMetricsF(strong)}
    plain = QFontMetricsF(font)
    places, depths = camera.project(pose, np.array([entry[1] for entry in entries]), *size)
    wishes = []
    keep = (12 * inks.scale, 46 * inks.scale, 12 * inks.scale, 84 * inks.scale)
    belt = (size[1] / 2 - 14 * inks.scale, size[1] / 2 + 14 * inks.scale)  # the letters at the edges
    # Long names are broken, so that a column fits beside the middle of a narrow picture.
    broadest = max(0.3 * size[0] - 14 * inks.scale, 110 * inks.scale)
    for (text, _, rank, _), place, depth in zip(entries, places, depths, strict=True):
        measure = metrics.get(rank, plain)
        needs = measure.boundingRect(QRectF(0, 0, broadest, 1e4), WRAPPED, text)
        box = (needs.width() + 14 * inks.scale, needs.height() + 6 * inks.scale)
        anchor = (float(place[0]), float(place[1])) if depth > 1.0 else (-1.0, -1.0)
        wishes.append(labels.Wish(text, anchor, box, rank))
    arranged = labels.place(wishes, size[0], size[1], keep, belt)
    for spot in arranged:
        colour = entries[spot.wish][3]
        start, end = (QPointF(*point) for point in spot.leader_px)
        for pen in (QPen(inks.halo, 2.6 * inks.lines), QPen(colour, inks.lines)):
            painter.setPen(pen)
            painter.drawLine(start, end)
        painter.setPen(QPen(inks.halo, 1.2))
        painter.setBrush(colour)
        if entries[spot.wish][2] != 0:
            painter.drawEllipse(start, 2.8, 2.8)
    for spot in arranged:
        text, _, rank, colour = entries[spot.wish]
        box = QRectF(*spot.box_px)
        painter.setPen(QPen(QColor(colour.red(), colour.green(), colour.blue(), 120), 1.0))
        painter.setBrush(inks.plate)
        painter.drawRoundedRect(box, 4, 4)
        painter.setFont(strong if rank == 0 else font)
        painter.setPen(inks.ink)
        painter.drawText(box, WRAPPED, text)


def _bound(label: str) -> str:
    """A distance's label whose figure never stands alone on a line."""
    return label.replace(" · ", "\u00a0·\u00a0").replace(" mm", "\u00a0mm")


def told_once(labels: Sequence[Label], lines: Sequence[DistanceLine]) -> list[Label]:
    """One label per text, a nerve of many pieces at its first piece; none of what a distance line names
    already, nor of a nerve in general where one of its pieces has a name of its own."""
    measured = {line.structure for line in lines} - {""}
    own = measured | {label.structure for label in labels if label.kind == "structure"} - {""}
    pieces: dict[str, set[str]] = {}
    for label in labels:
        pieces.setdefault(label.text, set()).add(label.structure)
    kept: dict[str, Label] = {}
    for label in labels:
        named = pieces[label.text] & (own if label.kind == "nerve" else measured)
        if not named:
            kept.setdefault(label.text, label)
    return list(kept.values())
