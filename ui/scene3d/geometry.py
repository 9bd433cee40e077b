"""Arrays of a mesh as VTK sees them, without copies, and what the view derives from a mesh."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from vtkmodules.vtkCommonCore import vtkDataArray, vtkFloatArray, vtkPoints, vtkTypeInt32Array
from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkPolyData

from planner.atlas.meshes import Mesh
from planner.atlas.recess import openness, unpacked

RECESS, PAINT, FIBRE = "recess", "paint", "fibre"


def shared(values: NDArray[Any], kind: type[vtkDataArray] = vtkFloatArray) -> vtkDataArray:
    """A VTK array over the memory of a numpy array, `(n,)` or `(n, k)`, contiguous and of VTK's type.

    Without the many checks of VTK's own converter, which cost more than a small mesh.
    """
    array = kind()
    array.SetNumberOfComponents(1 if values.ndim == 1 else values.shape[1])
    array.SetVoidArray(values, values.size, 1)
    array._numpy_reference = values  # type: ignore[attr-defined]  # keeps the memory alive
    return array


def poly_data(mesh: Mesh, fibred: bool = False) -> vtkPolyData:
    """The mesh as polygons with normals and recesses; VTK keeps the arrays alive and shares their memory.

    A mesh whose file holds no recesses is left open everywhere. fibred: its shader reads fibres, whether the
    file holds them or not.
    """
    points = vtkPoints()
    points.SetData(shared(np.ascontiguousarray(mesh.points_lps, np.float32)))
    cells = vtkCellArray()
    flat = np.ascontiguousarray(mesh.triangles, np.uint32).ravel().view(np.int32)
    cells.SetData(3, shared(flat, vtkTypeInt32Array))
    data = vtkPolyData()
    data.SetPoints(points)
    data.SetPolys(cells)
    normals = shared(np.ascontiguousarray(mesh.normals, np.float32))
    normals.SetName("normals")
    data.GetPointData().SetNormals(normals)
    if mesh.openness is None:
        set_point_array(data, RECESS, np.ones(len(mesh.points_lps), np.float32))
    else:
        set_point_array(data, RECESS, unpacked(mesh.openness))
    if mesh.fibre is not None:
        set_point_array(data, FIBRE, mesh.fibre)
    elif fibred:
        set_point_array(data, FIBRE, np.full((len(mesh.points_lps), 2), -1.0, np.float32))
    return data


def reshape(data: vtkPolyData, mesh: Mesh) -> None:
    """Moves the polygons' vertices to those of a mesh with the same triangles; the paint stays."""
    data.GetPoints().SetData(shared(np.ascontiguousarray(mesh.points_lps, np.float32)))
    data.GetPoints().Modified()
    normals = shared(np.ascontiguousarray(mesh.normals, np.float32))
    normals.SetName("normals")
    data.GetPointData().SetNormals(normals)
    open_at = recesses(mesh) if mesh.openness is None else unpacked(mesh.openness)
    set_point_array(data, RECESS, open_at)


def set_point_array(data: vtkPolyData, name: str, values: NDArray[np.float32]) -> None:
    """Adds or replaces a named float array over the points, `(n,)` or `(n, k)`."""
    array = shared(np.ascontiguousarray(values, np.float32))
    array.SetName(name)
    data.GetPointData().AddArray(array)
    data.Modified()


def recesses(mesh: Mesh) -> NDArray[np.float32]:
    """How open each vertex lies, (n,) float32, for a mesh whose file does not say."""
    return openness(mesh.points_lps, mesh.normals, mesh.triangles)


def softened(
    values: NDArray[np.float32], triangles: NDArray[np.uint32], rounds: int = 3
) -> NDArray[np.float32]:
    """Values (n,) at the vertices of a closed mesh, each drawn halfway to the mean of its neighbours, so that
    the border of a region is a line and not a row of triangles."""
    if not values.any():
        return values
    here = triangles.ravel().astype(np.intp)
    there = np.roll(triangles, -1, axis=1).ravel().astype(np.intp)  # every neighbour once, in a closed mesh
    share = 0.5 / np.maximum(np.bincount(here, minlength=len(values)), 1)
    for _ in range(rounds):
        around = np.bincount(here, values[there], minlength=len(values))
        values = (0.5 * values + share * around).astype(np.float32)
    return values


def long_axis_frame(points_lps: NDArray[np.float32]) -> NDArray[np.float64]:
    """Unit vectors (3, 3): the direction in which the points spread most, then the two across it."""
    centred = points_lps.astype(float) - points_lps.mean(0)
    _, vectors = np.linalg.eigh(centred.T @ centred)
    return np.ascontiguousarray(vectors.T[::-1])


def thickness_mm(mesh: Mesh) -> float:
    """Mean thickness of a closed mesh: twice its volume over its area (a sheet's own thickness)."""
    return thicknesses_mm((mesh,))[0]


def thicknesses_mm(meshes: Sequence[Mesh]) -> list[float]:
    """`thickness_mm` of each mesh, computed over all of them at once."""
    if not meshes:
        return []
    starts = np.cumsum([0, *(len(mesh.points_lps) for mesh in meshes[:-1])])
    x, y, z = np.concatenate([mesh.points_lps for mesh in meshes]).T.astype(float)
    a, b, c = np.concatenate(
        [m.triangles.astype(np.int64) + s for m, s in zip(meshes, starts, strict=True)]
    ).T
    ux, uy, uz, vx, vy, vz = x[b] - x[a], y[b] - y[a], z[b] - z[a], x[c] - x[a], y[c] - y[a], z[c] - z[a]
    across = (uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx)
    areas = 0.5 * np.sqrt(across[0] ** 2 + across[1] ** 2 + across[2] ** 2)
    volumes = (x[a] * across[0] + y[a] * across[1] + z[a] * across[2]) / 6.0
    first = np.cumsum([0, *(len(mesh.triangles) for mesh in meshes)])
    return [
        2.0 * abs(float(volumes[i:j].sum())) / max(float(areas[i:j].sum()), 1e-9)
        for i, j in itertools.pairwise(first)
    ]
