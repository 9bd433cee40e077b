"""The off-screen render window, and what it needs from the machine.

VTK ends the process without a word when no OpenGL library is there at all, so one is looked for first;
its warnings go to `logging`, never to the user's terminal.
"""

from __future__ import annotations

import ctypes
import logging
import sys

import numpy as np
import vtkmodules.vtkRenderingOpenGL2  # noqa: F401  (registers the OpenGL classes with the factories)
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonCore import (
    VTK_STRING,
    vtkFloatArray,
    vtkLogger,
    vtkOutputWindow,
    vtkUnsignedCharArray,
)
from vtkmodules.vtkRenderingCore import vtkRenderer, vtkRenderWindow
from vtkmodules.vtkRenderingOpenGL2 import vtkOpenGLRenderWindow

from ui import memory

_LOG = logging.getLogger(__name__)

# Any one of these lets VTK open an off-screen window on Linux (GLX, EGL, OSMesa).
_LINUX_LIBRARIES = ("libEGL.so.1", "libGL.so.1", "libOSMesa.so.8", "libOSMesa.so.6")
_SOFTWARE_NAMES = ("llvmpipe", "softpipe", "swiftshader", "swrast", "software", "gdi generic", "basic render")

_COLOUR_BUFFER = 0x4000
_DRAWINGS = 24  # more than a software driver usually works on at a time, which is three or four
_SLOW_CLEARS = 12  # about three milliseconds each

_messages: vtkOutputWindow | None = None


class GraphicsMissing(Exception):
    """The machine has no OpenGL library; the text says which packages bring one."""


def require_opengl(libraries: tuple[str, ...] = _LINUX_LIBRARIES) -> None:
    """Raises GraphicsMissing on Linux when none of the OpenGL libraries can be loaded."""
    if not sys.platform.startswith("linux"):
        return
    for name in libraries:
        try:
            ctypes.CDLL(name)
        except OSError:
            continue
        return
    raise GraphicsMissing(
        "The 3D picture needs an OpenGL library and none was found. On Debian or Ubuntu install them with: "
        "apt-get install libgl1 libegl1 libgl1-mesa-dri"
    )


def quiet_vtk() -> None:
    """Sends what VTK has to say to `logging` instead of the terminal, once per process."""
    global _messages
    if _messages is not None:
        return
    vtkLogger.SetStderrVerbosity(vtkLogger.VERBOSITY_OFF)
    window = vtkOutputWindow()
    window.SetDisplayModeToNever()

    def pass_on(level: int) -> object:
        def note(_caller: object, _event: str, text: str = "") -> None:
            _LOG.log(level, "%s", text.strip())

        note.CallDataType = VTK_STRING  # type: ignore[attr-defined]
        return note

    window.AddObserver("ErrorEvent", pass_on(logging.ERROR))
    window.AddObserver("WarningEvent", pass_on(logging.INFO))
    vtkOutputWindow.SetInstance(window)
    _messages = window


class OffscreenWindow:
    """A vtkRenderWindow that is never shown: size it, render it, read it back, finalize it.

    Raises GraphicsMissing where there is no OpenGL library.
    """

    def __init__(self, width_px: int = 64, height_px: int = 64) -> None:
        require_opengl()
        quiet_vtk()
        memory.steady()
        self.handle = vtkRenderWindow()
        self.handle.SetOffScreenRendering(1)
        self.handle.SetMultiSamples(0)
        self.handle.SetSize(width_px, height_px)
        self._bytes = vtkUnsignedCharArray()
        self._depths = vtkFloatArray()
        self._closed = self._rendered = False

    @property
    def closed(self) -> bool:
        """Whether `close` was called; a closed window must not render."""
        return self._closed

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height."""
        width, height = self.handle.GetSize()
        return int(width), int(height)

    def resize(self, width_px: int, height_px: int) -> None:
        """Sets the size; nothing happens where it already is so."""
        wanted = (max(1, int(width_px)), max(1, int(height_px)))
        if wanted != self.size_px:
            self.handle.SetSize(*wanted)

    def render(self) -> None:
        """Draws one frame."""
        self._rendered = True
        self.handle.Render()

    def pixels(self) -> NDArray[np.uint8]:
        """The last frame, (height, width, 4) uint8 RGBA, top row first; a copy."""
        return np.ascontiguousarray(self.pixels_view())

    def pixels_view(self) -> NDArray[np.uint8]:
        """`pixels` without the copy: good until the next frame is read, rows not contiguous."""
        width, height = self.size_px
        self.handle.GetRGBACharPixelData(0, 0, width - 1, height - 1, 0, self._bytes)
        return vtk_to_numpy(self._bytes).reshape(height, width, 4)[::-1]

    def depths_view(self) -> NDArray[np.float32]:
        """Depth buffer of the last frame's opaque parts, (height, width) float32 0-1, top row first.

        Good until the next one is read.
        """
        width, height = self.size_px
        self.handle.GetZbufferData(0, 0, width - 1, height - 1, self._depths)
        return vtk_to_numpy(self._depths).reshape(height, width)[::-1]

    def renderer_name(self) -> str:
        """What draws: "llvmpipe (LLVM 15 ...)", "NVIDIA ..."; empty when the driver does not say."""
        if not self._rendered:
            self.render()  # before its first frame the window has no driver to ask
        for line in self.handle.ReportCapabilities().splitlines():
            if "renderer string" in line:
                return line.partition(":")[2].strip()
        return ""

    def let_go(self) -> None:
        """Has a software driver drop the triangles it keeps of the last frames, some 100 MB.

        It keeps a drawing with all its triangles until another one takes its place, and only one that comes
        while those before are still being worked on takes a later place. So it is given something that takes
        it a while, and without waiting a row of empty drawings, each begun by changing the buffer.
        """
        if self._closed or not self._rendered or not isinstance(self.handle, vtkOpenGLRenderWindow):
            return
        self.handle.MakeCurrent()
        state = self.handle.GetState()
        buffers = (self.handle.GetRenderFramebuffer(), self.handle.GetDisplayFramebuffer())
        state.PushFramebufferBindings()
        state.vtkglClearColor(0.0, 0.0, 0.0, 0.0)
        buffers[0].Bind()
        state.vtkglColorMask(False, False, False, True)  # a part of each pixel: no quick way to clear
        for _ in range(_SLOW_CLEARS):
            state.vtkglClear(_COLOUR_BUFFER)
        state.vtkglColorMask(True, True, True, True)
        for number in range(_DRAWINGS):
            buffers[1 - number % 2].Bind()
            state.vtkglClear(_COLOUR_BUFFER)
        state.PopFramebufferBindings()

    def close(self) -> None:
        """Frees every OpenGL object; must come before the widget that shows the window dies."""
        if self._closed:
            return
        self._closed = True
        for renderer in list(self.handle.GetRenderers()):
            assert isinstance(renderer, vtkRenderer)
            renderer.RemoveAllViewProps()
            self.handle.RemoveRenderer(renderer)
        self.handle.Finalize()


def is_software(renderer_name: str) -> bool:
    """Whether a renderer of this name draws with the processor alone; an unknown one is taken to."""
    return not renderer_name or any(name in renderer_name.lower() for name in _SOFTWARE_NAMES)
