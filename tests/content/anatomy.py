"""What the anatomy tests share: the built meshes, landmarks, and measuring on sections."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from planner.atlas.meshes import Mesh, read_glb
from planner.modelling.clearance import Solid
from planner.modelling.tables import Landmarks, Tables
from planner.modelling.waypoints import axial_cut

Points = NDArray[np.float64]
ASSETS = Path(str(files("assets")))


@lru_cache(maxsize=1)
def meshes() -> dict[str, Mesh]:
    """Every full mesh of the model by structure id."""
    found: dict[str, Mesh] = {}
    for path in sorted((ASSETS / "meshes").glob("*.glb")):
        if not path.stem.startswith("proxies"):
            found.update(read_glb(path))
    return found


@lru_cache(maxsize=1)
def landmarks() -> Landmarks:
    return Tables.load(ASSETS / "measurements").landmarks


@cache
def solid(name: str) -> Solid:
    return Solid(meshes()[name])


@dataclass(frozen=True, eq=False)
class Piece:
    """One connected tube of a nerve."""

    nerve: str
    mesh: Mesh
    points: Points = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "points", self.mesh.points_lps.astype(np.float64))

    def axis_at(self, z_mm: float) -> Points | None:
        """Centre (3,) of the tube's section at a height; None where it does not reach."""
        cut = axial_cut(self.mesh, z_mm).reshape(-1, 2)
        return None if not len(cut) else np.array([*(0.5 * (cut.min(0) + cut.max(0))), z_mm])


@cache
def pieces(name: str) -> tuple[Piece, ...]:
    """The connected tubes of a nerve mesh, longest first."""
    mesh = meshes()[name]
    corners = mesh.triangles.astype(np.int64)
    pairs = np.vstack([corners[:, :2], corners[:, 1:]])
    count = len(mesh.points_lps)
    graph = coo_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    _, label = connected_components(graph, directed=False)
    found = []
    for number in range(label.max() + 1):
        rows = np.flatnonzero(label == number)
        renumber = np.full(count, -1)
        renumber[rows] = np.arange(len(rows))
        inside = renumber[corners[label[corners[:, 0]] == number]]
        part = Mesh(name, mesh.system, mesh.points_lps[rows], mesh.normals[rows], inside.astype(np.uint32))
        found.append(Piece(name, part))
    return tuple(sorted(found, key=lambda piece: -float(np.ptp(piece.points[:, 2]))))


def trunk_at(name: str, z_mm: float) -> Points:
    """Centre of the nerve's trunk (its longest tube that reaches the height) at a height."""
    for piece in pieces(name):
        centre = piece.axis_at(z_mm)
        if centre is not None:
            return centre
    raise AssertionError(f"{name} does not reach z {z_mm:.1f} mm")


def outline(name: str, z_mm: float) -> Points:
    """Points (n, 2) of a structure's axial section."""
    return axial_cut(meshes()[name], z_mm).reshape(-1, 2)


def depth_in_psoas(side: str, point: Points) -> float:
    """Place of a point in psoas' axial section: 0 at the posterior border, 1 at the anterior."""
    section = outline(f"psoas_major_{side}", float(point[2]))
    return float((section[:, 1].max() - point[1]) / np.ptp(section[:, 1]))


def lateral_mm(side: str, point: Points) -> float:
    """Distance from the median plane towards the named side."""
    return float(point[0] if side == "left" else -point[0])


def along_ligament_mm(side: str, point: Points) -> float:
    """Distance from the ASIS along the line to the pubic tubercle."""
    asis, tubercle = landmarks()[f"asis_{side}"], landmarks()[f"pubic_tubercle_{side}"]
    line = (tubercle - asis) / np.linalg.norm(tubercle - asis)
    return float((point - asis) @ line)
