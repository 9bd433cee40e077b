"""The order of translucent actors in the renderer, kept from frame to frame."""

from __future__ import annotations

from collections.abc import Iterable

from vtkmodules.vtkCommonCore import vtkGarbageCollector
from vtkmodules.vtkRenderingCore import vtkActor, vtkRenderer

from ui.scene3d import camera, ordering
from ui.scene3d.actors import SKIN
from ui.scene3d.pieces import Piece


def move_last(renderer: vtkRenderer, actors: Iterable[vtkActor]) -> None:
    """Has a renderer draw these actors after all others, in this order.

    In its collection itself: the renderer's own way also frees what each actor keeps in graphics memory. And
    with VTK's search for garbage put off, which would follow each actor's references anew.
    """
    shown = renderer.GetViewProps()
    vtkGarbageCollector.DeferredCollectionPush()
    for actor in actors:
        shown.RemoveItem(actor)
        shown.AddItem(actor)
    vtkGarbageCollector.DeferredCollectionPop()


class BlendOrder:
    """Puts translucent structures behind one another, the skin last: the renderer blends in this order."""

    def __init__(self, renderer: vtkRenderer) -> None:
        self._renderer = renderer
        self._samples: dict[str, ordering.Sample] = {}
        self._order: list[vtkActor] = []
        self._compared: object = None

    def forget(self, structure: str = "") -> None:
        """Drops what is known of one structure whose shape has changed, or of all."""
        self._compared = None
        if structure:
            self._samples.pop(structure, None)
        else:
            self._samples.clear()
            self._order = []

    def arrange(self, pieces: Iterable[Piece], pose: camera.Pose, aspect: float, ordered: bool) -> None:
        """Sorts for a pose: by comparing surfaces pair by pair where `ordered`, else by their middles."""
        pieces = tuple(pieces)
        clear = [piece for piece in pieces if piece.clear and piece.id != SKIN]
        ghosts = [piece.companions["ghost"] for piece in pieces if "ghost" in piece.companions]
        skin = [piece.actor for piece in pieces if piece.clear and piece.id == SKIN]
        asked = (pose, aspect, tuple(piece.id for piece in clear), tuple(ghosts), tuple(skin))
        if ordered and asked == self._compared:
            return
        self._compared = asked if ordered else None
        if ordered:
            samples = [self._sample(piece) for piece in clear]
            clear = [clear[k] for k in ordering.far_first(samples, pose, aspect)]
        else:
            toward = camera.axes(pose).toward
            clear.sort(key=lambda piece: float(piece.centre_lps @ toward))
        order = [piece.actor for piece in clear] + skin + ghosts
        if order == self._order:
            return
        self._order = order
        move_last(self._renderer, order)

    def _sample(self, piece: Piece) -> ordering.Sample:
        if piece.id not in self._samples:
            self._samples[piece.id] = ordering.sample(piece.mesh)
        return self._samples[piece.id]
