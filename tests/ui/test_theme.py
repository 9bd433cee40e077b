"""Contrast of every colour pair the window uses, and measures at every text size."""

from __future__ import annotations

import pytest

from ui.theme import DARK, LIGHT, SCALES, Palette, Theme, contrast, next_scale

TEXTS = ("text", "muted", "accent")
SURFACES = ("window", "panel", "raised", "sunken", "accent_soft", "neutral_soft")
TINTED = (
    ("alert", "alert_soft"),
    ("caution", "caution_soft"),
    ("deep", "deep_soft"),
    ("text", "alert_soft"),
    ("text", "caution_soft"),
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
    ("panel", "text"),
)
GRAPHICS = (
    ("control_line", "panel"),
    ("accent", "panel"),
    ("pain", "body"),
    ("pain_edge", "body"),
    ("numb", "body"),
    ("numb_on_pain", "pain"),
    ("covered", "neutral_soft"),
    ("uncovered", "neutral_soft"),
    ("numb", "neutral_soft"),
    ("body_line", "panel"),
)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda p: p.scheme)
def test_that_text_keeps_4_5_to_1_on_every_surface(palette: Palette) -> None:
    pairs = [(text, surface) for text in TEXTS for surface in SURFACES] + list(TINTED)
    ratios = {pair: contrast(getattr(palette, pair[0]), getattr(palette, pair[1])) for pair in pairs}
    assert {pair: round(r, 2) for pair, r in ratios.items() if r < 4.5} == {}


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda p: p.scheme)
def test_that_graphics_keep_3_to_1(palette: Palette) -> None:
    ratios = {pair: contrast(getattr(palette, pair[0]), getattr(palette, pair[1])) for pair in GRAPHICS}
    assert {pair: round(r, 2) for pair, r in ratios.items() if r < 3.0} == {}


def test_that_contrast_of_black_and_white_is_21() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.01)


def test_that_text_sizes_go_from_100_to_200_per_cent_and_stop_there() -> None:
    assert (SCALES[0], SCALES[-1]) == (1.0, 2.0)
    assert next_scale(2.0, 1) == 2.0
    assert next_scale(1.0, -1) == 1.0
    assert next_scale(1.0, 1) > 1.0


@pytest.mark.parametrize("scale", SCALES)
def test_that_measures_grow_with_the_text(scale: float) -> None:
    theme = Theme(LIGHT, scale)
    assert theme.font("body").pixelSize() == round(13 * scale)
    assert theme.px(24) == round(24 * scale)
    assert "{" in theme.qss() and "{{" not in theme.qss()
