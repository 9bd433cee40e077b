"""What structures wear: looks carried out on actors, and what all of them share at one moment.

Shared are the backdrop, the detail of the meshes, the size of the frame and how faint is too faint to draw.
"""

from __future__ import annotations

from collections.abc import Collection

from vtkmodules.vtkRenderingCore import vtkActor, vtkRenderer

from ui.scene3d import actors, materials
from ui.scene3d.actors import SKIN
from ui.scene3d.backdrop import DARK, Backdrop
from ui.scene3d.pieces import Piece
from ui.scene3d.quality import Detail
from ui.scene3d.window import OffscreenWindow

_REDUCED: tuple[Detail, ...] = ("proxy", "small")


class Wardrobe:
    """Dresses the pieces of one renderer; a setting that has not changed costs nothing."""

    def __init__(self, window: OffscreenWindow, renderer: vtkRenderer) -> None:
        self._window, self._renderer = window, renderer
        self.backdrop: Backdrop = DARK
        self._detail: Detail = "full"
        self._faintest = 0.0
        self._viewport_px = (0, 0)

    def receive(self, piece: Piece) -> None:
        """Takes in a new piece: its actor learns what all share, puts on its plain look and is drawn."""
        actors.set_contour(piece.actor, self.backdrop)
        if piece.material.grow_px > 0.0:
            actors.tell_viewport(piece.actor, self._viewport_px)
        self.wear(piece, piece.plain_look())
        self._renderer.AddActor(piece.actor)

    def set_backdrop(self, pieces: Collection[Piece], backdrop: Backdrop) -> None:
        """Puts the model before another ground, with the contours that stand out from it."""
        self.backdrop = backdrop
        self._renderer.SetBackground(*backdrop.bottom)
        self._renderer.SetBackground2(*backdrop.top)
        for piece in pieces:
            actors.set_contour(piece.actor, backdrop)
            if piece.look is not None:
                self.wear(piece, piece.look)

    def wear(self, piece: Piece, look: materials.Look) -> None:
        """Puts a look on a structure and its companions."""
        rimmed = look.casing is not None and look.translucent
        rim = look.casing if rimmed and piece.id != SKIN else None
        if rim != piece.rim:
            actors.set_rim(piece.actor, piece.kind, rim)
            piece.rim = rim
        actors.wear(piece.actor, piece.material, look, self.backdrop)
        self._set_visible(piece, look)
        casing = self._companion(piece, "casing", look.casing is not None and look.visible and not rimmed)
        if casing is not None and look.casing is not None:
            actors.wear_casing(casing, look, self.backdrop)
        ghost = self._companion(piece, "ghost", look.ghost > 0.0 and look.visible)
        if ghost is not None:
            actors.wear_ghost(ghost, look)
        piece.look = look

    def _companion(self, piece: Piece, role: actors.Role, wanted: bool) -> vtkActor | None:
        """The second actor of a structure in a role, made or dropped as wanted."""
        held = piece.companions.get(role)
        if not wanted:
            if held is not None:
                piece.drop_companion(role)
                self._renderer.RemoveActor(held)
                held.ReleaseGraphicsResources(self._window.handle)
            return None
        if held is None:
            held = piece.companions[role] = vtkActor()
            held.SetMapper(piece.mapper(self._detail, role))
            held.SetPickable(False)
            actors.dress_companion(held, role)
            actors.tell_viewport(held, self._viewport_px)
            self._renderer.AddActor(held)
        return held

    def set_detail(self, pieces: Collection[Piece], detail: Detail) -> None:
        """Swaps the meshes of all that is drawn for those of a detail."""
        self._detail = detail
        for piece in pieces:
            if piece.shown and piece.worn != detail:
                piece.wear(detail)

    def let_go(self, pieces: Collection[Piece], kept: Detail) -> None:
        """Frees the reduced meshes that moving frames of this detail do not show, while none is drawn."""
        self._window.handle.MakeCurrent()
        for piece in pieces:
            for detail in (other for other in _REDUCED if other not in (piece.detail(kept), piece.worn)):
                for mapper in piece.drop(detail):
                    mapper.ReleaseGraphicsResources(self._window.handle)

    def set_faintest(self, pieces: Collection[Piece], faintest: float) -> None:
        """Leaves out what is fainter than this."""
        if faintest == self._faintest:
            return
        self._faintest = faintest
        for piece in pieces:
            if piece.look is not None:
                self._set_visible(piece, piece.look)

    def _set_visible(self, piece: Piece, look: materials.Look) -> None:
        faint = look.opacity < self._faintest and look.casing is None and piece.id != SKIN
        piece.shown = look.visible and not faint
        piece.actor.SetVisibility(piece.shown)

    def set_viewport(self, pieces: Collection[Piece], size_px: tuple[int, int]) -> None:
        """Tells what is widened by pixels how many there are."""
        if size_px == self._viewport_px:
            return
        self._viewport_px = size_px
        for piece in pieces:
            if piece.material.grow_px > 0.0:
                actors.tell_viewport(piece.actor, size_px)
            for held in piece.companions.values():
                actors.tell_viewport(held, size_px)
