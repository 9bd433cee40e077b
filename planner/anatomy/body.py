"""The model as the measures see it: solids, trunks of tubes, heights and places by name and side."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from fnmatch import fnmatch
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from planner.atlas.meshes import Mesh
from planner.atlas.model import Atlas
from planner.atlas.names import unknown
from planner.atlas.statements import Height, Place, Towards
from planner.sections import plane_cut
from planner.solids import Solid
from planner.space import Side

Points = NDArray[np.float64]

AXES: Mapping[str, tuple[int, float]] = {
    "lateral": (0, 1.0),
    "medial": (0, -1.0),
    "posterior": (1, 1.0),
    "anterior": (1, -1.0),
    "superior": (2, 1.0),
    "inferior": (2, -1.0),
}
_STEP_MM = 1.0
_PROBE_MM = (0.0, 2.0, 4.0)  # outside here and this far below: it has left, not only touched the border


class Unmeasurable(Exception):
    """A statement that cannot be measured on this model; the text says why."""


class Body:
    """Meshes, points and landmarks of an atlas, with what is derived from them kept."""

    def __init__(self, atlas: Atlas, landmarks: Mapping[str, Points]) -> None:
        self.atlas = atlas
        self.meshes = atlas.meshes.full
        self.landmarks = landmarks
        self._solids: dict[str, Solid] = {}
        self._trunks: dict[str, list[tuple[Points, NDArray[np.intp]]]] = {}

    def sided(self, name: str, side: Side, known: Mapping[str, object], what: str) -> str:
        """`name` with the side where there is such a one. Raises Unmeasurable for neither."""
        for candidate in (f"{name}_{side}", name):
            if candidate in known:
                return candidate
        raise Unmeasurable(unknown(what, name, known))

    def structure(self, name: str, side: Side) -> str:
        """Id of the structure meant on a side."""
        return self.sided(name, side, self.meshes, "structure")

    def solid(self, ident: str) -> Solid:
        """The structure's surface, by id."""
        if ident not in self._solids:
            mesh = self.meshes[ident]
            self._solids[ident] = Solid(mesh.points_lps, mesh.triangles)
        return self._solids[ident]

    def matching(self, globs: tuple[str, ...]) -> list[str]:
        """Ids that match any of the globs; `system:` before one means every structure of that system."""
        found = []
        for ident, mesh in self.meshes.items():
            if any(
                fnmatch(ident, glob) if not glob.startswith("system:") else mesh.system == glob[7:]
                for glob in globs
            ):
                found.append(ident)
        if not found:
            raise Unmeasurable(f"no structure is called {' or '.join(globs)}")
        return found

    def height_mm(self, height: Height, side: Side) -> float:
        """A height in mm, or that of a landmark."""
        if not isinstance(height, str):
            return float(height)
        return float(self.landmarks[self.sided(height, side, self.landmarks, "landmark")][2])

    def section(self, ident: str, z_mm: float) -> Points:
        """Segments (n, 2, 3) of a structure's axial section."""
        mesh = self.meshes[ident]
        return plane_cut(mesh.points_lps.astype(np.float64), mesh.triangles.astype(np.intp), 2, z_mm)

    def trunk_cut(self, ident: str, z_mm: float) -> Points:
        """Segments (n, 2, 3) of the tallest tube of a structure that reaches a height; none: (0, 2, 3)."""
        for points, triangles in self._tubes(ident):
            cut = plane_cut(points, triangles, 2, z_mm)
            if len(cut):
                return cut
        return np.zeros((0, 2, 3))

    def axis_at(self, ident: str, z_mm: float) -> Points | None:
        """Centre (3,) of the trunk's section at a height, None where no tube reaches it."""
        cut = self.trunk_cut(ident, z_mm).reshape(-1, 3)
        return 0.5 * (cut.min(0) + cut.max(0)) if len(cut) else None

    def _tubes(self, ident: str) -> list[tuple[Points, NDArray[np.intp]]]:
        """The connected pieces of a mesh, tallest first."""
        if ident not in self._trunks:
            self._trunks[ident] = _pieces(self.meshes[ident])
        return self._trunks[ident]

    def place(self, place: Place, side: Side) -> Points:
        """The point (3,) meant. Raises Unmeasurable."""
        bases = [bool(place.landmark), bool(place.point), bool(place.axis), bool(place.most)]
        if sum(bases) != 1:
            raise Unmeasurable("a place has exactly one of landmark, point, axis, most")
        if place.landmark:
            base = self.landmarks[self.sided(place.landmark, side, self.landmarks, "landmark")]
        elif place.point:
            points = self.atlas.points_lps
            base = np.array(points[self.sided(place.point, side, points, "point")])
        elif place.axis:
            base = self._on_axis(place, side)
        else:
            base = self._extreme(place, side)
        outward = np.array([1.0 if side == "left" else -1.0, 1.0, 1.0])
        return np.asarray(base + np.array(place.plus_mm) * outward)

    def _on_axis(self, place: Place, side: Side) -> Points:
        ident = self.structure(place.axis, side)
        if place.at is None:
            raise Unmeasurable(f"{place.axis}: a place on an axis needs at")
        top = self.height_mm(place.at, side)
        if not place.leaves:
            found = self.axis_at(ident, top)
            if found is None:
                raise Unmeasurable(f"{ident} does not reach the height {top:.0f} mm")
            return found
        wall = self.solid(self.structure(place.leaves, side))
        floor = wall.low[2] if place.down_to is None else self.height_mm(place.down_to, side)
        line = [
            self.axis_at(ident, z) for z in np.arange(top, floor - max(_PROBE_MM) - 3.0 * _STEP_MM, -_STEP_MM)
        ]
        points = np.array([point for point in line if point is not None])
        inside = wall.inside(points) if len(points) else np.zeros(0, bool)
        if not inside.any():
            raise Unmeasurable(f"{ident} is not inside {place.leaves} below {top:.0f} mm")
        if place.last:
            after = int(np.flatnonzero(inside)[-1]) + 1
        else:
            entered = int(inside.argmax())
            probes = [int(step / _STEP_MM) for step in _PROBE_MM]
            outside = [
                row
                for row in range(entered, len(points) - max(probes))
                if not any(inside[row + probe] for probe in probes)
            ]
            after = outside[0] if outside else len(points)
        if after >= len(points):
            raise Unmeasurable(f"{ident} does not leave {place.leaves} above {floor:.0f} mm")
        return np.asarray(points[after])

    def _extreme(self, place: Place, side: Side) -> Points:
        if place.towards is None:
            raise Unmeasurable(f"{place.most}: which way is not said (towards)")
        ident = self.structure(place.most, side)
        if place.at is None:
            points = self.meshes[ident].points_lps.astype(np.float64)
        else:
            points = self.section(ident, self.height_mm(place.at, side)).reshape(-1, 3)
        if not len(points):
            raise Unmeasurable(f"{ident} has no section there")
        return np.asarray(points[int(np.argmax(points @ direction(place.towards, side)))])


def direction(towards: Towards | str, side: Side) -> Points:
    """The unit vector (3,) of a direction on a side."""
    axis, sign = AXES[towards]
    vector = np.zeros(3)
    vector[axis] = sign * (-1.0 if axis == 0 and side == "right" else 1.0)
    return vector


def _pieces(mesh: Mesh) -> list[tuple[Points, NDArray[np.intp]]]:
    points, corners = mesh.points_lps.astype(np.float64), mesh.triangles.astype(np.intp)
    pairs = np.vstack([corners[:, :2], corners[:, 1:]])
    graph = coo_matrix((np.ones(len(pairs), np.int8), tuple(pairs.T)), shape=(len(points), len(points)))
    count, label = connected_components(graph, directed=False)
    found = []
    for number in range(count):
        rows = np.flatnonzero(label == number)
        renumbered = np.full(len(points), -1)
        renumbered[rows] = np.arange(len(rows))
        found.append((points[rows], renumbered[corners[label[corners[:, 0]] == number]]))
    return sorted(found, key=lambda piece: -float(np.ptp(piece[0][:, 2])))


def read_landmarks(folder: Path) -> dict[str, Points]:
    """Landmarks of a content folder (`measurements/landmarks.csv`) by id. Raises Unmeasurable."""
    path = folder / "measurements" / "landmarks.csv"
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return {row["id"]: np.array([float(row[axis]) for axis in "xyz"]) for row in csv.DictReader(file)}
    except (OSError, KeyError, ValueError, TypeError) as error:
        raise Unmeasurable(f"measurements/landmarks.csv: cannot be read ({error})") from error
