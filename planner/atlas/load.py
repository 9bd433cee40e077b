"""Content and atlas from their files, refused as a whole when any entry is faulty.

TOML is converted entry by entry, so that every faulty one is found in one run and named with its
file and line. The decoded text is kept in a cache (see `planner.atlas.cache`): reading it from TOML
takes several times longer than everything else that loading text needs.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, get_args

import msgspec

from planner.atlas import cache
from planner.atlas.integrity import Entry, integrity_faults
from planner.atlas.meshes import MeshFault, MeshSet, load_meshes, read_checked, read_manifest
from planner.atlas.model import (
    Atlas,
    Block,
    Clue,
    Content,
    Flag,
    Generator,
    Nerve,
    Quality,
    Record,
    Reference,
    Region,
    Structure,
    TeachingCase,
    Weight,
)
from planner.atlas.names import hint, nearest
from planner.atlas.territories import read_fields
from planner.atlas.text import ContentFault, Fault, TextFile, digest, read_folder

__all__ = ["ContentFault", "Fault", "load_atlas", "load_content", "nearest", "read_entries"]

# file (or folder of files) -> table and record. A block's file is one table, without a header.
FILES: Mapping[str, tuple[str, type[Record]]] = {
    "references.toml": ("reference", Reference),
    "structures/": ("structure", Structure),
    "nerves.toml": ("nerve", Nerve),
    "territories.toml": ("region", Region),
    "generators.toml": ("generator", Generator),
    "blocks/": ("block", Block),
    "clues.toml": ("clue", Clue),
    "qualities.toml": ("quality", Quality),
    "flags.toml": ("flag", Flag),
    "rules.toml": ("weight", Weight),
    "cases.toml": ("case", TeachingCase),
}
# Read by `planner.modelling` alone; it belongs to the content hash nevertheless.
OTHER_FILES = ("region_borders.toml",)
R = TypeVar("R", bound=Record)


class Texts(Record, frozen=True, kw_only=True):
    """All decoded text in one record, the form in which it is cached."""

    references: tuple[Reference, ...]
    structures: tuple[Structure, ...]
    nerves: tuple[Nerve, ...]
    regions: tuple[Region, ...]
    generators: tuple[Generator, ...]
    blocks: tuple[Block, ...]
    clues: tuple[Clue, ...]
    qualities: tuple[Quality, ...]
    flags: tuple[Flag, ...]
    weights: tuple[Weight, ...]
    cases: tuple[TeachingCase, ...]


_FIELDS = {
    "reference": "references",
    "structure": "structures",
    "nerve": "nerves",
    "region": "regions",
    "generator": "generators",
    "block": "blocks",
    "clue": "clues",
    "quality": "qualities",
    "flag": "flags",
    "weight": "weights",
    "case": "cases",
}


def load_content(folder: Path) -> Content:
    """All text of `folder`/atlas. Raises ContentFault naming every faulty entry."""
    files = read_folder(folder / "atlas")
    sha256 = digest(files.values())
    kept = cache.path_for(sha256, Record)
    texts = cache.recall(kept, Texts)
    if texts is None:
        reading = read_entries(files)
        faults = [*reading.faults, *integrity_faults(reading.entries, reading.broken)]
        if faults:
            raise ContentFault(sorted(faults))
        fields: dict[str, Any] = {}
        for kind, found in reading.entries.items():
            fields[_FIELDS[kind]] = tuple(entry.record for entry in found)
        texts = Texts(**fields)
        cache.keep(kept, texts)
    return Content(**{field: _by_id(getattr(texts, field)) for field in _FIELDS.values()}, sha256=sha256)


def load_atlas(folder: Path) -> Atlas:
    """Text, meshes, skin fields and points of a content folder, checksums verified.

    folder: holds `atlas/` and `meshes/`. Raises ContentFault or MeshFault, both naming the file.
    """
    content = load_content(folder)
    meshes = load_meshes(folder / "meshes")
    _refuse_strangers(content, meshes)
    roles = manifest_roles(folder / "meshes")
    skin = meshes.full.get("skin")
    if skin is None:
        raise MeshFault("manifest.toml: none of its files holds the structure skin")
    fields = read_fields(_role(folder / "meshes", roles, "fields"), skin)
    points = read_points(_role(folder / "meshes", roles, "points"))
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
        if not found:
            reading.faults.append(Fault(place, 0, "", "it is missing from the atlas folder"))
        for file in found:
            try:
                decoded = file.table()
            except ContentFault as error:
                reading.faults.extend(error.faults)
                reading.broken[table].update(file.words_after("id"))
                continue
            for span, entry in _raw_entries(file, decoded, table, place == "blocks/", reading.faults):
                record = _convert(file, span, entry, kind, reading.faults)
                if record is None:
                    reading.broken[table].add(str(entry.get("id")))
                else:
                    reading.entries[table].append(Entry(file, span, table, str(entry.get("id")), record))
    for name, file in files.items():
        if name not in OTHER_FILES and not any(_is_at(name, place) for place in FILES):
            reading.faults.append(Fault(file.name, 0, "", f"nothing reads this file{hint(name, FILES)}"))
    return reading


def manifest_roles(meshes: Path) -> dict[str, tuple[str, str]]:
    """role -> (file name, sha256) of the manifest's files that are no meshes. Raises MeshFault."""
    listed = read_manifest(meshes).get("file", [])
    roles: dict[str, tuple[str, str]] = {}
    for entry in listed if isinstance(listed, list) else []:
        if not str(entry.get("name", "")).endswith(".glb"):
            roles[str(entry.get("role"))] = (str(entry.get("name")), str(entry.get("sha256")))
    return roles


def read_points(data: bytes) -> dict[str, tuple[float, float, float]]:
    """Named points of points.toml: id -> LPS mm. Raises MeshFault."""
    points: dict[str, tuple[float, float, float]] = {}
    try:
        for entry in tomllib.loads(data.decode("utf-8"))["point"]:
            x, y, z = (float(value) for value in entry["lps"])
            points[str(entry["id"])] = (x, y, z)
    except (KeyError, TypeError, ValueError) as error:
        raise MeshFault(f"points.toml: not readable ({error})") from error
    return points


def _refuse_strangers(content: Content, meshes: MeshSet) -> None:
    """Every mesh has a record and every record a mesh. Raises ContentFault."""
    records, full = set(content.structures), set(meshes.full)
    faults = [
        Fault("meshes", 0, key, f"there is no structure record{hint(key, records, 1)}")
        for key in sorted(full - records)
    ]
    faults += [
        Fault("structures", 0, key, f"it has no mesh{hint(key, full, 1)}") for key in sorted(records - full)
    ]
    if faults:
        raise ContentFault(faults)


def _role(meshes: Path, roles: Mapping[str, tuple[str, str]], role: str) -> bytes:
    if role not in roles:
        raise MeshFault(f"manifest.toml: it lists no file with the role {role}")
    return read_checked(meshes, *roles[role])


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
