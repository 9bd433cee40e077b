"""The vessels as one network: smooth trunks, branches that leave them, nothing inside bone.

Measured centrelines overlap at their ends, double back and cross one another. Trunks are joined over
their whole length and cut again, so that artery follows artery without a step; a branch begins on its
parent's axis and bends away; then every course is pushed out of bone and off the vessels it must
clear, and evened out, until nothing moves.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from planner.modelling.fields import AUTHORED, field_of
from planner.modelling.kidneys import moved
from planner.modelling.tables import Points, TableFault, Tables
from planner.modelling.tube import lengths_mm, resample, smoothed

MENDS = "vessel_mends.toml"
SIDES = ("left", "right")
SOLID = (  # what a vessel must not enter
    *(
        "vertebra_t11",
        "vertebra_t12",
        "vertebra_l1",
        "vertebra_l2",
        "vertebra_l3",
        "vertebra_l4",
        "vertebra_l5",
    ),
    *(f"disc_{level}" for level in ("t11_t12", "t12_l1", "l1_l2", "l2_l3", "l3_l4", "l4_l5", "l5_s1")),
    *("sacrum", "hip_bone_left", "femur_left", "tibia_left", "fibula_left", "rib_11_left", "rib_12_left"),
)
MUSCLES = ("psoas_major_left",)
ORGANS = ("kidney_left", "kidney_right", "urinary_bladder")
_SIDED = (
    *("artery_common_iliac", "artery_external_iliac", "artery_internal_iliac", "artery_femoral"),
    *("artery_popliteal", "artery_inferior_epigastric", "artery_renal"),
    *("vein_common_iliac", "vein_external_iliac", "vein_internal_iliac", "vein_femoral", "vein_popliteal"),
    *("vein_renal", "ureter"),
)
COURSES = ("aorta_abdominal", "vena_cava_inferior", *(f"{name}_{side}" for name in _SIDED for side in SIDES))
_STEP_MM = 2.0
_BONE_GAP_MM = 0.6
_VESSEL_GAP_MM = 0.4
_ROUNDS = 120
_LAST_ROUNDS = 12
_CALM_MM = 10.0
_FOLLOW_MM = 60.0
_WALL_MM = 2.0  # a ureter ends this deep in the wall of the bladder
_TRUST_MM = 14.0  # a bone's function is asked no farther than this from its points


@dataclass(frozen=True, eq=False, slots=True)
class Course:
    """A vessel's axis (n, 3), proximal to distal, and radius_mm (n,)."""

    points: Points
    radius: Points


def files() -> tuple[str, ...]:
    """Every table the network reads, relative to the measurement folder: courses depend on one another."""
    solid = (f"surfaces/{name}.csv" for name in (*SOLID, *MUSCLES, *ORGANS))
    rows = (f"centrelines/{name}.csv" for name in COURSES)
    return (*rows, *solid, MENDS, AUTHORED, "structures.csv", "joins.csv", "landmarks.csv")


@lru_cache(maxsize=2)
def network(folder: Path) -> dict[str, Course]:
    """All vessels of vessel_mends.toml by structure id. Raises TableFault."""
    tables = Tables.load(folder)
    try:
        content = tomllib.loads((folder / MENDS).read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise TableFault(f"{MENDS}: {error}") from error
    found: dict[str, Course] = {}
    for trunk in content["trunk"]:
        for side in SIDES if trunk["sided"] else ("",):
            found.update(_trunk(tables, trunk, side, found))
    for branch in content["branch"]:
        for side in SIDES:
            found[f"{branch['vessel']}_{side}"] = _branch(tables, branch, side, found)
    return found


def tube_distance(folder: Path, vessel: str, at: Points) -> Points:
    """Distance in mm of points (n, 3) from a vessel's wall, negative inside it, (n,)."""
    course = network(folder)[vessel]
    distance, nearest = cKDTree(course.points).query(at)
    outside: Points = distance - course.radius[nearest]
    return outside


def _named(vessel: str, side: str, known: dict[str, Course] | None = None) -> str:
    """The id of a vessel on this side, on the other one for "other:", unsided where there is no side."""
    if vessel.startswith("other:"):
        return f"{vessel.removeprefix('other:')}_{'right' if side == 'left' else 'left'}"
    if not side or (known is not None and vessel in known):
        return vessel
    return f"{vessel}_{side}"


def _trunk(tables: Tables, trunk: dict[str, Any], side: str, known: dict[str, Course]) -> dict[str, Course]:
    flip = np.array([-1.0 if side == "right" else 1.0, 1.0, 1.0])
    points, radius = [], []
    if "begins_in" in trunk:
        parent = known[trunk["begins_in"]]
        points.append(_at_height(parent, trunk["begins_mm"])[None])
        radius.append(np.array([np.nan]))
    for part in trunk["parts"]:
        if "through" in part:
            points.append(np.asarray(part["through"], np.float64) * flip)
            radius.append(np.full(len(part["through"]), np.nan))
            continue
        rows, widths = tables.centreline(_named(part["vessel"], side))
        high, low = max(part["z_mm"]), min(part["z_mm"])
        inside = (rows[:, 2] <= high) & (rows[:, 2] >= low)
        if not inside.any():
            raise TableFault(f"{MENDS}: {part['vessel']} has no rows between {low:g} and {high:g} mm")
        rows, widths = rows[inside], widths[inside]
        order = slice(None) if rows[0, 2] >= rows[-1, 2] else slice(None, None, -1)
        points.append(rows[order])
        radius.append(widths[order])
    axis, width = np.vstack(points), np.concatenate(radius)
    measured = np.isfinite(width)
    width = np.interp(lengths_mm(axis), lengths_mm(axis)[measured], width[measured])
    axis, width = resample(axis, _STEP_MM, width)
    axis = smoothed(axis, 12.0, _STEP_MM)[: len(width)]
    width = _even(width[: len(axis)], 12.0)
    others = [known[_named(name, side, known)] for name in trunk.get("clear_of", [])]
    gap_mm = float(trunk.get("bone_gap_mm", _BONE_GAP_MM))
    whole = _calmed(
        tables.folder, Course(axis, width), others, 6 if "begins_in" in trunk else 1, gap_mm, _muscles(trunk)
    )
    return _cut(whole, [_named(vessel, side) for vessel in trunk["vessels"]], trunk["cuts_mm"])


def _cut(whole: Course, names: list[str], heights: list[float]) -> dict[str, Course]:
    edges = [0]
    for height in heights:
        edges.append(int(np.flatnonzero(whole.points[:, 2] <= height)[0]))
    edges.append(len(whole.points) - 1)
    return {
        name: Course(whole.points[a : b + 1], whole.radius[a : b + 1])
        for name, a, b in zip(names, edges[:-1], edges[1:], strict=True)
    }


def _at_height(course: Course, height_mm: float) -> Points:
    return np.asarray(course.points[int(np.argmin(np.abs(course.points[:, 2] - height_mm)))])


def _branch(tables: Tables, branch: dict[str, Any], side: str, known: dict[str, Course]) -> Course:
    name = f"{branch['vessel']}_{side}"
    points, radius = tables.centreline(name)
    points, radius = _without_hooks(points, radius)
    below = points[:, 2] <= branch.get("up_to_mm", np.inf)
    points, radius = points[below], np.minimum(radius[below], branch.get("radius_mm", np.inf))
    if "follows" in branch:
        points = _following(tables, f"{branch['follows']}_{side}", points, bool(branch.get("reverse_follow")))
    if "ends_in" in branch:
        outside = field_of(tables.folder, branch["ends_in"])(points) > -_WALL_MM
        points, radius = points[outside], radius[outside]
    if "ends_at" in branch:
        points, radius = _led_on(tables, branch, side, points, radius)
    width = radius
    fixed = 1
    origin = tables.joins[name].parent if name in tables.joins else ""
    if origin in known:
        parent = known[origin]
        points, width, fixed = _joined(points, radius, parent, branch, side)
    axis, width = resample(points, _STEP_MM, width)
    axis = smoothed(axis, 6.0, _STEP_MM)[: len(width)]
    width = _even(width[: len(axis)], 6.0)
    others = [known[_named(other, side, known)] for other in branch["clear_of"]]
    return _calmed(tables.folder, Course(axis, width), others, fixed, _BONE_GAP_MM, _muscles(branch))


def _muscles(entry: dict[str, Any]) -> tuple[str, ...]:
    return tuple(f"{name}_left" for name in entry.get("muscles", []))


def _calmed(
    folder: Path,
    course: Course,
    others: list[Course],
    fixed: int,
    bone_gap_mm: float,
    muscles: tuple[str, ...],
) -> Course:
    """The course settled, its kinks evened out, and settled once more for what that moved back."""
    first = settled(folder, course.points, course.radius, others, fixed, bone_gap_mm, muscles)
    even = smoothed(first, _CALM_MM + 2.0 * float(np.median(course.radius)), _STEP_MM)
    place = lengths_mm(even) / lengths_mm(even)[-1]
    width = np.interp(place, lengths_mm(first) / lengths_mm(first)[-1], course.radius)
    return Course(settled(folder, even, width, others, fixed, bone_gap_mm, muscles, _LAST_ROUNDS), width)


def _without_hooks(points: Points, radius: Points) -> tuple[Points, Points]:
    """Drops rows at the start that double back, which bridged gaps leave."""
    first = 0
    for k in range(1, min(6, len(points) - 2)):
        if float((points[k] - points[k - 1]) @ (points[k + 2] - points[k + 1])) < 0.0:
            first = k
    return points[first:], radius[first:]


def _following(tables: Tables, kidney: str, points: Points, near_end: bool) -> Points:
    """The course with its end at the hilum carried along with the kidney, fading along the course."""
    along = lengths_mm(points)
    share = (along if not near_end else along[-1] - along) / along[-1]
    if near_end:
        share = np.clip(1.0 - (along - 30.0) / _FOLLOW_MM, 0.0, 1.0)
    weight = (share * share * (3.0 - 2.0 * share))[:, None]
    led: Points = points + weight * (moved(tables, kidney, points) - points)
    return led


def _led_on(
    tables: Tables, branch: dict[str, Any], side: str, points: Points, radius: Points
) -> tuple[Points, Points]:
    """The course led on to a landmark of the kidney in its place."""
    flip = np.array([-1.0 if side == "right" else 1.0, 1.0, 1.0])
    mark = tables.landmarks[f"{branch['ends_at']}_{side}"][None]
    end = moved(tables, f"{branch['follows']}_{side}", mark)[0] + np.asarray(branch["end_offset_mm"]) * flip
    kept = np.linalg.norm(points - end, axis=1) > 12.0
    kept &= np.arange(len(points)) <= int(np.flatnonzero(kept)[-1])
    return np.vstack([points[kept], end]), np.append(radius[kept], radius[kept][-1])


def _joined(
    points: Points, radius: Points, parent: Course, branch: dict[str, Any], side: str
) -> tuple[Points, Points, int]:
    """The branch led out of its parent's axis; also the number of resampled points that stay inside it."""
    along = lengths_mm(points)
    away = np.linalg.norm(points[:, None] - parent.points[None], axis=2)
    nearest = away.argmin(1)
    outside = away.min(1) > parent.radius[nearest] + 1.5 * radius + 1.0
    free = outside & (along >= branch.get("drop_mm", 0.0)) & (along < 0.6 * along[-1])
    first = int(np.flatnonzero(free)[0]) if free.any() else 0
    if side in branch.get("begins_mm", {}):
        place = int(np.argmin(np.abs(parent.points[:, 2] - branch["begins_mm"][side])))
    else:
        place = int(nearest[first])
    root, wide = parent.points[place], float(parent.radius[place])
    span = points[first] - root
    reach = float(np.linalg.norm(span))
    # Half-way out the branch is already on its own line, so it leaves at an angle rather than with a hook.
    middle = root + span * min(0.6, (wide + 2.0) / reach)
    axis = np.vstack([root, middle, points[first:]])
    own = float(radius[first])
    flare = np.array([min(1.5 * own, 0.75 * wide), 1.12 * own])
    return axis, np.concatenate([flare, radius[first:]]), 1 + int(min(wide, reach) / _STEP_MM)


def _even(values: Points, length_mm: float) -> Points:
    half = max(1, int(length_mm / _STEP_MM))
    kernel = np.hanning(2 * half + 3)[1:-1]
    padded = np.pad(values, half, mode="edge")
    return np.convolve(padded, kernel / kernel.sum(), mode="valid")


def settled(
    folder: Path,
    axis: Points,
    width: Points,
    others: list[Course],
    fixed: int,
    bone_gap_mm: float,
    muscles: tuple[str, ...] = (),
    rounds: int = _ROUNDS,
) -> Points:
    """The axis pushed out of bone and off other vessels, the push spread so that the course bends, not kinks.

    bone_gap_mm: least distance from bone; 0 leaves bone out.  fixed: points at the start that stay.
    """
    points = axis.copy()
    bones = _bones_near(folder, points, (*SOLID, *muscles)) if bone_gap_mm > 0.0 else []
    half = max(3, int(2.5 * float(np.median(width)) / _STEP_MM) + 2)
    kernel = np.hanning(2 * half + 3)[1:-1]
    kernel /= kernel.max()
    for _ in range(rounds):
        push = np.zeros_like(points)
        for mirror, name in bones:
            push += _out_of(folder, name, points * mirror, width + bone_gap_mm) * mirror
        for other in others:
            push += _off(points, width, other)
        push[:fixed] = 0.0
        if float(np.abs(push).max()) < 0.05:
            break
        along = np.gradient(points, axis=0)
        along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
        push -= along * (push * along).sum(1, keepdims=True)
        # Weighted by its own size, the mean push of a neighbourhood is that of its worst point.
        size = np.linalg.norm(push, axis=1)
        weight = np.convolve(size, kernel, mode="same")
        spread = np.stack([np.convolve(push[:, k] * size, kernel, mode="same") for k in range(3)], 1)
        spread /= np.maximum(weight, 1e-9)[:, None]
        reach = np.minimum(weight / max(float(weight.max()), 1e-9), 1.0)[:, None]
        reach[:fixed] = 0.0
        points = points + 0.5 * spread * np.sqrt(reach)
        soft = points.copy()
        soft[1:-1] = 0.25 * points[:-2] + 0.5 * points[1:-1] + 0.25 * points[2:]
        points = points + reach * (soft - points)
    return points


def _bones_near(folder: Path, points: Points, names: tuple[str, ...]) -> list[tuple[Points, str]]:
    """Solids whose box a course comes near, with the mirror that leads into their table's side."""
    found = []
    for name in names:
        nodes = field_of(folder, name).centres
        for sign in (1.0, -1.0) if name.endswith("_left") else (1.0,):
            mirror = np.array([sign, 1.0, 1.0])
            at = points * mirror
            inside = (at > nodes.min(0) - 8.0) & (at < nodes.max(0) + 8.0)
            if inside.all(1).any():
                found.append((mirror, name))
    return found


def _out_of(folder: Path, name: str, at: Points, need: NDArray[np.float64]) -> Points:
    """How far each point must move to keep `need` mm from a bone's surface, (n, 3)."""
    field = field_of(folder, name)
    push = np.zeros_like(at)
    near = field.near(at, _TRUST_MM)
    if not near.any():
        return push
    spots = at[near]
    depth = need[near] - field(spots)
    deep = depth > 0.0
    if deep.any():
        steps = 0.5 * np.eye(3)
        slope = np.stack([field(spots[deep] + step) - field(spots[deep] - step) for step in steps], 1)
        slope /= np.maximum(np.linalg.norm(slope, axis=1, keepdims=True), 1e-6)
        rows = np.flatnonzero(near)[deep]
        push[rows] = slope * np.minimum(depth[deep], 4.0)[:, None]
    return push


def _off(points: Points, width: Points, other: Course) -> Points:
    """How far each point must move so that the two tubes do not touch, (n, 3)."""
    apart = points[:, None] - other.points[None]
    distance = np.linalg.norm(apart, axis=2)
    nearest = distance.argmin(1)
    rows = np.arange(len(points))
    gap = width + other.radius[nearest] + _VESSEL_GAP_MM - distance[rows, nearest]
    direction = apart[rows, nearest] / np.maximum(distance[rows, nearest], 1e-6)[:, None]
    # Beyond the other's ends there is nothing to clear.
    gap[(nearest == 0) | (nearest == len(other.points) - 1)] = 0.0
    return np.asarray(direction * np.clip(gap, 0.0, 3.0)[:, None])
