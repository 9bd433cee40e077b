"""The scene in the render window: the only module that touches actors.

`apply` compares the wanted look of every structure with the one it has and touches what differs, so a
change costs what it changes. Full meshes and their reduced proxies share an actor and swap mappers;
the proxies are made after the first picture, which does not show them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from vtkmodules.vtkCommonDataModel import vtkPolyData
from vtkmodules.vtkFiltersSources import vtkSphereSource
from vtkmodules.vtkRenderingCore import vtkActor, vtkPolyDataMapper, vtkRenderer

from planner.atlas.meshes import Mesh
from planner.atlas.model import LAYERS, Atlas, Form, Layer
from planner.session.picture import Appearance, ScenePicture, SkinPaint
from planner.session.state import DEFAULT_LAYERS
from ui.scene3d import actors, camera, geometry, materials
from ui.scene3d.actors import SKIN
from ui.scene3d.quality import Quality
from ui.scene3d.window import OffscreenWindow

_LAYER_OF_SYSTEM: dict[str, Layer] = {
    "bones": "bone",
    "discs": "bone",
    "muscles": "muscle",
    "vessels": "vessel",
    "nerves": "nerve",
    "organs": "organ",
    "skin": "skin",
}


@dataclass(eq=False, slots=True)
class _Piece:
    """One structure: its meshes, its actor, and the look the actor has now.

    reduced: the proxy's mesh, the full one where there is none. proxy: the same as VTK holds it, once made.
    companions: second actors on the mesh, the casing behind it or its ghost before everything.
    """

    id: str
    system: str
    material: materials.Material
    mesh: Mesh
    reduced: Mesh
    full: vtkPolyData
    actor: vtkActor
    centre_lps: NDArray[np.float64]
    proxy: vtkPolyData | None = None
    look: materials.Look | None = None
    rim: materials.Colour | None = None
    companions: dict[actors.Role, vtkActor] = field(default_factory=dict)
    mappers: dict[tuple[str, actors.Role | None], vtkPolyDataMapper] = field(default_factory=dict)

    def mapper(self, detail: str, role: actors.Role | None = None) -> vtkPolyDataMapper:
        """The mapper of the structure or of its companion in a role, made when first wanted."""
        if self.reduced is self.mesh:
            detail = "full"
        made = self.mappers.get((detail, role))
        if made is None:
            if detail == "proxy" and self.proxy is None:
                self.proxy = geometry.poly_data(self.reduced)
            data = self.proxy if detail == "proxy" and self.proxy is not None else self.full
            made = self.mappers[detail, role] = actors.mapper(data, "" if role else self.id)
        return made


class SceneView:
    """Builds the actors of an atlas once and keeps them like the ScenePicture last applied.

    touched: how many structures the last `apply` changed, for tests and measurements.
    """

    def __init__(self, window: OffscreenWindow) -> None:
        self._window = window
        self._renderer = vtkRenderer()
        self._renderer.SetGradientBackground(True)
        self._renderer.SetBackground(*materials.BACKGROUND_BOTTOM)
        self._renderer.SetBackground2(*materials.BACKGROUND_TOP)
        self._renderer.SetUseFXAA(False)
        self._renderer.SetAutomaticLightCreation(True)
        window.handle.AddRenderer(self._renderer)
        self._pieces: dict[str, _Piece] = {}
        self._target = self._make_target()
        self._paint_key: object = None
        self.form: Form = "male"
        self._detail = "full"
        self._faintest = 0.0
        self._viewport_px = (0, 0)
        self._order: list[vtkActor] = []
        self._recess_pending: list[str] = []
        self._proxy_pending: list[str] = []
        self.touched = 0

    # -- building ---------------------------------------------------------------------------------

    def set_atlas(self, atlas: Atlas) -> None:
        """Replaces everything shown by the structures of another atlas, all at their plain look."""
        self._renderer.RemoveAllViewProps()
        self._pieces.clear()
        self._paint_key, self._order = None, []
        self.form = atlas.form
        records = atlas.content.structures
        muscles = [mesh for mesh in atlas.meshes.full.values() if mesh.system == "muscles"]
        thick = dict(zip((m.id for m in muscles), geometry.thicknesses_mm(muscles), strict=True))
        for mesh in sorted(atlas.meshes.full.values(), key=_drawn_late):
            record = records.get(mesh.id)
            material = materials.material_of(mesh.id, mesh.system, record)
            if mesh.id in thick:
                material = replace(material, sheer=materials.sheerness(thick[mesh.id]))
            self._pieces[mesh.id] = self._make_piece(mesh, atlas.meshes.proxies.get(mesh.id), material)
        self._recess_pending = [piece.id for piece in self._pieces.values() if piece.mesh.openness is None]
        self._proxy_pending = list(self._pieces)
        self._renderer.AddActor(self._target)
        for piece in self._pieces.values():
            self._wear(piece, self._plain_look(piece))
            self._renderer.AddActor(piece.actor)

    def _make_piece(self, mesh: Mesh, proxy: Mesh | None, material: materials.Material) -> _Piece:
        full = geometry.poly_data(mesh)
        # Skin paint lives on the full skin's vertices, so the skin has no other mesh.
        reduced = mesh if proxy is None or mesh.id == SKIN else proxy
        if mesh.id == SKIN:
            geometry.set_point_array(full, geometry.PAINT, np.zeros((len(mesh.points_lps), 4), np.float32))
        actor = vtkActor()
        actor.GetProperty().SetInterpolationToPhong()
        actor.GetProperty().BackfaceCullingOn()
        actor.SetPickable(False)
        actors.dress_shader(actor, actors.kind_of(mesh, material))
        if material.grow_px > 0.0:
            self._tell_viewport(actor)
        if actors.kind_of(mesh, material) == "muscle":
            actors.set_fibres(actor, mesh)
        x_low, x_high, y_low, y_high, z_low, z_high = full.GetBounds()
        centre = np.array([x_low + x_high, y_low + y_high, z_low + z_high]) / 2.0
        piece = _Piece(mesh.id, mesh.system, material, mesh, reduced, full, actor, centre)
        actor.SetMapper(piece.mapper(self._detail))
        return piece

    def _make_target(self) -> vtkActor:
        source = vtkSphereSource()
        source.SetThetaResolution(24)
        source.SetPhiResolution(16)
        source.SetRadius(2.6)
        mapper = vtkPolyDataMapper()
        mapper.SetInputConnection(source.GetOutputPort())
        actor = vtkActor()
        actor.SetMapper(mapper)
        actor.GetProperty().SetColor(*materials.TARGET)
        actor.GetProperty().SetAmbient(0.55)
        actor.GetProperty().SetDiffuse(0.45)
        actor.VisibilityOff()
        return actor

    def deepen(self, pieces: int = 8) -> bool:
        """Computes recesses of the next few meshes that came without; True while some are left to do."""
        for _ in range(min(pieces, len(self._recess_pending))):
            piece = self._pieces[self._recess_pending.pop(0)]
            geometry.set_point_array(piece.full, geometry.RECESS, geometry.recesses(piece.mesh))
            if piece.reduced is not piece.mesh and piece.reduced.openness is None:
                proxy = piece.mapper("proxy").GetInput()
                geometry.set_point_array(proxy, geometry.RECESS, geometry.recesses(piece.reduced))
        return bool(self._recess_pending)

    @property
    def deepened(self) -> bool:
        """Whether every mesh has its recesses."""
        return not self._recess_pending

    def prepare(self, pieces: int = 16) -> bool:
        """Makes the proxies of the next few structures; True while some are left to do."""
        for _ in range(min(pieces, len(self._proxy_pending))):
            piece = self._pieces[self._proxy_pending.pop(0)]
            piece.mapper("proxy")
        return bool(self._proxy_pending)

    # -- applying ---------------------------------------------------------------------------------

    def apply(self, scene: ScenePicture, skin: SkinPaint) -> bool:
        """Makes the actors like the picture; True if anything on the screen changed."""
        self.touched = 0
        for piece in self._pieces.values():
            appearance = scene.appearances.get(piece.id)
            look = (
                self._plain_look(piece)
                if appearance is None
                else materials.dress(piece.material, appearance, piece.system)
            )
            if look != piece.look:
                self._wear(piece, look)
                self.touched += 1
        changed = self._reshape(skin.form) | self._paint(skin) | self._place_target(scene.target_lps)
        return changed or self.touched > 0

    def look_of(self, structure: str) -> materials.Look | None:
        """The look a structure has now; None for an unknown one."""
        piece = self._pieces.get(structure)
        return piece.look if piece else None

    def structures(self) -> tuple[str, ...]:
        """Ids of all structures, drawn or not."""
        return tuple(self._pieces)

    def meshes(self) -> dict[str, tuple[Mesh, float]]:
        """Mesh and opacity of every structure that is drawn now."""
        return {
            piece.id: (piece.mesh, piece.look.opacity)
            for piece in self._pieces.values()
            if piece.look is not None and piece.look.visible
        }

    def system_of(self, structure: str) -> str:
        """The system a structure belongs to: "bones", "nerves", ..."""
        return self._pieces[structure].system

    def data_of(self, structure: str) -> vtkPolyData:
        """The full mesh of a structure as VTK holds it, for locators."""
        return self._pieces[structure].full

    def _plain_look(self, piece: _Piece) -> materials.Look:
        layer = _LAYER_OF_SYSTEM.get(piece.system, "organ")
        return materials.dress(piece.material, Appearance(_PLAIN_OPACITY[layer]), piece.system)

    def _wear(self, piece: _Piece, look: materials.Look) -> None:
        surface = piece.actor.GetProperty()
        surface.SetDiffuseColor(*look.colour)
        surface.SetOpacity(look.opacity)
        surface.SetSpecular(look.gloss)
        surface.SetSpecularPower(look.power)
        surface.SetAmbient(look.glow)
        # The material shader reads ambient as glow and takes the colour from diffuse alone.
        self._set_visible(piece, look)
        if look.opacity < 0.995:
            piece.actor.ForceTranslucentOn()
            piece.actor.ForceOpaqueOff()
        else:
            piece.actor.ForceTranslucentOff()
            piece.actor.ForceOpaqueOn()
        rimmed = look.casing is not None and look.opacity < 0.995
        rim = look.casing if rimmed and piece.id != SKIN else None
        if rim != piece.rim:
            actors.set_rim(piece.actor, actors.kind_of(piece.mesh, piece.material), rim)
            piece.rim = rim
        if piece.material.grow_px > 0.0:
            actors.grow(piece.actor, look.grow_px)
        self._wear_companions(piece, look, look.casing is not None and look.visible and not rimmed)
        piece.look = look

    def _companion(self, piece: _Piece, role: actors.Role, wanted: bool) -> vtkActor | None:
        """The second actor of a structure in a role, made or dropped as wanted."""
        held = piece.companions.get(role)
        if not wanted:
            if held is not None:
                self._renderer.RemoveActor(held)
                held.ReleaseGraphicsResources(self._window.handle)
                del piece.companions[role]
                for detail in ("full", "proxy"):
                    piece.mappers.pop((detail, role), None)
            return None
        if held is None:
            held = piece.companions[role] = vtkActor()
            held.SetMapper(piece.mapper(self._detail, role))
            held.SetPickable(False)
            actors.dress_companion(held, role)
            self._tell_viewport(held)
            self._renderer.AddActor(held)
        return held

    def _wear_companions(self, piece: _Piece, look: materials.Look, cased: bool) -> None:
        casing = self._companion(piece, "casing", cased)
        if casing is not None and look.casing is not None:
            casing.GetProperty().FrontfaceCullingOn()
            casing.GetProperty().SetDiffuseColor(*look.casing)
            actors.grow(casing, look.casing_px)
        ghost = self._companion(piece, "ghost", look.ghost > 0.0 and look.visible)
        if ghost is not None:
            ghost.GetProperty().BackfaceCullingOn()
            ghost.GetProperty().SetDiffuseColor(*look.colour)
            ghost.GetProperty().SetOpacity(look.ghost)
            ghost.ForceTranslucentOn()
            actors.grow(ghost, look.grow_px)

    def _reshape(self, form: Form) -> bool:
        """Gives the skin another form; its actor, paint and the camera stay."""
        piece = self._pieces.get(SKIN)
        if piece is None or form == self.form:
            return False
        self.form = form
        piece.mesh = piece.reduced = piece.mesh.formed(form)
        geometry.reshape(piece.full, piece.mesh)
        return True

    def _paint(self, skin: SkinPaint) -> bool:
        piece = self._pieces.get(SKIN)
        if piece is None or skin.key == self._paint_key or len(skin.pain) != len(piece.mesh.points_lps):
            return False
        self._paint_key = skin.key
        extent = skin.territory.extent if skin.territory is not None else np.zeros_like(skin.numb)
        paint = np.stack([skin.pain / 10.0, skin.deep / 10.0, skin.numb, extent], axis=1)
        geometry.set_point_array(piece.full, geometry.PAINT, paint)
        return True

    def _place_target(self, target_lps: tuple[float, float, float] | None) -> bool:
        before = (bool(self._target.GetVisibility()), tuple(self._target.GetPosition()))
        self._target.SetVisibility(target_lps is not None)
        if target_lps is not None:
            self._target.SetPosition(*target_lps)
        return before != (bool(self._target.GetVisibility()), tuple(self._target.GetPosition()))

    # -- drawing ----------------------------------------------------------------------------------

    def render(
        self,
        pose: camera.Pose,
        size_px: tuple[int, int],
        quality: Quality,
        jitter_px: tuple[float, float] = (0.0, 0.0),
    ) -> None:
        """Draws one frame of this pose into the window; `size_px` is the frame's own resolution.

        jitter_px: shift of the picture by a part of a pixel, for frames that are averaged.
        """
        self._window.resize(*size_px)
        width, height = size_px
        self._set_detail(quality.detail)
        self._set_faintest(quality.faintest)
        self._set_viewport(size_px)
        lens = self._renderer.GetActiveCamera()
        lens.SetViewAngle(camera.VIEW_ANGLE_DEG)
        lens.SetFocalPoint(*pose.focus_lps)
        lens.SetPosition(*camera.eye_lps(pose))
        lens.SetViewUp(*camera.axes(pose).up)
        lens.SetWindowCenter(2.0 * jitter_px[0] / width, 2.0 * jitter_px[1] / height)
        self._renderer.SetUseDepthPeeling(quality.peels > 0)
        self._renderer.SetMaximumNumberOfPeels(max(quality.peels, 1))
        self._renderer.SetUseOIT(False)
        self._renderer.SetUseFXAA(quality.fxaa)
        self._sort(camera.axes(pose).toward)
        self._renderer.ResetCameraClippingRange()
        self._window.render()

    def clipping_mm(self) -> tuple[float, float]:
        """Near and far plane of the last frame, mm before the eye."""
        near, far = self._renderer.GetActiveCamera().GetClippingRange()
        return float(near), float(far)

    def extent_lps(self) -> NDArray[np.float64]:
        """Corners (8, 3) of the box around everything drawn, LPS mm; (0, 3) when nothing is."""
        shown = [mesh for mesh, _ in self.meshes().values()]
        if not shown:
            return np.zeros((0, 3))
        low = np.min([mesh.points_lps.min(0) for mesh in shown], axis=0)
        high = np.max([mesh.points_lps.max(0) for mesh in shown], axis=0)
        x, y, z = ((low[k], high[k]) for k in range(3))
        return np.array([(a, b, c) for a in x for b in y for c in z], float)

    def _set_detail(self, detail: str) -> None:
        if detail == self._detail:
            return
        self._detail = detail
        for piece in self._pieces.values():
            piece.actor.SetMapper(piece.mapper(detail))
            for role, held in piece.companions.items():
                held.SetMapper(piece.mapper(detail, role))

    def _set_faintest(self, faintest: float) -> None:
        if faintest == self._faintest:
            return
        self._faintest = faintest
        for piece in self._pieces.values():
            if piece.look is not None:
                self._set_visible(piece, piece.look)

    def _set_visible(self, piece: _Piece, look: materials.Look) -> None:
        faint = look.opacity < self._faintest and look.casing is None and piece.id != SKIN
        piece.actor.SetVisibility(look.visible and not faint)

    def _set_viewport(self, size_px: tuple[int, int]) -> None:
        if size_px == self._viewport_px:
            return
        self._viewport_px = size_px
        for piece in self._pieces.values():
            if piece.material.grow_px > 0.0:
                self._tell_viewport(piece.actor)
            for held in piece.companions.values():
                self._tell_viewport(held)

    def _tell_viewport(self, actor: vtkActor) -> None:
        uniforms = actor.GetShaderProperty().GetVertexCustomUniforms()
        uniforms.SetUniform2f("viewportPx", [float(max(part, 1)) for part in self._viewport_px])

    def _sort(self, toward: NDArray[np.float64]) -> None:
        """Puts translucent structures in order, far before near, the skin last: they blend in this order."""
        clear = [p for p in self._pieces.values() if p.look and p.look.visible and p.look.opacity < 0.995]
        clear.sort(key=lambda p: (p.id == SKIN, float(p.centre_lps @ toward)))
        ghosts = [p.companions["ghost"] for p in self._pieces.values() if "ghost" in p.companions]
        order = [piece.actor for piece in clear] + ghosts
        if order == self._order:
            return
        self._order = order
        for actor in order:
            self._renderer.RemoveActor(actor)
            self._renderer.AddActor(actor)


def _drawn_late(mesh: Mesh) -> int:
    return LAYERS.index("skin") + 10 if mesh.id == SKIN else 0


_PLAIN_OPACITY: dict[Layer, float] = {
    look.layer: look.opacity if look.visible else 0.0 for look in DEFAULT_LAYERS
}
