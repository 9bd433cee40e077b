"""Reads the measurement tables, and refuses what cannot be anatomy of this body.

Every number of the model starts here, so the reader is strict: a missing column, a value that is not
a finite number, a point outside the body frame or on the wrong side stops the build with file, row
and reason. All coordinates are LPS millimetres (see `planner.space`).
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

FRAME_LIMIT_MM = 2500.0
# Trunk vessels leave the aorta or cava on either side of the median plane: that much is no fault.
SIDE_SLACK_MM = 12.0
_MIRROR_SLACK_MM = 0.06
_RADIUS_LIMIT_MM = 40.0


class TableFault(Exception):
    """A measurement table is missing, incomplete or implausible; the text names file, row and reason."""


@dataclass(frozen=True, slots=True)
class StructureRow:
    """One line of structures.csv: which table holds a structure and how it is to be read."""

    id: str
    group: str
    kind: str
    table: str
    symmetry: str
    paired: bool
    provenance: str


@dataclass(frozen=True, slots=True)
class Join:
    """Where a vessel leaves its parent: `parent_row` is a row of the parent's centreline, -1 if unknown."""

    id: str
    parent: str
    parent_row: int


@dataclass(frozen=True, eq=False, slots=True)
class SurfaceTable:
    """Oriented surface points: (n, 3) mm and (n, 3) outward unit normals, both halves present."""

    points: Points
    normals: Points


class Landmarks(Mapping[str, Points]):
    """Named points of the body, (3,) float64 LPS mm. An unknown name raises TableFault."""

    def __init__(self, points: Mapping[str, Points], file: str = "landmarks.csv") -> None:
        self._points = dict(points)
        self._file = file

    def __getitem__(self, name: str) -> Points:
        try:
            return self._points[name]
        except KeyError:
            raise TableFault(f"{self._file}: there is no landmark {name!r}") from None

    def __contains__(self, name: object) -> bool:
        return name in self._points

    def __iter__(self) -> Iterator[str]:
        return iter(self._points)

    def __len__(self) -> int:
        return len(self._points)


@dataclass(frozen=True, slots=True)
class _Rows:
    """Text rows of one CSV file with the columns asked for."""

    file: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def numbers(self, names: tuple[str, ...]) -> Points:
        """(n, len(names)) finite float64. Raises TableFault with the faulty row (data begin in row 2)."""
        picks = [self.columns.index(name) for name in names]
        values = np.empty((len(self.rows), len(names)))
        for number, row in enumerate(self.rows, start=2):
            for column, pick in enumerate(picks):
                try:
                    value = float(row[pick])
                except ValueError:
                    raise TableFault(
                        f"{self.file}, row {number}: {names[column]} is not a number ({row[pick]!r})"
                    ) from None
                if not np.isfinite(value):
                    raise TableFault(f"{self.file}, row {number}: {names[column]} is {row[pick]!r}")
                values[number - 2, column] = value
        return values

    def points(self) -> Points:
        """The x, y, z columns, all inside the body frame."""
        xyz = self.numbers(("x", "y", "z"))
        outside = np.flatnonzero((np.abs(xyz) > FRAME_LIMIT_MM).any(1))
        if len(outside):
            raise TableFault(
                f"{self.file}, row {outside[0] + 2}: "
                f"the point lies more than {FRAME_LIMIT_MM:g} mm from the origin"
            )
        return xyz

    def text(self, name: str) -> list[str]:
        pick = self.columns.index(name)
        return [row[pick] for row in self.rows]


def _read(folder: Path, name: str, columns: tuple[str, ...]) -> _Rows:
    path = folder / name
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise TableFault(f"{name}: the table is missing from {folder.name}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise TableFault(f"{name}: cannot be read ({error})") from error
    lines = [tuple(row) for row in csv.reader(text.splitlines()) if row]
    if not lines:
        raise TableFault(f"{name}: the table is empty")
    head = tuple(cell.strip() for cell in lines[0])
    for column in columns:
        if column not in head:
            raise TableFault(f"{name}, row 1: the column {column!r} is missing")
    for number, row in enumerate(lines[1:], start=2):
        if len(row) != len(head):
            raise TableFault(f"{name}, row {number}: {len(row)} cells where the head has {len(head)}")
    if len(lines) == 1:
        raise TableFault(f"{name}: the table holds no rows")
    return _Rows(name, head, tuple(lines[1:]))


def _check_side(file: str, structure: str, points: Points) -> None:
    """A sided structure may cross the median plane at its trunk, but its bulk lies on its own side."""
    for side, sign in (("left", 1.0), ("right", -1.0)):
        if structure.endswith(f"_{side}") and float(np.median(points[:, 0])) * sign <= 0.0:
            row = int(np.argmin(points[:, 0] * sign)) + 2
            raise TableFault(
                f"{file}, row {row}: {structure} lies on the wrong side (x is + to the patient's left)"
            )


def _check_unit(file: str, normals: Points) -> None:
    faulty = np.flatnonzero(np.abs(np.linalg.norm(normals, axis=1) - 1.0) > 0.05)
    if len(faulty):
        raise TableFault(f"{file}, row {faulty[0] + 2}: the normal is not of unit length")


def _check_range(file: str, name: str, values: Points) -> None:
    faulty = np.flatnonzero((values <= 0.0) | (values > _RADIUS_LIMIT_MM))
    if len(faulty):
        raise TableFault(
            f"{file}, row {faulty[0] + 2}: "
            f"{name} is {values[faulty[0]]:g}, outside 0..{_RADIUS_LIMIT_MM:g} mm"
        )


def _grid(rows: _Rows) -> tuple[int, int]:
    """Stations and points per station of a section table whose rows run in order."""
    pairs = rows.numbers(("station", "point")).astype(int)
    width = int(pairs[:, 1].max()) + 1
    stations = len(pairs) // width
    expected = np.stack([np.repeat(np.arange(stations), width), np.tile(np.arange(width), stations)], 1)
    if len(pairs) != stations * width or (pairs != expected).any():
        wrong = (
            len(expected)
            if len(pairs) != len(expected)
            else int(np.flatnonzero((pairs != expected).any(1))[0])
        )
        raise TableFault(f"{rows.file}, row {wrong + 2}: stations and points do not follow one another")
    return stations, width


@dataclass(frozen=True, eq=False)
class Tables:
    """All measurement tables of a folder; sections and surfaces are read when asked for."""

    folder: Path
    landmarks: Landmarks
    structures: Mapping[str, StructureRow]
    joins: Mapping[str, Join]
    _digests: dict[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def load(cls, folder: Path) -> Tables:
        """Reads landmarks, structures and joins. Raises TableFault."""
        return cls(folder, _landmarks(folder), _structures(folder), _joins(folder))

    def row(self, structure: str) -> StructureRow:
        """The structures.csv line of a structure. Raises TableFault for an unknown id."""
        try:
            return self.structures[structure]
        except KeyError:
            raise TableFault(f"structures.csv: there is no structure {structure!r}") from None

    def surface(self, structure: str) -> tuple[Points, Points, str]:
        """Points (n, 3), outward unit normals (n, 3) and symmetry ("" or "mirror_x") as tabulated."""
        row = self.row(structure)
        rows = _read(self.folder, row.table, ("x", "y", "z", "nx", "ny", "nz"))
        points, normals = rows.points(), rows.numbers(("nx", "ny", "nz"))
        _check_unit(row.table, normals)
        _check_side(row.table, structure, points)
        if row.symmetry == "mirror_x":
            over = np.flatnonzero(points[:, 0] < -_MIRROR_SLACK_MM)
            if len(over):
                raise TableFault(
                    f"{row.table}, row {over[0] + 2}: "
                    "a table to be mirrored holds a point right of the median plane"
                )
        return points, normals, row.symmetry

    def whole_surface(self, structure: str) -> SurfaceTable:
        """The surface table with its mirrored half added where it is to be mirrored."""
        points, normals, symmetry = self.surface(structure)
        if symmetry == "mirror_x":
            off = points[:, 0] > _MIRROR_SLACK_MM
            flip = np.array([-1.0, 1.0, 1.0])
            points = np.vstack([points, points[off] * flip])
            normals = np.vstack([normals, normals[off] * flip])
        return SurfaceTable(points, normals)

    def centreline(self, structure: str) -> tuple[Points, Points]:
        """Course (n, 3), proximal to distal, and radius_mm (n,)."""
        row = self.row(structure)
        rows = _read(self.folder, row.table, ("x", "y", "z", "radius_mm"))
        points, radius = rows.points(), rows.numbers(("radius_mm",))[:, 0]
        _check_range(row.table, "radius_mm", radius)
        _check_side(row.table, structure, points)
        return points, radius

    def outline(self, structure: str) -> Points:
        """Closed section outlines (stations, points, 3), in the order of the table.

        Some structures are measured both ways: then structures.csv names the surface and sections/
        holds the outlines.
        """
        row = self.row(structure)
        table = row.table if row.kind == "outline" else f"sections/{structure}.csv"
        rows = _read(self.folder, table, ("station", "point", "x", "y", "z"))
        points = rows.points()
        _check_side(table, structure, points)
        return points.reshape(*_grid(rows), 3)

    def sheet(self, structure: str) -> tuple[Points, Points]:
        """Mid-surface (stations, points, 3) and thickness_mm (stations, points)."""
        row = self.row(structure)
        rows = _read(self.folder, row.table, ("station", "point", "x", "y", "z", "thickness_mm"))
        points, thickness = rows.points(), rows.numbers(("thickness_mm",))[:, 0]
        _check_range(row.table, "thickness_mm", thickness)
        _check_side(row.table, structure, points)
        shape = _grid(rows)
        return points.reshape(*shape, 3), thickness.reshape(shape)

    def digest(self, *names: str) -> str:
        """sha256 over the named files (relative to the folder): the cache key of what is built from them."""
        whole = hashlib.sha256()
        for name in names:
            if name not in self._digests:
                try:
                    data = (self.folder / name).read_bytes()
                except OSError as error:
                    raise TableFault(f"{name}: the table is missing from {self.folder.name}") from error
                self._digests[name] = hashlib.sha256(data).hexdigest()
            whole.update(f"{name}={self._digests[name]};".encode())
        return whole.hexdigest()


def _landmarks(folder: Path) -> Landmarks:
    rows = _read(folder, "landmarks.csv", ("id", "x", "y", "z"))
    points, names = rows.points(), rows.text("id")
    found: dict[str, Points] = {}
    for number, (name, point) in enumerate(zip(names, points, strict=True), start=2):
        if name in found:
            raise TableFault(f"{rows.file}, row {number}: {name} is listed twice")
        wrong = point[0] < -SIDE_SLACK_MM if name.endswith("_left") else point[0] > SIDE_SLACK_MM
        if name.endswith(("_left", "_right")) and wrong:
            raise TableFault(f"{rows.file}, row {number}: {name} lies on the wrong side (x is + to the left)")
        found[name] = point
    return Landmarks(found, rows.file)


def _structures(folder: Path) -> dict[str, StructureRow]:
    names = ("id", "group", "kind", "table", "symmetry", "paired", "provenance")
    rows = _read(folder, "structures.csv", names)
    columns = [rows.text(name) for name in names]
    found: dict[str, StructureRow] = {}
    for number, (ident, group, kind, table, symmetry, paired, made) in enumerate(
        zip(*columns, strict=True), start=2
    ):
        if kind not in ("surface", "outline", "sheet", "tube"):
            raise TableFault(f"{rows.file}, row {number}: {ident} is of the unknown kind {kind!r}")
        if ident in found:
            raise TableFault(f"{rows.file}, row {number}: {ident} is listed twice")
        found[ident] = StructureRow(ident, group, kind, table, symmetry, paired == "1", made)
    return found


def _joins(folder: Path) -> dict[str, Join]:
    rows = _read(folder, "joins.csv", ("id", "parent", "parent_row"))
    known = set(rows.text("id"))
    found: dict[str, Join] = {}
    triples = zip(rows.text("id"), rows.text("parent"), rows.text("parent_row"), strict=True)
    for number, (ident, parent, place) in enumerate(triples, start=2):
        if parent and parent not in known and not parent.startswith("kidney_"):
            raise TableFault(
                f"{rows.file}, row {number}: {ident} leaves {parent!r}, which is not in the table"
            )
        if place and not place.isdigit():
            raise TableFault(f"{rows.file}, row {number}: parent_row is not a row number ({place!r})")
        found[ident] = Join(ident, parent, int(place) if place else -1)
    return found
