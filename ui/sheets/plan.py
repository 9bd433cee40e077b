"""The plan of contact sheets: a TOML file decoded into frozen records, and the ids its patterns mean.

A sheet is one image of several pictures. What a picture does not say, its sheet says. Patterns are shell
globs over structure ids, or `system:NAME`, `material:NAME`; a later one of a table outweighs an earlier one.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated

import msgspec

from planner.atlas.model import Atlas
from planner.commands.pictures import Style
from planner.session.state import State
from planner.space import View

Patterns = tuple[str, ...]
Share = Annotated[float, msgspec.Meta(ge=0.0, le=1.0)]
Side_px = Annotated[int, msgspec.Meta(ge=64, le=4096)]


class PlanFault(Exception):
    """A plan that cannot be used; the text is one sentence naming file, entry and fault."""


class Shot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One picture of a sheet. Seen from `view`, or from azimuth and elevation in degrees: 0 is in front,
    +90 the patient's left. frame: what must be in view; zoom above 1 comes nearer.

    opacity: of structures, by pattern. lit, selected: emphasised. labels: named with a leader line.
    style, state: where they differ from the sheet's.
    """

    caption: str
    view: View | None = None
    azimuth_deg: Annotated[float, msgspec.Meta(ge=-180.0, le=180.0)] = 0.0
    elevation_deg: Annotated[float, msgspec.Meta(ge=-89.0, le=89.0)] = 0.0
    show: Patterns = ()
    hide: Patterns = ()
    frame: Patterns = ()
    zoom: Annotated[float, msgspec.Meta(ge=0.1, le=20.0)] = 1.0
    opacity: dict[str, Share] = {}
    lit: Patterns = ()
    selected: Patterns = ()
    labels: Patterns = ()
    style: Style | None = None
    state: State | None = None


class Sheet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One image. file: its name without suffix. state: what the user would have chosen, as in a scene."""

    file: Annotated[str, msgspec.Meta(pattern="^[a-z0-9_-]+$")]
    title: str
    picture: Annotated[tuple[Shot, ...], msgspec.Meta(min_length=1)]
    style: Style = "dark"
    columns: Annotated[int, msgspec.Meta(ge=1, le=8)] = 4
    cell_px: tuple[Side_px, Side_px] = (480, 620)
    state: State = State()
    show: Patterns = ()
    hide: Patterns = ()
    frame: Patterns = ()
    opacity: dict[str, Share] = {}
    lit: Patterns = ()
    labels: Patterns = ()


class Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All sheets, in order."""

    sheet: Annotated[tuple[Sheet, ...], msgspec.Meta(min_length=1)]


def read_plan(path: Path) -> Plan:
    """The plan in a TOML file. Raises PlanFault."""
    try:
        plan = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Plan)
    except OSError as fault:
        raise PlanFault(f"{path.name}: cannot be read ({fault.strerror})") from fault
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeDecodeError) as fault:
        raise PlanFault(f"{path.name}: {' '.join(str(fault).split())}") from fault
    files = [sheet.file for sheet in plan.sheet]
    twice = next((name for name in files if files.count(name) > 1), None)
    if twice:
        raise PlanFault(f"{path.name}: the sheet {twice} stands twice")
    return plan


def merged(sheet: Sheet, shot: Shot) -> Shot:
    """The picture with what its sheet says where it says nothing itself; opacities add up."""
    return msgspec.structs.replace(
        shot,
        show=shot.show or sheet.show,
        hide=(*sheet.hide, *shot.hide),
        frame=shot.frame or sheet.frame,
        opacity={**sheet.opacity, **shot.opacity},
        lit=shot.lit or sheet.lit,
        labels=shot.labels or sheet.labels,
        style=shot.style or sheet.style,
        state=shot.state or sheet.state,
    )


def matches(pattern: str, name: str, system: str, material: str) -> bool:
    """Whether a pattern means this structure."""
    kind, colon, wanted = pattern.partition(":")
    if not colon:
        return fnmatchcase(name, pattern)
    return fnmatchcase({"system": system, "material": material}.get(kind, ""), wanted)


def meant(atlas: Atlas, patterns: Iterable[str]) -> tuple[str, ...]:
    """Ids of the structures with a mesh that any pattern means, in the atlas's order."""
    wanted = tuple(patterns)
    return tuple(
        name
        for name, mesh in atlas.meshes.full.items()
        if any(matches(pattern, name, mesh.system, _material(atlas, name)) for pattern in wanted)
    )


def last_said(atlas: Atlas, table: Mapping[str, float]) -> dict[str, float]:
    """The value for each structure that a table of patterns means; a later pattern outweighs an earlier."""
    said: dict[str, float] = {}
    for pattern, value in table.items():
        said.update(dict.fromkeys(meant(atlas, (pattern,)), value))
    return said


def idle(atlas: Atlas, sheets: Sequence[Sheet]) -> tuple[str, ...]:
    """A sentence for each pattern that means no structure of the atlas."""
    sentences: dict[str, None] = {}
    for sheet in sheets:
        for shot in (merged(sheet, shot) for shot in sheet.picture):
            groups = (shot.show, shot.hide, shot.frame, shot.opacity, shot.lit, shot.selected, shot.labels)
            for pattern in (pattern for group in groups for pattern in group):
                if not meant(atlas, (pattern,)):
                    sentences[f"sheet {sheet.file}: nothing in the atlas is meant by {pattern!r}"] = None
    return tuple(sentences)


def _material(atlas: Atlas, name: str) -> str:
    record = atlas.content.structures.get(name)
    return record.material if record is not None else ""
