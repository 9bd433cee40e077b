"""Tools beneath the scene: the cutting plane with its axis, place and levels, and the ruler.

A tool that is closed takes no room. The cut and the measures themselves belong to the session; which tool is
open, and that clicks are being picked as points, is the window's own.
"""

from __future__ import annotations

from math import dist

import msgspec
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSlider, QWidget

from planner.atlas.model import Atlas
from planner.session.actions import (
    ClearMeasures,
    MeasurePoint,
    PickSectionPoint,
    SetSection,
    TraceSkin,
)
from planner.session.cutting import level_at, levels, plane_of, span_mm
from planner.session.picture import Picture
from planner.session.state import CutAxis, PointLps, Section, State
from ui.theme import Theme
from ui.widgets import icons
from ui.widgets.basics import Elided, Segmented, button, column, row

_AXES: tuple[tuple[str, str], ...] = (
    ("axial", "Axial"),
    ("coronal", "Coronal"),
    ("sagittal", "Sagittal"),
    ("points", "3 points"),
)
_START_MM: dict[str, float] = {"coronal": 0.0, "sagittal": 0.0}
_STEPS_PER_MM = 2


class ToolsPanel(QWidget):
    """opened: which tool was opened or closed; picking: whether clicks on the model are points for a tool,
    and whether of the skin."""

    acted = Signal(object)
    opened = Signal(str, bool)
    picking = Signal(bool, bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._atlas: Atlas | None = None
        self._state: State | None = None
        self._tool = ""
        self._showing = self._dragging = self._moved = False
        self.setObjectName("layerbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        outer = column(self, gap=0)
        outer.setContentsMargins(12, 8, 8, 4)
        self.cut = QWidget()
        self.ruler = QWidget()
        outer.addWidget(self.cut)
        outer.addWidget(self.ruler)
        self.trace = QWidget()
        outer.addWidget(self.trace)
        self._make_cut()
        self._make_ruler()
        self._make_trace()
        self.hide()
        self.set_theme(theme)

    def _make_cut(self) -> None:
        lines = column(self.cut, gap=4)
        self._first = row(4)
        self.axis = Segmented(_AXES, "Direction of the cut")
        self.axis.chosen.connect(self._on_axis)
        self._first.addWidget(self.axis, 0, Qt.AlignmentFlag.AlignLeft)
        # Where the switch is too broad, a menu in its place, which takes in the lesser buttons too.
        self.narrow = button("Cut", "quiet", "Direction of the cut", "Direction of the cut")
        self.narrow.setProperty("tight", True)
        menu = QMenu(self.narrow)
        for key, text in _AXES:
            menu.addAction(text).triggered.connect(lambda _=False, key=key: self._on_axis(key))
        menu.addSeparator()
        menu.addAction("Flip").triggered.connect(self._on_flip)
        menu.addAction("Face it").triggered.connect(lambda: self._emit(self._section(), facing=True))
        self.narrow.setMenu(menu)
        first, last = row(2), row(2)
        self.level = button(
            "Level", "quiet", "Cut at a named level", "Cut at a disc, an endplate or a landmark"
        )
        self.level.setProperty("tight", True)
        self.level_menu = QMenu(self.level)
        self.level.setMenu(self.level_menu)
        self.flip = button("Flip", "quiet", "Take the other side away", "Take the other side away")
        self.face = button("Face it", "quiet", "Look straight onto the cut", "Look straight onto the cut")
        self.off = button("", "quiet", "Close the section", "Take the cut away")
        for push, line in (
            (self.narrow, first),
            (self.level, first),
            (self.off, first),
            (self.flip, last),
            (self.face, last),
        ):
            push.setProperty("tight", True)
            line.addWidget(push)
        first.insertStretch(2, 1)
        self.flip.clicked.connect(self._on_flip)
        self.face.clicked.connect(lambda: self._emit(self._section(), facing=True))
        self.off.clicked.connect(lambda: self.open("cut", False))
        self._first.addLayout(first, 1)
        lines.addLayout(self._first)
        self._second = row(8)
        place = row(8)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName("Place of the cut in millimetres")
        self.slider.setPageStep(10 * _STEPS_PER_MM)
        self.slider.sliderPressed.connect(self._on_pressed)
        self.slider.sliderReleased.connect(self._on_released)
        self.slider.valueChanged.connect(self._on_moved)
        place.addWidget(self.slider, 3)
        self.place = Elided("", "small")
        self.place.setAccessibleName("Where the cut is")
        place.addWidget(self.place, 3)
        self._second.addLayout(place, 1)
        self._second.addLayout(last)
        lines.addLayout(self._second)

    def _make_ruler(self) -> None:
        line = QHBoxLayout(self.ruler)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        self.length = Elided("", "small")
        self.length.setAccessibleName("Measure")
        line.addWidget(self.length, 1)
        self.clear = button("Clear measures", "quiet", "", "Take all measures away")
        self.done = button("", "quiet", "Close the ruler", "Stop measuring; measures stay")
        for push in (self.clear, self.done):
            push.setProperty("tight", True)
            line.addWidget(push)
        self.clear.clicked.connect(lambda: self.acted.emit(ClearMeasures()))
        self.done.clicked.connect(lambda: self.open("ruler", False))

    def _make_trace(self) -> None:
        line = QHBoxLayout(self.trace)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(Elided("Click on the skin: its roots, nerves and blocks are listed", "small"), 1)
        self.enough = button("", "quiet", "Close tracing", "Stop tracing")
        self.enough.setProperty("tight", True)
        self.enough.clicked.connect(lambda: self.open("trace", False))
        line.addWidget(self.enough)

    # -- showing ------------------------------------------------------------------------------------

    def set_theme(self, theme: Theme) -> None:
        """Draws in another palette or text size."""
        self._theme = theme
        size = theme.px(14)
        for push in (self.off, self.done, self.enough):
            push.setIcon(icons.icon("close", theme.palette.muted, size))
            push.setIconSize(QSize(size, size))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """The switches beside one another where there is room, else in a menu."""
        narrow = self.width() - 20 < self._theme.px(420)
        for push in (self.axis, self.flip, self.face):
            push.setVisible(not narrow)
        self.narrow.setVisible(narrow)

    def set_atlas(self, atlas: Atlas) -> None:
        """Gives the model that is cut, and with it the levels that have a name."""
        self._atlas = atlas
        self.level_menu.clear()
        for level in levels(atlas):
            text = f"{level.name}\t{level.at_mm:.0f} mm"
            entry = self.level_menu.addAction(text)
            entry.triggered.connect(
                lambda _=False, at=level.at_mm: self._emit(Section("axial", at), facing=True)
            )

    def show_picture(self, picture: Picture) -> None:
        """Shows cut and measures; the tool of a cut opens with it and closes with it."""
        before, self._state = self._state, picture.state
        state = picture.state
        if state.face != "study":
            self._close()
        elif state.section is not None and (before is None or before.section is None) and self._tool != "cut":
            self._show_tool("cut")
        elif (
            state.section is None
            and before is not None
            and before.section is not None
            and self._tool == "cut"
        ):
            self._close()
        if self.isVisible() or self._tool:
            self._show_cut(state.section)
            self._show_ruler(state.ruler)

    def _show_cut(self, section: Section | None) -> None:
        self._showing = True
        if section is not None and self._atlas is not None:
            self.axis.show_choice(section.axis)
            ready = plane_of(section) is not None
            low, high = span_mm(self._atlas, section)
            self.slider.setEnabled(ready)
            self.slider.setRange(round(low * _STEPS_PER_MM), round(high * _STEPS_PER_MM))
            if not self._dragging:
                self.slider.setValue(round(section.at_mm * _STEPS_PER_MM))
            self.place.show_text(self._place_words(section))
        self._showing = False
        cut = section is not None and plane_of(section) is not None
        for push in (self.flip, self.face):
            push.setEnabled(cut)
        self._tell_picking()

    def _place_words(self, section: Section) -> str:
        assert self._atlas is not None
        if section.axis == "points" and plane_of(section) is None:
            return f"Click point {len(section.points_lps) + 1} of 3 on the model"
        words = f"{section.at_mm:.1f} mm"
        level = level_at(self._atlas, section.at_mm) if section.axis == "axial" else None
        return f"{level.name} · {words}" if level is not None else words

    def _show_ruler(self, ruler: tuple[PointLps, ...]) -> None:
        self.clear.setEnabled(bool(ruler))
        if len(ruler) % 2:
            words = "Click the other end"
        elif ruler:
            words = f"{distance_mm(ruler):.1f} mm in this model. Click two points to measure again"
        else:
            words = "Click two points on the model"
        self.length.show_text(words)

    # -- acts ---------------------------------------------------------------------------------------

    def open(self, name: str, on: bool) -> None:
        """Opens a tool in place of the other, or closes it; closing the section takes the cut away."""
        if on:
            self._show_tool(name)
            if name == "cut" and self._section() is None:
                self._emit(self._start("axial"), facing=True)
        elif self._tool == name:
            self._close()
            if name == "cut" and self._section() is not None:
                self.acted.emit(SetSection(None))
            elif name == "trace" and self._state is not None and self._state.traced is not None:
                self.acted.emit(TraceSkin(None))

    def pick(self, point_lps: object) -> None:
        """A point of the model was clicked for the open tool."""
        x, y, z = point_lps  # type: ignore[misc]
        point = (float(x), float(y), float(z))
        acts = {"ruler": MeasurePoint, "trace": TraceSkin}
        self.acted.emit(acts.get(self._tool, PickSectionPoint)(point))

    def _show_tool(self, name: str) -> None:
        before, self._tool = self._tool, name
        if before and before != name:
            self.opened.emit(before, False)
        self.cut.setVisible(name == "cut")
        self.ruler.setVisible(name == "ruler")
        self.trace.setVisible(name == "trace")
        self.show()
        self.opened.emit(name, True)
        if self._state is not None:
            self._show_cut(self._state.section)
            self._show_ruler(self._state.ruler)

    def _close(self) -> None:
        if self._tool:
            before, self._tool = self._tool, ""
            self.opened.emit(before, False)
            self.hide()
            self._tell_picking()

    def _tell_picking(self) -> None:
        section = self._section()
        waits = section is not None and section.axis == "points" and plane_of(section) is None
        on = self._tool in ("ruler", "trace") or (self._tool == "cut" and waits)
        self.picking.emit(on, self._tool == "trace")

    def _section(self) -> Section | None:
        return self._state.section if self._state is not None else None

    def _start(self, axis: CutAxis) -> Section:
        """A cut in a direction, through the middle of what is selected, else where one would begin."""
        if axis == "points":
            return Section("points")
        if self._atlas is None or self._state is None:
            return Section(axis)
        along = {"sagittal": 0, "coronal": 1, "axial": 2}[axis]
        chosen = [name for name in self._state.selected if name in self._atlas.meshes.full]
        if chosen:
            points = self._atlas.meshes.full[chosen[-1]].points_lps[:, along]
            return Section(axis, round(float(points.min() + points.max()) / 2.0, 1))
        disc = next((level.at_mm for level in levels(self._atlas) if level.name == "L4/5 disc"), 120.0)
        return Section(axis, disc if axis == "axial" else _START_MM[axis])

    def _on_axis(self, key: str) -> None:
        now = self._section()
        if now is None or now.axis != key:
            self._emit(self._start(key), facing=key != "points")  # type: ignore[arg-type]

    def _on_flip(self) -> None:
        now = self._section()
        if now is not None:
            self._emit(msgspec.structs.replace(now, flipped=not now.flipped))

    def _emit(self, section: Section | None, continues: bool = False, facing: bool = False) -> None:
        if section is not None:
            self.acted.emit(SetSection(section, continues, facing))

    def _on_pressed(self) -> None:
        self._dragging, self._moved = True, False

    def _on_released(self) -> None:
        self._dragging = False

    def _on_moved(self, value: int) -> None:
        now = self._section()
        if self._showing or now is None:
            return
        section = msgspec.structs.replace(now, at_mm=value / _STEPS_PER_MM)
        # The first move of a drag is a new step back; the rest belong to it.
        self._emit(section, self._dragging and self._moved)
        self._moved = True


def distance_mm(ruler: tuple[PointLps, ...]) -> float:
    """The length of the last whole measure."""
    end = len(ruler) // 2 * 2
    return dist(ruler[end - 2], ruler[end - 1])
