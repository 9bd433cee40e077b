"""The bare floor: the least that any program must do to show these meshes, from process start to first frame.

Narrow `vtkmodules` imports, the mesh files read with json and numpy, actors made from the arrays, one
off-screen render window painted by a plain QWidget. No content, no engine, no panels. The real program's
start is judged as a ratio to this, measured in the same run, because milliseconds move from machine to
machine. Prints one JSON line when the frame has been painted, and ends.
"""

from __future__ import annotations

import json
import sys
import time

_START = time.perf_counter()

from pathlib import Path  # noqa: E402  every import belongs to what is measured

import numpy as np  # noqa: E402
import vtkmodules.vtkRenderingOpenGL2  # noqa: E402, F401  registers the drawing backend
from PySide6.QtCore import QTimer  # noqa: E402
from PySide6.QtGui import QImage, QPainter, QPaintEvent  # noqa: E402
from PySide6.QtWidgets import QApplication, QWidget  # noqa: E402
from vtkmodules.util.numpy_support import numpy_to_vtk  # noqa: E402
from vtkmodules.vtkCommonCore import vtkPoints, vtkUnsignedCharArray  # noqa: E402
from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkPolyData  # noqa: E402
from vtkmodules.vtkRenderingCore import vtkActor, vtkPolyDataMapper, vtkRenderer, vtkRenderWindow  # noqa: E402

from planner.atlas.meshes import Mesh, load_meshes  # noqa: E402

CONTENT = Path(__file__).resolve().parent.parent / "assets"
WIDTH, HEIGHT = 1280, 800


def actor_of(mesh: Mesh) -> vtkActor:
    """An opaque actor that shares the mesh's arrays."""
    points = vtkPoints()
    points.SetData(numpy_to_vtk(mesh.points_lps))
    cells = vtkCellArray()
    cells.SetData(3, numpy_to_vtk(np.ascontiguousarray(mesh.triangles).ravel().view(np.int32)))
    surface = vtkPolyData()
    surface.SetPoints(points)
    surface.SetPolys(cells)
    normals = numpy_to_vtk(mesh.normals)
    normals.SetName("Normals")
    surface.GetPointData().SetNormals(normals)
    mapper = vtkPolyDataMapper()
    mapper.SetInputData(surface)
    actor = vtkActor()
    actor.SetMapper(mapper)
    actor.GetProperty().BackfaceCullingOn()
    return actor


class Pane(QWidget):
    """A plain widget that paints what the off-screen window drew."""

    def __init__(self, window: vtkRenderWindow) -> None:
        super().__init__()
        self.resize(WIDTH, HEIGHT)
        self._window = window
        self.painted_at: float | None = None

    def paintEvent(self, event: QPaintEvent) -> None:
        self._window.Render()
        pixels = vtkUnsignedCharArray()
        self._window.GetRGBACharPixelData(0, 0, WIDTH - 1, HEIGHT - 1, 1, pixels)
        image = QImage(memoryview(pixels), WIDTH, HEIGHT, 4 * WIDTH, QImage.Format.Format_RGBX8888)
        painter = QPainter(self)
        painter.scale(1, -1)  # OpenGL's first row is the lowest
        painter.drawImage(0, -HEIGHT, image)
        painter.end()
        if self.painted_at is None:
            self.painted_at = time.perf_counter()
            QTimer.singleShot(0, QApplication.quit)


def main() -> int:
    """Show the frame and print the breakdown in milliseconds since the first line of this file.

    The one argument, if given, is another content folder.
    """
    imported = time.perf_counter()
    application = QApplication(sys.argv[:1])
    meshes = load_meshes((Path(sys.argv[1]) if len(sys.argv) > 1 else CONTENT) / "meshes").full
    loaded = time.perf_counter()
    renderer = vtkRenderer()
    for mesh in meshes.values():
        renderer.AddActor(actor_of(mesh))
    window = vtkRenderWindow()
    window.OffScreenRenderingOn()
    window.SetMultiSamples(0)
    window.SetSize(WIDTH, HEIGHT)
    window.AddRenderer(renderer)
    camera = renderer.GetActiveCamera()
    camera.SetFocalPoint(0.0, 0.0, 0.0)
    camera.SetPosition(0.0, -1.0, 0.0)
    camera.SetViewUp(0.0, 0.0, 1.0)
    renderer.ResetCamera()
    built = time.perf_counter()
    pane = Pane(window)
    pane.show()
    application.exec()
    assert pane.painted_at is not None
    print(
        json.dumps(
            {
                "imports_ms": round(1000 * (imported - _START), 1),
                "load_ms": round(1000 * (loaded - imported), 1),
                "actors_ms": round(1000 * (built - loaded), 1),
                "first_frame_ms": round(1000 * (pane.painted_at - built), 1),
                "complete_ms": round(1000 * (pane.painted_at - _START), 1),
                "triangles": sum(len(mesh.triangles) for mesh in meshes.values()),
            }
        ),
        flush=True,
    )
    window.Finalize()
    return 0


if __name__ == "__main__":
    sys.exit(main())
