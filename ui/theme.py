"""Colours, type and measures of the window, in light and dark, at 100 to 200 % text size.

One accent and quiet surfaces, so that the only strong colours on the screen are data: pain, numbness,
coverage. Every text colour keeps 4.5:1 against every surface it is used on, every graphic 3:1; the
tests compute it. Widgets take sizes from `Theme.px`, never from literals, so text size scales all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtGui import QColor, QFont

Scheme = Literal["light", "dark"]
Role = Literal["small", "body", "strong", "lead", "title", "display"]

# Sizes in pixels at 100 %, and weights, of the type scale.
_TYPE: dict[Role, tuple[int, QFont.Weight]] = {
    "small": (12, QFont.Weight.Normal),
    "body": (13, QFont.Weight.Normal),
    "strong": (13, QFont.Weight.DemiBold),
    "lead": (15, QFont.Weight.DemiBold),
    "title": (18, QFont.Weight.DemiBold),
    "display": (24, QFont.Weight.DemiBold),
}
SCALES = (1.0, 1.1, 1.25, 1.5, 1.75, 2.0)


@dataclass(frozen=True, slots=True)
class Palette:
    """Surfaces, lines, text and data colours as #RRGGBB."""

    scheme: Scheme
    window: str
    panel: str
    raised: str
    sunken: str
    line: str
    control_line: str
    text: str
    muted: str
    accent: str
    accent_hover: str
    accent_soft: str
    on_accent: str
    body: str
    body_shadow: str
    body_line: str
    border_line: str
    pain: str
    pain_edge: str
    numb: str
    numb_on_pain: str
    territory: str
    territory_edge: str
    covered: str
    uncovered: str
    alert: str
    alert_soft: str
    caution: str
    caution_soft: str
    deep: str
    deep_soft: str
    neutral_soft: str


LIGHT = Palette(
    scheme="light",
    window="#EEF2F4",
    panel="#FFFFFF",
    raised="#F7F9FA",
    sunken="#F1F4F6",
    line="#DCE3E7",
    control_line="#7C8B94",
    text="#172127",
    muted="#53616A",
    accent="#0F6E84",
    accent_hover="#0B5A6C",
    accent_soft="#E0F0F3",
    on_accent="#FFFFFF",
    body="#E9EDEF",
    body_shadow="#98A5AE",
    body_line="#74838D",
    border_line="#A9B5BC",
    pain="#D55E00",
    pain_edge="#662900",
    numb="#0072B2",
    numb_on_pain="#00304D",
    territory="#009E73",
    territory_edge="#00543D",
    covered="#007553",
    uncovered="#AD4A00",
    alert="#A3221B",
    alert_soft="#FBECEA",
    caution="#7A5200",
    caution_soft="#FBF3E0",
    deep="#5B3E8C",
    deep_soft="#F0EBF8",
    neutral_soft="#E9EEF1",
)
DARK = Palette(
    scheme="dark",
    window="#10161A",
    panel="#182025",
    raised="#1F292F",
    sunken="#141B20",
    line="#2C3840",
    control_line="#71828D",
    text="#E9EEF1",
    muted="#A9B6BE",
    accent="#5CC3D6",
    accent_hover="#83D5E4",
    accent_soft="#17363E",
    on_accent="#06222A",
    body="#414C54",
    body_shadow="#232C32",
    body_line="#8C9AA3",
    border_line="#66747D",
    pain="#F07A1E",
    pain_edge="#FFD2AE",
    numb="#56B4E9",
    numb_on_pain="#06283D",
    territory="#12B587",
    territory_edge="#9BF0D3",
    covered="#2FC99A",
    uncovered="#F58A3C",
    alert="#FF9A8F",
    alert_soft="#3A1D1B",
    caution="#F0C36A",
    caution_soft="#332A16",
    deep="#C3A8F0",
    deep_soft="#2B2340",
    neutral_soft="#26313A",
)


def relative_luminance(color: str) -> float:
    """WCAG relative luminance 0-1 of #RRGGBB."""
    channels = (QColor(color).redF(), QColor(color).greenF(), QColor(color).blueF())
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    """WCAG contrast ratio 1-21 of two colours."""
    high, low = sorted((relative_luminance(first), relative_luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@dataclass(frozen=True, slots=True)
class Theme:
    """A palette at a text scale (1.0 to 2.0)."""

    palette: Palette = LIGHT
    scale: float = 1.0

    def px(self, at_100: float) -> int:
        """A measure in pixels at this text scale."""
        return max(1, round(at_100 * self.scale))

    def gap(self, steps: float = 1.0) -> int:
        """Multiples of the 8-pixel grid; grows half as fast as text, so that large text keeps its room."""
        return max(2, round(8 * steps * (1.0 + 0.35 * (self.scale - 1.0))))

    def font(self, role: Role, base: QFont | None = None) -> QFont:
        """The font of a role, derived from the system's user-interface font."""
        size, weight = _TYPE[role]
        font = QFont(base) if base is not None else QFont()
        font.setPixelSize(self.px(size))
        font.setWeight(weight)
        return font

    def color(self, name: str) -> QColor:
        """A palette colour by field name."""
        return QColor(str(getattr(self.palette, name)))

    def qss(self) -> str:
        """The style sheet of the whole window."""
        from ui.style import style_sheet

        return style_sheet(self)


def palette_for(scheme: Scheme) -> Palette:
    """The palette of a colour scheme."""
    return DARK if scheme == "dark" else LIGHT


def next_scale(scale: float, step: int) -> float:
    """The neighbouring text scale, up (+1) or down (-1), within 100 to 200 %."""
    index = min(range(len(SCALES)), key=lambda k: abs(SCALES[k] - scale))
    return SCALES[min(max(index + step, 0), len(SCALES) - 1)]
