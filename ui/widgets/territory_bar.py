"""Which nerve's skin or dermatome is shown: a list to choose from, and a legend of its three extents."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QWidget

from planner.atlas.model import Content
from planner.session.actions import ShowTerritory
from planner.session.picture import Picture
from planner.territory import EXTENTS, Extent, dermatomes, nerves_with_skin, territory_name
from ui.theme import Theme
from ui.widgets.basics import column, label
from ui.widgets.flow import FlowLayout
from ui.widgets.territory_paint import paint_sample
from ui.widgets.words import capital, side_words

_WORDS: dict[Extent, str] = {"core": "Core", "usual": "Usual extent", "largest": "Largest reported extent"}


class ExtentSwatch(QWidget):
    """A small sample of one extent's tint and line."""

    def __init__(self, extent: Extent, theme: Theme) -> None:
        super().__init__()
        self._extent: Extent = extent
        self.theme = theme
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(self.theme.px(24), self.theme.px(14))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            paint_sample(painter, QRectF(self.rect()), self._extent, self.theme)


class TerritoryBar(QWidget):
    """The list stands there while studying; the legend wherever a territory is shown."""

    acted = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._showing = False
        self._shown: object = None
        lines = column(self, gap=4)
        self.choice = QComboBox()
        self.choice.setAccessibleName("Show on the skin: a nerve's territory or a dermatome")
        self.choice.setToolTip("Show the skin that a nerve serves, or a dermatome")
        self.choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.choice.setMinimumContentsLength(12)
        self.choice.currentIndexChanged.connect(self._on_chosen)
        lines.addWidget(self.choice)
        self.name = label("", "small", wrap=True)
        lines.addWidget(self.name)
        self._legend = QWidget()
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self._legend.setSizePolicy(policy)
        flow = FlowLayout(self._legend, gap=6)
        self._swatches: list[ExtentSwatch] = []
        for extent in reversed(EXTENTS):
            item = QWidget()
            line = QHBoxLayout(item)
            line.setContentsMargins(0, 0, 6, 0)
            line.setSpacing(5)
            swatch = ExtentSwatch(extent, theme)
            self._swatches.append(swatch)
            line.addWidget(swatch)
            line.addWidget(label(_WORDS[extent], "small"))
            flow.addWidget(item)
        lines.addWidget(self._legend)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Draws in another palette or text size."""
        self._theme = theme
        for swatch in self._swatches:
            swatch.theme = theme
            swatch.updateGeometry()
            swatch.update()

    def set_content(self, content: Content) -> None:
        """Fills the list with the nerves that serve skin and the dermatomes."""
        self._showing = True
        self.choice.clear()
        self.choice.addItem("Territory of the selected nerve", None)
        for group in (nerves_with_skin(content), dermatomes(content)):
            if group:
                self.choice.insertSeparator(self.choice.count())
            for ident in group:
                self.choice.addItem(capital(territory_name(content, ident)), ident)
        self._showing = False

    def show_picture(self, picture: Picture) -> None:
        """Shows what of the list is on the skin, and says what its lines mean."""
        shown, studying = picture.skin.territory, picture.state.face == "study"
        over = picture.skin.over
        parts = (shown, over, studying, picture.state.territory)
        if parts == self._shown:
            return
        self._shown = parts
        self._showing = True
        self.choice.setCurrentIndex(max(0, self.choice.findData(picture.state.territory)))
        self._showing = False
        self.choice.setVisible(studying)
        self.name.setVisible(shown is not None or over is not None)
        self._legend.setVisible(shown is not None)
        laid = f"{capital(over.name)}: usual extent, dash-dotted line." if over is not None else ""
        self.name.setText(laid)
        if shown is not None:
            often = max(1, round(10 * min(shown.highest, 1.0)))
            people = "nearly everyone" if often == 10 else f"about {often} in 10 people"
            self.name.setText(
                f"{capital(shown.name)}, {side_words(shown.side)}: an estimate; "
                f"where it is most constant it serves {people}. {laid}".strip()
            )
        self.setVisible(studying or shown is not None or over is not None)

    def _on_chosen(self) -> None:
        if not self._showing:
            self.acted.emit(ShowTerritory(self.choice.currentData()))
