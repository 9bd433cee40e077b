"""Coordinates an anatomist would use for a point of the skin, anchored to landmarks of the body.

Borders of skin regions are stated in these: height, distance down the limb, azimuth about it, place on
the foot, and signed distance from a line drawn through landmarks (inguinal ligament, iliac crest,
gluteal fold). All of it is for the LEFT half; the right half reads its mirror. Each coordinate is a
function of position, so a landmark has a value as a vertex has, and borders follow the landmarks.

| field | meaning | unit |
|---|---|---|
| `lateral` | distance from the median plane | mm |
| `posterior` | LPS y, backwards from the hip joints | mm |
| `height` | LPS z, upwards from the hip joints | mm |
| `limb` | distance down the axis from hip to ankle, 0 at the hip joint | mm |
| `around` | about the trunk: 0 front midline, 90 side, 180 back midline | degrees |
| `azimuth` | about the limb: 0 anterior, 90 lateral, 180 posterior, 270 medial | degrees |
| `foot_along` | from the back of the heel towards the second toe | mm |
| `foot_across` | from the foot's axis towards the little toe | mm |
| `foot_up` | above the ground | mm |
| `foot_facing` | direction the skin faces: 0 ground, 90 side, 180 dorsal | degrees |
| `<line>` | distance from the line along the skin, sign as the line says | mm |
| `<line>.along` | distance along the line from its first landmark | mm |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline, PchipInterpolator
from scipy.sparse import coo_matrix, csr_matrix
from scipy.spatial import cKDTree

from planner.modelling.shading import smooth_normals
from planner.modelling.tables import Landmarks

Values = NDArray[np.float64]
Points = NDArray[np.float64]
Triangles = NDArray[np.int64]

CIRCULAR = frozenset({"azimuth"})
BASE_FIELDS = (
    "lateral",
    "posterior",
    "height",
    "around",
    "limb",
    "azimuth",
    "foot_along",
    "foot_across",
    "foot_up",
    "foot_facing",
)
_LINE_STEP_MM = 2.0
_SECTION_MM = 12.0


class ChartFault(Exception):
    """A name that is no field, line or landmark of the chart; the text says which."""


@dataclass(frozen=True, eq=False, slots=True)
class _Line:
    """A drawn line: dense points (k, 3) on the skin, direction and positive side at each, length so far."""

    points: Points
    tangent: Points
    side: Points
    along: Values

    def values(self, at: Points) -> tuple[Values, Values]:
        """Signed distance and place along the line of points (n, 3); beyond its ends it runs straight on."""
        near = cKDTree(self.points).query(at)[1]
        offset = at - self.points[near]
        forward = (offset * self.tangent[near]).sum(1)
        across = np.linalg.norm(offset - forward[:, None] * self.tangent[near], axis=1)
        sign = np.sign((offset * self.side[near]).sum(1))
        return sign * across, self.along[near] + forward


class Chart:
    """The coordinates of one skin. vertices (n, 3) with x >= 0, triangles (m, 3) of the left half."""

    def __init__(self, vertices: Points, triangles: Triangles, landmarks: Mapping[str, Points]) -> None:
        self.vertices = vertices
        self.triangles = triangles
        self.normals = np.asarray(smooth_normals(vertices, triangles), np.float64)
        self._landmarks = dict(landmarks)
        self._lines: dict[str, _Line] = {}
        self._tree = cKDTree(vertices)
        self.spread = averaging(len(vertices), triangles)
        soft = self.normals
        for _ in range(6):
            soft = self.spread @ soft
        self._facing = np.degrees(np.arccos(np.clip(-soft[:, 2] / np.linalg.norm(soft, axis=1), -1.0, 1.0)))
        self._measure()

    def _measure(self) -> None:
        mark = self.landmark
        self._hip = mark("femoral_head_centre_left")
        knee = mark("knee_centre_left")
        inner, outer = mark("medial_malleolus_left"), mark("lateral_malleolus_left")
        ankle = (inner + outer) / 2.0
        self._down = (ankle - self._hip) / np.linalg.norm(ankle - self._hip)
        # The limb turns outwards from hip to ankle; its front follows patella and malleoli.
        low = self.vertices[self.vertices[:, 2] < inner[2]]
        tip = low[np.argmin(low[:, 1])]
        # The foot's own direction: from between the malleoli to between great and second toe.
        forward = np.array([tip[0] + 14.0 - ankle[0], tip[1] - ankle[1], 0.0])
        self._forward = forward / np.linalg.norm(forward)
        self._outward = np.array([-self._forward[1], self._forward[0], 0.0])
        under = np.array([ankle[0], ankle[1], float(low[:, 2].min())])
        self._heel = under + self._forward * float(((low - under) @ self._forward).min())
        # The limb turns outwards from hip to ankle; its front follows the patella and the foot.
        patella = mark("patella_anterior_left") - knee
        turns = [float(np.degrees(np.arctan2(front[0], -front[1]))) for front in (self._forward, patella)]
        levels = (ankle[2], knee[2], self._hip[2])
        self._turn = PchipInterpolator(levels, (*turns, 0.0))
        self._turn_range = (levels[0], levels[2])
        self._axis = self._limb_axis(ankle)

    def _limb_axis(self, ankle: Points) -> CubicSpline:
        """Centre of the limb at each height: of the section where there is one limb, else the hip joint's."""
        levels = np.arange(ankle[2] + 15.0, -130.0, _SECTION_MM)
        centres = []
        for level in levels:
            ring = self.vertices[np.abs(self.vertices[:, 2] - level) < _SECTION_MM]
            centres.append((ring[:, :2].min(axis=0) + ring[:, :2].max(axis=0)) / 2.0)
        table = np.pad(np.array(centres), ((2, 2), (0, 0)), mode="edge")
        even = np.stack([np.convolve(column, np.full(5, 0.2), "valid") for column in table.T], 1)
        levels = np.concatenate([[ankle[2] - 60.0], levels, [0.0, 200.0]])
        top = np.array([self._hip[:2]])
        return CubicSpline(levels, np.vstack([[ankle[:2]], even, top, top]))

    def landmark(self, name: str) -> Points:
        """Position (3,) of a landmark. Raises ChartFault for an unknown name."""
        try:
            return np.asarray(self._landmarks[name], np.float64)
        except KeyError:
            raise ChartFault(f"there is no landmark {name!r}") from None

    def add_landmark(self, name: str, at: Points) -> None:
        """Adds a named point. Raises ChartFault when the name is taken."""
        if name in self._landmarks:
            raise ChartFault(f"the landmark {name!r} exists already")
        self._landmarks[name] = np.asarray(at, np.float64)

    def on_skin(self, at: Points, towards: Points | None = None) -> Points:
        """The skin point nearest to `at` (3,), or the one a ray from it in direction `towards` leaves by."""
        if towards is None:
            return np.asarray(self.vertices[self._tree.query(at)[1]])
        unit = towards / np.linalg.norm(towards)
        offset = self.vertices - at
        ahead = offset @ unit
        beside = np.linalg.norm(offset - ahead[:, None] * unit, axis=1)
        cost = np.where(ahead > 0.0, beside - 0.05 * ahead, np.inf)
        return np.asarray(self.vertices[int(np.argmin(cost))])

    def add_line(self, name: str, through: Points, positive: Points) -> None:
        """Draws a line on the skin near the points `through` (k, 3); positive towards `positive`."""
        if name in self._lines or name in BASE_FIELDS:
            raise ChartFault(f"the line {name!r} exists already")
        dense = self.curve(np.array([self.on_skin(point) for point in through]))
        along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(dense, axis=0), axis=1))])
        tangent = np.gradient(dense, axis=0)
        reach = min(8, max(1, len(dense) // 4))
        tangent[:reach], tangent[-reach:] = dense[reach] - dense[0], dense[-1] - dense[-1 - reach]
        tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
        normal = self.normals[self._tree.query(dense, k=6)[1]].mean(1)
        side = np.cross(normal, tangent)
        side /= np.linalg.norm(side, axis=1, keepdims=True)
        if float((side @ positive).sum()) < 0.0:
            side = -side
        self._lines[name] = _Line(dense, tangent, side, along)

    def curve(self, anchors: Points) -> Points:
        """A smooth curve on the skin through points (k, 3) of it, as points some 2 mm apart."""
        chords = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(anchors, axis=0), axis=1))])
        count = max(2, int(chords[-1] / _LINE_STEP_MM))
        kind = PchipInterpolator(chords, anchors)
        dense = kind(np.linspace(0.0, chords[-1], count))
        # Chords between distant landmarks run under the skin: lift every point, then even out the lift.
        for _ in range(3):
            near = self._tree.query(dense, k=3)[1]
            dense = self.vertices[near].mean(1)
            inner = dense.copy()
            for _ in range(6):
                inner[1:-1] = (inner[:-2] + 2.0 * inner[1:-1] + inner[2:]) / 4.0
            dense = inner
        return np.asarray(dense)

    def spot(self, height: float, field: str, angle: float) -> Points:
        """The skin point (3,) nearest to a height and an angle, degrees, of the field azimuth or around."""
        off = np.radians((self.value(field, self.vertices) - angle + 180.0) % 360.0 - 180.0)
        middle = self._axis(np.clip(self.vertices[:, 2], self._axis.x[0], self._axis.x[-1]))
        if field == "around":
            middle = np.broadcast_to(np.array([0.0, self._hip[1]]), middle.shape)
        radius = np.linalg.norm(self.vertices[:, :2] - middle, axis=1)
        away = (self.vertices[:, 2] - height) ** 2 + (radius * off) ** 2
        away += np.where(np.abs(off) > np.pi / 3.0, 1e6, 0.0)
        near = np.argsort(away)[:4]
        return np.asarray(np.average(self.vertices[near], axis=0, weights=1.0 / (1.0 + away[near])))

    def fields(self) -> tuple[str, ...]:
        """Every field name there is."""
        return (*BASE_FIELDS, *self._lines, *(f"{name}.along" for name in self._lines))

    def value(self, field: str, at: Points) -> Values:
        """The field at points (n, 3) near the skin, (n,). Raises ChartFault for an unknown field."""
        if field in ("lateral", "posterior", "height"):
            column = at[:, ("lateral", "posterior", "height").index(field)]
            return np.asarray(np.abs(column) if field == "lateral" else column, np.float64)
        if field == "around":
            return np.asarray(np.degrees(np.arctan2(np.abs(at[:, 0]), self._hip[1] - at[:, 1])))
        if field == "limb":
            return np.asarray((at - self._hip) @ self._down)
        if field == "azimuth":
            middle = self._axis(np.clip(at[:, 2], self._axis.x[0], self._axis.x[-1]))
            turn = self._turn(np.clip(at[:, 2], *self._turn_range))
            angle = np.degrees(np.arctan2(np.abs(at[:, 0]) - middle[:, 0], middle[:, 1] - at[:, 1]))
            return np.asarray((angle - turn) % 360.0)
        if field in ("foot_along", "foot_across", "foot_up"):
            upward = np.array([0.0, 0.0, 1.0])
            axis = {"foot_along": self._forward, "foot_across": self._outward, "foot_up": upward}[field]
            return np.asarray((at - self._heel) @ axis)
        if field == "foot_facing":
            return np.asarray(self._facing[self._tree.query(at)[1]])
        name, _, part = field.partition(".")
        if name in self._lines and part in ("", "along"):
            across, along = self._lines[name].values(at)
            return along if part else across
        raise ChartFault(f"there is no field {field!r}; there are {', '.join(self.fields())}")

    def at_landmark(self, field: str, name: str) -> float:
        """The field's value at a landmark."""
        return float(self.value(field, self.landmark(name)[None])[0])

    def slope(self, values: Values, circle: float = 0.0) -> Values:
        """Steepness of a vertex field along the skin, per mm, (n,); `circle`: period of an angle, or 0."""
        corner = values[self.triangles]
        rise = corner[:, 1:] - corner[:, :1]
        if circle:
            rise = (rise + circle / 2.0) % circle - circle / 2.0
        at = self.vertices[self.triangles]
        u, v = at[:, 1] - at[:, 0], at[:, 2] - at[:, 0]
        uu, uv, vv = (u * u).sum(1), (u * v).sum(1), (v * v).sum(1)
        det = np.maximum(uu * vv - uv * uv, 1e-12)
        square = (vv * rise[:, 0] ** 2 - 2.0 * uv * rise[:, 0] * rise[:, 1] + uu * rise[:, 1] ** 2) / det
        area = np.sqrt(det) / 2.0
        total = np.bincount(self.triangles.ravel(), np.repeat(area, 3), len(values))
        climb = np.repeat(area * np.sqrt(np.maximum(square, 0.0)), 3)
        steep: Values = np.bincount(self.triangles.ravel(), climb, len(values)) / np.maximum(total, 1e-12)
        for _ in range(3):
            steep = self.spread @ steep
        return np.asarray(steep)


def averaging(count: int, triangles: Triangles) -> csr_matrix:
    """Matrix that replaces a vertex value by the mean of itself and its neighbours."""
    pairs = np.vstack([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    itself = np.repeat(np.arange(count)[:, None], 2, axis=1)
    pairs = np.unique(np.vstack([pairs, pairs[:, ::-1], itself]), axis=0)
    degree = np.bincount(pairs[:, 0], minlength=count)
    return coo_matrix((1.0 / degree[pairs[:, 0]], (pairs[:, 0], pairs[:, 1])), (count, count)).tocsr()


def landmark_points(landmarks: Landmarks) -> dict[str, Points]:
    """The measured landmarks the chart may refer to: those of the left side and of the midline."""
    return {name: landmarks[name] for name in landmarks if not name.endswith("_right")}
