"""Records of `vessels_authored.toml`: vessels, ducts and cords told as waypoints relative to the body.

What the measured atlas lacks or shows in the wrong place is authored here; the trunks they leave are
measured and come from `planner.modelling.network`. Waypoints are those of the nerve courses
(`planner.modelling.courses`); a place on a vessel may name a measured or an authored one.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from planner.modelling.courses import CourseFault, Grade, Triple, Waypoint

FILE = "vessels_authored.toml"


class _Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Strict base of the records of the file."""


class Beside(_Record, frozen=True, kw_only=True):
    """A stretch that runs beside another vessel, wall to wall.

    vessel: id without side.  towards: side of it on which the course lies, (lateral, posterior, superior).
    from_mm, to_mm: stretch of the other vessel, arc length from its start (negative: from its end).
    """

    vessel: str
    towards: Triple
    from_mm: float = 0.0
    to_mm: float = -0.001
    gap_mm: float = 0.6


class Branch(_Record, frozen=True, kw_only=True):
    """The path of one vessel, or of one of several that make up a structure.

    parent: vessel it leaves at the point nearest to its origin, without one to its first place; or at its
    end.  joins: vessel in
    which it ends.  The radius runs from radius_mm to end_radius_mm unless waypoints say otherwise.
    keeps_out_of: muscles and organs that it does not enter; bone and other vessels it never enters.
    """

    id: str
    structure: str = ""
    system: Literal["vessels", "organs"] = "vessels"
    parent: str = ""
    leaves: Literal["end", "nearest"] = "nearest"
    origin: Waypoint | None = None
    joins: str = ""
    radius_mm: float
    end_radius_mm: float | None = None
    keeps_out_of: tuple[str, ...] = ()
    through: tuple[str, ...] = ()
    sides: Literal["both", "left", "right"] = "both"
    sources: tuple[str, ...]
    grade: Grade
    note: str = ""
    beside: Beside | None = None
    waypoint: tuple[Waypoint, ...] = ()


class _File(_Record, frozen=True, kw_only=True):
    format: int
    vessel: tuple[Branch, ...]


def load_branches(folder: Path) -> tuple[Branch, ...]:
    """The authored vessels in file order: parents stand before children. Raises CourseFault."""
    try:
        found = msgspec.toml.decode((folder / FILE).read_bytes(), type=_File)
    except OSError as error:
        raise CourseFault(f"{FILE}: cannot be read ({error.strerror})") from error
    except msgspec.DecodeError as error:
        raise CourseFault(f"{FILE}: {error}") from error
    if found.format != 1:
        raise CourseFault(f"{FILE}: format {found.format} is not known")
    seen: set[tuple[str, str]] = set()
    for branch in found.vessel:
        own = {(branch.id, side) for side in ("left", "right") if branch.sides in ("both", side)}
        if own & seen:
            raise CourseFault(f"{FILE}, {branch.id}: it is listed twice for the same side")
        if not branch.sources:
            raise CourseFault(f"{FILE}, {branch.id}: it names no source")
        if len(branch.waypoint) + 3 * (branch.beside is not None) + bool(branch.parent) < 2:
            raise CourseFault(f"{FILE}, {branch.id}: a course needs two places at least")
        seen |= own
    return found.vessel
