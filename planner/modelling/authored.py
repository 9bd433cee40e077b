"""What every hand-written table must hold to, whatever it tells: numbers that are places, sides that agree.

Each reader checks its own format; this goes over all of them before anything is built, so that a slip of
the pen is refused with file, entry and row and not found later as a spike in a mesh.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from planner.modelling.tables import FRAME_LIMIT_MM, TableFault

_COUNTS = frozenset(("triangles", "budget"))  # no lengths
_ID = ("id", "of", "structure", "name")
_PLACED = frozenset(("path", "points", "course"))  # rows that begin with x, y, z of the body
_BASES = frozenset(("landmark", "centreline", "nerve", "muscle", "on"))  # what waypoints start from
_ACROSS_MM = 12.0  # what begins or ends at the midline may reach over it by a vessel's width
_RIGHT = frozenset(("colon_ascending",))  # right-sided without saying so
_LEFT = frozenset(("colon_descending",))


def check(folder: Path) -> None:
    """Goes over the TOML tables of a measurements folder. Raises TableFault for the first fault."""
    for path in sorted([*folder.glob("*.toml"), *folder.glob("courses/*.toml")]):
        file = str(path.relative_to(folder))
        try:
            content = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise TableFault(f"{file}: {error}") from error
        for where, entry in _entries(content):
            name = ", ".join(part for part in (file, where) if part)
            for place, value in _values(entry):
                _check_value(name, place, value, entry)
            _check_side(name, entry)


def _entries(content: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The tables of a file with what they are called; what stands above them counts as one without a name."""
    bare = {}
    for key, value in content.items():
        if isinstance(value, list) and value and all(isinstance(row, dict) for row in value):
            for number, entry in enumerate(value, start=1):
                told = next((str(entry[name]) for name in _ID if name in entry), f"entry {number}")
                yield f"{key} {told}", entry
        elif isinstance(value, dict):
            yield key, value
        else:
            bare[key] = value
    yield "", bare


def _values(value: object, place: str = "") -> Iterator[tuple[str, object]]:
    """Every number and name in an entry with the way to it; rows are counted from 1."""
    if isinstance(value, Mapping):
        for key, part in value.items():
            if key not in _COUNTS:
                yield from _values(part, f"{place}, {key}" if place else str(key))
    elif isinstance(value, list):
        nested = any(isinstance(part, list | dict) for part in value)
        for row, part in enumerate(value, start=1):
            yield from _values(part, f"{place}, row {row}" if nested else place)
    elif not isinstance(value, bool):
        yield place, value


def _check_value(name: str, place: str, value: object, entry: Mapping[str, Any]) -> None:
    if isinstance(value, int | float):
        if not math.isfinite(value):
            raise TableFault(f"{name}: {place}: {value} is not a number")
        if abs(value) > FRAME_LIMIT_MM:
            raise TableFault(
                f"{name}: {place}: {value:g} lies more than {FRAME_LIMIT_MM:g} mm from the origin"
            )
    elif isinstance(value, str) and value.endswith("_right") and _mirrored(place, entry):
        raise TableFault(
            f"{name}: {place}: {value!r} is on the wrong side; the right one is its mirror image"
        )


def _mirrored(place: str, entry: Mapping[str, Any]) -> bool:
    """Whether a name at this place of an entry must be that of a left or unpaired structure."""
    if _told_for(entry) == "left":
        return True
    both = entry.get("sides", "both") in ("both", "left") and entry.get("sided", True) is True
    return both and place.rsplit(", ", 1)[-1] in _BASES


def _told_for(entry: Mapping[str, Any]) -> str:
    """The side that an entry is told for, by its name; "" for neither."""
    ident = next((str(entry[name]) for name in _ID if name in entry), "")
    if ident.endswith("_left") or ident in _LEFT:
        return "left"
    return "right" if ident.endswith("_right") or ident in _RIGHT else ""


def _check_side(name: str, entry: Mapping[str, Any]) -> None:
    """Rows of places lie on the side that the entry is told for."""
    side = "left" if entry.get("mirror") is True else _told_for(entry)
    if not side:
        return
    sign = 1.0 if side == "left" else -1.0
    for key in sorted(_PLACED & set(entry)):
        for row, place in enumerate(entry[key], start=1):
            x = place[0] if isinstance(place, list) and place else None
            if isinstance(x, int | float) and sign * x < -_ACROSS_MM:
                raise TableFault(f"{name}: {key}, row {row}: x {x:g} lies on the wrong side")
