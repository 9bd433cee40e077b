"""The scene in the render window; beneath it `pieces`, `wardrobe` and `blending` touch actors, none else.

`apply` compares the wanted look of every structure with the one it has and touches what differs, so a
change costs what it changes. Full meshes and their reduced proxies share an actor and swap mappers, which
are made for what is drawn: the proxies after the first picture, which does not show them.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from vtkmodules.vtkFiltersSources import vtkSphereSource
from vtkmodules.vtkRenderingCore import vtkActor, vtkPolyDataMapper, vtkRenderer

from planner.atlas.meshes import Mesh
from planner.atlas.model import Atlas, Form
from planner.sections import Face, Plane
from planner.session.picture import ScenePicture, SkinPaint
from planner.territory import Territory
from ui.scene3d import camera, geometry, materials
from ui.scene3d.actors import SKIN
from ui.scene3d.backdrop import DARK, Backdrop
from ui.scene3d.blending import BlendOrder
from ui.scene3d.caps import Caps, over_lines
from ui.scene3d.pieces import Piece, make_piece
from ui.scene3d.quality import Detail, Quality
from ui.scene3d.veil import Veil
from ui.scene3d.wardrobe import Wardrobe
from ui.scene3d.window import OffscreenWindow


class SceneView:
    """Builds the actors of an atlas once and keeps them like the ScenePicture last applied.

    touched: how many structures the last `apply` changed, for tests and measurements.
    """

    def __init__(self, window: OffscreenWindow) -> None:
        self._window = window
        self._renderer = vtkRenderer()
        self._renderer.SetGradientBackground(True)
        self._renderer.SetUseFXAA(False)
        self._renderer.SetAutomaticLightCreation(True)
        window.handle.AddRenderer(self._renderer)
        self._wardrobe = Wardrobe(window, self._renderer)
        self._blend = BlendOrder(self._renderer)
        self._veil = Veil(window.handle, self._renderer)
        self._caps = Caps(self._renderer)
        self._pieces: dict[str, Piece] = {}
        self._target = _target_actor()
        self._laid_over: tuple[Territory | None, vtkActor | None] = (None, None)
        self._paint_key: object = None
        self.form: Form = "male"
        self._recess_pending: list[str] = []
        self.touched = 0
        self.set_backdrop(DARK)

    # -- building ---------------------------------------------------------------------------------

    @property
    def backdrop(self) -> Backdrop:
        """The ground the model stands before."""
        return self._wardrobe.backdrop

    def set_backdrop(self, backdrop: Backdrop) -> None:
        """Puts the model before another ground, with the contours that stand out from it."""
        self._wardrobe.set_backdrop(self._pieces.values(), backdrop)

    def set_atlas(self, atlas: Atlas) -> None:
        """Replaces everything shown by the structures of another atlas, all at their plain look."""
        self._renderer.RemoveAllViewProps()
        self._pieces.clear()
        self._blend.forget()
        self._caps.forget()
        self._laid_over = (None, None)
        self._paint_key = None
        self.form = atlas.form
        records = atlas.content.structures
        muscles = [mesh for mesh in atlas.meshes.full.values() if mesh.system == "muscles"]
        thick = dict(zip((m.id for m in muscles), geometry.thicknesses_mm(muscles), strict=True))
        for mesh in sorted(atlas.meshes.full.values(), key=lambda mesh: mesh.id == SKIN):
            material = materials.material_of(mesh.id, mesh.system, records.get(mesh.id))
            if mesh.id in thick:
                material = replace(material, sheer=materials.sheerness(thick[mesh.id]))
            meshes: dict[Detail, Mesh] = {"full": mesh}
            for detail, others in (("proxy", atlas.meshes.proxies), ("small", atlas.meshes.small)):
                if mesh.id in others:
                    meshes[detail] = others[mesh.id]  # type: ignore[index]  # a literal, as the pairs say
            self._pieces[mesh.id] = make_piece(meshes, material)
        self._recess_pending = [piece.id for piece in self._pieces.values() if piece.mesh.openness is None]
        self._renderer.AddActor(self._target)
        for piece in self._pieces.values():
            self._wardrobe.receive(piece)

    def deepen(self, pieces: int = 8) -> bool:
        """Computes recesses of the next few meshes that came without; True while some are left to do."""
        for _ in range(min(pieces, len(self._recess_pending))):
            piece = self._pieces[self._recess_pending.pop(0)]
            for detail, mesh in piece.meshes.items():
                if mesh.openness is None:
                    data = piece.mapper(detail).GetInput()
                    geometry.set_point_array(data, geometry.RECESS, geometry.recesses(mesh))
        return bool(self._recess_pending)

    @property
    def deepened(self) -> bool:
        """Whether every mesh has its recesses."""
        return not self._recess_pending

    def prepare(self, detail: Detail = "proxy", pieces: int = 16) -> bool:
        """Makes the reduced meshes of the next few structures that are drawn; True while some are missing."""
        missing = [
            piece
            for piece in self._pieces.values()
            if piece.shown and (piece.detail(detail), None) not in piece.mappers
        ]
        for piece in missing[:pieces]:
            piece.mapper(detail)
        return len(missing) > pieces

    def let_go(self, detail: Detail) -> None:
        """Frees the reduced meshes that moving frames of this detail do not show."""
        self._wardrobe.let_go(self._pieces.values(), detail)

    # -- applying ---------------------------------------------------------------------------------

    def apply(self, scene: ScenePicture, skin: SkinPaint) -> bool:
        """Makes the actors like the picture; True if anything on the screen changed."""
        self.touched = 0
        for piece in self._pieces.values():
            appearance = scene.appearances.get(piece.id)
            look = (
                piece.plain_look()
                if appearance is None
                else materials.dress(piece.material, appearance, piece.system)
            )
            if look != piece.look:
                self._wardrobe.wear(piece, look)
                self.touched += 1
        changed = self._reshape(skin.form) | self._paint(skin) | self._place_target(scene.target_lps)
        if self.touched:
            self._caps.open()
        changed |= self._lay_over(skin.over)
        changed |= self._caps.cut(self._pieces.values(), scene.cut)
        return changed or self.touched > 0

    @property
    def cut(self) -> Plane | None:
        """The plane that cuts the model, None for none."""
        return self._caps.plane

    @property
    def faces(self) -> tuple[Face, ...]:
        """The cut faces that are filled now."""
        return self._caps.faces

    @property
    def filled(self) -> bool:
        """Whether every cut face is filled; True where nothing is cut."""
        return self._caps.filled

    def fill(self) -> tuple[Face, ...]:
        """Fills the cut faces of all that is drawn; the faces."""
        return self._caps.fill(self._pieces.values())

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

    def mesh_of(self, structure: str) -> Mesh:
        """The full mesh of a structure in its present form."""
        return self._pieces[structure].mesh

    def _reshape(self, form: Form) -> bool:
        """Gives the skin another form; its actor, paint and the camera stay."""
        piece = self._pieces.get(SKIN)
        if piece is None or form == self.form:
            return False
        self.form = form
        piece.meshes = {"full": piece.mesh.formed(form)}
        self._blend.forget(SKIN)
        self._caps.open()
        geometry.reshape(piece.full, piece.mesh)
        return True

    def _paint(self, skin: SkinPaint) -> bool:
        piece = self._pieces.get(SKIN)
        if piece is None or skin.key == self._paint_key or len(skin.pain) != len(piece.mesh.points_lps):
            return False
        self._paint_key = skin.key
        extent = skin.territory.extent if skin.territory is not None else np.zeros_like(skin.numb)
        pain, deep = (geometry.softened(part / 10.0, piece.mesh.triangles) for part in (skin.pain, skin.deep))
        paint = np.stack([pain, deep, skin.numb, extent], axis=1)
        geometry.set_point_array(piece.full, geometry.PAINT, paint)
        return True

    def _lay_over(self, over: Territory | None) -> bool:
        """Draws the usual extent of a second territory as a line on the skin."""
        before, actor = self._laid_over
        if over is before:
            return False
        if actor is not None:
            self._renderer.RemoveActor(actor)
        made = None
        if over is not None and over.outlines["usual"]:
            made = over_lines(over.outlines["usual"])
            self._renderer.AddActor(made)
        self._laid_over = (over, made)
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
        pieces = self._pieces.values()
        self._wardrobe.set_faintest(pieces, quality.faintest)
        self._wardrobe.set_detail(pieces, quality.detail)
        self._wardrobe.set_viewport(pieces, size_px)
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
        self._blend.arrange(pieces, pose, width / height, quality.ordered)
        self._veil.measure(quality.shade, pose.focus_lps)
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


def _target_actor() -> vtkActor:
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
