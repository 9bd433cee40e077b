"""What the tests of the page on paper share: papers, marks, and how many pages a file has."""

from __future__ import annotations

import re

from planner.session.state import RegionMark
from planner.space import Side
from ui.page.papers import Paper

PAPERS: tuple[Paper, ...] = ("a4", "letter")


def marks(*regions: str, side: Side = "left") -> tuple[RegionMark, ...]:
    return tuple(RegionMark(region, side, 7.0) for region in regions)


SOME = marks("thigh_ant_mid", "knee_ant", "groin_crease")
EVERYWHERE = tuple(
    RegionMark(region, side, 7.0)
    for side in ("left", "right")
    for region in (
        "groin_crease",
        "thigh_ant_mid",
        "thigh_lat_mid",
        "buttock_mid",
        "heel",
        "leg_ant",
        "flank",
    )
)
CAUTIONS = (
    "anticoagulant_not_held",
    "kidney_disease",
    "allergy_contrast",
    "infection_at_injection_site",
    "pregnancy",
)


def page_count(data: bytes) -> int:
    """Pages of a PDF file."""
    return len(re.findall(rb"/Type\s*/Page\b", data))
