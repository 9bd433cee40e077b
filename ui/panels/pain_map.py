"""The pain map: the body chart to paint on, its tools in a rail beside it, its legend beneath.

The chart gets all the height there is, because a whole body is tall; tools, pain scale and brush size
stand upright next to it, the pain scale the way patients know it from paper.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from planner.atlas.forms import formed, forms_of
from planner.atlas.model import Atlas, Form
from planner.case import Mark
from planner.chart import Borders, region_borders
from planner.pain import place_of
from planner.session.actions import (
    ChangeMark,
    ClearMarks,
    MarkRegion,
    PaintStroke,
    SetForm,
    Undo,
    UnmarkRegion,
)
from planner.session.picture import MarkedRegion, Picture
from planner.session.state import Stroke
from planner.space import Side, View
from ui.theme import Theme
from ui.widgets.basics import Elided, button, row
from ui.widgets.chart_legend import ChartLegend, signs_of
from ui.widgets.chart_rail import ChartRail
from ui.widgets.chart_view import ChartView
from ui.widgets.deep_marks import DeepMarks, DeepSpot, deep_spots
from ui.widgets.feel import FeelButton
from ui.widgets.territory_bar import TerritoryBar
from ui.widgets.words import area, capital, region_name, side_words
from ui.widgets.work import Submit
from ui.widgets.zoom_bar import WHOLE, ZoomBar

_PAIRS: dict[str, tuple[View, View]] = {
    "whole": ("anterior", "posterior"),
    "sides": ("right", "left"),
}
_HINTS = {
    "brush": "Paint where it hurts. Scroll to zoom.",
    "erase": "Drag over paint to take it away.",
    "region": "Click an area to mark it, again to unmark it.",
    "deep": "Click a ring where it hurts deep inside. Zoom in for more.",
}
_BY_KEYS = ("Space takes the brush, arrows lead it.", "Space, then arrows")  # the second where room is scarce


class PainMapPanel(QWidget):
    """Where does it hurt: painted or clicked on the chart."""

    acted = Signal(object)
    brush_changed = Signal(float)  # radius in mm
    marks_asked = Signal()  # the list of marks is wanted

    def __init__(self, submit: Submit, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._atlas: Atlas | None = None
        self._picture: Picture | None = None
        self._form: Form = "male"
        self._borders: dict[Form, Borders] = {}
        self._tool = "brush"
        self._hovered = ""  # what lies under the pointer, in words
        self._said_last = False  # the words chosen now belong to the last mark
        self._spots: tuple[Form, str] | None = None
        self._reduced_motion = False
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(8, 8, 12, 8)
        outer.setSpacing(8)
        self.views = tuple(ChartView(view, submit, theme) for view in _PAIRS["whole"])
        self.deep_marks = tuple(DeepMarks(view, theme) for view in self.views)
        self.rail = self._make_rail()
        outer.addWidget(self.rail)
        charts = QVBoxLayout()
        charts.setSpacing(4)
        pair = row(4)
        for view, deep in zip(self.views, self.deep_marks, strict=True):
            view.stroked.connect(self.stroke)
            view.rubbed.connect(lambda points, on, shares: self.stroke(points, on, shares, erase=True))
            view.cancelled.connect(lambda: self.acted.emit(Undo()))
            view.region_clicked.connect(self._on_region)
            view.hovered.connect(self._on_hovered)
            view.hand_moved.connect(self._on_moved)
            deep.pressed.connect(self._on_deep)
            pair.addWidget(view, 1)
        charts.addLayout(pair, 1)
        charts.addWidget(self._words())
        self.zoom = ZoomBar(theme)
        self.zoom.asked.connect(self._go_to)
        self.fit = self.zoom.buttons[WHOLE]
        self.feel = FeelButton("Feels: ", "How the pain feels where you mark it")
        self.feel.chosen.connect(self._on_feel)
        self._choices = row(4)
        self._choices.addWidget(self.zoom, 1)
        self._choices.addWidget(self.feel, 2)
        charts.addLayout(self._choices)
        self.legend = ChartLegend(theme)
        charts.addWidget(self.legend)
        self.territory = TerritoryBar(theme)
        self.territory.acted.connect(self.acted)
        charts.addWidget(self.territory)
        outer.addLayout(charts, 1)
        self.set_theme(theme)
        self._choose_tool("brush")

    # -- parts --------------------------------------------------------------------------------------

    def _make_rail(self) -> ChartRail:
        rail = ChartRail(self._theme)
        rail.tool_chosen.connect(self._choose_tool)
        rail.undone.connect(lambda: self.acted.emit(Undo()))
        rail.cleared.connect(lambda: self.acted.emit(ClearMarks()))
        rail.changed.connect(self._set_hand)
        rail.pair_chosen.connect(self.show_pair)
        rail.form_chosen.connect(lambda form: self.acted.emit(SetForm(form)))
        self.tool_buttons, self.intensity, self.size = rail.tools, rail.intensity, rail.brush
        self.pair, self.outline, self.form = rail.pair, rail.outline, rail.form
        return rail

    def _words(self) -> QWidget:
        """What lies under the pointer, else what is marked or what the tool does; the way to the marks."""
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        self.caption = Elided("", "small")
        self.caption.setMinimumHeight(self._theme.px(24))
        self.caption.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self.caption, 1)
        self.marks = button("Marks", "link", "List of marks, to change or take away", "Change single marks")
        self.marks.clicked.connect(self.marks_asked)
        line.addWidget(self.marks)
        self.marks.hide()
        return holder

    # -- showing ------------------------------------------------------------------------------------

    def set_theme(self, theme: Theme) -> None:
        """Draws in another palette or text size."""
        self._theme = theme
        for part in (*self.views, *self.deep_marks, self.rail, self.legend, self.zoom, self.territory):
            part.set_theme(theme)
        if self._atlas is not None:
            self.feel.set_content(self._atlas.content, theme)
        self._give_way()

    def set_reduced_motion(self, reduced: bool) -> None:
        """The charts jump instead of gliding."""
        self._reduced_motion = reduced

    def set_atlas(self, atlas: Atlas, borders: Borders, form: Form = "male") -> None:
        """Gives the skin and the names of its areas. form: the one to begin with, whose borders these are."""
        self._atlas, self._borders = atlas, {form: borders}
        self.outline.setVisible(len(forms_of(atlas)) > 1)
        self.territory.set_content(atlas.content)
        self.legend.set_content(atlas.content)
        self.feel.set_content(atlas.content, self._theme)
        for view in self.views:
            view.set_signs(signs_of(atlas.content))
        self._wear(form)
        self._give_way()

    def _wear(self, form: Form) -> None:
        """Draws the charts from the skin in this form; its border lines are cut when first wanted."""
        assert self._atlas is not None
        body = formed(self._atlas, form)
        skin = body.meshes.full["skin"]
        if form not in self._borders:
            self._borders[form] = region_borders(skin, body.fields)
        self._form = form
        for view in self.views:
            view.set_body(skin, body.fields, self._borders[form])
        self.zoom.set_atlas(body)

    def show_picture(self, picture: Picture) -> None:
        """Shows marks, numbness and what of the pain is covered."""
        self._picture = picture
        state = picture.state
        self.form.show_choice(picture.skin.form)
        if self._atlas is not None and picture.skin.form != self._form:
            self._wear(picture.skin.form)
        for view in self.views:
            view.show_skin(picture.skin)
        self.territory.show_picture(picture)
        self.rail.show_steps(picture.can_undo, bool(state.marks))
        self.zoom.side = state.side
        last = state.marks[-1] if state.marks else None
        # A word chosen now is meant for the mark just made, if nothing was said of that yet.
        self.feel.last = None if last is None or _erases(last) else not last.qualities or self._said_last
        self.legend.show_picture(picture)
        self._say()
        self._show_deep()
        self._give_way()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._give_way()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._give_way()  # only now the style sheet has told how large everything is

    def _give_way(self) -> None:
        """In a low window or with large text, words that stand elsewhere too make room for the body."""
        low = self.height() < self._theme.px(520)
        self.rail.fit(self.height() - 16)
        self.zoom.set_compact(low)
        ways = QBoxLayout.Direction
        self._choices.setDirection(ways.LeftToRight if low else ways.TopToBottom)
        self.marks.setVisible(self._picture is not None and bool(self._picture.state.marks))
        if self.legend.give_way(low):
            self.layout().activate()  # type: ignore[union-attr]

    def _summary(self, picture: Picture) -> tuple[str, ...]:
        """What is marked, in full and ever shorter for narrow panes; empty while nothing is."""
        if self._atlas is None or not picture.marked:
            return ()
        content, face = self._atlas.content, picture.state.face
        first = sorted(picture.marked, key=lambda m: -m.share * m.weight)
        full, brief = (
            "; ".join(f"{region_name(content, m.region, face)} ({words(m.side)})" for m in first[:2])
            for words in (side_words, str)
        )
        more = f"; and {len(first) - 2} more" if len(first) > 2 else ""
        if not picture.answer.marked_cm2:
            return f"Marked: {full}{more}", f"{brief}{more}"
        size = area(picture.answer.marked_cm2)
        return f"Marked, {size}: {full}{more}", f"{size}: {brief}{more}", f"{brief}{more}"

    def charts_ready(self) -> bool:
        """Whether every chart has been drawn at its present size."""
        return all(view.ready() for view in self.views)

    def show_pair(self, key: str) -> None:
        """Shows front and back ("whole") or both sides ("sides")."""
        self.pair.show_choice(key)
        for view, direction in zip(self.views, _PAIRS[key], strict=True):
            view.set_view(direction)

    # -- acts ---------------------------------------------------------------------------------------

    def _choose_tool(self, key: str) -> None:
        self._tool = key
        self.rail.show_tool(key)
        self._hovered = ""
        self.caption.show_text(_HINTS[key])
        self._set_hand()
        self._show_deep()

    def _set_hand(self) -> None:
        for view in self.views:
            view.set_mode(self._tool, self.brush_mm())
        self.brush_changed.emit(self.brush_mm())

    def brush_mm(self) -> float:
        """Radius of the brush or eraser in mm."""
        return float(self.size[0].value())

    def _weight(self) -> float:
        return float(self.intensity[0].value())

    def stroke(
        self,
        points: Sequence[tuple[float, float, float]],
        continues: bool,
        shares: Sequence[float] = (),
        erase: bool | None = None,
    ) -> None:
        """Paints or erases along points on the skin with the brush as it is set, wherever they came from.

        shares: of the brush at each point, as a pen was pressed; none: all of it.
        """
        rubs = self._tool == "erase" if erase is None else erase
        self._said_last = False
        self.acted.emit(
            PaintStroke(
                points_lps=tuple(points),
                radius_mm=self.brush_mm(),
                weight=self._weight(),
                erase=rubs,
                continues=continues,
                qualities=() if rubs else self.feel.qualities,
                shares=tuple(shares),
            )
        )

    def _on_region(self, region: str, side: Side) -> None:
        if self._tool == "deep":
            return
        mark = self._marked(region, side)
        self._toggle(region, side, mark is not None and not mark.deep, deep=False)

    def _on_deep(self, region: str, side: Side) -> None:
        mark = self._marked(region, side)
        self._toggle(region, side, mark is not None and mark.deep, deep=True)

    def _marked(self, region: str, side: Side) -> MarkedRegion | None:
        marked = self._picture.marked if self._picture is not None else ()
        return next((m for m in marked if m.named and (m.region, m.side) == (region, side)), None)

    def _toggle(self, region: str, side: Side, on: bool, deep: bool) -> None:
        self._said_last = False
        if on:
            self.acted.emit(UnmarkRegion(region, side))
        else:
            self.acted.emit(MarkRegion(region, side, self._weight(), self.feel.qualities, deep))

    def _on_feel(self, qualities: tuple[str, ...], last: bool) -> None:
        """The next marks feel so; and the last one, if it was meant."""
        state = self._picture.state if self._picture is not None else None
        if last and state is not None and state.marks:
            self._said_last = True
            self.acted.emit(ChangeMark(len(state.marks) - 1, qualities=qualities))

    def _go_to(self, points: object) -> None:
        for view in self.views:
            view.go_to(points, glide=not self._reduced_motion)  # type: ignore[arg-type]

    def _on_moved(self) -> None:
        whole = all(view.viewport.zoom == 1.0 for view in self.views)
        self.zoom.show_place(WHOLE if whole else "")

    def _show_deep(self) -> None:
        """The rings are made when the tool is first taken, and again for another body or face."""
        on = self._tool == "deep"
        if on and self._atlas is not None and self._picture is not None:
            key = (self._form, self._picture.state.face)
            if self._spots != key:
                self._spots = key
                spots: Sequence[DeepSpot] = deep_spots(formed(self._atlas, self._form), key[1])
                for deep in self.deep_marks:
                    deep.set_spots(spots)
            marked = {(m.region, m.side) for m in self._picture.marked if m.deep}
            for deep in self.deep_marks:
                deep.show_marked(marked)
        for deep in self.deep_marks:
            if deep.on or on:
                deep.show(on)

    def _on_hovered(self, region: str, side: Side) -> None:
        self._hovered = ""
        if region and self._atlas is not None and self._tool != "deep":
            face = self._picture.state.face if self._picture is not None else "explain"
            name = region_name(self._atlas.content, region, face)
            self._hovered = f"{name} · {capital(side_words(side))}"
        self._say()

    def _say(self) -> None:
        marked = self._summary(self._picture) if self._picture is not None else ()
        if self._hovered:
            self.caption.show_text(self._hovered)
        elif any(view.awaits_keys for view in self.views):
            self.caption.show_text(*_BY_KEYS)
        else:
            self.caption.show_text(*(marked or (_HINTS[self._tool],)))

    def place_of(self, mark: Mark) -> tuple[str, Side]:
        """The region and side that a mark lies on for the most part."""
        assert self._atlas is not None
        return place_of(formed(self._atlas, self._form), mark)


def _erases(mark: Mark) -> bool:
    return isinstance(mark, Stroke) and mark.erase
