"""How each kind of statement is measured on the model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import singledispatch

import numpy as np

from planner.anatomy import topology
from planner.anatomy.body import AXES, Body, Points, Unmeasurable, direction
from planner.atlas.statements import (
    AnyStatement,
    Area,
    Asymmetry,
    Count,
    Crossing,
    Deepest,
    Depth,
    Distance,
    Extent,
    Farthest,
    Gap,
    Ray,
    Share,
    Statement,
)
from planner.sections import area_mm2
from planner.space import SIDES, Side

_SOLID = ("bones", "discs", "muscles", "organs")  # systems whose structures are one body each
_TOUCH_MM = 3.0  # from vertex to vertex: what lies nearer than this is beside it
_SURROUNDING = (
    "skin",
    "peritoneal_sac",
    "retroperitoneal_space_*",
    "psoas_compartment_*",
    "femoral_triangle_*",
)


@dataclass(frozen=True, slots=True)
class Found:
    """A figure measured on a side ("" where the statement has none), and what it was found at."""

    statement: AnyStatement
    side: Side | None
    value: float | None
    where: str = ""

    @property
    def ok(self) -> bool:
        """Whether the figure lies in the statement's range."""
        return self.value is not None and self.statement.low <= self.value <= self.statement.high


def measured(body: Body, statement: AnyStatement) -> Iterator[Found]:
    """The statement's figure on each of its sides; a figure that cannot be taken is None, with the reason."""
    sides: tuple[Side, ...] = SIDES if statement.sides == "both" else ("left",)
    if statement.sides == "right":
        sides = ("right",)
    for side in sides:
        shown = None if statement.sides == "midline" else side
        try:
            value, where = _value(statement, body, side)
        except Unmeasurable as fault:
            yield Found(statement, shown, None, str(fault))
        else:
            yield Found(statement, shown, value, where)


@singledispatch
def _value(statement: Statement, body: Body, side: Side) -> tuple[float, str]:
    raise TypeError(f"no measure for {type(statement).__name__}")


@_value.register
def _(statement: Distance, body: Body, side: Side) -> tuple[float, str]:
    way = body.place(statement.end, side) - body.place(statement.start, side)
    if statement.along is None:
        return float(np.linalg.norm(way)), ""
    return float(way @ direction(statement.along, side)), ""


@_value.register
def _(statement: Share, body: Body, side: Side) -> tuple[float, str]:
    unit = direction(statement.along, side)
    start, end = (float(body.place(place, side) @ unit) for place in (statement.start, statement.end))
    if start == end:
        raise Unmeasurable("start and end lie at the same place along that direction")
    return (float(body.place(statement.place, side) @ unit) - start) / (end - start), ""


@_value.register
def _(statement: Extent, body: Body, side: Side) -> tuple[float, str]:
    ident = body.structure(statement.structure, side)
    if statement.at is None:
        points = body.meshes[ident].points_lps.astype(np.float64)
    else:
        cut = body.trunk_cut if statement.trunk else body.section
        points = cut(ident, body.height_mm(statement.at, side)).reshape(-1, 3)
    if not len(points):
        raise Unmeasurable(f"{ident} has no section there")
    return float(np.ptp(points[:, AXES[statement.along][0]])), ""


@_value.register
def _(statement: Area, body: Body, side: Side) -> tuple[float, str]:
    ident = body.structure(statement.structure, side)
    cut = body.section(ident, body.height_mm(statement.at, side))
    if not len(cut):
        raise Unmeasurable(f"{ident} has no section there")
    return area_mm2(cut, 2) / 100.0, ""


@_value.register
def _(statement: Depth, body: Body, side: Side) -> tuple[float, str]:
    place = body.place(statement.place, side)
    ident = body.structure(statement.structure, side)
    section = body.section(ident, float(place[2])).reshape(-1, 3)
    if not len(section):
        raise Unmeasurable(f"{ident} has no section there")
    rear, front = float(section[:, 1].max()), float(section[:, 1].min())
    return (rear - float(place[1])) / (rear - front), ""


@_value.register
def _(statement: Gap, body: Body, side: Side) -> tuple[float, str]:
    solid = body.solid(body.structure(statement.structure, side))
    if statement.place is not None:
        return float(solid.signed_mm(body.place(statement.place, side)[None])[0]), ""
    ident = body.structure(statement.of, side)
    points = body.meshes[ident].points_lps.astype(np.float64)
    return float(solid.signed_mm(points).min()), ""


@_value.register
def _(statement: Ray, body: Body, side: Side) -> tuple[float, str]:
    solid = body.solid(body.structure(statement.structure, side))
    place, ahead = body.place(statement.place, side), _ahead(statement, body, side)
    total = 0.0
    for way in (ahead, -ahead) if statement.both else (ahead,):
        met = solid.reached_mm(place, way)
        if not len(met):
            raise Unmeasurable(f"{statement.structure} is not met in that direction")
        total += float(met[0])
    return total, ""


def _ahead(statement: Ray, body: Body, side: Side) -> Points:
    """The unit direction (3,) of a ray. Raises Unmeasurable unless exactly one of its two names is given."""
    if (statement.towards is None) == (statement.aimed is None):
        raise Unmeasurable("a ray has exactly one of towards, aimed")
    if statement.towards is not None:
        return direction(statement.towards, side)
    assert statement.aimed is not None
    way = body.place(statement.aimed, side) - body.place(statement.place, side)
    return np.asarray(way / np.linalg.norm(way))


@_value.register
def _(statement: Crossing, body: Body, side: Side) -> tuple[float, str]:
    start, end = body.place(statement.start, side), body.place(statement.end, side)
    line = (end - start) / np.linalg.norm(end - start)
    ident = body.structure(statement.axis, side)
    best, gap = 0.0, np.inf
    for z in np.arange(max(start[2], end[2]) + 10.0, min(start[2], end[2]) - 10.0, -0.5):
        point = body.axis_at(ident, float(z))
        if point is None:
            continue
        along = float((point - start) @ line)
        # What counts is where it crosses the line seen from in front.
        off = float(np.linalg.norm(((point - start) - line * along) * (1.0, 0.0, 1.0)))
        if off < gap:
            best, gap = along, off
    if not np.isfinite(gap):
        raise Unmeasurable(f"{ident} does not reach the line")
    return best, ""


@_value.register
def _(statement: Deepest, body: Body, side: Side) -> tuple[float, str]:
    but: dict[str, set[str]] = {}
    for inner, outer in statement.but:
        for one in body.matching((inner,)):
            but.setdefault(one, set()).update(body.matching((outer,)))
    return topology.deepest(body, body.matching(statement.of), body.matching(statement.within), but)


@_value.register
def _(statement: Farthest, body: Body, side: Side) -> tuple[float, str]:
    return topology.farthest_outside(body, body.matching(statement.of), statement.outside)


@_value.register
def _(statement: Asymmetry, body: Body, side: Side) -> tuple[float, str]:
    return topology.asymmetry(body, body.matching(statement.of))


@_value.register
def _(statement: Count, body: Body, side: Side) -> tuple[float, str]:
    meshes = body.meshes
    if statement.what == "structures":
        return float(len(meshes)), ""
    if statement.what == "triangles":
        return float(sum(len(mesh.triangles) for mesh in meshes.values())), ""
    if statement.what == "unpaired":
        found = topology.unpaired(meshes)
    elif statement.what == "open":
        found = [ident for ident, mesh in meshes.items() if not topology.is_closed(mesh)]
    elif statement.what == "inward":
        found = [ident for ident, mesh in meshes.items() if not topology.is_outward(mesh)]
    elif statement.what == "split":
        found = [ident for ident, pieces in topology.pieces(meshes, _SOLID).items() if len(pieces) > 1]
    elif statement.what == "floating":
        found = topology.floating(meshes, _TOUCH_MM, _SURROUNDING)
    else:
        counts = {ident: topology.self_crossings(mesh) for ident, mesh in meshes.items()}
        worst = sorted((n, ident) for ident, n in counts.items() if n)[::-1]
        where = ", ".join(f"{ident} {n}" for n, ident in worst[:6])
        return float(sum(counts.values())), where
    return float(len(found)), ", ".join(found[:6])
