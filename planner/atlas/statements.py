"""Records of `anatomy.toml`: statements of published anatomy that the built model must satisfy.

A statement says what is measured on the model (one of the measures below), the range in which the
figure must lie and where that range comes from. Names without a side mean the structure, landmark or
point of the side under test; lengths are millimetres along lateral (away from the median plane),
posterior and superior.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from planner.atlas.model import Cited, Identifier, Record

Along = Literal["lateral", "posterior", "superior"]
Towards = Literal["lateral", "medial", "posterior", "anterior", "superior", "inferior"]
Height = str | float


class Place(Record, frozen=True, kw_only=True):
    """A point of the model, from exactly one base.

    landmark: of landmarks.csv.  point: of points.toml.  axis with `at`: where the trunk of a tube has this
    height (mm, or that of a landmark).  axis with `leaves`: where, followed down from `at`, it is first (or
    `last`) outside of a structure after having been inside.  most: the vertex of a structure that lies
    farthest `towards` a direction, of its section at `at` where that is given.
    """

    landmark: str = ""
    point: str = ""
    axis: str = ""
    at: Height | None = None
    leaves: str = ""
    last: bool = False
    down_to: Height | None = None
    most: str = ""
    towards: Towards | None = None
    plus_mm: tuple[float, float, float] = (0.0, 0.0, 0.0)


class Statement(Cited, frozen=True, kw_only=True):
    """What every statement has. published: the figure as the source gives it; low, high: what passes.

    deviates: why the measured body lies outside that range, where it does and has been left as measured.
    """

    id: Identifier
    group: str
    text: str
    published: str
    low: float
    high: float
    unit: str = "mm"
    sides: Literal["both", "left", "right", "midline"] = "both"
    deviates: str = ""
    note: str = ""


class Distance(Statement, frozen=True, kw_only=True, tag_field="measure", tag="distance"):
    """From one place to another: straight, or the signed part of it along a direction."""

    start: Place
    end: Place
    along: Along | None = None


class Share(Statement, frozen=True, kw_only=True, tag_field="measure", tag="share"):
    """Where a place lies between two others along a direction: 0 at `start`, 1 at `end`."""

    place: Place
    start: Place
    end: Place
    along: Along


class Extent(Statement, frozen=True, kw_only=True, tag_field="measure", tag="extent"):
    """Size of a structure along a direction, as a whole or in its section (`trunk`: that of its trunk)."""

    structure: str
    along: Along
    at: Height | None = None
    trunk: bool = False


class Area(Statement, frozen=True, kw_only=True, tag_field="measure", tag="area"):
    """Area of a structure's axial section at a height, cm2."""

    structure: str
    at: Height


class Depth(Statement, frozen=True, kw_only=True, tag_field="measure", tag="depth"):
    """Where a place lies in a structure's axial section: 0 at the posterior border, 1 at the anterior."""

    place: Place
    structure: str


class Gap(Statement, frozen=True, kw_only=True, tag_field="measure", tag="gap"):
    """Least distance from a place, or from one structure's surface, to another; negative inside it."""

    structure: str
    place: Place | None = None
    of: str = ""


class Ray(Statement, frozen=True, kw_only=True, tag_field="measure", tag="ray"):
    """How far from a place a surface is met in a direction; `both`: the opposite way added, as a calliper.

    aimed: the place that gives the direction, instead of `towards`.
    """

    place: Place
    structure: str
    towards: Towards | None = None
    aimed: Place | None = None
    both: bool = False


class Crossing(Statement, frozen=True, kw_only=True, tag_field="measure", tag="crossing"):
    """Where a tube's trunk crosses the line between two places, seen from in front: mm from the first."""

    axis: str
    start: Place
    end: Place


class Deepest(Statement, frozen=True, kw_only=True, tag_field="measure", tag="deepest"):
    """The deepest that any vertex of some structures lies inside others (globs of ids or `system:` names)."""

    of: tuple[str, ...]
    within: tuple[str, ...]
    but: tuple[tuple[str, str], ...] = ()


class Farthest(Statement, frozen=True, kw_only=True, tag_field="measure", tag="farthest"):
    """The farthest that any vertex of some structures lies outside a structure."""

    of: tuple[str, ...]
    outside: str


class Asymmetry(Statement, frozen=True, kw_only=True, tag_field="measure", tag="asymmetry"):
    """The greatest distance of a right structure's vertices from its mirrored left one."""

    of: tuple[str, ...]


class Count(Statement, frozen=True, kw_only=True, tag_field="measure", tag="count"):
    """How many of something the model has."""

    what: Literal["structures", "triangles", "open", "inward", "unpaired", "crossed", "split", "floating"]


AnyStatement = (
    Distance | Share | Extent | Area | Depth | Gap | Ray | Crossing | Deepest | Farthest | Asymmetry | Count
)


class Statements(Record, frozen=True, kw_only=True):
    """The whole file."""

    format: Annotated[int, Meta(ge=1, le=1)]
    statement: tuple[AnyStatement, ...]


def decoded(text: bytes) -> tuple[AnyStatement, ...]:
    """The statements of a file. Raises msgspec.DecodeError naming the entry."""
    return msgspec.toml.decode(text, type=Statements).statement
