"""The pain map: the body chart to paint on, its tools in a rail beside it, its legend beneath.

The chart gets all the height there is, because a whole body is tall; tools, pain scale and brush size
stand upright next to it, the pain scale the way patients know it from paper.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from planner.atlas.forms import formed, forms_of
from planner.atlas.model import Atlas, Form
from planner.chart import Borders, region_borders
from planner.session.actions import MarkRegion, PaintStroke, SetForm, Undo, UnmarkRegion
from planner.session.picture import Picture
from planner.space import Side, View
from ui.theme import Theme
from ui.widgets import icons
from ui.widgets.bars import Pattern, Swatch
from ui.widgets.basics import Segmented, button, column, label
from ui.widgets.chart_view import ChartView
from ui.widgets.flow import FlowLayout
from ui.widgets.territory_bar import TerritoryBar
from ui.widgets.words import area, capital, region_name, side_words
from ui.widgets.work import Submit

_TOOLS = (
    ("brush", "Paint", "Paint where it hurts (B)", "B"),
    ("erase", "Erase", "Take paint away (E)", "E"),
    ("region", "Area", "Mark a whole named area with one click (A)", "A"),
)
_TOOL_ICONS = {"brush": "brush", "erase": "eraser", "region": "region"}
_PAIRS: dict[str, tuple[View, View]] = {
    "whole": ("anterior", "posterior"),
    "sides": ("right", "left"),
}
_HINTS = {
    "brush": "Paint where it hurts. Scroll to zoom.",
    "erase": "Drag over paint to take it away.",
    "region": "Click an area to mark it, again to unmark it.",
}
_LEGEND: tuple[tuple[str, str, Pattern, str], ...] = (
    ("pain", "Pain", "solid", "pain"),
    ("deep", "Deep pain", "rings", "pain_edge"),
    ("numb", "Expected numbness", "hatch", "numb"),
    ("covered", "Covered", "lined", "numb_on_pain"),
    ("bare", "Not covered", "edged", "pain"),
)
_FORMS: tuple[tuple[Form, str], ...] = (("male", "Male"), ("female", "Female"))
MIN_BRUSH_MM, MAX_BRUSH_MM = 8, 40


class PainMapPanel(QWidget):
    """Where does it hurt: painted or clicked on the chart."""

    acted = Signal(object)
    brush_changed = Signal(float)  # radius in mm

    def __init__(self, submit: Submit, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._atlas: Atlas | None = None
        self._picture: Picture | None = None
        self._form: Form = "male"
        self._borders: dict[Form, Borders] = {}
        self._tool = "brush"
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(8, 8, 12, 8)
        outer.setSpacing(8)
        self.views = tuple(ChartView(view, submit, theme) for view in _PAIRS["whole"])
        self.rail = QScrollArea()
        self.rail.setWidgetResizable(True)
        self.rail.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.rail.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.rail.setWidget(self._rail())
        outer.addWidget(self.rail)
        charts = column_layout(4)
        pair = QHBoxLayout()
        pair.setSpacing(4)
        for view in self.views:
            view.stroked.connect(self.stroke)
            view.cancelled.connect(lambda: self.acted.emit(Undo()))
            view.region_clicked.connect(self._on_region)
            view.hovered.connect(self._on_hovered)
            pair.addWidget(view, 1)
        charts.addLayout(pair, 1)
        self.caption = label("", "small", wrap=True)
        self.caption.setMinimumHeight(theme.px(18))
        self.caption.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter)
        charts.addWidget(self.caption)
        charts.addWidget(self._outline())
        charts.addWidget(self._legend())
        self.territory = TerritoryBar(theme)
        self.territory.acted.connect(self.acted)
        charts.addWidget(self.territory)
        self.summary = label("", "small", wrap=True)
        charts.addWidget(self.summary)
        outer.addLayout(charts, 1)
        self.set_theme(theme)
        self._choose_tool("brush")

    # -- parts --------------------------------------------------------------------------------------

    def _rail(self) -> QWidget:
        holder = QWidget()
        rail = column(holder, gap=6)
        self._tools = QButtonGroup(self)
        self.tool_buttons: dict[str, QToolButton] = {}
        for key, text, tip, shortcut in _TOOLS:
            push = QToolButton()
            push.setText(text)
            push.setToolTip(tip)
            push.setAccessibleName(tip.split(" (")[0])
            push.setShortcut(shortcut)
            push.setCheckable(True)
            push.setProperty("kind", "rail")
            push.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            push.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            push.clicked.connect(lambda _=False, key=key: self._choose_tool(key))
            self._tools.addButton(push)
            self.tool_buttons[key] = push
            rail.addWidget(push)
        rail.addSpacing(6)
        self.intensity = self._dial(rail, "Pain", 1, 10, 7, "How strong the pain is, 1 to 10")
        self.size = self._dial(rail, "Brush", MIN_BRUSH_MM, MAX_BRUSH_MM, 18, "Radius of the brush in mm")
        self.intensity[0].valueChanged.connect(self._show_dials)
        self.size[0].valueChanged.connect(self._show_dials)
        self.fit = button("Fit", "quiet", "Show the whole body", "Show the whole body (0)")
        self.fit.setProperty("tight", True)
        self.fit.clicked.connect(lambda: [view.fit() for view in self.views])
        rail.addWidget(self.fit)
        self.pair = Segmented((("whole", "Front\n+ back"), ("sides", "Sides")), "Views of the body")
        self.pair.chosen.connect(self.show_pair)
        self.pair.show_choice("whole")
        self.pair.buttons["whole"].setAccessibleName("Front and back")
        self.pair.buttons["whole"].setToolTip("Front and back")
        self.pair.buttons["sides"].setAccessibleName("Left and right sides")
        self.pair.buttons["sides"].setToolTip("Right and left side")
        self.pair.layout().setDirection(QHBoxLayout.Direction.TopToBottom)  # type: ignore[union-attr]
        rail.addWidget(self.pair)
        return holder

    def _outline(self) -> QWidget:
        """Whose outline the body has, in words and signs."""
        self.outline = QWidget()
        line = QHBoxLayout(self.outline)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        self.form = Segmented(_FORMS, "Body outline")
        self.form.chosen.connect(lambda form: self.acted.emit(SetForm(form)))
        self.form.show_choice("male")
        for key, text in _FORMS:
            tip = f"Body outline: {text.lower()}. Marks stay where they are; the bones are the same."
            self.form.buttons[key].setToolTip(tip)
        line.addStretch(1)
        self._outline_word = label("Body outline:", "small")
        line.addWidget(self._outline_word)
        line.addWidget(self.form)
        line.addStretch(1)
        self.outline.hide()
        return self.outline

    def _dial(
        self, rail: QVBoxLayout, name: str, low: int, high: int, value: int, spoken: str
    ) -> tuple[QSlider, QWidget]:
        caption = label(name, "small")
        caption.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        figure = label("", "strong")
        figure.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        slider = QSlider(Qt.Orientation.Vertical)
        slider.setRange(low, high)
        slider.setValue(value)
        slider.setAccessibleName(spoken)
        slider.setToolTip(spoken)
        rail.addWidget(caption)
        rail.addWidget(figure)
        rail.addWidget(slider, 1, Qt.AlignmentFlag.AlignHCenter)
        return slider, figure

    def _legend(self) -> QWidget:
        holder = QWidget()
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        holder.setSizePolicy(policy)
        flow = FlowLayout(holder, gap=6)
        self._legend_items: dict[str, QWidget] = {}
        self._legend_shown: dict[str, bool] = {}
        self._swatches: list[Swatch] = []
        for key, text, pattern, tone in _LEGEND:
            item = QWidget()
            line = QHBoxLayout(item)
            line.setContentsMargins(0, 0, 6, 0)
            line.setSpacing(5)
            swatch = Swatch(pattern, tone, self._theme)
            self._swatches.append(swatch)
            line.addWidget(swatch)
            line.addWidget(label(text, "small"))
            item.hide()
            flow.addWidget(item)
            self._legend_items[key] = item
        return holder

    # -- showing ------------------------------------------------------------------------------------

    def set_theme(self, theme: Theme) -> None:
        """Draws in another palette or text size."""
        self._theme = theme
        for view in self.views:
            view.set_theme(theme)
        for swatch in self._swatches:
            swatch.set_theme(theme)
        self.territory.set_theme(theme)
        size = theme.px(20)
        for key, push in self.tool_buttons.items():
            push.setIcon(icons.icon(_TOOL_ICONS[key], theme.palette.text, size))
            push.setIconSize(QSize(size, size))
        for slider, _ in (self.intensity, self.size):
            slider.setFixedWidth(theme.px(28))
            slider.setMinimumHeight(theme.px(48))
        self.form.set_icons({key: key for key, _ in _FORMS}, theme)
        self._give_way()
        self._show_dials()

    def set_atlas(self, atlas: Atlas, borders: Borders, form: Form = "male") -> None:
        """Gives the skin and the names of its areas. form: the one to begin with, whose borders these are."""
        self._atlas, self._borders = atlas, {form: borders}
        self.outline.setVisible(len(forms_of(atlas)) > 1)
        self.territory.set_content(atlas.content)
        self._wear(form)

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

    def show_picture(self, picture: Picture) -> None:
        """Shows marks, numbness and what of the pain is covered."""
        self._picture = picture
        self.form.show_choice(picture.skin.form)
        if self._atlas is not None and picture.skin.form != self._form:
            self._wear(picture.skin.form)
        for view in self.views:
            view.show_skin(picture.skin)
        self.territory.show_picture(picture)
        numb = picture.chosen is not None and bool(picture.skin.numb.any())
        pain, deep = bool(picture.skin.pain.any()), bool(picture.skin.deep.any())
        shown = {
            "pain": pain,
            "deep": deep,
            "numb": numb,
            "covered": numb and (pain or deep),
            "bare": numb and pain,
        }
        self._legend_shown = shown
        self.summary.setText(self._summary(picture))
        self._give_way()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._give_way()

    def _give_way(self) -> None:
        """In a low window or with large text, words that stand elsewhere too make room for the body."""
        low = self.height() < self._theme.px(520)
        marked = self._picture is not None and bool(self._picture.marked)
        holder = self.rail.widget()
        scrolls = holder.minimumSizeHint().height() > self.height() - 16
        bar = self.rail.verticalScrollBar().sizeHint().width() if scrolls else 0
        self.rail.setFixedWidth(self._theme.px(72) + bar)
        for key, item in self._legend_items.items():
            item.setVisible(self._legend_shown.get(key, False) and not (low and key in ("pain", "deep")))
        room = self.width() - self.rail.width() - 28
        words = self._outline_word.sizeHint().width() + 6
        self._outline_word.setVisible(words + self.form.sizeHint().width() <= room)
        self.summary.setVisible(marked and not low)
        self.caption.setVisible(not low)

    def _summary(self, picture: Picture) -> str:
        if self._atlas is None or not picture.marked:
            return ""
        content, face = self._atlas.content, picture.state.face
        names = [
            f"{region_name(content, m.region, face)} ({side_words(m.side)})"
            for m in sorted(picture.marked, key=lambda m: -m.share * m.weight)
        ]
        listed = "; ".join(names[:2]) + (f"; and {len(names) - 2} more" if len(names) > 2 else "")
        marked = f"Marked, {area(picture.answer.marked_cm2)}: " if picture.answer.marked_cm2 else "Marked: "
        return marked + listed

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
        self.tool_buttons[key].setChecked(True)
        self.caption.setText(_HINTS[key])
        self.size[0].setEnabled(key != "region")
        self._show_dials()

    def _show_dials(self) -> None:
        self.intensity[1].setText(f"{self.intensity[0].value()} / 10")  # type: ignore[attr-defined]
        self.size[1].setText(f"{self.size[0].value()} mm")  # type: ignore[attr-defined]
        for view in self.views:
            view.set_mode(self._tool, float(self.size[0].value()))
        self.brush_changed.emit(self.brush_mm())

    def brush_mm(self) -> float:
        """Radius of the brush or eraser in mm."""
        return float(self.size[0].value())

    def stroke(self, points: Sequence[tuple[float, float, float]], continues: bool) -> None:
        """Paints or erases along points on the skin with the brush as it is set, wherever they came from."""
        self.acted.emit(
            PaintStroke(
                points_lps=tuple(points),
                radius_mm=float(self.size[0].value()),
                weight=float(self.intensity[0].value()),
                erase=self._tool == "erase",
                continues=continues,
            )
        )

    def _on_region(self, region: str, side: Side) -> None:
        marked = self._picture.marked if self._picture is not None else ()
        if any(m.named and m.region == region and m.side == side for m in marked):
            self.acted.emit(UnmarkRegion(region, side))
        else:
            self.acted.emit(MarkRegion(region, side, float(self.intensity[0].value())))

    def _on_hovered(self, region: str, side: Side) -> None:
        if not region or self._atlas is None:
            self.caption.setText(_HINTS[self._tool])
            return
        face = self._picture.state.face if self._picture is not None else "explain"
        name = region_name(self._atlas.content, region, face)
        self.caption.setText(f"{name} · {capital(side_words(side))}")


def column_layout(gap: int) -> QVBoxLayout:
    """A vertical layout without margins."""
    layout = QVBoxLayout()
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(gap)
    return layout
