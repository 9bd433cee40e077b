"""The cut of the model: one clipping plane for every mapper, and the cut faces filled, coloured and outlined.

Faces lie a hair apart in a fixed order, so that what is small lies before what it runs through:
a nerve before its muscle, a vessel before fat. They are not lit: a cut shows tissue, not form.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray
from vtkmodules.vtkCommonCore import vtkPoints, vtkTypeInt32Array, vtkUnsignedCharArray
from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkPlane, vtkPolyData
from vtkmodules.vtkRenderingCore import vtkActor, vtkPolyDataMapper, vtkRenderer

from planner.contours import Outline
from planner.sections import Face, Plane, faces_of, rims_of
from ui.scene3d.actors import SKIN
from ui.scene3d.geometry import shared
from ui.scene3d.materials import Colour
from ui.scene3d.pieces import Piece

FAT: Colour = (0.86, 0.77, 0.62)
_EDGE: Colour = (0.12, 0.09, 0.07)
_ORDER = ("skin", "organs", "muscles", "bones", "discs", "vessels", "nerves")
_APART_MM, _WITHIN_MM = 0.06, 0.0006
_LIFTED_MM = 1.2
_OVER: Colour = (0.80, 0.47, 0.95)
_JOINED = ("vessels", "nerves")  # their branches begin within their trunks
_UNFILLED = 0.5  # materials sheerer than this are spaces: they are outlined, not filled


class Caps:
    """Clips the pieces of one renderer and fills what the plane opens."""

    def __init__(self, renderer: vtkRenderer) -> None:
        self._renderer = renderer
        self._clip = vtkPlane()
        self._actors: tuple[vtkActor, ...] = ()
        self.plane: Plane | None = None
        self.faces: tuple[Face, ...] = ()
        self.filled = True

    def forget(self) -> None:
        """Nothing is cut; the renderer has let go of its actors already."""
        self._actors, self.faces, self.plane, self.filled = (), (), None, True

    def cut(self, pieces: Collection[Piece], plane: Plane | None) -> bool:
        """Moves the plane, or takes it away; True if anything changed. The faces are filled by `fill`."""
        if plane == self.plane:
            return False
        if plane is None or self.plane is None:
            for piece in pieces:
                piece.set_clip(self._clip if plane is not None else None)
        self.plane = plane
        if plane is not None:
            normal = np.array(plane.normal)
            self._clip.SetOrigin(*(normal * plane.offset_mm))
            self._clip.SetNormal(*(-normal))  # VTK keeps what its normal points to
        self.open()
        return True

    def open(self) -> None:
        """Takes the filled faces away: what they fill has changed."""
        for actor in self._actors:
            self._renderer.RemoveActor(actor)
        self._actors, self.faces, self.filled = (), (), self.plane is None

    def fill(self, pieces: Collection[Piece]) -> tuple[Face, ...]:
        """Fills the faces of all that is drawn; the faces."""
        if self.filled or self.plane is None:
            return self.faces
        self.filled = True
        shown = {piece.id: piece for piece in pieces if piece.look is not None and piece.look.visible}
        found = faces_of({name: piece.mesh for name, piece in shown.items()}, self.plane)
        colours = {name: _colour(piece) for name, piece in shown.items()}
        kinds = {name: colours[name] for name, piece in shown.items() if piece.system in _JOINED}
        rims = rims_of(found, self.plane, kinds)
        self.faces = tuple(face for face in found if rims[face.structure])
        ranks = {name: _ORDER.index(piece.system) for name, piece in shown.items()}
        ordered = sorted(self.faces, key=lambda face: (ranks[face.structure], -face.area_mm2))
        normal = np.array(self.plane.normal)
        lifts = [
            normal * (_APART_MM * (1 + ranks[face.structure]) + _WITHIN_MM * place)
            for place, face in enumerate(ordered)
        ]
        solid = [
            (face, lift, colours[face.structure])
            for face, lift in zip(ordered, lifts, strict=True)
            if shown[face.structure].material.sheer >= _UNFILLED or shown[face.structure].fibred
        ]
        self._actors = (_filled(solid), _outlined([rims[face.structure] for face in ordered], lifts))
        for actor in self._actors:
            self._renderer.AddActor(actor)
        return self.faces


def _colour(piece: Piece) -> Colour:
    return FAT if piece.id == SKIN or piece.look is None else piece.look.colour


def _filled(faces: Sequence[tuple[Face, NDArray[np.float64], Colour]]) -> vtkActor:
    from vtkmodules.vtkFiltersGeneral import vtkContourTriangulator  # met at the first cut

    points: list[NDArray[np.float64]] = []
    corners: list[NDArray[np.int64]] = []
    colours: list[NDArray[np.uint8]] = []
    start = 0
    for face, lift, colour in faces:
        triangulator = vtkContourTriangulator()
        own = np.concatenate(face.outlines)
        triangulator.SetInputData(_line_data(own, face.outlines))
        triangulator.Update()
        made = triangulator.GetOutput()
        polys = made.GetPolys()
        if not polys.GetNumberOfCells():
            continue
        flat = _numbers(polys)
        points.append(own + lift)
        corners.append(flat + start)
        colours.append(
            np.tile(np.array([round(255 * part) for part in colour], np.uint8), (len(flat) // 3, 1))
        )
        start += len(own)
    data = vtkPolyData()
    if points:
        data.SetPoints(_points(np.concatenate(points)))
        cells = vtkCellArray()
        cells.SetData(3, shared(np.concatenate(corners).astype(np.int32), vtkTypeInt32Array))
        data.SetPolys(cells)
        data.GetCellData().SetScalars(
            shared(np.ascontiguousarray(np.concatenate(colours)), vtkUnsignedCharArray)
        )
    return _actor(data, coloured=True)


def _outlined(
    rims: Sequence[Sequence[tuple[NDArray[np.float64], bool]]], lifts: Sequence[NDArray[np.float64]]
) -> vtkActor:
    lines = [
        (line + 1.2 * lift, closed) for rim, lift in zip(rims, lifts, strict=True) for line, closed in rim
    ]
    points = [line for line, _ in lines]
    data = vtkPolyData()
    if points:
        data = _line_data(np.concatenate(points), points, [closed for _, closed in lines])
    actor = _actor(data, coloured=False)
    actor.GetProperty().SetColor(*_EDGE)
    actor.GetProperty().SetLineWidth(1.3)
    return actor


def over_lines(outlines: Sequence[Outline]) -> vtkActor:
    """Lines on the skin around a territory that is laid over another."""
    rings = [outline.points_lps.astype(float) + _LIFTED_MM * outline.normals for outline in outlines]
    actor = _actor(_line_data(np.concatenate(rings), rings, [outline.closed for outline in outlines]), False)
    actor.GetProperty().SetColor(*_OVER)
    actor.GetProperty().SetLineWidth(2.6)
    return actor


def _line_data(
    points: NDArray[np.float64], rings: Sequence[NDArray[np.float64]], closed: Sequence[bool] = ()
) -> vtkPolyData:
    """Lines, closed unless told otherwise; points are those of the rings, one after the other."""
    data = vtkPolyData()
    data.SetPoints(_points(points))
    ids: list[NDArray[np.int64]] = []
    offsets = [0]
    start = 0
    for k, ring in enumerate(rings):
        own = np.arange(start, start + len(ring))
        ids.append(np.append(own, start) if not closed or closed[k] else own)
        start += len(ring)
        offsets.append(offsets[-1] + len(ids[-1]))
    lines = vtkCellArray()
    lines.SetData(
        shared(np.array(offsets, np.int32), vtkTypeInt32Array),
        shared(np.concatenate(ids).astype(np.int32), vtkTypeInt32Array),
    )
    data.SetLines(lines)
    return data


def _points(points: NDArray[np.float64]) -> vtkPoints:
    held = vtkPoints()
    held.SetData(shared(np.ascontiguousarray(points, np.float32)))
    return held


def _numbers(cells: vtkCellArray) -> NDArray[np.int64]:
    from vtkmodules.util.numpy_support import vtk_to_numpy

    return vtk_to_numpy(cells.GetConnectivityArray()).astype(np.int64)


def _actor(data: vtkPolyData, coloured: bool) -> vtkActor:
    mapper = vtkPolyDataMapper()
    mapper.SetInputData(data)
    mapper.SetScalarVisibility(coloured)
    actor = vtkActor()
    actor.SetMapper(mapper)
    actor.SetPickable(False)
    actor.GetProperty().LightingOff()
    actor.ForceOpaqueOn()
    return actor
