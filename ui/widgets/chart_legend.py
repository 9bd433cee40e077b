"""What the paint on the body chart means: pain, numbness, what is covered, and each quality's sign."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from planner.atlas.model import Content
from planner.session.picture import Picture
from ui.theme import Theme
from ui.widgets.bars import Pattern, Swatch
from ui.widgets.basics import label
from ui.widgets.chart_symbols import sign_icon
from ui.widgets.flow import FlowLayout
from ui.widgets.words import capital

_LEGEND: tuple[tuple[str, str, Pattern, str], ...] = (
    ("pain", "Pain", "solid", "pain"),
    ("deep", "Deep pain", "rings", "pain_edge"),
    ("numb", "Expected numbness", "hatch", "numb"),
    ("covered", "Covered", "lined", "numb_on_pain"),
    ("bare", "Not covered", "edged", "pain"),
)
_OBVIOUS = ("pain", "deep")  # these and the words of marks are said elsewhere: they make room


class ChartLegend(QWidget):
    """Names whatever is on the map, and nothing else."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._content: Content | None = None
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._flow = FlowLayout(self, gap=6)
        self.items: dict[str, QWidget] = {}
        self._shown: dict[str, bool] = {}
        self._swatches: list[Swatch] = []
        self._signs: dict[str, QLabel] = {}
        for key, text, pattern, tone in _LEGEND:
            swatch = Swatch(pattern, tone, theme)
            self._swatches.append(swatch)
            self._add(key, swatch, text)

    def _add(self, key: str, sample: QWidget, text: str) -> None:
        item = QWidget()
        line = QHBoxLayout(item)
        line.setContentsMargins(0, 0, 6, 0)
        line.setSpacing(5)
        line.addWidget(sample)
        line.addWidget(label(text, "small"))
        item.hide()
        self._flow.addWidget(item)
        self.items[key] = item

    def set_content(self, content: Content) -> None:
        """Gives names and signs of the qualities; their entries are made when first shown."""
        self._content = content

    def set_theme(self, theme: Theme) -> None:
        """Draws in another palette or text size."""
        self._theme = theme
        for swatch in self._swatches:
            swatch.set_theme(theme)
        for key, sample in self._signs.items():
            self._paint_sign(key, sample)

    def _paint_sign(self, quality: str, sample: QLabel) -> None:
        assert self._content is not None
        size = self._theme.px(14)
        path = self._content.qualities[quality].symbol
        sample.setPixmap(sign_icon(path, size, self._theme.palette.text).pixmap(QSize(size, size)))

    def show_picture(self, picture: Picture) -> None:
        """Takes in what is on the map; `give_way` then shows it."""
        numb = picture.chosen is not None and bool(picture.skin.numb.any())
        pain, deep = bool(picture.skin.pain.any()), bool(picture.skin.deep.any())
        felt = dict.fromkeys(name for names in picture.skin.feels for name in names)
        for name in felt:
            if name not in self._signs and self._content is not None:
                sample = self._signs[name] = QLabel()
                self._paint_sign(name, sample)
                quality = self._content.qualities[name]
                self._add(f"feels:{name}", sample, capital(quality.plain or quality.name))
        self._shown = {
            "pain": pain,
            "deep": deep,
            "numb": numb,
            "covered": numb and (pain or deep),
            "bare": numb and pain,
            **{f"feels:{name}": True for name in felt},
        }

    def give_way(self, low: bool) -> bool:
        """Shows the entries, in a low window those that nothing else says; whether others than before."""
        changed = False
        for key, item in self.items.items():
            obvious = key in _OBVIOUS or key.startswith("feels:")
            shown = self._shown.get(key, False) and not (low and obvious)
            changed |= shown == item.isHidden()
            item.setVisible(shown)
        if changed:
            self._flow.invalidate()
            self.updateGeometry()
        return changed


def signs_of(content: Content) -> Mapping[str, str]:
    """The path of each quality's sign."""
    return {quality.id: quality.symbol for quality in content.qualities.values()}
