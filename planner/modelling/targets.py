"""Named points of the model: where blocks are aimed, where their paths begin on the skin, levels.

Targets are content (`courses_targets.toml`), told relative to landmarks and to the resolved nerves, so
that a target stays where the nerve is when the body changes.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from planner.modelling.courses import CourseFault, Target, Waypoint
from planner.modelling.tables import TableFault
from planner.modelling.waypoints import Body, place
from planner.space import SIDES, Side

Triple = tuple[float, float, float]

LEVELS = ("t12", "l1", "l2", "l3", "l4", "l5")
# Landmarks that the program shows or measures from.
SHOWN = (
    "asis_left",
    "asis_right",
    "psis_left",
    "psis_right",
    "iliac_crest_top_left",
    "iliac_crest_top_right",
    "pubic_tubercle_left",
    "pubic_tubercle_right",
    "greater_trochanter_lateral_left",
    "greater_trochanter_lateral_right",
    "femoral_head_centre_left",
    "femoral_head_centre_right",
    "patella_apex_left",
    "patella_apex_right",
    "umbilicus",
)


def target_points(body: Body, targets: Iterable[Target]) -> dict[str, Triple]:
    """`target_<id>` and `entry_<id>` points per side, vertebral levels and shown landmarks, LPS mm."""
    points: dict[str, Triple] = {}
    for target in targets:
        sides: tuple[Side, ...] = ("left",) if target.sides == "midline" else SIDES
        for side in sides:
            tail = "" if target.sides == "midline" else f"_{side}"
            points[f"target_{target.id}{tail}"] = _at(f"target {target.id}", target.at, side, body)
            if target.entry is not None:
                points[f"entry_{target.id}{tail}"] = _at(f"entry {target.id}", target.entry, side, body)
    for level in LEVELS:
        points[f"level_{level}"] = _triple(body.tables.landmarks[f"{level}_body_centre"])
    points["level_s1"] = _triple(body.tables.landmarks["s1_endplate_centre"])
    for name in SHOWN:
        points[f"landmark_{name}"] = _triple(body.tables.landmarks[name])
    return points


def _at(what: str, waypoint: Waypoint, side: Side, body: Body) -> Triple:
    try:
        return _triple(place(waypoint, side, body))
    except (CourseFault, TableFault) as fault:
        raise CourseFault(f"{what} ({side}): {fault}") from fault


def _triple(point: np.ndarray) -> Triple:
    return float(point[0]), float(point[1]), float(point[2])
