"""The stage that makes the authored vessels, ducts and cords once bones, muscles and skin stand.

A course is a spline through its places, tied to the vessel it leaves and to the one it joins, moved
clear of bone, of other vessels and of the muscles it runs along, and swept to a closed tube that
springs from its parent in a short cone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator
from scipy.ndimage import gaussian_filter1d

from planner.atlas.meshes import Mesh
from planner.modelling import shading
from planner.modelling.branch_courses import FILE, Branch, load_branches
from planner.modelling.courses import CourseFault
from planner.modelling.easing import Surface, eased
from planner.modelling.network import network
from planner.modelling.part import Part, Progress, silent
from planner.modelling.plexus import Run
from planner.modelling.tables import Tables
from planner.modelling.tube import lengths_mm, smoothed, sweep
from planner.modelling.waypoints import Body, Points, place, spline
from planner.space import SIDES, Side

# What the result depends on: files of this folder and below `assets`, systems of finished structures.
CODE = ("*.py",)
READS = ("measurements/*.*", "measurements/centrelines/*.csv", "measurements/surfaces/*.csv")
RESTS_ON = ("bones", "discs", "muscles", "vessels", "organs", "skin")
# A course that must move farther than this was authored through bone or for another body.
PUSH_LIMIT_MM = 14.0
_TIE_MM = 3.0  # beyond its parent's wall a branch is free to move within this length
_BESIDE_STEP_MM = 11.0
_END_MM = 10.0  # over this length an open end thins out


class _Body(Body):
    """A body whose centrelines include the authored courses made so far."""

    def centreline(self, name: str) -> Points:
        return self.nerves[name] if name in self.nerves else super().centreline(name)


def build(tables: Tables, solids: Mapping[str, Mesh], progress: Progress = silent) -> Part:
    """All authored vessels, ducts and cords. Raises CourseFault naming the course."""
    branches = load_branches(tables.folder)
    body = _Body(tables, solids)
    runs = _trunks(tables)
    made: dict[str, list[Mesh]] = {}
    standing = {name: Surface(mesh) for name, mesh in solids.items()}
    for branch in branches:
        for side in SIDES:
            if branch.sides not in ("both", side):
                continue
            name = f"{branch.id}_{side}"
            try:
                run = _followed(branch, side, body, runs)
                run = _cleared(branch, side, run, runs, standing)
            except (CourseFault, ValueError) as fault:
                raise CourseFault(f"{FILE}, {branch.id} ({side}): {fault}") from fault
            runs[name] = run
            body.nerves[name] = run.points
            home = f"{branch.structure or branch.id}_{side}"
            made.setdefault(home, []).append(_tube(home, branch.system, run))
            standing[home] = Surface(_together(made[home]))
    meshes = tuple(_together(tubes) for tubes in made.values())
    for mesh in meshes:
        progress(mesh.id, f"{len(mesh.triangles)} triangles")
    return Part(meshes)


def _trunks(tables: Tables) -> dict[str, Run]:
    """The measured vessels as runs; the unpaired ones are found under either side."""
    runs: dict[str, Run] = {}
    for name, course in network(tables.folder).items():
        run = Run(course.points, course.radius, np.ones(len(course.points)))
        for key in (name,) if name.endswith(("_left", "_right")) else (f"{name}_left", f"{name}_right"):
            runs[key] = run
    return runs


def _followed(branch: Branch, side: Side, body: Body, runs: Mapping[str, Run]) -> Run:
    """The course before it is cleared. Raises CourseFault saying what is wrong with it."""
    knots: list[Points] = []
    if branch.origin is not None:
        knots.append(place(branch.origin, side, body))
    if branch.beside is not None:
        knots.extend(_beside(branch, side, runs))
    told: list[tuple[int, float]] = []
    for number, waypoint in enumerate(branch.waypoint, start=1):
        try:
            knots.append(place(waypoint, side, body))
        except CourseFault as fault:
            raise CourseFault(f"waypoint {number}: {fault}") from fault
        if waypoint.radius_mm is not None:
            told.append((len(knots) - 1, waypoint.radius_mm))
    start = end = None
    base = 0.0
    if branch.parent:
        parent = _run(runs, branch.parent, side)
        row = len(parent.points) - 1 if branch.leaves == "end" else parent.nearest(knots[0])
        if branch.origin is not None:
            knots[0] = parent.points[row]
        else:
            knots.insert(0, parent.points[row])
            told = [(k + 1, radius) for k, radius in told]
        base = float(parent.radius_mm[row])
        start = parent.tangent(row) if branch.leaves == "end" else None
    if branch.joins:
        other = _run(runs, branch.joins, side)
        knots.append(other.points[other.nearest(knots[-1])])
    points, at = spline(np.array(knots), start, end)
    radius = _widths(branch, lengths_mm(points), at, told)
    if branch.parent:
        radius = _sprung(branch, radius, lengths_mm(points), base)
    if not branch.joins:
        left = np.clip((lengths_mm(points)[-1] - lengths_mm(points)) / _END_MM, 0.0, 1.0)
        radius = radius * (0.62 + 0.38 * np.sqrt(left))
    return Run(points, radius, np.ones(len(points)))


def _run(runs: Mapping[str, Run], name: str, side: Side) -> Run:
    try:
        return runs[f"{name}_{side}"]
    except KeyError:
        raise CourseFault(f"{name!r} is no vessel made before it") from None


def _beside(branch: Branch, side: Side, runs: Mapping[str, Run]) -> list[Points]:
    """Places along the other vessel, off its axis by both radii and the gap."""
    assert branch.beside is not None
    other = _run(runs, branch.beside.vessel, side)
    along = lengths_mm(other.points)
    first, last = (s if s >= 0.0 else along[-1] + s for s in (branch.beside.from_mm, branch.beside.to_mm))
    if not 0.0 <= first < last <= along[-1] + 1e-6:
        raise CourseFault(f"{branch.beside.vessel} is {along[-1]:.0f} mm long, not {last:.0f}")
    mirror = np.array([1.0 if side == "left" else -1.0, 1.0, 1.0])
    towards = np.asarray(branch.beside.towards) * mirror
    count = max(3, int((last - first) / _BESIDE_STEP_MM) + 1)
    soft = smoothed(other.points, 8.0)
    places = []
    for s in np.linspace(first, last, count):
        row = int(np.argmin(np.abs(along - s)))
        tangent = other.tangent(row)
        off = towards - tangent * float(tangent @ towards)
        off /= max(float(np.linalg.norm(off)), 1e-6)
        reach = float(other.radius_mm[row]) + branch.radius_mm + branch.beside.gap_mm
        at = soft[min(int(s / along[-1] * (len(soft) - 1) + 0.5), len(soft) - 1)]
        places.append(at + off * reach)
    return places


def _widths(
    branch: Branch, along: NDArray[np.float64], at: NDArray[np.float64], told: list[tuple[int, float]]
) -> NDArray[np.float64]:
    """Radius along a course from the two ends and the waypoints that tell one."""
    last = branch.radius_mm if branch.end_radius_mm is None else branch.end_radius_mm
    marks = {0.0: branch.radius_mm, float(along[-1]): last}
    marks.update({float(at[k]): radius for k, radius in told})
    order = sorted(marks)
    return np.asarray(PchipInterpolator(order, [marks[s] for s in order])(along))


def _sprung(
    branch: Branch, radius: NDArray[np.float64], along: NDArray[np.float64], base: float
) -> NDArray[np.float64]:
    """The radius with the cone in which a branch leaves its parent, or the parent's width taken over."""
    onward = branch.leaves == "end"
    flare = 0.99 * base if onward else min(0.9 * base, 1.45 * float(radius[0]))
    share = np.clip((along - (0.0 if onward else 0.8 * base)) / (12.0 if onward else base + 3.0), 0.0, 1.0)
    share = share * share * (3.0 - 2.0 * share)
    return radius * share + (1.0 - share) * flare


def _cleared(
    branch: Branch, side: Side, run: Run, runs: Mapping[str, Run], standing: Mapping[str, Surface]
) -> Run:
    """The course moved clear of bone, other vessels and the soft parts it keeps out of."""
    tied = {f"{name}_{side}" for name in (branch.parent, branch.joins, branch.structure or branch.id) if name}
    tied |= {branch.parent, branch.joins, *branch.through}
    tied |= {name.replace("_left", f"_{side}") for name in branch.through}
    soft = [name.replace("_left", f"_{side}") for name in branch.keeps_out_of]
    for name in soft:
        if name not in standing:
            raise CourseFault(f"there is no structure {name!r} to keep out of")
    firm = [surface for name, surface in standing.items() if surface.firm and name not in tied]
    along = lengths_mm(run.points)
    hold = np.ones(len(along))
    if branch.parent:
        base = _run(runs, branch.parent, side)
        wall = float(base.radius_mm[base.nearest(run.points[0])]) if branch.leaves == "nearest" else 0.0
        hold *= _eased((along - 0.5 * wall) / (0.5 * wall + _TIE_MM))
    if branch.joins:
        other = _run(runs, branch.joins, side)
        wall = float(other.radius_mm[other.nearest(run.points[-1])])
        hold *= _eased((along[-1] - along - 0.5 * wall) / (0.5 * wall + _TIE_MM))
    beside = [standing[name] for name in soft]
    points = eased(run.points, run.radius_mm, hold, firm, beside)
    # What pushed from two sides left kinks in which a tube would pass through itself.
    points = eased(_evened(points, branch.radius_mm), run.radius_mm, hold, firm, beside)
    moved = np.linalg.norm(points - run.points, axis=1)
    if float(moved.max()) > PUSH_LIMIT_MM:
        where = ", ".join(f"{value:.0f}" for value in run.points[int(moved.argmax())])
        raise CourseFault(f"it had to move {moved.max():.1f} mm near ({where}); mend its waypoints")
    return Run(points, run.radius_mm, run.flat)


def _evened(points: Points, over_mm: float) -> Points:
    """The course without bends sharper than about `over_mm`; both ends stay, and how they leave."""
    step = float(np.median(np.linalg.norm(np.diff(points, axis=0), axis=1)))
    half = min(max(1, round(3.0 * over_mm / step)), len(points) - 1)
    head, tail = 2 * points[0] - points[half:0:-1], 2 * points[-1] - points[-2 : -2 - half : -1]
    soft = gaussian_filter1d(np.vstack([head, points, tail]), over_mm / step, axis=0)
    return np.asarray(soft[half : half + len(points)])


def _eased(share: NDArray[np.float64]) -> NDArray[np.float64]:
    bounded = np.clip(share, 0.0, 1.0)
    return np.asarray(bounded * bounded * (3.0 - 2.0 * bounded))


def _tube(name: str, system: str, run: Run) -> Mesh:
    thickest = float(np.median(run.radius_mm))
    rows = np.unique(np.r_[0 : len(run.points) : 3, len(run.points) - 1])
    sides = 6 if thickest < 1.2 else 8 if thickest < 2.2 else 10 if thickest < 3.5 else 14
    points, triangles = sweep(run.points[rows], run.radius_mm[rows], sides, 7.0)
    return shading.mesh(name, system, points, triangles)


def _together(tubes: Iterable[Mesh]) -> Mesh:
    """The tubes of one structure as one mesh."""
    parts = list(tubes)
    offsets = np.cumsum([0, *(len(part.points_lps) for part in parts[:-1])])
    return Mesh(
        parts[0].id,
        parts[0].system,
        np.vstack([part.points_lps for part in parts]),
        np.vstack([part.normals for part in parts]),
        np.vstack([part.triangles + np.uint32(k) for part, k in zip(parts, offsets, strict=True)]),
    )
