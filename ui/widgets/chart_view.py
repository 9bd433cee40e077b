"""One view of the body chart: shows the paint, takes strokes and clicks, zooms and pans.

It holds no marks of its own. A press or drag becomes points on the skin (LPS mm) or a region id, sent
out as signals; what comes back as paint is what is shown. The picture of the bare body is drawn by the
worker for the zoom in use; until it arrives the last one is shown stretched.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetrics,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QGestureEvent, QPinchGesture, QSizePolicy, QWidget

from planner.atlas.meshes import Mesh
from planner.atlas.territories import SkinFields
from planner.chart import Borders, Hit
from planner.session.picture import SkinPaint
from planner.space import View
from planner.territory import Territory
from ui.theme import Theme
from ui.widgets.chart_paint import Drawn, PaintLayer, draw, region_veil, to_lines
from ui.widgets.territory_paint import territory_image
from ui.widgets.viewport import Viewport
from ui.widgets.work import Submit

_DRAG_PX = 6
_TITLES: dict[View, tuple[str, str, str]] = {
    "anterior": ("Front", "Patient's right", "Patient's left"),
    "posterior": ("Back", "Patient's left", "Patient's right"),
    "left": ("Left side", "Front", "Back"),
    "right": ("Right side", "Back", "Front"),
}


class ChartView(QWidget):
    """A body chart seen from one side."""

    stroked = Signal(object, bool)  # tuple of LPS points, continues the drag
    region_clicked = Signal(str, str)
    hovered = Signal(str, str)  # region id or "", side
    cancelled = Signal()  # the stroke begun turned out to be a pinch
    drawn = Signal()  # the chart of the present size is there

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
        self._press: QPointF | None = None
        self._last: QPointF | None = None
        self._ringed = False
        self._act = ""  # "stroke", "pan", "click" while a button is down
        self._redraw = QTimer(self, singleShot=True, interval=25)
        self._redraw.timeout.connect(self._draw_later)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents, True)
        self.grabGesture(Qt.GestureType.PinchGesture)
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

    def set_mode(self, mode: str, radius_mm: float) -> None:
        """mode: "brush", "erase" or "region"; radius of the brush in mm."""
        self._mode, self._radius_mm = mode, radius_mm
        shape = Qt.CursorShape.PointingHandCursor if mode == "region" else Qt.CursorShape.CrossCursor
        self.setCursor(shape)
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

    def fit(self) -> None:
        """Shows the whole body again."""
        self._set_zoom(1.0)

    def region_under(self, position: QPointF) -> Hit | None:
        """What lies under a widget position."""
        if self._drawn is None or self._mesh is None or self._fields is None:
            return None
        x, y = self.viewport.pixel_in(self._drawn.chart.frame, position)
        return self._drawn.chart.pick(x, y, self._mesh, self._fields)

    # -- frames -------------------------------------------------------------------------------------

    def _words(self) -> tuple[str, str, str, bool]:
        """Title, words for the viewer's left and right, and whether all stand in one line."""
        title, at_left, at_right = _TITLES[self.view]
        small = QFontMetrics(self._theme.font("small", self.font()))
        strong = QFontMetrics(self._theme.font("strong", self.font()))
        widest = [max(small.horizontalAdvance(word) for word in w.split()) for w in (at_left, at_right)]
        if 2 * max(widest) + strong.horizontalAdvance(title) + 16 <= self.width():
            # In two short lines, so that the whole words stand beside even a narrow chart.
            return title, at_left.replace(" ", "\n"), at_right.replace(" ", "\n"), True
        if small.horizontalAdvance(at_left + at_right) + 12 > self.width():
            at_left, at_right = at_left.split()[-1].capitalize(), at_right.split()[-1].capitalize()
        return title, at_left, at_right, False

    def _header(self) -> int:
        return self._theme.px(38)

    def _measure(self) -> None:
        density = self.devicePixelRatioF()
        self.viewport.set_size(self.width(), self.height(), self._header(), density)

    def _set_zoom(self, zoom: float, around: QPointF | None = None) -> None:
        self.viewport.set_zoom(zoom, around)
        self._redraw.start()
        self.update()

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
        self._layer = PaintLayer(drawn, self._theme.palette, self.devicePixelRatioF())
        self._paint = self._layer.image(self._skin) if self._skin is not None else None
        self._territory = None
        self._show_territory()
        self.update()
        self.drawn.emit()

    # -- painting -----------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
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
        self._draw_words(painter)
        if self._ringed:
            painter.setPen(QPen(self._theme.color("accent"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        painter.end()

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
        if self._hover is None or self._mode == "region" or self._act == "pan":
            return
        radius = self._radius_mm / self.viewport.mm_per_px()
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

    def _draw_words(self, painter: QPainter) -> None:
        title, at_left, at_right, one_line = self._words()
        area = QRectF(2, 0, self.width() - 4, self._header() - 4)
        upper = Qt.AlignmentFlag.AlignVCenter if one_line else Qt.AlignmentFlag.AlignTop
        lower = Qt.AlignmentFlag.AlignVCenter if one_line else Qt.AlignmentFlag.AlignBottom
        painter.setFont(self._theme.font("strong", self.font()))
        painter.setPen(self._theme.color("text"))
        painter.drawText(area, Qt.AlignmentFlag.AlignHCenter | upper, title)
        painter.setFont(self._theme.font("small", self.font()))
        painter.setPen(self._theme.color("muted"))
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | lower, at_left)
        painter.drawText(area, Qt.AlignmentFlag.AlignRight | lower, at_right)

    def _name(self) -> None:
        title, at_left, at_right = _TITLES[self.view]
        self.setAccessibleName(f"Body chart, {title.lower()}")
        self.setAccessibleDescription(
            f"{at_left} is drawn on the left, {at_right} on the right. "
            "The region list marks the same areas by keyboard."
        )

    # -- acts ---------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._press = self._last = event.position()
        shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.button() == Qt.MouseButton.MiddleButton or shifted:
            self._act = "pan"
        elif event.button() != Qt.MouseButton.LeftButton:
            self._act = ""
        elif self._mode == "region":
            self._act = "click"
        else:
            hit = self.region_under(event.position())
            self._act = "stroke" if hit else "pan"
            if hit:
                self.stroked.emit((hit.point_lps,), False)
        self._set_hover(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        position = event.position()
        if self._act == "stroke" and self._last is not None:
            self._stroke_to(position)
        elif self._act == "click" and self._press is not None:
            if (position - self._press).manhattanLength() > _DRAG_PX:
                self._act = "pan"
        elif self._act == "pan" and self._last is not None:
            self._pan(position - self._last)
        self._last = position
        self._set_hover(position)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._act == "click":
            hit = self.region_under(event.position())
            if hit is not None and hit.region:
                self.region_clicked.emit(hit.region, hit.side)
        self._act, self._press, self._last = "", None, None
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        # A ring for those who came by keyboard; a brush in the hand needs none.
        reasons = Qt.FocusReason
        self._ringed = event.reason() in (reasons.TabFocusReason, reasons.BacktabFocusReason)
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._ringed = False
        super().focusOutEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = self._hit = None
        self.hovered.emit("", "")
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._set_zoom(self.viewport.zoom * 1.2 ** (event.angleDelta().y() / 120.0), event.position())
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {
            Qt.Key.Key_Left: QPointF(24, 0),
            Qt.Key.Key_Right: QPointF(-24, 0),
            Qt.Key.Key_Up: QPointF(0, 24),
            Qt.Key.Key_Down: QPointF(0, -24),
        }.get(Qt.Key(event.key()))
        if step is not None:
            self._pan(step)
        elif event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self._set_zoom(self.viewport.zoom * 1.25)
        elif event.key() == Qt.Key.Key_Minus:
            self._set_zoom(self.viewport.zoom / 1.25)
        elif event.key() == Qt.Key.Key_0:
            self.fit()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QGestureEvent):
            pinch = event.gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                if self._act == "stroke":
                    self.cancelled.emit()
                self._act = "pan"
                centre = QPointF(self.mapFromGlobal(pinch.centerPoint().toPoint()))
                self._set_zoom(self.viewport.zoom * pinch.scaleFactor(), centre)
                self._pan(pinch.centerPoint() - pinch.lastCenterPoint())
                return True
        if (
            isinstance(event, QNativeGestureEvent)
            and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture
        ):
            self._set_zoom(self.viewport.zoom * (1.0 + event.value()), event.position())
            return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._measure()
        self._redraw.start()

    def _stroke_to(self, position: QPointF) -> None:
        assert self._last is not None
        radius = self._radius_mm / self.viewport.mm_per_px()
        move = position - self._last
        steps = max(1, math.ceil(math.hypot(move.x(), move.y()) / max(2.0, radius / 2.0)))
        hits = (self.region_under(self._last + move * (k / steps)) for k in range(1, steps + 1))
        points = tuple(hit.point_lps for hit in hits if hit is not None)
        if points:
            self.stroked.emit(points, True)

    def _pan(self, by: QPointF) -> None:
        if self.viewport.pan(by):
            self._redraw.start()
            self.update()

    def _set_hover(self, position: QPointF) -> None:
        self._hover = position
        hit = self.region_under(position)
        before = (self._hit.region, self._hit.side) if self._hit else ("", "")
        now = (hit.region, hit.side) if hit else ("", "")
        self._hit = hit
        if before != now:
            self.hovered.emit(*now)
        self.update()
