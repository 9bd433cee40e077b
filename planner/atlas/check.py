"""Everything that can be wrong with a content folder, found in one run.

Text, meshes, skin fields and points are read as far as each of them can be, so that one broken file
does not hide the faults of the others. `block-planner check` prints what this returns.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from planner.atlas.catalogue import catalogue_faults
from planner.atlas.integrity import Entries, Entry, integrity_faults
from planner.atlas.load import read_entries, read_points, target_points
from planner.atlas.manifest import MeshFault, read_checked, read_manifest, read_role
from planner.atlas.meshes import Mesh, read_glb
from planner.atlas.model import FORMS, MEASURED_FORM, Block, Region, Structure
from planner.atlas.names import hint
from planner.atlas.plain import plain_faults
from planner.atlas.seeds import seed_faults
from planner.atlas.statements import decoded
from planner.atlas.territories import SkinFields, read_fields
from planner.atlas.text import ContentFault, Fault, TextFile, read_folder
from planner.atlas.units import unit_faults
from planner.atlas.wording import wording_faults

__all__ = ["Fault", "check"]

# The body ends here, LPS mm (the model reaches from the soles to the lower ribs).
FRAME_LOW_LPS = (-400.0, -300.0, -1100.0)
FRAME_HIGH_LPS = (400.0, 300.0, 420.0)


def check(folder: Path) -> tuple[Fault, ...]:
    """All faults of the content folder (which holds `atlas/` and `meshes/`), sorted by file and line."""
    try:
        files = read_folder(folder / "atlas")
    except ContentFault as error:
        return error.faults
    reading = read_entries(files)
    entries = reading.entries
    faults = [*reading.faults, *integrity_faults(entries, reading.broken)]
    faults += wording_faults(entries)
    faults += catalogue_faults(entries)
    faults += unit_faults(entries)
    faults += plain_faults(entries)
    faults += seed_faults(entries)
    faults += _pair_faults(entries)
    faults += _border_faults(files, entries)
    faults += _territory_faults(files, entries)
    faults += _statement_faults(files, entries)
    faults += _mesh_folder_faults(folder / "meshes", entries)
    named = (
        Fault(f"atlas/{f.file}" if _is_text(f.file) else f.file, f.line, f.entry, f.text) for f in faults
    )
    return tuple(sorted(set(named)))


def _is_text(name: str) -> bool:
    return not name.startswith("meshes")


def _structures(entries: Entries) -> Iterator[tuple[Entry, Structure]]:
    for entry in entries.get("structure", ()):
        if isinstance(entry.record, Structure):
            yield entry, entry.record


def _pair_faults(entries: Entries) -> list[Fault]:
    """Structures whose side and id disagree, or whose other side is missing."""
    ids = {structure.id: structure for _, structure in _structures(entries)}
    faults: list[Fault] = []
    for entry, structure in _structures(entries):
        named = structure.id.rpartition("_")[2]
        if named in ("left", "right"):
            if structure.side != named:
                faults.append(entry.fault(f"its side is {structure.side}, its id says {named}"))
            other = structure.id.removesuffix(named) + ("right" if named == "left" else "left")
            if other not in ids:
                faults.append(entry.fault(f"it has no other side: there is no structure {other}"))
            elif ids[other].form != structure.form:
                faults.append(entry.fault(f"it is not of the same form as {other}"))
    return faults


def _border_faults(files: Mapping[str, TextFile], entries: Entries) -> list[Fault]:
    """Regions without a border, and borders without a region."""
    name = "region_borders.toml"
    file = files.get(name)
    if file is None:
        return [Fault(name, 0, "", "it is missing from the atlas folder")]
    try:
        drawn = set(_border_ids(file.table()))
    except ContentFault as error:
        return list(error.faults)
    regions = {entry.id: entry for entry in entries.get("region", ())}
    faults = [
        entry.fault(f"it has no border in {name}") for key, entry in regions.items() if key not in drawn
    ]
    for key in sorted(drawn - set(regions)):
        line = file.word_line(file.whole, key)
        faults.append(Fault(name, line, key, f"there is no region {key}{hint(key, regions)}"))
    return faults


def _territory_faults(files: Mapping[str, TextFile], entries: Entries) -> list[Fault]:
    """Drawn territories of nothing that serves skin, nerve or segment: their outline would shape nothing."""
    name = "territory_borders.toml"
    file = files.get(name)
    if file is None:
        return []
    try:
        listed = file.table().get("territory", [])
    except ContentFault:
        return []
    nerves = {entry.id: entry for entry in entries.get("nerve", ())}
    regions = [entry.record for entry in entries.get("region", ()) if isinstance(entry.record, Region)]
    shallow = [region for region in regions if not region.deep]
    serving = {share.of for region in shallow for share in (*region.supply, *region.dermatomes)}
    faults: list[Fault] = []
    for item in listed if isinstance(listed, list) else []:
        key = str(item.get("id"))
        line = file.word_line(file.whole, key)
        if key in serving:
            continue
        if key not in nerves:
            faults.append(Fault(name, line, key, f"there is no nerve {key}{hint(key, nerves)}"))
        else:
            faults.append(Fault(name, line, key, "no region in territories.toml has a share of this nerve"))
    return faults


def _border_ids(table: Mapping[str, object]) -> Iterator[str]:
    regions = table.get("region", [])
    for item in regions if isinstance(regions, list) else []:
        yield str(item.get("id"))


def _statement_faults(files: Mapping[str, TextFile], entries: Entries) -> list[Fault]:
    """Statements of published anatomy that cannot be read, stand twice or cite an unknown work."""
    name = "anatomy.toml"
    file = files.get(name)
    if file is None:
        return []
    try:
        statements = decoded(file.data)
    except msgspec.DecodeError as error:
        return [Fault(name, 0, "", str(error))]
    except ContentFault as error:
        return list(error.faults)
    known = {entry.id for entry in entries.get("reference", ())}
    faults: list[Fault] = []
    seen: set[str] = set()
    for statement in statements:
        line = file.word_line(file.whole, statement.id)
        if statement.id in seen:
            faults.append(Fault(name, line, statement.id, "it stands twice"))
        seen.add(statement.id)
        if statement.low > statement.high:
            faults.append(Fault(name, line, statement.id, "low is above high"))
        for source in statement.sources:
            if source not in known:
                faults.append(
                    Fault(name, line, statement.id, f"there is no reference {source}{hint(source, known)}")
                )
    return faults


def _mesh_folder_faults(meshes: Path, entries: Entries) -> list[Fault]:
    try:
        listed = read_manifest(meshes)
    except MeshFault as error:
        return [_mesh_fault(error)]
    faults: list[Fault] = []
    full: dict[str, tuple[str, Mesh]] = {}
    proxies: dict[str, tuple[str, Mesh]] = {}
    small: dict[str, tuple[str, Mesh]] = {}
    homes = {"full": full, "proxy": proxies, "small": small}
    names = {item.name for item in listed}
    for item in listed:
        try:
            data = read_checked(meshes, item)
            if item.name.endswith(".glb"):
                found = read_glb(meshes / item.name, item.system or None, data)
                homes[item.role].update({key: (item.name, mesh) for key, mesh in found.items()})
        except MeshFault as error:
            faults.append(_mesh_fault(error))
    for path in sorted(meshes.iterdir()) if meshes.is_dir() else ():
        if path.suffix in (".glb", ".npz") and path.name not in names:
            faults.append(Fault(f"meshes/{path.name}", 0, "", "manifest.toml does not list it"))
    faults += _record_faults(full, entries)
    faults += [*_reduced_faults(full, proxies), *_reduced_faults(full, small)]
    for name, mesh in full.values():
        faults += _frame_faults(name, mesh)
        faults += _form_faults(name, mesh)
    skin = full.get("skin")
    faults += _formed_faults(skin[1] if skin else None, entries)
    return faults + _field_faults(meshes, skin[1] if skin else None, entries) + _point_faults(meshes, entries)


def _mesh_fault(error: MeshFault) -> Fault:
    name, _, text = str(error).partition(": ")
    return Fault(f"meshes/{name}", 0, "", text)


def _record_faults(full: Mapping[str, tuple[str, Mesh]], entries: Entries) -> list[Fault]:
    """Meshes without a record and the reverse, or in another system."""
    records = dict(_structures(entries))
    ids = {entry.id for entry in records}
    faults: list[Fault] = []
    for entry, structure in records.items():
        if entry.id not in full:
            faults.append(entry.fault(f"it has no mesh{hint(entry.id, full, 1)}"))
        elif full[entry.id][1].system != structure.system:
            faults.append(entry.fault(f"its mesh is of the system {full[entry.id][1].system}"))
    for key, (name, _) in full.items():
        if key not in ids:
            faults.append(Fault(f"meshes/{name}", 0, key, f"there is no structure record{hint(key, ids, 1)}"))
    return faults


def _reduced_faults(
    full: Mapping[str, tuple[str, Mesh]], reduced: Mapping[str, tuple[str, Mesh]]
) -> list[Fault]:
    """What a set of reduced meshes lacks or has too much; a folder may do without the set."""
    faults = [
        Fault(f"meshes/{name}", 0, key, "it has no reduced mesh for the moving camera")
        for key, (name, _) in full.items()
        if reduced and key not in reduced
    ]
    faults += [
        Fault(f"meshes/{name}", 0, key, "the reduced mesh has no full one")
        for key, (name, _) in reduced.items()
        if key not in full
    ]
    return faults


def _frame_faults(name: str, mesh: Mesh) -> list[Fault]:
    if not len(mesh.points_lps):
        return [Fault(f"meshes/{name}", 0, mesh.id, "it has no points")]
    low, high = mesh.points_lps.min(axis=0), mesh.points_lps.max(axis=0)
    faults: list[Fault] = []
    if bool(np.any(low < FRAME_LOW_LPS)) or bool(np.any(high > FRAME_HIGH_LPS)):
        box = f"{low.round().astype(int).tolist()} to {high.round().astype(int).tolist()} mm"
        faults.append(Fault(f"meshes/{name}", 0, mesh.id, f"it lies outside the body frame: {box}"))
    middle = float((low[0] + high[0]) / 2.0)
    side = mesh.id.rpartition("_")[2]
    if (side == "left" and middle < 0.0) or (side == "right" and middle > 0.0):
        text = f"it lies on the other side of the body (middle x = {middle:.0f} mm)"
        faults.append(Fault(f"meshes/{name}", 0, mesh.id, text))
    return faults


def _form_faults(name: str, mesh: Mesh) -> list[Fault]:
    """Forms of a mesh that nothing knows, that turn it inside out or that leave the body frame."""
    if not mesh.shapes:
        return []
    place = f"meshes/{name}"
    faults = [
        Fault(place, 0, mesh.id, f"it has an unknown form {form}{hint(form, FORMS)}")
        for form in mesh.shapes
        if form not in FORMS
    ]
    triangles = mesh.triangles.astype(np.int64)
    if not _is_closed(triangles):
        faults.append(Fault(place, 0, mesh.id, "it has forms, but its surface is not closed"))
    own = _facing(mesh.points_lps, triangles)
    for form, shape in mesh.shapes.items():
        if _volume_mm3(shape.points_lps, triangles) <= 0.0:
            faults.append(Fault(place, 0, mesh.id, f"its form {form} is inside out"))
        turned = int(((_facing(shape.points_lps, triangles) * own).sum(axis=1) < 0.0).sum())
        if turned:
            faults.append(Fault(place, 0, mesh.id, f"{turned} triangles of its form {form} are turned over"))
        faults += _frame_faults(name, mesh.formed(form)) if form != mesh.form else []
    return faults


def _is_closed(triangles: NDArray[np.int64]) -> bool:
    """Whether every edge is used once in each direction."""
    directed = np.vstack([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    base = int(triangles.max()) + 1
    forward = np.sort(directed[:, 0] * base + directed[:, 1])
    backward = np.sort(directed[:, 1] * base + directed[:, 0])
    return bool((np.diff(forward) > 0).all() and (forward == backward).all())


def _facing(points: NDArray[np.float32], triangles: NDArray[np.int64]) -> NDArray[np.float64]:
    """Normals of the triangles, (m, 3), as long as twice their area."""
    a, b, c = (points[triangles[:, k]].astype(np.float64) for k in range(3))
    return np.asarray(np.cross(b - a, c - a), np.float64)


def _volume_mm3(points: NDArray[np.float32], triangles: NDArray[np.int64]) -> float:
    """Signed volume of a closed surface, positive when its triangles are seen from outside."""
    first = points[triangles[:, 0]].astype(np.float64)
    return float((first * _facing(points, triangles)).sum() / 6.0)


def _formed_faults(skin: Mesh | None, entries: Entries) -> list[Fault]:
    """Structures of a form that the skin cannot take."""
    shapes = skin.shapes if skin else {}
    return [
        entry.fault(f"it belongs to the {structure.form} form, which the skin does not have")
        for entry, structure in _structures(entries)
        if structure.form and structure.form not in (shapes or (MEASURED_FORM,))
    ]


def _field_faults(meshes: Path, skin: Mesh | None, entries: Entries) -> list[Fault]:
    """Regions without a field on the skin, fields without a region, fields that hold nothing."""
    name = "meshes/skin_fields.npz"
    try:
        if skin is None:
            return [Fault("meshes/manifest.toml", 0, "", "it lists no structure skin")]
        fields = read_fields(read_role(meshes, "fields"), skin)
    except MeshFault as error:
        return [_mesh_fault(error)]
    faults: list[Fault] = []
    drawn = {*fields.region_ids, *fields.deep_ids}
    regions = [e for e in entries.get("region", ()) if isinstance(e.record, Region)]
    for entry in regions:
        deep = isinstance(entry.record, Region) and entry.record.deep
        home = fields.deep_ids if deep else fields.region_ids
        if entry.id not in home:
            text = "it is drawn in the other kind" if entry.id in drawn else "it has no field"
            faults.append(entry.fault(f"{text} in skin_fields.npz"))
        elif not _strongest(fields, entry.id) > 0.5:
            faults.append(entry.fault("its field on the skin is empty"))
    ids = {entry.id for entry in regions}
    faults += [Fault(name, 0, key, f"there is no such region{hint(key, ids)}") for key in sorted(drawn - ids)]
    return faults


def _strongest(fields: SkinFields, region: str) -> float:
    return float(fields.membership(region, "left").max(initial=0.0))


def _point_faults(meshes: Path, entries: Entries) -> list[Fault]:
    """Blocks without a target, or with one that points.toml does not hold for both sides."""
    points: dict[str, tuple[float, float, float]] = {}
    faults: list[Fault] = []
    try:
        points = read_points(read_role(meshes, "points"))
    except MeshFault as error:
        faults.append(_mesh_fault(error))
    for key, point in points.items():
        inside = all(
            low <= at <= high for low, at, high in zip(FRAME_LOW_LPS, point, FRAME_HIGH_LPS, strict=True)
        )
        if not inside:
            faults.append(Fault("meshes/points.toml", 0, key, f"it lies outside the body frame: {point}"))
    for entry in entries.get("block", ()):
        if not isinstance(entry.record, Block):
            continue
        if not entry.record.targets:
            faults.append(entry.fault("it has no target point"))
        for target in entry.record.targets:
            for key in target_points(target, points):
                if points and key not in points:
                    text = f'targets: there is no point "{key}" in points.toml{hint(key, points)}'
                    faults.append(entry.fault(text, target))
    return faults
