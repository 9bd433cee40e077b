"""Arrays of a mesh as VTK sees them, without copies, and the one derived array: recesses.

`recess` darkens what lies in a hollow (foramina, sulci, between processes), as a brush would; it is
computed once per mesh from the surface's own curvature and costs nothing while drawing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkPoints
from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkPolyData

from planner.atlas.meshes import Mesh

RECESS, PAINT = "recess", "paint"


def poly_data(mesh: Mesh) -> vtkPolyData:
    """The mesh as polygons with normals; VTK keeps the arrays alive and shares their memory."""
    points = vtkPoints()
    points.SetData(numpy_to_vtk(np.ascontiguousarray(mesh.points_lps, np.float32)))
    cells = vtkCellArray()
    flat = np.ascontiguousarray(mesh.triangles, np.uint32).ravel().view(np.int32)
    cells.SetData(3, numpy_to_vtk(flat))
    data = vtkPolyData()
    data.SetPoints(points)
    data.SetPolys(cells)
    normals = numpy_to_vtk(np.ascontiguousarray(mesh.normals, np.float32))
    normals.SetName("normals")
    data.GetPointData().SetNormals(normals)
    set_point_array(data, RECESS, np.ones(len(mesh.points_lps), np.float32))
    return data


def set_point_array(data: vtkPolyData, name: str, values: NDArray[np.float32]) -> None:
    """Adds or replaces a named float array over the points, `(n,)` or `(n, k)`."""
    array = numpy_to_vtk(np.ascontiguousarray(values, np.float32))
    array.SetName(name)
    data.GetPointData().AddArray(array)
    data.Modified()


def recesses_on(data: vtkPolyData) -> NDArray[np.float32]:
    """`recesses` of a mesh already handed to VTK, (n,) float32."""
    points = vtk_to_numpy(data.GetPoints().GetData())
    normals = vtk_to_numpy(data.GetPointData().GetNormals())
    triangles = vtk_to_numpy(data.GetPolys().GetConnectivityArray()).reshape(-1, 3)
    return recesses(Mesh("", "", points, normals, triangles.view(np.uint32)))


def recesses(mesh: Mesh, reach_mm: float = 3.5) -> NDArray[np.float32]:
    """How open each vertex lies, (n,) float32: 1 on ridges and planes, towards 0 in hollows.

    The mean rise of the surface over its neighbours, summed while the neighbourhood widens to about
    `reach_mm`; deeper or narrower hollows come out darker.
    """
    n = len(mesh.points_lps)
    if n == 0 or not len(mesh.triangles):
        return np.ones(n, np.float32)
    t = mesh.triangles.astype(np.intp)
    start = np.concatenate([t[:, 0], t[:, 1], t[:, 2]])
    end = np.concatenate([t[:, 1], t[:, 2], t[:, 0]])
    counts = np.maximum(np.bincount(start, minlength=n), 1).astype(np.float32)
    points, normals = mesh.points_lps, mesh.normals
    along = points[end] - points[start]
    length = np.linalg.norm(along, axis=1) + 1e-6
    rise = np.einsum("ij,ij->i", normals[start] - normals[end], along) / length
    # Divided by edge length this is curvature; coarse and fine meshes come out alike.
    value = np.bincount(start, weights=rise / length, minlength=n).astype(np.float32) / counts
    edge = float(np.median(length))
    rounds = int(np.clip(round((reach_mm / edge) ** 2), 1, 8))
    total = value.copy()
    for _ in range(rounds):
        spread = np.bincount(start, weights=value[end], minlength=n).astype(np.float32) / counts
        value = 0.35 * value + 0.65 * spread
        total += value
    mean = total / (rounds + 1)
    return np.clip(1.0 - mean * 5.0, 0.25, 1.08).astype(np.float32)


def long_axis_frame(points_lps: NDArray[np.float32]) -> NDArray[np.float64]:
    """Unit vectors (3, 3): the direction in which the points spread most, then the two across it."""
    centred = points_lps.astype(float) - points_lps.mean(0)
    _, vectors = np.linalg.eigh(centred.T @ centred)
    return np.ascontiguousarray(vectors.T[::-1])


def thickness_mm(mesh: Mesh) -> float:
    """Mean thickness of a closed mesh: twice its volume over its area (a sheet's own thickness)."""
    a, b, c = (mesh.points_lps[mesh.triangles[:, k]].astype(float) for k in range(3))
    area = 0.5 * float(np.linalg.norm(np.cross(b - a, c - a), axis=1).sum())
    volume = abs(float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum())) / 6.0
    return 2.0 * volume / max(area, 1e-9)
