"""Rings on the body chart where deep pain can be marked: joints, levels of the spine, deep regions.

Each is a button of its own, so that it is named on hovering, pressed by mouse, finger or key and read
out. Where two would overlap the one listed later waits until the chart is large enough for both.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from planner.atlas.model import Atlas
from planner.session.state import Face
from planner.space import SIDES, VIEW_FROM_LPS, Side, View
from ui.theme import Theme
from ui.widgets.chart_view import ChartView
from ui.widgets.words import capital, side_words

_APART_PX = 22  # of two rings: the levels of the spine stand close
_TARGET_PX = 24  # of the button; the ring is smaller


@dataclass(frozen=True, slots=True)
class DeepSpot:
    """One place of one side. view: the side of the body that it is usually shown on."""

    region: str
    side: Side
    words: str
    at_lps: tuple[float, float, float]
    view: View


def deep_spots(atlas: Atlas, face: Face) -> tuple[DeepSpot, ...]:
    """Every place of both sides, where the skin over it lies in the form of this atlas."""
    from planner.origins import deep_places  # nobody waits for it before the tool is taken

    spots = []
    for place in deep_places(atlas.content):
        region = atlas.content.regions[place.region]
        source = atlas.content.generators.get(place.source)
        named = region if source is None else source
        words = capital(named.name if face == "study" else named.plain or named.name)
        view: View = "posterior" if region.view == "posterior" else "anterior"
        for side in SIDES:
            at = _middle(atlas, place.region, side, view)
            spots.append(DeepSpot(place.region, side, f"{words}, {side_words(side)}", at, view))
    return tuple(spots)


def _middle(atlas: Atlas, region: str, side: Side, view: View) -> tuple[float, float, float]:
    """Where a region lies beneath the skin that a view shows: the middle of what it projects to."""
    skin = atlas.meshes.full["skin"]
    facing = np.maximum(skin.normals @ np.array(VIEW_FROM_LPS[view], np.float32), 0.0)
    share = atlas.fields.membership(region, side) * facing * atlas.fields.area_mm2
    x, y, z = (share @ skin.points_lps / max(float(share.sum()), 1e-6)).tolist()
    return x, y, z


class DeepMarker(QAbstractButton):
    """A ring; filled with a dot where deep pain is marked."""

    def __init__(self, spot: DeepSpot, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.spot, self._theme = spot, theme
        self.setCheckable(True)
        self.setAccessibleName(spot.words)
        self.setToolTip(spot.words)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedSize(_TARGET_PX, _TARGET_PX)

    def set_theme(self, theme: Theme) -> None:
        """Draws in another palette."""
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            middle, on = QRectF(self.rect()).center(), self.isChecked()
            radius = 8.5 if on or self.underMouse() or self.hasFocus() else 7.0
            ink = self._theme.color("pain_edge" if self._theme.palette.scheme == "light" else "pain")
            painter.setPen(QPen(QColor(255, 255, 255, 220), 4.2))
            painter.setBrush(QColor(255, 255, 255, 150 if on else 70))
            painter.drawEllipse(middle, radius, radius)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(ink if on else QColor("#3B4A52"), 2.2 if on else 1.6))
            painter.drawEllipse(middle, radius, radius)
            if on:
                painter.setBrush(self._theme.color("pain"))
                painter.setPen(QPen(ink, 1.6))
                painter.drawEllipse(middle, 3.6, 3.6)
            else:
                painter.drawEllipse(middle, 2.6, 2.6)
            if self.hasFocus():
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(self._theme.color("accent"), 2))
                painter.drawEllipse(middle, 11.5, 11.5)


class DeepMarks(QObject):
    """The rings over one chart; not there until they are first wanted."""

    pressed = Signal(str, str)  # region, side

    def __init__(self, view: ChartView, theme: Theme) -> None:
        super().__init__(view)
        self._view, self._theme = view, theme
        self.markers: list[DeepMarker] = []
        self.on = False
        view.moved.connect(self.place)
        view.drawn.connect(self.place)

    def set_spots(self, spots: Sequence[DeepSpot]) -> None:
        """Makes the rings anew: for another body, other words."""
        for marker in self.markers:
            marker.hide()
            marker.deleteLater()
        self.markers = []
        for spot in spots:
            marker = DeepMarker(spot, self._theme, self._view)
            marker.hide()
            marker.clicked.connect(lambda _=False, s=spot: self.pressed.emit(s.region, s.side))
            self.markers.append(marker)
        self.place()

    def show(self, on: bool) -> None:
        """Shows the rings, or takes them away."""
        self.on = on
        self.place()

    def set_theme(self, theme: Theme) -> None:
        """Draws in another palette."""
        self._theme = theme
        for marker in self.markers:
            marker.set_theme(theme)

    def show_marked(self, marked: Collection[tuple[str, Side]]) -> None:
        """Fills the rings of marked places."""
        for marker in self.markers:
            marker.setChecked((marker.spot.region, marker.spot.side) in marked)

    def _fits(self, spot: DeepSpot) -> bool:
        view = self._view.view
        return spot.side == view if view in ("left", "right") else spot.view == view

    def place(self) -> None:
        """Puts every ring where its place lies now."""
        if not self.on:
            for marker in self.markers:
                marker.hide()
            return
        room = self._view.rect().adjusted(8, self._view.header_px(), -8, -8)
        taken: list[QPointF] = []
        # Marked ones first: what was said is never hidden by what could be.
        for marker in sorted(self.markers, key=lambda one: not one.isChecked()):
            at = self._view.viewport.position_of(marker.spot.at_lps)
            near = any(np.hypot(at.x() - p.x(), at.y() - p.y()) < _APART_PX for p in taken)
            seen = self._fits(marker.spot) and room.contains(at.toPoint()) and not near
            marker.setVisible(seen)
            if seen:
                taken.append(at)
                marker.move(round(at.x() - _TARGET_PX / 2), round(at.y() - _TARGET_PX / 2))
