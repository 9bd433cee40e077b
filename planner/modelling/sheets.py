"""Fascia iliaca, a sheet laid on iliacus and psoas, and the peritoneal sac, the room before them."""

from __future__ import annotations

from functools import partial

import numpy as np
import vtk
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt, gaussian_filter, map_coordinates
from vtk.util.numpy_support import vtk_to_numpy

from planner.atlas.meshes import Mesh
from planner.modelling import clearance, patches, straps, wall_layers
from planner.modelling import envelope as envelopes
from planner.modelling.clearance import polydata
from planner.modelling.envelope import envelope
from planner.modelling.implicit import contoured, relaxed
from planner.modelling.recipe import Recipe, Shape, Solids, right
from planner.modelling.simplify import reduced
from planner.modelling.straps import FASCIAE, read, rows
from planner.modelling.tables import TableFault, Tables
from planner.space import SIDES

Points = NDArray[np.float64]
Mask = NDArray[np.bool_]

_FAR_MM = 260.0
_MM_PER_DEG = 1.8


# Not the inguinal ligament: the fascia passes behind it with psoas.
_UNDER = (
    "iliacus_left",
    "psoas_major_left",
    "quadratus_lumborum_left",
    "hip_bone_left",
)
_PAIRED = (
    "psoas_major",
    "iliacus",
    "kidney",
    "artery_common_iliac",
    "vein_common_iliac",
    "artery_external_iliac",
    "vein_external_iliac",
    "artery_renal",
    "ureter",
    "quadratus_lumborum",
    "hip_bone",
    "rib_11",
)
_AROUND = (
    *(f"{name}_{side}" for name in _PAIRED for side in SIDES),
    "aorta_abdominal",
    "vena_cava_inferior",
    "colon_ascending",
    "colon_descending",
    "urinary_bladder",
    "sacrum",
    "vertebra_t11",
    "vertebra_t12",
    "vertebra_l1",
    "vertebra_l2",
    "vertebra_l3",
    "vertebra_l4",
    "vertebra_l5",
)


def recipes() -> tuple[Recipe, ...]:
    """Fascia iliaca with its twin, and the sac."""
    ident = "fascia_iliaca_left"
    code = (clearance, patches, straps)
    return (
        Recipe(ident, "muscles", partial(fascia_iliaca), (FASCIAE,), _UNDER, right(ident), code),
        Recipe(
            "peritoneal_sac",
            "organs",
            partial(peritoneal_sac),
            (FASCIAE, *envelopes.FILES),
            _AROUND,
            modules=(clearance, envelopes, patches, straps, wall_layers),
        ),
    )


def fascia_iliaca(tables: Tables, solids: Solids) -> Shape:
    """The sheet over iliacus and psoas from the iliac crest to the inguinal ligament, closed."""
    entry = read(tables.folder)["fascia_iliaca"]
    eye = np.array(entry["seen_from"], float)
    sides = []
    for name in ("lower", "upper", "lateral", "medial"):
        points = rows(f"fascia_iliaca, {name}", entry[name], 3)
        turn = np.degrees(np.arctan2(points[:, 0] - eye[0], points[:, 1] - eye[1]))
        sides.append(np.stack([turn * _MM_PER_DEG, points[:, 2]], 1))
    grid = patches.patch(sides, int(entry["rows"]), int(entry["columns"]))
    turn, height = np.radians(grid[..., 0] / _MM_PER_DEG), grid[..., 1]
    ahead = np.stack([np.sin(turn), np.cos(turn), np.zeros_like(turn)], -1)
    start = np.stack([np.full_like(turn, eye[0]), np.full_like(turn, eye[1]), height], -1)
    first = reach = _first_hit([solids[name] for name in _UNDER], start, ahead)
    # The sheet bridges furrows: it never lies deeper than the mean of its surroundings.
    for _ in range(3):
        reach = np.minimum(reach, gaussian_filter(reach, 1.6, mode="nearest"))
    reach = np.minimum(gaussian_filter(reach, 0.6, mode="nearest"), first)
    points = start + ahead * reach[..., None]
    normal = patches.normals(points, -ahead)
    half = float(entry["thickness_mm"]) / 2.0
    middle = points + normal * (float(entry["gap_mm"]) + half)
    return patches.shell(middle + normal * half, middle - normal * half)


def _first_hit(bodies: list[Mesh], start: Points, ahead: Points) -> Points:
    """Distance (rows, columns) along each ray to the first body; gaps are filled from around."""
    found = np.full(start.shape[:2], np.inf)
    for body in bodies:
        locator = vtk.vtkStaticCellLocator()
        locator.SetDataSet(polydata(body))
        locator.BuildLocator()
        t, where, local = vtk.reference(0.0), [0.0] * 3, [0.0] * 3
        part, cell = vtk.reference(0), vtk.reference(0)
        for place in np.ndindex(*found.shape):
            end = start[place] + _FAR_MM * ahead[place]
            if locator.IntersectWithLine(start[place], end, 1e-6, t, where, local, part, cell):
                found[place] = min(found[place], float(t) * _FAR_MM)
    known = np.isfinite(found)
    if known.mean() < 0.6:
        raise TableFault(f"{FASCIAE}, fascia_iliaca: most of it lies on nothing")
    nearest = distance_transform_edt(~known, return_distances=False, return_indices=True)
    filled: Points = found[tuple(nearest)]
    return filled


def peritoneal_sac(tables: Tables, solids: Solids) -> Shape:
    """The room within the wall before everything retroperitoneal, as one smooth closed body."""
    entry = read(tables.folder)["peritoneal_sac"]
    step = float(entry["step_mm"])
    low = np.array([-150.0, -140.0, float(entry["floor_mm"]) - 12.0])
    high = np.array([150.0, 60.0, float(entry["roof_mm"]) + 12.0])
    shape = tuple(np.ceil((high - low) / step).astype(int) + 1)
    nodes = low + step * np.stack(np.meshgrid(*map(np.arange, shape), indexing="ij"), -1)
    room = _within_wall(tables, nodes.reshape(-1, 3)).reshape(shape)
    blocked = np.full(shape, np.inf)
    for name in _AROUND:
        if name not in entry["gap_mm"]:
            raise TableFault(f"{FASCIAE}, peritoneal_sac: gap_mm says nothing of {name}")
        inside = _voxels(solids[name], low, step, shape)
        gap_mm = float(entry["gap_mm"][name])
        blocked = np.minimum(blocked, distance_transform_edt(~inside) * step - gap_mm)
    # What lies behind a retroperitoneal neighbour is retroperitoneal too.
    behind = np.logical_or.accumulate(blocked <= 0.0, axis=1)
    behind |= nodes[..., 1] > float(entry["behind_mm"])
    free = (room > 0.0) & ~behind
    depth = np.where(free, distance_transform_edt(free), -distance_transform_edt(~free)) * step
    off = nodes[..., 0] ** 2 + (nodes[..., 1] - float(entry["middle_y_mm"])) ** 2
    roof = float(entry["roof_mm"]) - float(entry["dome_per_mm"]) * off
    ends = np.minimum(nodes[..., 2] - float(entry["floor_mm"]), roof - nodes[..., 2])
    depth = _rounded_min(depth, ends, float(entry["round_mm"]))
    soft = gaussian_filter(depth, float(entry["blur_mm"]) / step, mode="nearest")
    soft = np.minimum(soft, depth + 1.5) - 1.5
    vertices, triangles = contoured(-gaussian_filter(soft, 0.8).astype(np.float32), low, step)
    return reduced(relaxed(vertices, triangles, 30), triangles, int(entry["budget"]))


def _within_wall(tables: Tables, points: Points) -> Points:
    """How far points (n, 3) lie inside the wall's innermost layer, mm; below its border nothing is inside."""
    wall = envelope(tables.folder)
    azimuth, height, radius = wall.polar(points)
    turns, heights = np.meshgrid(np.arange(0.0, 181.0, 3.0), np.arange(-20.0, 346.0, 6.0), indexing="ij")
    inner = wall.radius(turns, heights) - wall_layers.inner_mm(wall, turns, heights)
    where = np.stack([azimuth / 3.0, (np.clip(height, -20.0, 340.0) + 20.0) / 6.0])
    gap = float(read(tables.folder)["peritoneal_sac"]["wall_gap_mm"])
    found: Points = map_coordinates(inner, where, order=1, mode="nearest") - gap - radius
    return found


def _rounded_min(a: Points, b: Points, round_mm: float) -> Points:
    blend = np.maximum(round_mm - np.abs(a - b), 0.0)
    smaller: Points = np.minimum(a, b) - blend * blend / (4.0 * round_mm)
    return smaller


def _voxels(body: Mesh, low: Points, step: float, shape: tuple[int, ...]) -> Mask:
    """Which grid nodes lie inside a closed mesh."""
    stencil = vtk.vtkPolyDataToImageStencil()
    stencil.SetInputData(polydata(body))
    stencil.SetOutputOrigin(*low)
    stencil.SetOutputSpacing(step, step, step)
    stencil.SetOutputWholeExtent(0, shape[0] - 1, 0, shape[1] - 1, 0, shape[2] - 1)
    image = vtk.vtkImageStencilToImage()
    image.SetInputConnection(stencil.GetOutputPort())
    image.SetInsideValue(1)
    image.SetOutsideValue(0)
    image.SetOutputScalarTypeToUnsignedChar()
    image.Update()
    flat = vtk_to_numpy(image.GetOutput().GetPointData().GetScalars())
    found: Mask = flat.reshape(shape[::-1]).transpose(2, 1, 0) > 0
    return found
