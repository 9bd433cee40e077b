"""A State as a file: versioned JSON with the program's version and the content's hash.

Scene files travel between people, so what is read is trusted in nothing: size, format, version, every
number and every id are held against what this program can show, and a bad file is refused as a whole
with one sentence. A file made with other content is read if all its ids are known, and says so.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from stat import S_ISREG
from typing import Annotated

import msgspec

from planner.atlas.model import LAYERS, MEASURED_FORM, Content, Form
from planner.files import write_atomically
from planner.session.ids import UnknownId, check_state
from planner.session.state import RegionMark, State
from planner.session.update import (
    MAX_RULER,
    BadAction,
    checked_point,
    checked_section,
    checked_stroke,
    checked_weight,
)

FORMAT = "lumbar-block-planner scene"
# 2: marks have qualities, strokes the pressure of a pen; a State is neutral in form unless it says otherwise
VERSION = 2
MAX_BYTES = 4_000_000
MAX_MARKS = 2_000
MAX_POINTS = 50_000
MAX_SERIAL = 1_000_000_000


class SceneFault(Exception):
    """A scene file that cannot be used; the text says why in one sentence."""


class _Header(msgspec.Struct, frozen=True):
    """What every version of the format has."""

    format: str
    version: Annotated[int, msgspec.Meta(ge=1, le=10_000)]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: str
    version: int
    app: str
    content: str
    state: State


class _OldState(msgspec.Struct, frozen=True):
    form: Form = MEASURED_FORM


class _OldFile(msgspec.Struct, frozen=True):
    """What a file of version 1 leaves unsaid otherwise than one of today: it shows the measured form."""

    state: _OldState = _OldState()


@dataclass(frozen=True, slots=True)
class Scene:
    """A read scene. same_content: made with the very content now loaded."""

    state: State
    app: str
    same_content: bool


def app_version() -> str:
    """Version of the installed program, or "0" where it runs without being installed."""
    from importlib import metadata  # slow to import, needed only when a file is written

    try:
        return metadata.version("lumbar-block-planner")
    except metadata.PackageNotFoundError:
        return "0"


def encode(state: State, content_sha256: str) -> bytes:
    """The file's bytes: JSON, indented, so that it can be read and compared."""
    file = _File(FORMAT, VERSION, app_version(), content_sha256, state)
    return msgspec.json.format(msgspec.json.encode(file), indent=1) + b"\n"


def decode(data: bytes, content: Content, points: Collection[str] = ()) -> Scene:
    """The scene in the bytes. points: ids of the model's named points, to check the camera's wish.

    Raises SceneFault with one sentence.
    """
    if len(data) > MAX_BYTES:
        raise SceneFault(f"it is larger than any scene ({len(data):,} bytes)")
    try:
        header = msgspec.json.decode(data, type=_Header)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SceneFault(f"it is not a scene file of this program ({error})") from error
    if header.format != FORMAT:
        raise SceneFault("it is not a scene file of this program")
    if header.version > VERSION:
        raise SceneFault(
            f"it was saved by a newer version of this program (format {header.version}; "
            f"this one reads up to {VERSION})"
        )
    try:
        file = msgspec.json.decode(data, type=_File)
        state = file.state
        if header.version < VERSION:
            old = msgspec.json.decode(data, type=_OldFile)
            state = msgspec.structs.replace(state, form=old.state.form)
        _check_numbers(state)
        check_state(content, points, state)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SceneFault(f"it is damaged ({error})") from error
    except (BadAction, UnknownId) as error:
        raise SceneFault(str(error)) from error
    return Scene(state, file.app, file.content == content.sha256)


def _check_numbers(state: State) -> None:
    if len(state.marks) > MAX_MARKS:
        raise BadAction(f"it holds {len(state.marks)} marks; at most {MAX_MARKS} can be shown")
    strokes = [mark for mark in state.marks if not isinstance(mark, RegionMark)]
    for mark in state.marks:
        if isinstance(mark, RegionMark):
            checked_weight(mark.weight)
    for stroke in strokes:
        if not stroke.points_lps:
            raise BadAction("a stroke has no points")
        checked_stroke(stroke)
    if sum(len(stroke.points_lps) for stroke in strokes) > MAX_POINTS:
        raise BadAction(f"its strokes hold more than {MAX_POINTS} points")
    if not 0 <= state.pose.serial <= MAX_SERIAL:
        raise BadAction(f"the camera's serial number does not lie between 0 and {MAX_SERIAL}")
    if sorted(look.layer for look in state.layers) != sorted(LAYERS):
        raise BadAction("it does not name every layer once")
    for look in state.layers:
        if not (isfinite(look.opacity) and 0.0 <= look.opacity <= 1.0):
            raise BadAction(f"opacity {look.opacity:g} does not lie between 0 and 1")
    if state.section is not None:
        checked_section(state.section)
    if len(state.ruler) > MAX_RULER:
        raise BadAction(f"it holds more than {MAX_RULER // 2} measures")
    for point in (*state.ruler, *((state.traced,) if state.traced is not None else ())):
        checked_point(point)
    groups = tuple(choice.group for choice in state.variants)
    for names in (
        groups,
        state.qualities,
        state.clues,
        state.flags,
        state.unrelieved,
        state.selected,
        state.hidden,
        state.faded,
        *(mark.qualities for mark in state.marks),
    ):
        if len(set(names)) != len(names):
            raise BadAction("it names the same entry twice")


def save(path: Path, state: State, content_sha256: str) -> None:
    """Writes the file whole or not at all. Raises SceneFault."""
    try:
        write_atomically(path, encode(state, content_sha256))
    except (OSError, ValueError) as error:  # ValueError: a name that no file system takes
        raise SceneFault(f"{path.name} cannot be written: {_reason(error)}") from error


def _reason(error: OSError | ValueError) -> str:
    return getattr(error, "strerror", None) or str(error)


def load(path: Path, content: Content, points: Collection[str] = ()) -> Scene:
    """The scene in a file. Raises SceneFault naming the file."""
    try:
        if not S_ISREG(path.stat().st_mode):  # a pipe would keep us waiting for ever
            raise SceneFault(f"{path.name} cannot be read: it is no file")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise SceneFault(f"{path.name} cannot be read: {_reason(error)}") from error
    try:
        return decode(data, content, points)
    except SceneFault as error:
        raise SceneFault(f"{path.name} cannot be used: {error}") from error
