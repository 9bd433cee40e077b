"""The nervous system of the model: courses resolved, cleared of bone and vessels, swept to surfaces.

Order matters: a branch begins on the finished centreline of its parent, so courses are followed in the
order of the file, each cleared before its branches are placed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from planner.atlas.meshes import Mesh
from planner.modelling import neuraxis, plexus, shading
from planner.modelling.clearance import Obstacles, obstacles
from planner.modelling.courses import Course, CourseFault, load_courses, load_targets
from planner.modelling.part import Part, Progress, silent
from planner.modelling.plexus import Run
from planner.modelling.spray import spray
from planner.modelling.tables import Tables
from planner.modelling.targets import target_points
from planner.modelling.tube import lengths_mm, sweep
from planner.modelling.waypoints import Body, place
from planner.space import SIDES, Side

Shape = tuple[NDArray[np.float64], NDArray[np.int64]]

SYSTEM = "nerves"
# What the result depends on: files of this folder and below `assets`, systems of finished structures.
CODE = ("*.py",)
READS = (
    "measurements/*.*",
    "measurements/courses/*.toml",
    "measurements/centrelines/*.csv",
    "measurements/surfaces/*.csv",
)
RESTS_ON = ("bones", "discs", "muscles", "vessels", "organs", "skin")
# A course that must move farther than this was authored through bone or for another body.
PUSH_LIMIT_MM = 9.0
_TIE_MM = 4.0  # a branch is free to move this far from its parent
_TWIG_YIELDS_MM = 1.6  # a twig that must move farther ends before the obstacle
_TWIG_LACKS_MM = 0.1  # as does one that stays this much too close to it
_TWIG_ROWS = 5  # shorter twigs are left out
_SIDES = ((5, 0.5), (7, 0.9), (9, 1.5), (12, 3.0))  # corners of a section below this radius, mm
_SHORT_ROWS = 20  # short thick runs are ganglia: their rings stand close, so that they look round
_SHORT_AXIS = np.array([0.0, 1.0, 0.0])  # flattened nerves lie on muscle, broad side forward


def build(tables: Tables, solids: Mapping[str, Mesh], progress: Progress = silent) -> Part:
    """All nerve meshes and the named points of the blocks. Raises CourseFault naming the course."""
    body = Body(tables, solids)
    runs, order = all_runs(body, load_courses(tables.folder / "courses"), progress)
    meshes = [swept(name, [runs[part] for part in parts]) for name, parts in order.items()]
    body.nerves = {name: run.points for name, run in runs.items()}
    points = target_points(body, load_targets(tables.folder / "courses_targets.toml"))
    for mesh in meshes:
        progress(mesh.id, f"{len(mesh.triangles)} triangles")
    return Part(tuple(meshes), points)


def all_runs(
    body: Body, courses: Iterable[Course], progress: Progress = silent
) -> tuple[dict[str, Run], dict[str, list[str]]]:
    """Cleared runs by `<course>_<side>` (sac, conus and cauda by id), and the runs of each structure."""
    clear = obstacles(body.solids)
    sac = neuraxis.dural_sac(body)
    cone = neuraxis.conus(sac, body)
    runs: dict[str, Run] = {"dural_sac": sac, "conus_medullaris": cone}
    order: dict[str, list[str]] = {"dural_sac": ["dural_sac"], "conus_medullaris": ["conus_medullaris"]}
    body.nerves.update(dural_sac_left=sac.points, dural_sac_right=sac.points)
    starts: dict[str, NDArray[np.float64]] = {}
    faults: list[str] = []
    for course in courses:
        for side in SIDES:
            if course.sides not in ("both", side):
                continue
            name = f"{course.id}_{side}"
            for part, (run, structure) in cleared(course, side, body, runs, clear, faults).items():
                runs[part] = run
                body.nerves[part] = run.points
                order.setdefault(structure, []).append(part)
            if course.parent == "dural_sac":
                starts[name] = runs[name].points[0]
        progress(course.id)
    if faults:
        raise CourseFault("; ".join(faults))
    strands = neuraxis.cauda_equina(sac, cone, starts)
    for number, strand in enumerate(strands):
        runs[f"cauda_equina#{number}"] = strand
    order["cauda_equina"] = [f"cauda_equina#{number}" for number in range(len(strands))]
    return runs, order


def cleared(
    course: Course,
    side: Side,
    body: Body,
    runs: Mapping[str, Run],
    clear: Obstacles,
    faults: list[str],
) -> dict[str, tuple[Run, str]]:
    """The course's runs, moved clear of bone and lumina, by name, each with the structure it is part of.

    The first is the course itself; its root sleeve, ganglia and twigs follow. A course that had to move
    too far is told in `faults`, so that one build names all of them. Raises CourseFault where a course
    cannot be followed.
    """
    name = f"{course.id}_{side}"
    home = f"{course.structure or course.id}_{side}"
    slim = plexus.follow(course, side, body, runs)
    swellings = [
        plexus.Swelling(place(w, side, body), *w.swell_mm, w.ganglion) for w in course.waypoint if w.swell_mm
    ]
    thick = slim
    for swelling in swellings:
        thick = plexus.bulge(thick, swelling)
    in_dura = course.parent == "dural_sac"
    if in_dura:
        thick = neuraxis.sleeved(thick, swellings)
    along = lengths_mm(thick.points)
    hold = np.ones(len(along))
    if course.parent:
        hold *= _eased(along / _TIE_MM)
    if course.joins:
        hold *= _eased((along[-1] - along) / _TIE_MM)
    moved = clear.clear(thick.points, thick.radius_mm, hold, through=frozenset(course.through))
    if moved.largest_mm > PUSH_LIMIT_MM:
        where = ", ".join(f"{value:.0f}" for value in thick.points[moved.where])
        faults.append(
            f"course {course.id} ({side}): it had to move {moved.largest_mm:.1f} mm near ({where}) "
            f"to clear {moved.against or 'bone'}; mend its waypoints"
        )
    run = Run(moved.points, slim.radius_mm, slim.flat)
    found = {name: (run, home)}
    for swelling in swellings:
        if swelling.ganglion:
            part = plexus.ganglion(run, swelling)
            found[f"{swelling.ganglion}_{side}"] = part, f"{swelling.ganglion}_{side}"
        else:
            run = plexus.bulge(run, swelling)
            found[name] = run, home
    if in_dura:
        found[f"{name}#sleeve"] = neuraxis.sleeve(run, swellings), f"root_sleeves_{side}"
    if course.twigs is not None:
        for number, twig in enumerate(unhindered(spray(run, course.twigs, side, body), clear)):
            found[f"{name}#{number}"] = twig, home
    return found


def unhindered(twigs: list[Run], clear: Obstacles) -> list[Run]:
    """The twigs cleared of bone and lumina; one that would have to bend round them ends before it does.

    A twig that ends early takes with it those that spring from its end; one too short to be seen is left out.
    """
    found: list[Run] = []
    gone: list[NDArray[np.float64]] = []
    for twig in twigs:
        if any(np.array_equal(twig.points[0], end) for end in gone):
            gone.append(twig.points[-1])
            continue
        moved = clear.clear(twig.points, twig.radius_mm, _eased(lengths_mm(twig.points) / _TIE_MM))
        shift = np.linalg.norm(moved.points - twig.points, axis=1)
        if moved.largest_mm > _TWIG_YIELDS_MM or moved.remaining_mm > _TWIG_LACKS_MM:
            gone.append(twig.points[-1])
            free = int(np.argmax(shift > 0.25 * _TWIG_YIELDS_MM)) if moved.largest_mm > 0.0 else 0
            if free < _TWIG_ROWS:
                continue
            twig = Run(twig.points[:free], twig.radius_mm[:free], twig.flat[:free])
            moved = clear.clear(twig.points, twig.radius_mm, _eased(lengths_mm(twig.points) / _TIE_MM))
        found.append(Run(moved.points, twig.radius_mm, twig.flat))
    return found


def _eased(share: NDArray[np.float64]) -> NDArray[np.float64]:
    bounded = np.clip(share, 0.0, 1.0)
    return bounded * bounded * (3.0 - 2.0 * bounded)


def swept(name: str, runs: list[Run]) -> Mesh:
    """One closed surface per run, together one structure."""
    vertices, triangles, count = [], [], 0
    for run in runs:
        points, corners = _tube(run)
        vertices.append(points)
        triangles.append(corners + count)
        count += len(points)
    return shading.mesh(name, SYSTEM, np.vstack(vertices), np.vstack(triangles))


def _tube(run: Run) -> Shape:
    """The run's tube; where it is flat, its section is pressed along the short axis, the area kept."""
    thickest = float(run.radius_mm.max())
    # Every third row: the spline between them is as smooth, and rings follow bends, not rounding.
    rows = np.unique(np.r_[0 : len(run.points) : 3, len(run.points) - 1])
    sides = next((n for n, limit in _SIDES if thickest < limit), 18)
    short = len(run.points) < _SHORT_ROWS and thickest > 1.0
    if short:
        rows = np.arange(len(run.points))
    # The ends of twigs are too fine to need rounding.
    spacing, caps = 1.5 if short else 9.0, thickest >= _SIDES[0][1]
    points, triangles = sweep(run.points[rows], run.radius_mm[rows], sides, spacing, caps=caps)
    if run.flat.min() > 0.98:
        return points, triangles
    gap = np.linalg.norm(points[:, None] - run.points[None], axis=2).argmin(1)
    across = points - run.points[gap]
    ahead = np.gradient(run.points, axis=0)
    ahead /= np.linalg.norm(ahead, axis=1, keepdims=True)
    short = _SHORT_AXIS - ahead * (ahead @ _SHORT_AXIS)[:, None]
    short /= np.maximum(np.linalg.norm(short, axis=1, keepdims=True), 1e-6)
    broad = np.cross(ahead, short)
    root = np.sqrt(run.flat)[gap, None]
    thin = (across * short[gap]).sum(1, keepdims=True) * short[gap]
    wide = (across * broad[gap]).sum(1, keepdims=True) * broad[gap]
    along = across - thin - wide
    return run.points[gap] + along + thin * root + wide / root, triangles
