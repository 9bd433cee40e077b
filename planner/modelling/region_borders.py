"""Reads assets/atlas/region_borders.toml: where each skin region begins and ends, in chart coordinates.

The file is content, so the reader is strict: every fault names the entry. Its format is told at the top
of the file itself. What a border means on the mesh is decided in `skin_regions`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal, Protocol, TypeVar

import msgspec
from msgspec import Meta

Identifier = Annotated[str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]
Knot = tuple[float | str, float | str]


class BorderFault(Exception):
    """The border file cannot be used; the text names the entry and what is wrong with it."""


class Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of the records of border files."""


class Limit(Strict, frozen=True, kw_only=True):
    """A field value given by landmarks: at one, between two, or changing along another field."""

    at: str = ""
    plus: float = 0.0
    between: tuple[str, str] | None = None
    share: float = 0.5
    along: str = ""
    knots: tuple[Knot, ...] = ()

    def __post_init__(self) -> None:
        if sum((bool(self.at), self.between is not None, bool(self.along))) != 1:
            raise ValueError("a limit says exactly one of at, between, along")
        if bool(self.along) != (len(self.knots) >= 2):
            raise ValueError("along needs two or more knots, and knots need along")


class Disc(Strict, frozen=True, kw_only=True):
    """An ellipse on the skin about a landmark; half-axes up the body and across it, in mm."""

    landmark: str
    up_mm: Annotated[float, Meta(gt=0.0)]
    across_mm: Annotated[float, Meta(gt=0.0)]
    turn_deg: float = 0.0


class Spot(Strict, frozen=True, kw_only=True):
    """A place on the skin: its height, and its angle about the limb (azimuth) or the trunk (around)."""

    height: float
    azimuth: float | None = None
    around: float | None = None

    def __post_init__(self) -> None:
        if (self.azimuth is None) == (self.around is None):
            raise ValueError("a spot says exactly one of azimuth, around")


class Strip(Strict, frozen=True, kw_only=True):
    """The skin beside a curve, as broad to either side as `half_mm` says at each place it goes through."""

    through: Annotated[tuple[str | Spot, ...], Meta(min_length=1)]
    half_mm: tuple[Annotated[float, Meta(gt=0.0)], ...]

    def __post_init__(self) -> None:
        if len(self.through) != len(self.half_mm):
            raise ValueError("a strip has one half_mm for each place")


class Condition(Strict, frozen=True, kw_only=True):
    """One border or two: a field between limits, or a disc, or a strip. An angle needs both limits."""

    field: str = ""
    low: float | Limit | None = None
    high: float | Limit | None = None
    disc: Disc | None = None
    strip: Strip | None = None

    def __post_init__(self) -> None:
        if (self.disc is not None) + (self.strip is not None) + bool(self.field) != 1:
            raise ValueError("a condition names one of: a field or a disc or a strip")
        if self.field and self.low is None and self.high is None:
            raise ValueError(f"the condition on {self.field} has neither low nor high")


class Area(Strict, frozen=True, kw_only=True):
    """Where all conditions hold."""

    inside: Annotated[tuple[Condition, ...], Meta(min_length=1)]


class RegionBorders(Strict, frozen=True, kw_only=True):
    """One region: the union of its areas. A higher layer is drawn over a lower one."""

    id: Identifier
    layer: int = 0
    deep: bool = False
    soft_mm: Annotated[float, Meta(gt=0.0)] | None = None
    area: Annotated[tuple[Area, ...], Meta(min_length=1)]
    sources: Annotated[tuple[Identifier, ...], Meta(min_length=1)]
    grade: Literal["published", "textbook", "estimate"]
    note: str = ""


class Anchor(Strict, frozen=True, kw_only=True):
    """A named point derived from a measured one, moved and, if asked, brought to the skin."""

    id: Identifier
    near: str
    plus_mm: tuple[float, float, float] = (0.0, 0.0, 0.0)
    towards: tuple[float, float, float] | None = None
    on_skin: bool = True
    note: str = ""


class Line(Strict, frozen=True, kw_only=True):
    """A line over the skin through landmarks; `positive` is the direction of its positive side."""

    id: Identifier
    through: Annotated[tuple[str, ...], Meta(min_length=2)]
    positive: tuple[float, float, float]
    note: str = ""


class BorderFile(Strict, frozen=True, kw_only=True):
    """The whole file. `domain` is the skin that regions share out among themselves."""

    anchors: tuple[Anchor, ...]
    lines: tuple[Line, ...]
    domain: tuple[Area, ...]
    regions: tuple[RegionBorders, ...]


class Named(Protocol):
    """An entry with an id."""

    @property
    def id(self) -> str: ...


_Entry = TypeVar("_Entry", bound=Named)
_TABLES = {"format", "domain", "landmark", "line", "region"}


def read_borders(path: Path) -> BorderFile:
    """The decoded file. Raises BorderFault naming the entry."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise BorderFault(f"{path.name}: cannot be read ({error.strerror})") from error
    return decode_borders(text, path.name)


def decode_borders(text: str, name: str = "region_borders.toml") -> BorderFile:
    """The decoded text of a border file. Raises BorderFault naming the entry."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BorderFault(f"{name}: {error}") from error
    unknown = sorted(set(table) - _TABLES)
    if unknown:
        raise BorderFault(f"{name}: unknown table {unknown[0]!r}")
    if table.get("format") != 1:
        raise BorderFault(f"{name}: format 1 is wanted, the file says {table.get('format')!r}")
    try:
        domain = msgspec.convert(table.get("domain", {}).get("area"), tuple[Area, ...])
    except (msgspec.ValidationError, AttributeError) as error:
        raise BorderFault(f"{name}, domain: {error}") from error
    return BorderFile(
        anchors=entries(table.get("landmark", []), Anchor, f"{name}, landmark"),
        lines=entries(table.get("line", []), Line, f"{name}, line"),
        domain=domain,
        regions=entries(table.get("region", []), RegionBorders, f"{name}, region"),
    )


def entries(raw: Sequence[object], kind: type[_Entry], what: str) -> tuple[_Entry, ...]:
    """The decoded entries of one table, each id once. Raises BorderFault naming the entry."""
    found: dict[str, _Entry] = {}
    for number, entry in enumerate(raw, start=1):
        ident = entry.get("id", f"number {number}") if isinstance(entry, dict) else f"number {number}"
        try:
            record = msgspec.convert(entry, kind)
        except msgspec.ValidationError as error:
            raise BorderFault(f"{what} {ident}: {error}") from error
        if record.id in found:
            raise BorderFault(f"{what} {ident}: it is listed twice")
        found[record.id] = record
    return tuple(found.values())
