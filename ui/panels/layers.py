"""What of the model is shown and from where: views and breadcrumb above the scene, layers below it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QMenu, QPushButton, QScrollArea, QSlider, QWidget

from planner.atlas.model import LAYERS, Content, Layer
from planner.session.actions import ClearSelection, RequestView, SetLayer, ShowAll
from planner.session.picture import Picture
from planner.session.variants import drawn
from planner.space import View
from ui.theme import Theme
from ui.widgets import icons
from ui.widgets.basics import Elided, button, column, label, row
from ui.widgets.variant_menu import VariantMenu
from ui.widgets.words import block_name, side_words, structure_name

_NAMES: dict[Layer, str] = {
    "skin": "Skin",
    "muscle": "Muscles",
    "bone": "Bones",
    "vessel": "Vessels",
    "nerve": "Nerves",
    "organ": "Organs",
}
# The colours these layers have in the scene, so that a chip names what it switches.
_DOTS: dict[Layer, tuple[str, ...]] = {
    "skin": ("#D9B8A0",),
    "muscle": ("#A4574A",),
    "bone": ("#E8DCC0",),
    "vessel": ("#C8322B", "#3F6FB5"),
    "nerve": ("#F2C230",),
    "organ": ("#B98A9A",),
}
_VIEWS: tuple[tuple[View, str, str], ...] = (
    ("anterior", "Front", "1"),
    ("posterior", "Back", "Shift+1"),
    ("left", "Left", "3"),
    ("right", "Right", "Shift+3"),
    ("superior", "Top", "7"),
)


class Dot(QWidget):
    """The colours of a layer in the scene."""

    def __init__(self, colors: tuple[str, ...], theme: Theme) -> None:
        super().__init__()
        self._colors, self.theme = colors, theme
        self.setFixedSize(theme.px(12), theme.px(12))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            area = self.rect().adjusted(1, 1, -1, -1)
            painter.setPen(QPen(self.theme.color("control_line"), 1))
            span = 360 * 16 // len(self._colors)
            for k, color in enumerate(self._colors):
                painter.setBrush(QColor(color))
                if len(self._colors) == 1:
                    painter.drawEllipse(area)
                else:
                    painter.drawPie(area, 90 * 16 + k * span, span)


class LayerChip(QWidget):
    """One layer: a button that shows or hides it and a slider for its opacity."""

    acted = Signal(object)

    def __init__(self, layer: Layer, theme: Theme) -> None:
        super().__init__()
        self.layer: Layer = layer
        self._showing = self._dragging = False
        outer = column(self, gap=0)
        self.push = QPushButton()
        self.push.setCheckable(True)
        self.push.setProperty("kind", "layer")
        self.push.setAccessibleName(f"{_NAMES[layer]} shown")
        self.push.setToolTip(f"Show or hide {_NAMES[layer].lower()}")
        self.push.setCursor(Qt.CursorShape.PointingHandCursor)
        inner = QHBoxLayout(self.push)
        inner.setContentsMargins(7, 0, 7, 0)
        inner.setSpacing(5)
        self._dot = Dot(_DOTS[layer], theme)
        self._text = label(_NAMES[layer], "chip")
        for widget in (self._dot, self._text):
            widget.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            inner.addWidget(widget)
        self.push.clicked.connect(self._on_clicked)
        outer.addWidget(self.push)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setProperty("kind", "fine")
        self.slider.setRange(0, 100)
        self.slider.setAccessibleName(f"Opacity of {_NAMES[layer].lower()} in per cent")
        self.slider.sliderPressed.connect(self._on_pressed)
        self.slider.sliderReleased.connect(self._on_released)
        self.slider.valueChanged.connect(self._on_moved)
        outer.addWidget(self.slider)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Draws in another palette or text size."""
        self._dot.theme = theme
        self._dot.setFixedSize(theme.px(12), theme.px(12))
        self._text.ensurePolished()
        width = self._text.sizeHint().width() + theme.px(12) + 21
        self.push.setMinimumWidth(width)
        self.setFixedWidth(max(width, theme.px(56)))

    def show_look(self, visible: bool, opacity: float) -> None:
        """Shows a state without announcing it."""
        self._showing = True
        self.push.setChecked(visible)
        self.slider.setEnabled(visible)
        if not self._dragging:
            self.slider.setValue(round(100 * opacity))
        self.slider.setToolTip(f"{_NAMES[self.layer]}: {round(100 * opacity)} % opaque")
        self._showing = False

    def _emit(self, continues: bool) -> None:
        look = SetLayer(self.layer, self.push.isChecked(), self.slider.value() / 100.0, continues)
        self.acted.emit(look)

    def _on_clicked(self) -> None:
        self._emit(False)

    def _on_pressed(self) -> None:
        self._dragging, self._moved = True, False

    def _on_released(self) -> None:
        self._dragging = False

    def _on_moved(self) -> None:
        if self._showing:
            return
        # The first move of a drag is a new step back; the rest belong to it.
        self._emit(self._dragging and self._moved)
        self._moved = True


class LayersPanel(QWidget):
    """The layers of the model, in one line."""

    acted = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("layerbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        # One line that scrolls sideways when text is large: the scene keeps its height.
        outer = column(self, gap=0)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        flow = QHBoxLayout(inside)
        flow.setContentsMargins(8, 6, 8, 6)
        flow.setSpacing(4)
        self._scroll.setWidget(inside)
        outer.addWidget(self._scroll)
        self.chips: dict[Layer, LayerChip] = {}
        for layer in LAYERS:
            chip = LayerChip(layer, theme)
            chip.acted.connect(self.acted)
            flow.addWidget(chip)
            self.chips[layer] = chip
        flow.addStretch(1)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Draws in another palette or text size."""
        for chip in self.chips.values():
            chip.set_theme(theme)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def _fit(self) -> None:
        inside = self._scroll.widget()
        inside.layout().invalidate()
        needed = inside.minimumSizeHint()
        bar = self._scroll.horizontalScrollBar().sizeHint().height()
        self.setFixedHeight(needed.height() + (bar if needed.width() > self.width() else 0))

    def show_picture(self, picture: Picture) -> None:
        """Shows which layers are on and how opaque."""
        for look in picture.state.layers:
            if look.layer in self.chips:
                self.chips[look.layer].show_look(look.visible, look.opacity)


class SceneBar(QWidget):
    """Breadcrumb, painting on the model, and views, above the scene."""

    acted = Signal(object)
    paint_toggled = Signal(bool)
    tools_toggled = Signal(str, bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._content: Content | None = None
        self.setObjectName("scenebar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._split = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._split.setContentsMargins(12, 4, 8, 4)
        self._split.setSpacing(0)
        line = row(4)
        self.crumb = Elided("Whole model", "muted")
        self.crumb.setAccessibleName("What the scene shows")
        line.addWidget(self.crumb, 1)
        self.show_all = button(
            "Show all", "link", "Show everything again: what is hidden, faded or cut away", "Shift+H"
        )
        self.show_all.clicked.connect(lambda: self.acted.emit(ShowAll()))
        self.show_all.hide()
        line.addWidget(self.show_all)
        self.clear = button("Clear", "link", "Clear the selection and the chosen block", "Esc")
        self.clear.clicked.connect(lambda: self.acted.emit(ClearSelection()))
        self.clear.hide()
        line.addWidget(self.clear)
        self._split.addLayout(line, 1)
        line = row(2)
        line.addStretch(1)
        self.paint = button("", "quiet", "Paint pain on the model", "Paint pain on the model's skin")
        self.paint.setCheckable(True)
        self.paint.setProperty("tight", True)
        self.paint.toggled.connect(self.paint_toggled)
        line.addWidget(self.paint)
        self.tools: dict[str, QPushButton] = {}
        for name, spoken, tip in (
            ("cut", "Cut the model with a plane", "Section: cut the model (X)"),
            ("ruler", "Measure on the model", "Measure between two points (M)"),
            ("trace", "Trace a place on the skin", "Which nerves serve a place on the skin (S)"),
        ):
            push = button("", "quiet", spoken, tip)
            push.setCheckable(True)
            push.setProperty("tight", True)
            push.clicked.connect(lambda on, name=name: self.tools_toggled.emit(name, on))
            push.hide()
            line.addWidget(push)
            self.tools[name] = push
        beside = row(2)
        self._second = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._second.setSpacing(2)
        self._second.addLayout(line)
        line = beside
        self.variants = button("Variants", "quiet", "Variants of the anatomy", "How people differ")
        self.variants.setProperty("tight", True)
        self.variant_menu = VariantMenu(self.variants)
        self.variant_menu.acted.connect(self.acted)
        self.variants.setMenu(self.variant_menu)
        line.addWidget(self.variants)
        self.views: dict[View, QPushButton] = {}
        for view, text, key in _VIEWS:
            push = button(text, "quiet", f"View from: {text.lower()}", f"Look from here ({key})")
            push.setProperty("tight", True)
            push.clicked.connect(lambda _=False, view=view: self.acted.emit(RequestView(view)))
            line.addWidget(push)
            self.views[view] = push
        self.view_menu = button("View", "quiet", "Look from another side")
        self.view_menu.setProperty("tight", True)
        menu = QMenu(self.view_menu)
        for view, text, _ in _VIEWS:
            menu.addAction(text).triggered.connect(
                lambda _=False, view=view: self.acted.emit(RequestView(view))
            )
        self.view_menu.setMenu(menu)
        line.addWidget(self.view_menu)
        self._second.addLayout(line)
        self._split.addLayout(self._second)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Draws in another palette or text size."""
        size = theme.px(16)
        self._theme = theme
        self.crumb.setMinimumHeight(theme.px(26))
        self._fit()
        self.paint.setIcon(icons.icon("brush", theme.palette.text, size))
        self.paint.setIconSize(QSize(size, size))
        for name, push in self.tools.items():
            push.setIcon(icons.icon(name, theme.palette.text, size))
            push.setIconSize(QSize(size, size))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def _fit(self) -> None:
        """Views beside the breadcrumb where there is room for both, beneath it, or in a menu."""
        always = [push for push in (self.paint, *self.tools.values(), self.variants) if not push.isHidden()]
        asked = sum(push.sizeHint().width() + 2 for push in (*always, *self.views.values()))
        cramped = asked > self.width() - 24
        for push in self.views.values():
            push.setVisible(not cramped)
        self.view_menu.setVisible(cramped)
        wide = self.width() >= self._theme.px(620)
        ways = QBoxLayout.Direction
        narrow = self.width() < self._theme.px(340)
        self._second.setDirection(ways.TopToBottom if narrow else ways.LeftToRight)
        self._split.setDirection(ways.LeftToRight if wide else ways.TopToBottom)

    def set_content(self, content: Content) -> None:
        """Gives the names of blocks, structures and variants."""
        self._content = content
        self.variant_menu.set_content(content)
        self.variants.setVisible(bool(content.variants))

    def show_picture(self, picture: Picture) -> None:
        """Says what the scene shows."""
        state = picture.state
        parts = ["Whole model"]
        if state.isolated:
            parts = ["Part of the model"]
        if self._content is not None:
            if state.block is not None:
                name = block_name(self._content, state.block)
                midline = (
                    self._content.blocks[state.block].midline
                    if state.block in self._content.blocks
                    else False
                )
                parts.append(name if midline else f"{name}, {side_words(state.side)}")
            if len(state.selected) == 1:
                parts.append(structure_name(self._content, state.selected[0]))
            elif state.selected:
                parts.append(f"{len(state.selected)} structures")
            variants = drawn(self._content, state.variants)
            named = (self._content.variants[choice.variant] for choice in variants)
            parts.extend(f"{record.group_name}: {record.name}" for record in named)
            self.variant_menu.show_choices(variants)
        for push in self.tools.values():
            push.setVisible(state.face == "study")
        self.crumb.show_text("  ›  ".join(parts), parts[-1])
        self.clear.setVisible(state.block is not None or bool(state.selected))
        less = state.hidden or state.faded or state.isolated or state.section is not None
        self.show_all.setVisible(bool(less))
