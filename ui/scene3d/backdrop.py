"""The ground the model stands before, and everything that must change with it: dark, light and print.

A backdrop is a choice of the viewer, like the size of letters: it says nothing about anatomy, so it is no
part of a scene. Print is for paper: white ground, firm dark outlines, nothing glows, larger letters.
"""

from __future__ import annotations

from dataclasses import dataclass

from planner.commands.pictures import Style

Colour = tuple[float, float, float]
Ink = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Backdrop:
    """Colours 0-1 of the scene and RGBA 0-255 of what is written over it.

    contour: colour of the outlines of translucent tissue, contour_share how firmly they cover; edge the same
    for steps in depth between solid tissues. glow: factor on what lights up by
    itself. letters, lines: factors on sizes of text and widths of leaders.
    """

    style: Style
    top: Colour
    bottom: Colour
    contour: Colour
    contour_share: float
    edge: Colour
    edge_share: float
    glow: float
    ink: Ink
    quiet: Ink
    plate: Ink
    halo: Ink
    accent: Ink
    nerve: Ink
    letters: float = 1.0
    lines: float = 1.0


DARK = Backdrop(
    style="dark",
    top=(0x27 / 255, 0x31 / 255, 0x3C / 255),
    bottom=(0x11 / 255, 0x16 / 255, 0x1C / 255),
    contour=(0.93, 0.95, 0.97),
    contour_share=0.50,
    edge=(0.06, 0.04, 0.04),
    edge_share=0.30,
    glow=1.0,
    ink=(233, 238, 241, 255),
    quiet=(169, 182, 190, 255),
    plate=(17, 22, 28, 205),
    halo=(0, 0, 0, 170),
    accent=(0x5C, 0xC3, 0xD6, 255),
    nerve=(255, 222, 60, 255),
)
LIGHT = Backdrop(
    style="light",
    top=(0.965, 0.972, 0.978),
    bottom=(0.845, 0.868, 0.885),
    contour=(0.16, 0.12, 0.11),
    contour_share=0.70,
    edge=(0.13, 0.09, 0.08),
    edge_share=0.42,
    glow=0.75,
    ink=(23, 33, 39, 255),
    quiet=(72, 86, 95, 255),
    plate=(255, 255, 255, 222),
    halo=(255, 255, 255, 205),
    accent=(0x0F, 0x6E, 0x84, 255),
    nerve=(133, 96, 0, 255),
)
PRINT = Backdrop(
    style="print",
    top=(1.0, 1.0, 1.0),
    bottom=(1.0, 1.0, 1.0),
    contour=(0.07, 0.05, 0.05),
    contour_share=1.0,
    edge=(0.07, 0.05, 0.05),
    edge_share=0.85,
    glow=0.0,
    ink=(12, 18, 22, 255),
    quiet=(52, 62, 70, 255),
    plate=(255, 255, 255, 244),
    halo=(255, 255, 255, 230),
    accent=(0x0B, 0x5A, 0x6C, 255),
    nerve=(110, 78, 0, 255),
    letters=1.2,
    lines=1.5,
)
_BY_STYLE: dict[Style, Backdrop] = {"dark": DARK, "light": LIGHT, "print": PRINT}


def backdrop(style: Style) -> Backdrop:
    """The backdrop of this name."""
    return _BY_STYLE[style]
