"""The size and the style of a picture as they are spelled on the command line."""

from __future__ import annotations

import re
from typing import Literal, get_args

from planner.session.state import Section

Axis = Literal["axial", "coronal", "sagittal"]
Style = Literal["dark", "light", "print"]
STYLES: tuple[Style, ...] = get_args(Style)
LEAST_PX, MOST_PX = 16, 8192


AXES: tuple[Axis, ...] = get_args(Axis)
REACH_MM = 3000.0


def section_of(text: str) -> Section:
    """The cut that "axial:120" asks for. ValueError with a sentence."""
    axis, _, at = text.partition(":")
    if axis not in AXES or not re.fullmatch(r"[+-]?[0-9]{1,4}(\.[0-9]{1,3})?", at):
        names = ", ".join(AXES)
        raise ValueError(f"{text[:40]!r} is not AXIS:MM, such as axial:120; the axes are {names}")
    if abs(float(at)) > REACH_MM:
        raise ValueError(f"{at} mm lies outside the body")
    return Section(axis, float(at))


def size_of(text: str) -> tuple[int, int]:
    """(width, height) in pixels of "WxH". ValueError with a sentence."""
    found = re.fullmatch(r"([0-9]+)[xX]([0-9]+)", text)
    if found is None:
        raise ValueError(f"{text[:40]!r} is not WIDTHxHEIGHT in pixels, such as 1280x800")
    # More digits than any size has need no counting (and Python refuses to count very many).
    width, height = (int(side) if len(side) < 9 else MOST_PX + 1 for side in found.groups())
    if not all(LEAST_PX <= side <= MOST_PX for side in (width, height)):
        raise ValueError(f"each side of {text[:40]} must lie between {LEAST_PX} and {MOST_PX} pixels")
    return width, height
