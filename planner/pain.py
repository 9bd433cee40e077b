"""Marks on the skin -> how much it hurts at each skin vertex, and which named regions carry a load.

A named region is taken at its word: it is read by its own shares, not by the soft edges of its field. A
brush stroke names nothing, so it is read vertex by vertex.

Marks count in their order: a later stroke repaints, an eraser takes away whatever lies beneath it,
named regions included. A growing stroke must keep up with the hand, so the array of all earlier
marks and the vertices of the stroke so far are remembered and only the new segments are measured.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec
import numpy as np
from numpy.typing import NDArray

from planner.atlas.model import Atlas, Form
from planner.case import Case, Mark, RegionMark, Stroke, recent
from planner.space import SIDES, Side

if TYPE_CHECKING:
    from planner.atlas.meshes import Mesh

MM2_PER_CM2 = 100.0
_REMEMBERED = 8  # arrays of earlier marks kept per atlas: enough for undo back and forth


@dataclass(frozen=True, slots=True)
class RegionLoad:
    """A region marked by name. weight 0-10; area_cm2: what of it was not painted over or erased since,
    for a deep region of its projection on the skin.
    """

    region: str
    side: Side
    weight: float
    area_cm2: float
    deep: bool


@dataclass(frozen=True, eq=False, slots=True)
class PainMap:
    """What the marks say. Shared between callers: the arrays must not be changed.

    pain: (n,) float32, 0-10, on the skin.  deep: (n,) float32, 0-10, projections of deep regions.
    hurts: rows of the vertices with pain.  painted: those of them that a stroke made hurt.
    named: regions marked by name, as (id, side).
    feels: the sets of qualities that marks carry, the first of them empty.  feel, deep_feel: (n,) int16,
    which of them holds on the skin and beneath it; of the last mark there.
    """

    pain: NDArray[np.float32]
    deep: NDArray[np.float32]
    hurts: NDArray[np.intp]
    painted: NDArray[np.intp]
    loads: tuple[RegionLoad, ...]
    named: frozenset[tuple[str, Side]]
    feels: tuple[tuple[str, ...], ...]
    feel: NDArray[np.int16]
    deep_feel: NDArray[np.int16]

    @property
    def empty(self) -> bool:
        """Nothing hurts."""
        return not self.loads and not len(self.hurts)

    def qualities(self) -> tuple[str, ...]:
        """Every quality that a mark still carries somewhere, in the order in which they were told."""
        if len(self.feels) == 1:
            return ()
        seen = np.zeros(len(self.feels), bool)
        seen[self.feel[self.pain > 0.0]] = True
        seen[self.deep_feel[self.deep > 0.0]] = True
        told = (name for k, names in enumerate(self.feels) if seen[k] for name in names)
        return tuple(dict.fromkeys(told))


@dataclass(frozen=True, eq=False, slots=True)
class _Layers:
    """Arrays while the marks are laid on one after another; never changed once remembered.

    by_name: (n,) bool, the vertex hurts because its region was named.  named: (id, side, weight, deep).
    """

    pain: NDArray[np.float32]
    deep: NDArray[np.float32]
    by_name: NDArray[np.bool_]
    named: tuple[tuple[str, Side, float, bool], ...]
    feels: tuple[tuple[str, ...], ...]
    feel: NDArray[np.int16]
    deep_feel: NDArray[np.int16]


class _Surface:
    """The skin in one form, to be painted on: its vertices from below upwards, so that what lies near a
    place is sought in a slice of the body. A search tree would take forty megabytes of library with it."""

    def __init__(self, skin: Mesh) -> None:
        self.points = skin.points_lps.astype(np.float64)
        self.normals = skin.normals.astype(np.float64)
        self._order = np.argsort(self.points[:, 2], kind="stable")
        self._upwards = self.points[self._order]
        self._heights = np.ascontiguousarray(self._upwards[:, 2])

    def within(self, at_lps: NDArray[np.float64], radius_mm: float) -> tuple[NDArray[np.intp], int]:
        """Rows of the vertices in a ball, and of the one nearest to its middle; 0 where there is none."""
        low = np.searchsorted(self._heights, at_lps[2] - radius_mm, "left")
        high = np.searchsorted(self._heights, at_lps[2] + radius_mm, "right")
        offset = self._upwards[low:high] - at_lps
        square = np.einsum("ij,ij->i", offset, offset)
        rows = self._order[low:high]
        return rows[square <= radius_mm**2], int(rows[np.argmin(square)]) if len(rows) else 0


class _Brush:
    """One atlas's skin, ready for painting, recent results remembered.

    A stroke is read on the form it was drawn on: the vertices it met are the same in every other.
    """

    def __init__(self, atlas: Atlas) -> None:
        self.fields = atlas.fields
        self._skin = atlas.meshes.full["skin"]
        self._surfaces: dict[str, _Surface] = {}
        self._layers: deque[tuple[tuple[Mark, ...], _Layers]] = deque(maxlen=_REMEMBERED)
        self._vertices: dict[tuple[str, Side], NDArray[np.intp]] = {}
        self._stroke: tuple[Stroke, NDArray[np.bool_]] | None = None

    def surface(self, form: Form) -> _Surface:
        """The skin in a form; in its own where it has no other."""
        if form not in self._surfaces:
            self._surfaces[form] = _Surface(self._skin.formed(form))
        return self._surfaces[form]

    def under(self, stroke: Stroke) -> NDArray[np.bool_]:
        """Vertices within its radius of the path on the side of the body it was drawn on, (n,) bool."""
        start, mask = 0, np.zeros(self.fields.vertex_count, bool)
        if self._stroke is not None:
            before, known = self._stroke
            if before.points_lps and _grown_from(before, stroke):
                start, mask = len(before.points_lps) - 1, known.copy()
                if len(before.points_lps) == len(stroke.points_lps):
                    return mask
        mask[_near(self.surface(stroke.form), *_path(stroke, start))] = True
        self._stroke = (stroke, mask)
        return mask.copy()

    def layers(self, marks: tuple[Mark, ...]) -> _Layers:
        """All marks laid on in their order; the longest remembered beginning is not computed again."""
        n = self.fields.vertex_count
        none, bare = np.zeros(n, np.float32), np.zeros(n, np.int16)
        done, state = 0, _Layers(none, none, np.zeros(n, bool), (), ((),), bare, bare)
        for known, laid in tuple(self._layers):
            if done < len(known) <= len(marks) and marks[: len(known)] == known:
                done, state = len(known), laid
        for count in range(done + 1, len(marks) + 1):
            state = self._lay(state, marks[count - 1])
            # The last stroke may still grow: what lies under it is worth keeping, it is not.
            if count == len(marks) - 1 or (count == len(marks) and isinstance(marks[-1], RegionMark)):
                self._layers.append((marks[:count], state))
        return state

    def _lay(self, state: _Layers, mark: Mark) -> _Layers:
        pain, deep, by_name, named = state.pain, state.deep, state.by_name, state.named
        feels = state.feels if mark.qualities in state.feels else (*state.feels, mark.qualities)
        code, feel, deep_feel = np.int16(feels.index(mark.qualities)), state.feel, state.deep_feel
        if isinstance(mark, Stroke):
            under = self.under(mark)
            pain = np.where(under, np.float32(0.0 if mark.erase else mark.weight), pain)
            by_name = by_name & ~under
            if mark.erase:
                deep = np.where(under, np.float32(0.0), deep)
            if len(feels) > 1:
                feel = np.where(under, code, feel)
            return _Layers(pain, deep, by_name, named, feels, feel, deep_feel)
        beneath = mark.deep or mark.region in self.fields.deep_ids
        others = tuple(entry for entry in named if entry[:2] != (mark.region, mark.side))
        named = (*others, (mark.region, mark.side, mark.weight, beneath))
        if beneath:
            projection = self.fields.membership(mark.region, mark.side) * np.float32(mark.weight)
            if len(feels) > 1:
                deep_feel = np.where((projection > 0.0) & (projection >= deep), code, deep_feel)
            return _Layers(pain, np.maximum(deep, projection), by_name, named, feels, feel, deep_feel)
        pain, by_name = pain.copy(), by_name.copy()
        own = self.vertices(mark.region, mark.side)
        pain[own], by_name[own] = mark.weight, True
        if len(feels) > 1:
            feel = feel.copy()
            feel[own] = code
        return _Layers(pain, deep, by_name, named, feels, feel, deep_feel)

    def vertices(self, region: str, side: Side) -> NDArray[np.intp]:
        """Vertices of a skin region, found once."""
        key = (region, side)
        if key not in self._vertices:
            self._vertices[key] = self.fields.vertices_of(region, side)
        return self._vertices[key]

    def loads(self, state: _Layers) -> tuple[RegionLoad, ...]:
        """What is left of the named regions, in an order that does not depend on the telling."""
        loads = []
        for region, side, weight, is_deep in sorted(state.named):
            if is_deep:
                projection = self.fields.membership(region, side) * self.fields.area_mm2
                area = float(projection[state.deep > 0.0].sum()) / MM2_PER_CM2
            else:
                own = self.vertices(region, side)
                area = float(self.fields.area_mm2[own][state.by_name[own]].sum()) / MM2_PER_CM2
            if area > 0.0:
                loads.append(RegionLoad(region, side, weight, area, is_deep))
        return tuple(loads)


def _grown_from(before: Stroke, stroke: Stroke) -> bool:
    """Whether a stroke is another one, drawn on with the same brush."""
    brush = (before.radius_mm, before.form) == (stroke.radius_mm, stroke.form)
    pressed = bool(before.shares) == bool(stroke.shares)
    count = len(before.points_lps)
    began = (stroke.points_lps[:count], stroke.shares[:count])
    return brush and pressed and began == (before.points_lps, before.shares)


def _path(stroke: Stroke, start: int = 0) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The points of a stroke from `start` on (n, 3) and the radius at each of them (n,), in mm."""
    points = np.array(stroke.points_lps[start:], float).reshape(-1, 3)
    shares = np.array(stroke.shares[start:], float) if stroke.shares else np.ones(len(points))
    return points, stroke.radius_mm * shares


def _near(skin: _Surface, path: NDArray[np.float64], radius_mm: NDArray[np.float64]) -> NDArray[np.intp]:
    """Rows of vertices within the radius of the path's segments and facing the same way as the skin there.

    radius_mm: at each point of the path (n,); it changes evenly from one to the next.
    """
    if not len(path):
        return np.empty(0, np.intp)
    a = path if len(path) == 1 else path[:-1]
    b = path if len(path) == 1 else path[1:]
    wide = radius_mm if len(path) == 1 else radius_mm[:-1]
    widens = (radius_mm if len(path) == 1 else radius_mm[1:]) - wide
    along = b - a
    length = np.linalg.norm(along, axis=1)
    reach = wide + np.maximum(widens, 0.0) + length / 2.0
    found = [skin.within(at, most) for at, most in zip((a + b) / 2.0, reach, strict=True)]
    vertex = np.concatenate([rows for rows, _ in found])
    segment = np.repeat(np.arange(len(a)), [len(rows) for rows, _ in found])
    foot = np.array([nearest for _, nearest in found])
    offset = skin.points[vertex] - a[segment]
    share = np.einsum("ij,ij->i", offset, along[segment]) / np.maximum(length[segment] ** 2, 1e-12)
    share = np.clip(share, 0.0, 1.0)
    gap = offset - share[:, None] * along[segment]
    close = np.einsum("ij,ij->i", gap, gap) <= (wide[segment] + share * widens[segment]) ** 2
    facing = np.einsum("ij,ij->i", skin.normals[vertex], skin.normals[foot][segment]) > 0.0
    return np.unique(vertex[close & facing])


def warm_brush(atlas: Atlas) -> None:
    """Sorts the skin now, so that the first stroke need not wait for it."""
    _brush(atlas).surface(atlas.form)


@lru_cache(maxsize=4)
def _brush(atlas: Atlas) -> _Brush:
    return _Brush(atlas)


def pain_map(atlas: Atlas, marks: tuple[Mark, ...]) -> PainMap:
    """Weights of every skin vertex and the loads of named regions. KeyError names an unknown region."""
    for mark in marks:
        if isinstance(mark, RegionMark) and mark.region not in atlas.content.regions:
            raise KeyError(mark.region)
    return _pain_map(atlas, marks)


@recent(4)
def _pain_map(atlas: Atlas, marks: tuple[Mark, ...]) -> PainMap:
    brush = _brush(atlas)
    layers = brush.layers(marks)
    hurts = np.flatnonzero(layers.pain > 0.0)
    painted = hurts[~layers.by_name[hurts]]
    named = frozenset((region, side) for region, side, *_ in layers.named)
    layers.pain.setflags(write=False)
    layers.deep.setflags(write=False)
    loads = brush.loads(layers)
    felt = (layers.feels, layers.feel, layers.deep_feel)
    return PainMap(layers.pain, layers.deep, hurts, painted, loads, named, *felt)


@recent(64)
def place_of(atlas: Atlas, mark: Mark) -> tuple[str, Side]:
    """The region and side that a mark lies on for the most part; "" for no named one."""
    if isinstance(mark, RegionMark):
        return mark.region, mark.side
    fields, count = atlas.fields, len(atlas.fields.region_ids)
    code, _ = _codes(atlas)
    under = _near(_brush(atlas).surface(mark.form), *_path(mark))
    side: Side = "left" if mark.points_lps[0][0] >= 0.0 else "right"
    area = np.bincount(code[under], fields.area_mm2[under], 2 * count + 1)[: 2 * count]
    if not area.any():
        return "", side
    row = int(np.argmax(area))
    return fields.region_ids[row % count], SIDES[row // count]


def told(case: Case, drawn: PainMap) -> Case:
    """The case with every word that was said: of the whole pain, and of the marks that are still there."""
    words = drawn.qualities()
    if not words:
        return case
    return msgspec.structs.replace(case, qualities=tuple(dict.fromkeys((*case.qualities, *words))))


def mark_weights(
    atlas: Atlas, marks: tuple[Mark, ...]
) -> tuple[NDArray[np.float32], NDArray[np.float32], frozenset[tuple[str, Side]]]:
    """pain (n,), deep (n,), both 0-10, and the regions marked by name."""
    drawn = pain_map(atlas, marks)
    return drawn.pain, drawn.deep, drawn.named


@lru_cache(maxsize=4)
def _codes(atlas: Atlas) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Bin of each vertex, (n,): region row on the left, plus R on the right, 2R for none; bin areas.

    Vertices of the median plane belong to both sides and would name the side that is not marked: none.
    """
    fields = atlas.fields
    count = len(fields.region_ids)
    row = fields.region_of.astype(np.intp)
    nowhere = (row < 0) | (fields.side == 0)
    code = np.where(nowhere, 2 * count, row + np.where(fields.side > 0, 0, count))
    return code.astype(np.intp), np.bincount(code, fields.area_mm2, 2 * count + 1).astype(np.float64)


def regions_under(atlas: Atlas, drawn: PainMap) -> tuple[tuple[str, Side, float, float], ...]:
    """Regions touched by the marks as (id, side, share 0-1 of the region's area, mean weight 0-10)."""
    fields = atlas.fields
    count = len(fields.region_ids)
    code, whole = _codes(atlas)
    hurts = drawn.hurts
    bins, area = code[hurts], fields.area_mm2[hurts]
    marked = np.bincount(bins, area, 2 * count + 1)
    weight = np.bincount(bins, area * drawn.pain[hurts], 2 * count + 1)
    rows: list[tuple[str, Side, float, float]] = []
    for k in np.flatnonzero(marked[: 2 * count]).tolist():
        side = SIDES[k // count]
        rows.append(
            (fields.region_ids[k % count], side, float(marked[k] / whole[k]), float(weight[k] / marked[k]))
        )
    rows.extend((load.region, load.side, 1.0, load.weight) for load in drawn.loads if load.deep)
    return tuple(sorted(rows))
