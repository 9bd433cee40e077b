"""What the window remembers between starts: text size, colours, layout, recent scenes. Nothing about anyone.

One small file of JSON, read whole or not at all: a damaged one is put aside as `.bad`, one of a newer
version is left as it is, and either way the window opens with the ordinary settings and says so once.
Nothing here needs Qt, so that it is read while Qt is still being imported.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import msgspec

from planner.atlas.model import Form
from planner.files import write_atomically

ColorChoice = Literal["system", "light", "dark"]
GroundChoice = Literal["dark", "light", "print", "window"]
MotionChoice = Literal["system", "reduced", "full"]
PaneName = Literal["left", "right"]

FORMAT = "lumbar-block-planner window"
VERSION = 1
MAX_BYTES = 100_000
MAX_RECENT = 8
_Px = Annotated[int, msgspec.Meta(ge=0, le=30_000)]
_Place = Annotated[str, msgspec.Meta(max_length=4_096)]


class Remembered(msgspec.Struct, frozen=True, kw_only=True):
    """The file. What an older version did not know yet has its ordinary value."""

    format: Literal["lumbar-block-planner window"] = FORMAT  # type: ignore[assignment]
    version: Annotated[int, msgspec.Meta(ge=1)] = VERSION
    scale: Annotated[float, msgspec.Meta(ge=0.1, le=10.0)] = 1.0
    colors: ColorChoice = "system"
    ground: GroundChoice = "dark"
    motion: MotionChoice = "system"
    geometry: Annotated[str, msgspec.Meta(max_length=2_000)] = ""  # what Qt says of it, as base64
    columns: tuple[_Px, _Px] | None = None  # left and right, where the user moved them
    cards: tuple[_Px, _Px] | None = None  # list of blocks and card, where the user moved them
    make_room: bool = True
    folded: Annotated[tuple[PaneName, ...], msgspec.Meta(max_length=2)] = ()
    face: Literal["explain", "study"] = "explain"
    form: Form = "neutral"
    recent: Annotated[tuple[_Place, ...], msgspec.Meta(max_length=MAX_RECENT)] = ()
    toured: bool = False


class _Header(msgspec.Struct, frozen=True):
    format: str
    version: int


class Settings:
    """The record in force. `fault`: a sentence when the file could not be used or written, else ""."""

    def __init__(self, path: Path | None = None) -> None:
        """path: the file; None keeps nothing beyond this run."""
        self._path = path
        self.fault = ""
        self.now = Remembered()
        if path is not None:
            self._read(path)

    def _read(self, path: Path) -> None:
        try:
            if not path.is_file():
                return
            with path.open("rb") as file:
                data = file.read(MAX_BYTES + 1)
        except OSError as error:
            self.fault = (
                f"The window's settings cannot be read ({error.strerror}); the ordinary ones are used."
            )
            self._path = None
            return
        try:
            if len(data) > MAX_BYTES:
                raise msgspec.DecodeError("too large")
            header = msgspec.json.decode(data, type=_Header)
            if header.format == FORMAT and header.version > VERSION:
                self.fault = (
                    "The window's settings come from a newer version of this program; "
                    "the ordinary ones are used, and that file stays as it is."
                )
                self._path = None
                return
            self.now = msgspec.json.decode(data, type=Remembered)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            self._put_aside(path)

    def _put_aside(self, path: Path) -> None:
        aside = path.with_name(f"{path.name}.bad")
        self.fault = "The window's settings were damaged; the ordinary ones are used."
        try:
            os.replace(path, aside)
        except OSError:
            self._path = None
        else:
            self.fault += f" The file is kept as {aside.name}."

    def note(self, **changes: Any) -> None:
        """Remembers something that is written with the next thing kept, at the latest on closing."""
        self.now = msgspec.structs.replace(self.now, **changes)

    def keep(self, **changes: Any) -> None:
        """Remembers something and writes the file; what hinders that is told by `fault`."""
        self.note(**changes)
        if self._path is None:
            return
        try:
            write_atomically(self._path, msgspec.json.format(msgspec.json.encode(self.now)) + b"\n")
        except OSError as error:
            self.fault = f"The window's settings cannot be written: {error.strerror}."

    @property
    def scale(self) -> float:
        """Text size, the nearest of those there are."""
        from ui.theme import SCALES

        return min(SCALES, key=lambda scale: abs(scale - self.now.scale))

    @property
    def colors(self) -> ColorChoice:
        """Colour scheme: the system's, light or dark."""
        return self.now.colors

    @colors.setter
    def colors(self, value: ColorChoice) -> None:
        assert value in get_args(ColorChoice)
        self.keep(colors=value)

    @scale.setter
    def scale(self, value: float) -> None:
        self.keep(scale=value)

    @property
    def ground(self) -> GroundChoice:
        """What the model stands before: dark, light, print, or as light as the window is."""
        return self.now.ground

    @ground.setter
    def ground(self, value: GroundChoice) -> None:
        self.keep(ground=value)

    def add_recent(self, path: Path) -> None:
        """Puts a scene first among the recent ones."""
        place = str(path)
        others = tuple(other for other in self.now.recent if other != place)
        self.keep(recent=(place, *others)[:MAX_RECENT])

    def drop_recent(self, path: Path) -> None:
        """Forgets a scene that is not there any more."""
        self.keep(recent=tuple(other for other in self.now.recent if other != str(path)))
