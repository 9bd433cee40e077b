"""The rail beside the body chart: tools, undo, clear; how strong, how broad; which views, whose outline."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QBoxLayout,
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from planner.atlas.model import Form
from ui.theme import Theme
from ui.widgets import icons
from ui.widgets.basics import Segmented, button, column, label, row

_TOOLS = (
    ("brush", "Paint", "Paint where it hurts (B)", "B"),
    ("erase", "Erase", "Take paint away (E)", "E"),
    ("region", "Area", "Mark a whole named area with one click (A)", "A"),
    ("deep", "Deep", "Mark pain deep inside: a joint, a level of the spine (D)", "D"),
)
_TOOL_ICONS = {"brush": "brush", "erase": "eraser", "region": "region", "deep": "deep"}
_FORMS: tuple[tuple[Form, str], ...] = (("neutral", "Neutral"), ("female", "Female"), ("male", "Male"))
MIN_BRUSH_MM, MAX_BRUSH_MM = 8, 40
_WIDTH_PX = 80


class ChartRail(QScrollArea):
    """Everything the hand needs beside the chart; scrolls where the window is low."""

    tool_chosen = Signal(str)
    undone = Signal()
    cleared = Signal()
    changed = Signal()  # intensity or brush
    pair_chosen = Signal(str)
    form_chosen = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        holder = QWidget()
        lines = column(holder, gap=4)
        self._tools = QButtonGroup(self)
        self.tools: dict[str, QToolButton] = {}
        for tool in _TOOLS:
            lines.addWidget(self._tool(*tool))
        lines.addLayout(self._steps())
        lines.addSpacing(4)
        dials = row(0)
        self.intensity = self._dial(dials, "Pain", 1, 10, 7, "How strong the pain is, 1 to 10")
        self.brush = self._dial(dials, "Brush", MIN_BRUSH_MM, MAX_BRUSH_MM, 18, "Radius of the brush in mm")
        for slider, _ in (self.intensity, self.brush):
            slider.valueChanged.connect(self._on_changed)
        lines.addLayout(dials, 1)
        lines.addSpacing(4)
        self.pair = Segmented((("whole", "Front\n+ back"), ("sides", "Sides")), "Views of the body")
        self.pair.chosen.connect(self.pair_chosen)
        self.pair.show_choice("whole")
        for key, words, tip in (
            ("whole", "Front and back", "Front and back"),
            ("sides", "Left and right sides", "Right and left side"),
        ):
            self.pair.buttons[key].setAccessibleName(words)
            self.pair.buttons[key].setToolTip(tip)
        lines.addWidget(self._upright(self.pair))
        lines.addWidget(self._outline())
        self.setWidget(holder)
        self._on_changed()

    def _tool(self, key: str, text: str, tip: str, shortcut: str) -> QToolButton:
        push = QToolButton()
        push.setText(text)
        push.setToolTip(tip)
        push.setAccessibleName(tip.split(" (")[0])
        push.setShortcut(shortcut)
        push.setCheckable(True)
        push.setProperty("kind", "rail")
        push.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        push.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        push.clicked.connect(lambda: self.tool_chosen.emit(key))
        self._tools.addButton(push)
        self.tools[key] = push
        return push

    def _steps(self) -> QHBoxLayout:
        """Undo and clear, where the hand is."""
        line = row(4)
        self.undo = button("", "quiet", "Undo the last act", "Undo (Ctrl+Z)")
        self.undo.clicked.connect(self.undone)
        self.clear = button("", "quiet", "Clear the map: take all marks away", "Take all marks off the map")
        self.clear.clicked.connect(self.cleared)
        for push in (self.undo, self.clear):
            push.setProperty("tight", True)
            line.addWidget(push)
        return line

    def _dial(
        self, dials: QHBoxLayout, name: str, low: int, high: int, value: int, spoken: str
    ) -> tuple[QSlider, QLabel]:
        lines = QVBoxLayout()
        lines.setSpacing(2)
        caption, figure = label(name, "small"), label("", "chip")
        for words in (caption, figure):
            words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            lines.addWidget(words)
        slider = QSlider(Qt.Orientation.Vertical)
        slider.setRange(low, high)
        slider.setValue(value)
        slider.setAccessibleName(spoken)
        slider.setToolTip(spoken)
        lines.addWidget(slider, 1, Qt.AlignmentFlag.AlignHCenter)
        dials.addLayout(lines, 1)
        return slider, figure

    def _upright(self, choice: Segmented) -> Segmented:
        choice.layout().setDirection(QBoxLayout.Direction.TopToBottom)  # type: ignore[union-attr]
        for push in choice.buttons.values():
            push.setProperty("tight", True)
        return choice

    def _outline(self) -> QWidget:
        """Whose outline the body has, in words and signs."""
        self.outline = QWidget()
        lines = column(self.outline, gap=2)
        lines.setContentsMargins(0, 4, 0, 0)
        words = label("Outline", "small")
        words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        lines.addWidget(words)
        self.form = Segmented(_FORMS, "Body outline")
        self.form.chosen.connect(self.form_chosen)
        self.form.show_choice(_FORMS[0][0])
        for key, text in _FORMS:
            tip = f"Body outline: {text.lower()}. Marks stay where they are; the bones are the same."
            self.form.buttons[key].setToolTip(tip)
        lines.addWidget(self._upright(self.form))
        self.outline.hide()
        return self.outline

    # -- showing ------------------------------------------------------------------------------------

    def set_theme(self, theme: Theme) -> None:
        """Draws in another palette or text size."""
        self._theme = theme
        size = theme.px(20)
        for key, push in self.tools.items():
            push.setIcon(icons.icon(_TOOL_ICONS[key], theme.palette.text, size))
            push.setIconSize(QSize(size, size))
        for push, name in ((self.undo, "undo"), (self.clear, "clear")):
            push.setIcon(icons.icon(name, theme.palette.text, theme.px(18), theme.palette.line))
            push.setIconSize(QSize(theme.px(18), theme.px(18)))
        for slider, _ in (self.intensity, self.brush):
            slider.setFixedWidth(theme.px(28))
            slider.setMinimumHeight(theme.px(56))
        self.form.set_icons({key: key for key, _ in _FORMS}, theme)

    def fit(self, height: int) -> None:
        """As wide as its parts, and its scroll bar where it needs one in this height."""
        scrolls = self.widget().minimumSizeHint().height() > height
        bar = self.verticalScrollBar().sizeHint().width() if scrolls else 0
        needed = self.widget().minimumSizeHint().width()
        self.setFixedWidth(max(self._theme.px(_WIDTH_PX), needed) + bar)

    def show_steps(self, can_undo: bool, marked: bool) -> None:
        """Whether there is something to undo and to clear."""
        self.undo.setEnabled(can_undo)
        self.clear.setEnabled(marked)

    def show_tool(self, key: str) -> None:
        """Shows a tool as chosen; an area and a deep place need no brush."""
        self.tools[key].setChecked(True)
        self.brush[0].setEnabled(key in ("brush", "erase"))

    def _on_changed(self) -> None:
        self.intensity[1].setText(f"{self.intensity[0].value()}/10")
        self.brush[1].setText(f"{self.brush[0].value()} mm")
        self.changed.emit()
