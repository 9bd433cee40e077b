"""Records of `courses/*.toml`: nerve courses told as waypoints relative to landmarks.

The file is content: an anatomist can read and change it. Each waypoint starts from one base (a landmark,
a place in psoas, a vessel's centreline, a nerve already resolved), is shifted by an offset and may then be
laid on a surface or between two muscles. Courses are authored for the left side; on the right the bases
are those of the right side. Offsets are (lateral, posterior, superior) of the named side, mm.
`planner.modelling.waypoints` turns them into points.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, TypeVar

import msgspec

Triple = tuple[float, float, float]
Grade = Literal["published", "textbook", "estimate"]


class CourseFault(Exception):
    """A course cannot be resolved; the text names the course, the side and the waypoint."""


class _Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Strict base of the records of the course files."""


class Waypoint(_Record, frozen=True, kw_only=True):
    """One point of a course. Exactly one base: landmark | level (with psoas) | muscle | centreline | nerve.

    place: share of a muscle's width and depth in its section at z_mm.  share: place on a nerve as a share
    0-1 of its length, instead of z_mm.  radius_mm, flat: the nerve's radius and thickness / width here.
    swell_mm: radius and length of a ganglion, which is a structure of its own where `ganglion` names it.
    on: laid on this surface, depth_mm beneath it.  between: midway between two surfaces.  Where two
    waypoints in a row name the same surface or pair, the course between them lies there too.
    """

    landmark: str = ""
    level: str = ""
    psoas: tuple[float, float] | None = None
    muscle: str = ""
    place: tuple[float, float] = (0.5, 0.5)
    centreline: str = ""
    nerve: str = ""
    z_mm: float | None = None
    share: float | None = None
    dz_mm: float = 0.0
    offset_mm: Triple = (0.0, 0.0, 0.0)
    on: str = ""
    depth_mm: float = 0.0
    between: tuple[str, str] | None = None
    radius_mm: float | None = None
    flat: float | None = None
    swell_mm: tuple[float, float] | None = None
    ganglion: str = ""
    note: str = ""


class Twigs(_Record, frozen=True, kw_only=True):
    """How a nerve frays out: `count` twigs of length_mm that spread over spread_deg.

    on: the surface beneath which they lie, depth_mm deep; freely in the depth where it is empty.
    along: shares of the course's length at which lesser twigs leave it, to both sides in turn.
    """

    count: int
    length_mm: float
    spread_deg: float
    on: str = "skin"
    depth_mm: float
    along: tuple[float, ...] = ()


class Course(_Record, frozen=True, kw_only=True):
    """The path of one nerve or of one of its heads or twigs.

    structure: mesh it belongs to (the course's own id unless given).  parent: course it leaves, at the
    parent's end or at the point nearest to the first waypoint, which gives way to it.  joins: course in
    which it ends, at the point nearest to the last waypoint.  taper_mm: length over which its end thins
    out.  through: structures it may cross.  twigs: how it ends.
    """

    id: str
    nerve: str
    structure: str = ""
    parent: str = ""
    leaves: Literal["end", "nearest"] = "nearest"
    joins: str = ""
    radius_mm: float
    taper_mm: float = 0.0
    through: tuple[str, ...] = ()
    sides: Literal["both", "left", "right"] = "both"
    sources: tuple[str, ...]
    grade: Grade
    note: str = ""
    twigs: Twigs | None = None
    waypoint: tuple[Waypoint, ...]


class Target(_Record, frozen=True, kw_only=True):
    """A named point: where a block is aimed (`at`), and where on the skin its path may begin (`entry`)."""

    id: str
    sides: Literal["both", "midline"] = "both"
    at: Waypoint
    entry: Waypoint | None = None
    sources: tuple[str, ...]
    grade: Grade
    note: str = ""


class _Courses(_Record, frozen=True, kw_only=True):
    format: int
    course: tuple[Course, ...]


class _Targets(_Record, frozen=True, kw_only=True):
    format: int
    target: tuple[Target, ...]


_File = TypeVar("_File", _Courses, _Targets)


def load_courses(folder: Path) -> tuple[Course, ...]:
    """The courses of all files of the folder, by file name and then in file order, so that parents come
    before children. Raises CourseFault."""
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        raise CourseFault(f"{folder.name}: the folder holds no courses")
    courses = tuple(course for path in paths for course in _decoded(path, _Courses).course)
    seen: set[str] = set()
    sided_ids: set[tuple[str, str]] = set()
    for course in courses:
        for other in (course.parent, course.joins):
            if other and other not in seen and not other.startswith("dural_sac"):
                raise CourseFault(f"course {course.id}: {other!r} is not a course listed before it")
        own = {(course.id, side) for side in ("left", "right") if course.sides in ("both", side)}
        if own & sided_ids:
            raise CourseFault(f"course {course.id}: it is listed twice for the same side")
        sided_ids |= own
        if not course.sources:
            raise CourseFault(f"course {course.id}: it names no source")
        seen.add(course.id)
    return courses


def load_targets(path: Path) -> tuple[Target, ...]:
    """The block targets in file order. Raises CourseFault."""
    return _decoded(path, _Targets).target


def _decoded(path: Path, kind: type[_File]) -> _File:
    try:
        found = msgspec.toml.decode(path.read_bytes(), type=kind)
    except OSError as error:
        raise CourseFault(f"{path.name}: cannot be read ({error.strerror})") from error
    except msgspec.DecodeError as error:
        raise CourseFault(f"{path.name}: {error}") from error
    if found.format != 1:
        raise CourseFault(f"{path.name}: format {found.format} is not known")
    return found
