"""How much of what is opaque shows through the translucent tissue before it, told by the alpha of a frame.

VTK blends alpha over opaque tissue, whose own is one, so that a frame's alpha says nothing. Wiped to zero
after the last opaque structure and before the first translucent one, it becomes what these cover.
"""

from __future__ import annotations

import weakref

from vtkmodules.vtkCommonCore import vtkPoints
from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkPolyData
from vtkmodules.vtkRenderingCore import vtkActor, vtkPolyDataMapper, vtkRenderer
from vtkmodules.vtkRenderingOpenGL2 import vtkOpenGLRenderWindow, vtkOpenGLState

from ui.scene3d.blending import move_last

_COLOUR_BUFFER = 0x4000


class Veil:
    """Makes the alpha of a renderer's frames the share, 0-255, that translucent tissue covers."""

    def __init__(self, window: vtkOpenGLRenderWindow, renderer: vtkRenderer) -> None:
        self._renderer = renderer
        self._actor = _unseen_actor()
        seen = weakref.ref(window)  # or the observer would keep its own window alive

        def wipe(*_: object) -> None:
            held = seen()
            if held is not None:
                _wipe_alpha(held.GetState())

        self._actor.GetMapper().AddObserver("UpdateShaderEvent", wipe)

    def measure(self, wanted: bool, focus_lps: tuple[float, float, float]) -> None:
        """Before each frame: whether its alpha is to tell. It then comes after all that is opaque, in view of
        a camera with this focus."""
        self._actor.SetVisibility(wanted)
        if not wanted:
            return
        self._actor.SetPosition(*focus_lps)  # what is out of view is not drawn at all
        move_last(self._renderer, (self._actor,))


def _wipe_alpha(state: vtkOpenGLState) -> None:
    state.vtkglColorMask(False, False, False, True)
    state.vtkglClearColor(0.0, 0.0, 0.0, 0.0)
    state.vtkglClear(_COLOUR_BUFFER)
    state.vtkglColorMask(True, True, True, True)


def _unseen_actor() -> vtkActor:
    """An opaque actor that is drawn without a pixel: a triangle whose both faces are culled."""
    points = vtkPoints()
    for corner in ((-0.5, -0.5, 0.0), (0.5, -0.5, 0.0), (0.0, 0.5, 0.5)):
        points.InsertNextPoint(*corner)
    cells = vtkCellArray()
    cells.InsertNextCell(3, (0, 1, 2))
    data = vtkPolyData()
    data.SetPoints(points)
    data.SetPolys(cells)
    mapper = vtkPolyDataMapper()
    mapper.SetInputData(data)
    actor = vtkActor()
    actor.SetMapper(mapper)
    actor.SetPickable(False)
    actor.UseBoundsOff()
    actor.ForceOpaqueOn()
    actor.GetProperty().BackfaceCullingOn()
    actor.GetProperty().FrontfaceCullingOn()
    return actor
