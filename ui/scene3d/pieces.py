"""One structure in the scene: its meshes by detail, its actor and companions, and the look it wears."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from vtkmodules.vtkCommonDataModel import vtkPlane, vtkPolyData
from vtkmodules.vtkRenderingCore import vtkActor, vtkPolyDataMapper

from planner.atlas.meshes import Mesh
from planner.atlas.model import Layer
from planner.session.picture import Appearance
from planner.session.state import DEFAULT_LAYERS
from ui.scene3d import actors, geometry, materials
from ui.scene3d.actors import SKIN
from ui.scene3d.quality import Detail

_LAYER_OF_SYSTEM: dict[str, Layer] = {
    "bones": "bone",
    "discs": "bone",
    "muscles": "muscle",
    "vessels": "vessel",
    "nerves": "nerve",
    "organs": "organ",
    "skin": "skin",
}
_PLAIN_OPACITY: dict[Layer, float] = {
    look.layer: look.opacity if look.visible else 0.0 for look in DEFAULT_LAYERS
}
_COARSER: tuple[Detail, ...] = ("small", "proxy", "full")


@dataclass(eq=False, slots=True)
class Piece:
    """One structure. meshes: by detail, "full" always; data: the same as VTK holds them, made when drawn.

    shown: whether it is drawn; worn: the detail its actor and companions have mappers of, None before it was
    ever drawn. companions: second actors on the mesh, the casing behind it or its ghost before everything.
    clip: the plane that cuts it, None for none.
    """

    id: str
    system: str
    material: materials.Material
    kind: str
    meshes: dict[Detail, Mesh]
    data: dict[Detail, vtkPolyData]
    actor: vtkActor
    centre_lps: NDArray[np.float64]
    look: materials.Look | None = None
    rim: materials.Colour | None = None
    shown: bool = False
    worn: Detail | None = None
    companions: dict[actors.Role, vtkActor] = field(default_factory=dict)
    mappers: dict[tuple[Detail, actors.Role | None], vtkPolyDataMapper] = field(default_factory=dict)
    clip: vtkPlane | None = None

    @property
    def mesh(self) -> Mesh:
        """The full mesh."""
        return self.meshes["full"]

    @property
    def full(self) -> vtkPolyData:
        """The full mesh as VTK holds it."""
        return self.polygons("full")

    @property
    def fibred(self) -> bool:
        """Whether its shader reads how the fibres run."""
        return self.kind in ("muscle", "woven")

    @property
    def clear(self) -> bool:
        """Whether it is drawn, and translucent."""
        return self.look is not None and self.look.visible and self.look.translucent

    def detail(self, wanted: Detail) -> Detail:
        """The coarsest detail it has that is not coarser than the wanted one."""
        finer = _COARSER[_COARSER.index(wanted) :]
        return next(detail for detail in finer if detail in self.meshes)

    def polygons(self, detail: Detail) -> vtkPolyData:
        """The mesh of a detail as VTK holds it, made when first wanted."""
        if detail not in self.data:
            self.data[detail] = geometry.poly_data(self.meshes[detail], self.fibred)
        return self.data[detail]

    def mapper(self, wanted: Detail, role: actors.Role | None = None) -> vtkPolyDataMapper:
        """The mapper of the structure or of its companion in a role, made when first wanted."""
        detail = self.detail(wanted)
        made = self.mappers.get((detail, role))
        if made is None:
            name, fibred = ("", False) if role else (self.id, self.fibred)
            made = self.mappers[detail, role] = actors.mapper(self.polygons(detail), name, fibred)
            if self.clip is not None:
                made.AddClippingPlane(self.clip)
        return made

    def set_clip(self, plane: vtkPlane | None) -> None:
        """Clips it and its companions with a plane, in every detail, or no longer."""
        self.clip = plane
        for mapper in self.mappers.values():
            mapper.RemoveAllClippingPlanes()
            if plane is not None:
                mapper.AddClippingPlane(plane)

    def drop_companion(self, role: actors.Role) -> vtkActor | None:
        """Forgets the second actor in a role and its mappers; the actor, to be taken out of the scene."""
        for detail in _COARSER:
            self.mappers.pop((detail, role), None)
        return self.companions.pop(role, None)

    def wear(self, wanted: Detail) -> None:
        """Gives the actor and its companions the mappers of a detail."""
        self.actor.SetMapper(self.mapper(wanted))
        for role, held in self.companions.items():
            held.SetMapper(self.mapper(wanted, role))
        self.worn = wanted

    def drop(self, unwanted: Detail) -> list[vtkPolyDataMapper]:
        """Forgets the mappers and polygons of a detail that is not worn; the mappers, to be freed."""
        self.data.pop(unwanted, None)
        return [self.mappers.pop(key) for key in tuple(self.mappers) if key[0] == unwanted]

    def plain_look(self) -> materials.Look:
        """The look of the structure as its layer shows it at first."""
        layer = _LAYER_OF_SYSTEM.get(self.system, "organ")
        return materials.dress(self.material, Appearance(_PLAIN_OPACITY[layer]), self.system)


def make_piece(meshes: dict[Detail, Mesh], material: materials.Material) -> Piece:
    """A structure's piece with its shader, not yet dressed in a look. meshes: by detail, "full" always."""
    mesh = meshes["full"]
    kind = actors.kind_of(meshes, material)
    data: dict[Detail, vtkPolyData] = {}
    if mesh.id == SKIN:
        # Skin paint lives on the full skin's vertices, so the skin has no other mesh.
        meshes, data["full"] = {"full": mesh}, geometry.poly_data(mesh)
        blank = np.zeros((len(mesh.points_lps), 4), np.float32)
        geometry.set_point_array(data["full"], geometry.PAINT, blank)
    actor = vtkActor()
    actor.GetProperty().SetInterpolationToPhong()
    actor.GetProperty().BackfaceCullingOn()
    actor.SetPickable(False)
    actors.dress_shader(actor, kind)
    if kind == "bundled":
        actors.set_long_axis(actor, mesh)
    centre = (mesh.points_lps.min(0).astype(float) + mesh.points_lps.max(0)) / 2.0
    return Piece(mesh.id, mesh.system, material, kind, meshes, data, actor, centre)
