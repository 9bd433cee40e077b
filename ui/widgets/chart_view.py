"""One view of the body chart: shows the paint, takes strokes and clicks, zooms and pans.

It holds no marks of its own. A press or drag becomes points on the skin (LPS mm) or a region id, sent
out as signals; what comes back as paint is what is shown. The picture of the bare body is drawn by the
worker for the zoom in use; until it arrives the last one is shown stretched.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTabletEvent,
    QTouchEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from planner.atlas.meshes import Mesh
from planner.atlas.territories import SkinFields
from planner.chart import Borders, Hit
from planner.session.picture import SkinPaint
from planner.space import View
from planner.territory import Territory
from ui.theme import Theme
from ui.widgets.chart_flight import Flight
from ui.widgets.chart_hand import ChartHand
from ui.widgets.chart_keys import ChartKeys
from ui.widgets.chart_paint import Drawn, PaintLayer, draw, region_veil, to_lines
from ui.widgets.chart_words import header_px, paint_words, spoken
from ui.widgets.territory_paint import territory_image
from ui.widgets.viewport import Viewport
from ui.widgets.work import Submit


class ChartView(QWidget):
    """A body chart seen from one side."""

    stroked = Signal(object, bool, object)  # tuple of LPS points, continues the drag, shares of the brush
    region_clicked = Signal(str, str)
    hovered = Signal(str, str)  # region id or "", side
    rubbed = Signal(object, bool, object)  # the same with the eraser end of a pen
    cancelled = Signal()  # the stroke begun turned out to be a pinch
    drawn = Signal()  # the chart of the present size is there
    hand_moved = Signal()  # the same by the user's own hand
    moved = Signal()  # other parts of the body are shown, or at another size

    def __init__(self, view: View, submit: Submit, theme: Theme) -> None:
        super().__init__()
        self.viewport = Viewport(view)
        self._submit, self._theme = submit, theme
        self._mesh: Mesh | None = None
        self._fields: SkinFields | None = None
        self._borders: Borders | None = None
        self._drawn: Drawn | None = None
        self._layer: PaintLayer | None = None
        self._skin: SkinPaint | None = None
        self._paint: QImage | None = None
        self._territory: tuple[tuple[Territory | None, Territory | None], QImage] | None = None
        self._veil: tuple[int, QImage] | None = None
        self._mode = "brush"
        self._radius_mm = 18.0
        self._hover: QPointF | None = None
        self._hit: Hit | None = None
        self._ringed = False
        self._hand = ChartHand(self)
        self._keys = ChartKeys(self, self._hand)
        self._signs: Mapping[str, str] = {}
        self._flight = Flight(self)
        self._redraw = QTimer(self, singleShot=True, interval=25)
        self._redraw.timeout.connect(self._draw_later)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents, True)
        self._name()

    def sizeHint(self) -> QSize:
        return QSize(200, 560)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 240)

    @property
    def view(self) -> View:
        """The side it looks from."""
        return self.viewport.view

    # -- what it shows ------------------------------------------------------------------------------

    def set_body(self, mesh: Mesh, fields: SkinFields, borders: Borders) -> None:
        """Gives the skin; from now on a chart is drawn."""
        self._mesh, self._fields, self._borders = mesh, fields, borders
        self.viewport.set_body(mesh.points_lps)
        self._draw_later()

    def set_theme(self, theme: Theme) -> None:
        """Draws in another palette or text size."""
        self._theme = theme
        self._measure()
        self._redraw.start()
        self.update()

    def set_view(self, view: View) -> None:
        """Looks from another side."""
        if view != self.view:
            self.viewport.set_view(view)
            self._drawn = self._layer = self._paint = self._veil = self._territory = None
            self._name()
            self._draw_later()
            self.update()

    def set_signs(self, signs: Mapping[str, str]) -> None:
        """Gives the path of each quality's sign."""
        self._signs = signs

    def set_mode(self, mode: str, radius_mm: float) -> None:
        """mode: "brush", "erase", "region" or "deep"; radius of the brush in mm."""
        self._mode, self._radius_mm = mode, radius_mm
        cross = mode in ("brush", "erase")
        self.setCursor(Qt.CursorShape.CrossCursor if cross else Qt.CursorShape.PointingHandCursor)
        self._veil = None
        self.update()

    def show_skin(self, skin: SkinPaint) -> None:
        """Shows the paint on the skin; equal keys cost nothing."""
        if self._skin is not None and self._skin.key == skin.key and self._paint is not None:
            return
        self._skin = skin
        if self._layer is not None:
            self._paint = self._layer.image(skin)
            self._show_territory()
            self.update()

    def _show_territory(self) -> None:
        """Draws the territory anew when it is another one, or the chart is."""
        shown = (self._skin.territory, self._skin.over) if self._skin is not None else (None, None)
        if shown == (None, None) or self._drawn is None:
            self._territory = None
        elif self._territory is None or self._territory[0] != shown:
            density = self.devicePixelRatioF()
            image = territory_image(self._drawn.chart, shown[0], self._theme.palette, density, shown[1])
            self._territory = (shown, image)

    def ready(self) -> bool:
        """Whether the chart of the present size has been drawn."""
        return self._drawn is not None and self._drawn.chart.frame == self.viewport.frame()

    @property
    def clicks(self) -> bool:
        """Whether a press chooses what lies there instead of painting."""
        return self._mode in ("region", "deep")

    @property
    def awaits_keys(self) -> bool:
        """Whether somebody came here by keyboard and has not taken the brush."""
        return self._ringed and not self._keys.out and not self.has_rings

    @property
    def has_rings(self) -> bool:
        """Whether deep places are chosen, each of which is a button of its own."""
        return self._mode == "deep"

    def header_px(self) -> int:
        """Height of the words at its top."""
        return header_px(self._theme)

    def radius_px(self) -> float:
        """Radius of the brush on the screen, as it is set."""
        return self._radius_mm / self.viewport.mm_per_px()

    def fit(self) -> None:
        """Shows the whole body again."""
        self._set_zoom(1.0)

    def go_to(self, points_lps: NDArray[np.float32] | None, glide: bool) -> None:
        """Frames points of the body (n, 3), all of it for None; glide: within a quarter of a second."""
        self._measure()
        self._flight.go(self.viewport.pose_of(points_lps), glide and self.isVisible())

    def shown_otherwise(self, settled: bool = True) -> None:
        """Another part of the body is shown; settled: it is to be drawn at that size."""
        if settled:
            self._redraw.start()
        self.moved.emit()
        self.update()

    def middle(self) -> QPointF:
        """The middle of what is shown beneath the words."""
        return QPointF(self.width() / 2, (self.height() + self.header_px()) / 2)

    def zoom_by(self, factor: float, around: QPointF | None) -> None:
        """Larger or smaller around a place (None: the middle) that stays where it is."""
        self._set_zoom(self.viewport.zoom * factor, around)

    def region_under(self, position: QPointF) -> Hit | None:
        """What lies under a widget position."""
        if self._drawn is None or self._mesh is None or self._fields is None:
            return None
        x, y = self.viewport.pixel_in(self._drawn.chart.frame, position)
        return self._drawn.chart.pick(x, y, self._mesh, self._fields)

    # -- frames -------------------------------------------------------------------------------------

    def _measure(self) -> None:
        density = self.devicePixelRatioF()
        self.viewport.set_size(self.width(), self.height(), header_px(self._theme), density)

    def _set_zoom(self, zoom: float, around: QPointF | None = None) -> None:
        self._flight.stop()
        self.viewport.set_zoom(zoom, around)
        self.shown_otherwise()
        self.hand_moved.emit()

    def _draw_later(self) -> None:
        self._redraw.stop()
        if self._mesh is None or self._fields is None or self._borders is None or self.width() < 8:
            return
        self._measure()
        mesh, fields, borders = self._mesh, self._fields, self._borders
        frame, palette, density = self.viewport.frame(), self._theme.palette, self.devicePixelRatioF()
        self._submit(
            f"chart-{id(self)}", lambda: draw(mesh, fields, borders, frame, palette, density), self._take
        )

    def _take(self, drawn: Drawn) -> None:
        if drawn.chart.frame.view != self.view:
            return
        self._drawn = drawn
        self._veil = None
        self._layer = PaintLayer(drawn, self._theme.palette, self.devicePixelRatioF(), self._signs)
        self._paint = self._layer.image(self._skin) if self._skin is not None else None
        self._territory = None
        self._show_territory()
        self.update()
        self.drawn.emit()

    # -- painting -----------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self._drawn is not None:
                place = self.viewport.place_of(self._drawn.chart.frame)
                # Stretched only until the worker has drawn the present size.
                stretched = place.size().toSize() != self._drawn.base.deviceIndependentSize().toSize()
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, stretched)
                painter.drawImage(place, self._drawn.base)
                if self._territory is not None:
                    painter.drawImage(place, self._territory[1])
                self._draw_hover(painter, place)
                if self._paint is not None:
                    painter.drawImage(place, self._paint)
                self._draw_brush(painter)
            zoomed = self.viewport.zoom > 1.0
            paint_words(painter, self.view, self._theme, self.font(), self.width(), zoomed)
            if self._ringed:
                painter.setPen(QPen(self._theme.color("accent"), 2))
                painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)

    def _draw_hover(self, painter: QPainter, place: QRectF) -> None:
        if self._hit is None or not self._hit.region or self._mode != "region" or self._fields is None:
            return
        assert self._drawn is not None
        row = self._fields.region_ids.index(self._hit.region)
        code = 2 * row + (self._hit.side == "right")
        if self._veil is None or self._veil[0] != code:
            veil = region_veil(self._drawn.chart, code, self._theme.palette.accent, 0.30)
            self._veil = (code, veil)
        painter.drawImage(place, self._veil[1])
        beside = (self._drawn.codes == code).any(axis=1)
        painter.save()
        painter.translate(place.topLeft())
        painter.scale(place.width() / self._drawn.base.width(), place.height() / self._drawn.base.height())
        pen = QPen(self._theme.color("accent"), 2.0 * self.devicePixelRatioF())
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawLines(to_lines(self._drawn.lines[beside]))
        painter.restore()

    def _draw_brush(self, painter: QPainter) -> None:
        if self._hover is None or self.clicks or self._hand.moving:
            return
        radius = self.radius_px() * self._hand.share
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(255, 255, 255, 200), 3))
        painter.drawEllipse(self._hover, radius, radius)
        erasing = self._mode == "erase"
        pen = QPen(self._theme.color("text" if erasing else "pain"), 1.6)
        if self._theme.palette.scheme == "dark" and erasing:
            pen.setColor(QColor("#000000"))
        pen.setStyle(Qt.PenStyle.DashLine if erasing else Qt.PenStyle.SolidLine)
        painter.setPen(pen)
        painter.drawEllipse(self._hover, radius, radius)

    def _name(self) -> None:
        name, words = spoken(self.view)
        self.setAccessibleName(name)
        self.setAccessibleDescription(words)

    # -- acts ---------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._keys.put_away()
        self._hand.mouse(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hand.mouse(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._hand.mouse(event)

    def tabletEvent(self, event: QTabletEvent) -> None:
        self._hand.pen(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        # A ring for those who came by keyboard; a brush in the hand needs none.
        reasons = Qt.FocusReason
        self._ringed = event.reason() in (reasons.TabFocusReason, reasons.BacktabFocusReason)
        self.hovered.emit("", "")
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._ringed = False
        self._keys.put_away()
        self.hovered.emit("", "")
        super().focusOutEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        if not self._keys.out:
            self.hover_nothing()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._set_zoom(self.viewport.zoom * 1.2 ** (event.angleDelta().y() / 120.0), event.position())
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._keys.press(event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not self._keys.release(event):
            super().keyReleaseEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and self._keys.out:
            assert isinstance(event, QKeyEvent)
            if event.key() == Qt.Key.Key_Escape:  # the brush is put away before anything else
                event.accept()
                return True
        if isinstance(event, QTouchEvent):
            return self._hand.touch(event)
        if (
            isinstance(event, QNativeGestureEvent)
            and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture
        ):
            self._set_zoom(self.viewport.zoom * (1.0 + event.value()), event.position())
            return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._measure()
        self.shown_otherwise()

    def pan_by(self, by: QPointF) -> None:
        """Moves what is shown by a way on the screen."""
        if self.viewport.pan(by):
            self.shown_otherwise()
            self.hand_moved.emit()

    def hover_nothing(self) -> None:
        """The pointer is gone."""
        self._hover = self._hit = None
        self.hovered.emit("", "")
        self.update()

    def hover_at(self, position: QPointF) -> None:
        """The pointer is here: its brush is drawn, what lies beneath is named."""
        self._hover = position
        hit = self.region_under(position)
        before = (self._hit.region, self._hit.side) if self._hit else ("", "")
        now = (hit.region, hit.side) if hit else ("", "")
        self._hit = hit
        if before != now:
            self.hovered.emit(*now)
        self.update()
