"""Content and atlas from their files, refused as a whole when any entry is faulty.

TOML is converted entry by entry, so that every faulty one is found in one run and named with its
file and line. The decoded text is kept in a cache (see `planner.atlas.cache`): reading it from TOML
takes several times longer than everything else that loading text needs.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any, TypeVar, get_args

import msgspec

from planner.atlas import cache
from planner.atlas.handbook import Comparison, Dermatome, Explanation, Handbook, SeedSection
from planner.atlas.integrity import Entry, integrity_faults
from planner.atlas.manifest import MeshFault, read_role
from planner.atlas.meshes import MeshSet, load_meshes
from planner.atlas.model import (
    Atlas,
    Block,
    Clue,
    Content,
    Criterion,
    Flag,
    Generator,
    Group,
    Nerve,
    Part,
    Quality,
    Record,
    Reference,
    Region,
    Structure,
    Supply,
    TeachingCase,
    Variant,
    Weight,
)
from planner.atlas.names import hint, nearest
from planner.atlas.territories import SkinFields, read_fields
from planner.atlas.text import ContentFault, Fault, TextFile, digest, read_folder
from planner.space import SIDES

__all__ = [
    "ContentFault",
    "Fault",
    "load_atlas",
    "load_content",
    "load_handbook",
    "nearest",
    "read_entries",
]

# file (or folder of files) -> table and record. A block's file is one table, without a header.
FILES: Mapping[str, tuple[str, type[Record]]] = {
    "references.toml": ("reference", Reference),
    "groups.toml": ("group", Group),
    "structures/": ("structure", Structure),
    "parts.toml": ("part", Part),
    "nerves.toml": ("nerve", Nerve),
    "supplies.toml": ("supply", Supply),
    "territories.toml": ("region", Region),
    "generators.toml": ("generator", Generator),
    "blocks/": ("block", Block),
    "clues.toml": ("clue", Clue),
    "qualities.toml": ("quality", Quality),
    "flags.toml": ("flag", Flag),
    "rules.toml": ("weight", Weight),
    "cases.toml": ("case", TeachingCase),
    "variants.toml": ("variant", Variant),
    "criteria.toml": ("criterion", Criterion),
    "explanations.toml": ("explanation", Explanation),
    "comparisons.toml": ("comparison", Comparison),
    "dermatomes.toml": ("dermatome", Dermatome),
    "seeds.toml": ("section", SeedSection),
}
# A body may do without them.
OPTIONAL = frozenset(
    {
        "groups.toml",
        "parts.toml",
        "supplies.toml",
        "criteria.toml",
        "explanations.toml",
        "comparisons.toml",
        "dermatomes.toml",
        "seeds.toml",
    }
)
# Used by `planner.modelling` and by `check --model` alone; they belong to the content nevertheless.
OTHER_FILES = ("region_borders.toml", "territory_borders.toml", "anatomy.toml")
PointLps = tuple[float, float, float]
FARTHEST_MM = 3000.0  # nothing of a body lies farther from the hips
R = TypeVar("R", bound=Record)


class Texts(Record, frozen=True, kw_only=True):
    """All decoded text in one record, the form in which it is cached."""

    references: tuple[Reference, ...]
    groups: tuple[Group, ...]
    structures: tuple[Structure, ...]
    parts: tuple[Part, ...]
    nerves: tuple[Nerve, ...]
    supplies: tuple[Supply, ...]
    regions: tuple[Region, ...]
    generators: tuple[Generator, ...]
    blocks: tuple[Block, ...]
    clues: tuple[Clue, ...]
    qualities: tuple[Quality, ...]
    flags: tuple[Flag, ...]
    weights: tuple[Weight, ...]
    cases: tuple[TeachingCase, ...]
    variants: tuple[Variant, ...]
    criteria: tuple[Criterion, ...]


class HandbookTexts(Record, frozen=True, kw_only=True):
    """The decoded handbook, cached by itself: a window opens without it."""

    explanations: tuple[Explanation, ...]
    comparisons: tuple[Comparison, ...]
    dermatomes: tuple[Dermatome, ...]
    seeds: tuple[SeedSection, ...]


class _Point(Record, frozen=True):
    id: str
    lps: PointLps
    note: str = ""


class _Points(Record, frozen=True):
    format: int
    point: tuple[_Point, ...]


_FIELDS = {
    "reference": "references",
    "group": "groups",
    "structure": "structures",
    "part": "parts",
    "nerve": "nerves",
    "supply": "supplies",
    "region": "regions",
    "generator": "generators",
    "block": "blocks",
    "clue": "clues",
    "quality": "qualities",
    "flag": "flags",
    "weight": "weights",
    "case": "cases",
    "variant": "variants",
    "criterion": "criteria",
}
_HANDBOOK_FIELDS = {
    "explanation": "explanations",
    "comparison": "comparisons",
    "dermatome": "dermatomes",
    "section": "seeds",
}


def load_content(folder: Path) -> Content:
    """All text of `folder`/atlas but its handbook. Raises ContentFault naming every faulty entry."""
    files = read_folder(folder / "atlas")
    sha256 = digest(files.values())
    texts = _texts(files, sha256, Texts, _FIELDS)
    return Content(**{field: _by_id(getattr(texts, field)) for field in _FIELDS.values()}, sha256=sha256)


def load_handbook(folder: Path) -> Handbook:
    """What `folder`/atlas holds to be read. Raises ContentFault as `load_content` does."""
    files = read_folder(folder / "atlas")
    texts = _texts(files, digest(files.values()), HandbookTexts, _HANDBOOK_FIELDS)
    return Handbook(**{field: _by_id(getattr(texts, field)) for field in _HANDBOOK_FIELDS.values()})


def _texts(files: Mapping[str, TextFile], sha256: str, kind: type[R], fields: Mapping[str, str]) -> R:
    """The tables named in `fields`, from their kept copy or else from files that must all be sound."""
    kept = cache.path_for(f"{kind.__name__} {sha256}", Record)
    texts = cache.recall(kept, kind)
    if texts is None:
        reading = read_entries(files)
        faults = [*reading.faults, *integrity_faults(reading.entries, reading.broken)]
        if faults:
            # Files that are missing or unreadable come first: they are the cause of much that follows.
            raise ContentFault(sorted(faults, key=lambda fault: (fault.entry != "", fault)))
        tables: dict[str, Any] = {}
        for table, field in fields.items():
            tables[field] = tuple(entry.record for entry in reading.entries[table])
        texts = kind(**tables)
        cache.keep(kept, texts)
    return texts


def load_atlas(folder: Path) -> Atlas:
    """Text, meshes, skin fields and points of a content folder, checksums verified.

    folder: holds `atlas/` and `meshes/`. Raises ContentFault or MeshFault, both naming the file.
    """
    content = load_content(folder)
    meshes = load_meshes(folder / "meshes")
    _refuse_strangers(content, meshes)
    skin = meshes.full.get("skin")
    if skin is None:
        raise MeshFault("manifest.toml: none of its files holds the structure skin")
    fields = read_fields(read_role(folder / "meshes", "fields"), skin)
    points = _points(read_role(folder / "meshes", "points"))
    _refuse_gaps(content, fields, points)
    return Atlas(content, meshes, fields, points)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a folder's text holds: entries by table, faults, and the ids of entries that do not decode
    (they are no entries, yet naming one is not a second fault)."""

    entries: dict[str, list[Entry]]
    broken: dict[str, set[str]]
    faults: list[Fault]


def read_entries(files: Mapping[str, TextFile]) -> Reading:
    """Every entry that decodes, by table, and a fault for every one that does not."""
    tables = [table for table, _ in FILES.values()]
    reading = Reading({table: [] for table in tables}, {table: set() for table in tables}, [])
    for place, (table, kind) in FILES.items():
        found = [file for name, file in files.items() if _is_at(name, place)]
        if not found and place not in OPTIONAL:
            reading.faults.append(Fault(place, 0, "", "it is missing from the atlas folder"))
        for file in found:
            try:
                decoded = file.table()
            except ContentFault as error:
                # One entry that is no TOML hides none of the others.
                raw, faults = file.readable_entries(table)
                reading.faults.extend(faults or error.faults)
                reading.broken[table].update(file.words_after("id"))
            else:
                raw = list(_raw_entries(file, decoded, table, place == "blocks/", reading.faults))
            for span, entry in raw:
                record = _convert(file, span, entry, kind, reading.faults)
                if record is None:
                    reading.broken[table].add(str(entry.get("id")))
                else:
                    reading.entries[table].append(Entry(file, span, table, str(entry.get("id")), record))
    for name in OTHER_FILES:
        if name not in files:
            reading.faults.append(Fault(name, 0, "", "it is missing from the atlas folder"))
            continue
        try:
            if not files[name].table():
                reading.faults.append(Fault(name, 0, "", "it is empty"))
        except ContentFault as error:
            reading.faults.extend(error.faults)
    for name, file in files.items():
        if name not in OTHER_FILES and not any(_is_at(name, place) for place in FILES):
            reading.faults.append(Fault(file.name, 0, "", f"nothing reads this file{hint(name, FILES)}"))
    return reading


def read_points(data: bytes) -> dict[str, PointLps]:
    """Named points of points.toml: id -> LPS mm. Raises MeshFault."""
    points: dict[str, PointLps] = {}
    try:
        listed = msgspec.convert(tomllib.loads(data.decode("utf-8")), _Points).point
    except (ValueError, OverflowError, RecursionError) as error:
        raise MeshFault(f"points.toml: not readable ({error})") from error
    for point in listed:
        if point.id in points:
            raise MeshFault(f"points.toml: the point {point.id} stands twice")
        if not all(isfinite(value) and abs(value) <= FARTHEST_MM for value in point.lps):
            raise MeshFault(f"points.toml: the point {point.id} does not lie in a body: {point.lps}")
        points[point.id] = point.lps
    return points


def _points(data: bytes) -> dict[str, PointLps]:
    """`read_points`, from the kept copy of its result where there is one."""
    kept = cache.path_for(f"points {hashlib.sha256(data).hexdigest()}", Record)
    points: dict[str, PointLps] | None = cache.recall(kept, dict[str, PointLps])
    if points is None:
        points = read_points(data)
        cache.keep(kept, points)
    return points


def target_points(target: str, points: Collection[str]) -> tuple[str, ...]:
    """The ids under which a block's target must stand in points.toml: itself, or one for each side."""
    return (target,) if target in points else tuple(f"{target}_{side}" for side in SIDES)


def _refuse_strangers(content: Content, meshes: MeshSet) -> None:
    """Every mesh has a record and every record a mesh. Raises ContentFault."""
    records, full = content.structures, meshes.full
    faults = [
        Fault("structures/", 0, key, f"no record in any file for its mesh{hint(key, records, 1)}")
        for key in full
        if key not in records
    ]
    faults += [
        Fault(f"meshes/{record.system}.glb", 0, key, f"no mesh of this structure{hint(key, full, 1)}")
        for key, record in records.items()
        if key not in full
    ]
    if faults:
        raise ContentFault(sorted(faults))


def _refuse_gaps(content: Content, fields: SkinFields, points: Collection[str]) -> None:
    """Every region has its field and every target its points. Raises MeshFault."""
    for drawn, deep in ((fields.region_ids, False), (fields.deep_ids, True)):
        named = [key for key, region in content.regions.items() if region.deep is deep]
        for key in sorted(set(named) ^ set(drawn)):
            text = "it has no field of the region" if key in named else "there is no region for its field"
            raise MeshFault(f"skin_fields.npz: {text} {key}")
    for block in content.blocks.values():
        for target in block.targets:
            for key in target_points(target, points):
                if key not in points:
                    raise MeshFault(f"points.toml: there is no point {key}, a target of the block {block.id}")


def _by_id(records: Sequence[R]) -> dict[str, R]:
    return {str(getattr(record, "id")): record for record in records}  # noqa: B009


def _is_at(name: str, place: str) -> bool:
    return name.startswith(place) if place.endswith("/") else name == place


def _raw_entries(
    file: TextFile, decoded: dict[str, object], table: str, single: bool, faults: list[Fault]
) -> Iterator[tuple[tuple[int, int], dict[str, object]]]:
    """The entries of a decoded file with their line spans."""
    if single:
        yield file.whole, decoded
        return
    for name in decoded:
        if name != table:
            line = file.line_of(file.whole, rf"^\s*\[*\s*{re.escape(name)}\b")
            faults.append(Fault(file.name, line, name, f"unknown table; this file holds [[{table}]]"))
    listed = decoded.get(table, [])
    if not isinstance(listed, list) or not listed:
        faults.append(Fault(file.name, 0, "", f"it holds no [[{table}]]"))
        return
    spans = file.entry_spans(table)
    for index, entry in enumerate(listed):
        if isinstance(entry, dict):
            yield spans[index] if len(spans) == len(listed) else file.whole, entry


def _convert(
    file: TextFile, span: tuple[int, int], entry: dict[str, object], kind: type[R], faults: list[Fault]
) -> R | None:
    try:
        record = msgspec.convert(entry, kind)
    except msgspec.ValidationError as error:
        text = str(error)
        message, _, path = text.partition(" - at `")
        unknown = re.search(r"unknown field `(\w+)`", message)
        if unknown:
            path = f"{path.rstrip('`')}.{unknown.group(1)}"
            message += hint(unknown.group(1), _field_names(kind))
        line = file.path_line(span, path.rstrip("`"))
        place = path.rstrip("`").removeprefix("$").lstrip(".")
        if place and not unknown:
            message = f"{place}: {message}"
        faults.append(Fault(file.name, line, str(entry.get("id", "")), message))
        return None
    return record


def _field_names(kind: type[Record]) -> list[str]:
    """Fields of a record and of the records in it."""
    names: list[str] = []
    for field in msgspec.structs.fields(kind):
        names.append(field.name)
        inner = [kind for kind in (field.type, *get_args(field.type)) if isinstance(kind, type)]
        for one in inner:
            if issubclass(one, Record):
                names += one.__struct_fields__
    return names
