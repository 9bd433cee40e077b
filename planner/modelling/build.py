"""Builds the whole mesh folder: solids, then skin, branches and nerves, and writes it in one go.

Solids are made in separate processes with one thread each, so that the number of jobs does not change
a byte. Results are kept in a cache whose keys cover tables, parameters, neighbours and code.
"""

from __future__ import annotations

import hashlib
import importlib
import io
import json
import multiprocessing
import os
import pickle
import tomllib
from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from planner.atlas.meshes import Mesh
from planner.files import write_atomically
from planner.modelling import (
    authored,
    bones,
    fibres,
    joints,
    muscles,
    organs,
    proxies,
    simplify,
    spaces,
    trunk,
    tube_reduction,
    vessels,
)
from planner.modelling.glb import glb_bytes
from planner.modelling.part import Part, Progress
from planner.modelling.recipe import Recipe, code_digest, mesh_digest
from planner.modelling.tables import Tables

SYSTEMS = ("bones", "discs", "muscles", "vessels", "nerves", "organs", "skin")
MEASUREMENTS = Path(__file__).resolve().parents[2] / "assets" / "measurements"
STAGES = ("skin", "branches", "nerves")
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


class BuildFault(Exception):
    """A structure could not be built; the text names it and says why."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where to read, write and cache, and with how many processes."""

    measurements: Path
    out: Path
    cache: Path | None
    jobs: int = 2


def all_recipes(measurements: Path = MEASUREMENTS) -> tuple[Recipe, ...]:
    """Every solid of the model in the order in which it stands in its file."""
    return (
        *bones.recipes(),
        *joints.recipes(measurements),
        *muscles.recipes(),
        *trunk.recipes(),
        *organs.recipes(),
        *vessels.recipes(),
        *spaces.recipes(measurements),
    )


def chosen(recipes: Sequence[Recipe], only: Sequence[str]) -> tuple[Recipe, ...]:
    """The recipes that yield the ids in `only`, and whatever those need. Raises BuildFault."""
    if not only:
        return tuple(recipes)
    home = {ident: recipe for recipe in recipes for ident in recipe.ids()}
    unknown = sorted(set(only) - set(home))
    if unknown:
        raise BuildFault(f"there is no structure {', '.join(unknown)}")
    wanted: set[str] = set()
    todo = list(only)
    while todo:
        recipe = home[todo.pop()]
        if recipe.id not in wanted:
            wanted.add(recipe.id)
            todo.extend(recipe.needs)
    return tuple(recipe for recipe in recipes if recipe.id in wanted)


def expected(settings: Settings, only: Sequence[str] = ()) -> dict[str, tuple[str, ...]]:
    """Ids of the structures a build will make, by the recipe or stage that brings them. Raises BuildFault.

    What the stages after the solids make, the records of the atlas tell.
    """
    steps = {recipe.id: recipe.ids() for recipe in chosen(all_recipes(settings.measurements), only)}
    if only:
        return steps
    solids = {ident for brought in steps.values() for ident in brought}
    recorded: list[str] = []
    for path in sorted((settings.measurements.parent / "atlas" / "structures").glob("*.toml")):
        try:
            entries = tomllib.loads(path.read_text(encoding="utf-8")).get("structure", [])
        except (OSError, ValueError):
            continue  # a faulty record is no matter of the build, only less is known of what will come
        recorded += [str(entry.get("id")) for entry in entries]
    return {**steps, STAGES[-1]: tuple(ident for ident in recorded if ident not in solids)}


def build_solids(
    tables: Tables, recipes: Sequence[Recipe], settings: Settings, progress: Progress
) -> dict[str, Mesh]:
    """All meshes of the recipes by id, in recipe order. Raises BuildFault naming what failed."""
    done: dict[str, Mesh] = {}
    waiting = list(recipes)
    running: dict[Future[tuple[Mesh, ...]], tuple[Recipe, str]] = {}
    for name in _ONE_THREAD:
        os.environ.setdefault(name, "1")
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max(1, settings.jobs), mp_context=context) as pool:
        while waiting or running:
            ready = [recipe for recipe in waiting if all(need in done for need in recipe.needs)]
            if not ready and not running:
                raise BuildFault(
                    f"{waiting[0].id}: it needs {', '.join(waiting[0].needs)}, which nothing makes"
                )
            for recipe in ready:
                waiting.remove(recipe)
                key = recipe.key(tables, done)
                kept = _cached(settings.cache, key)
                if kept is not None:
                    done.update((mesh.id, mesh) for mesh in kept)
                    progress(recipe.id, "cached")
                    continue
                needed = {name: done[name] for name in recipe.needs}
                running[pool.submit(_make, recipe, settings.measurements, needed)] = recipe, key
            finished, _ = wait(running, return_when=FIRST_COMPLETED) if running else (set(), set())
            for future in finished:
                recipe, key = running.pop(future)
                try:
                    meshes = future.result()
                except Exception as error:
                    for other in running:
                        other.cancel()
                    raise BuildFault(f"{recipe.id}: {error}") from error
                _keep(settings.cache, key, meshes)
                done.update((mesh.id, mesh) for mesh in meshes)
                progress(recipe.id, f"{sum(len(mesh.triangles) for mesh in meshes)} triangles")
    return {ident: done[ident] for recipe in recipes for ident in recipe.ids()}


def _make(recipe: Recipe, measurements: Path, needed: Mapping[str, Mesh]) -> tuple[Mesh, ...]:
    return recipe.meshes(Tables.load(measurements), needed)


def build_all(settings: Settings, progress: Progress, only: Sequence[str] = ()) -> dict[str, Mesh]:
    """Builds and writes the mesh folder and returns its meshes; `only` builds just these, writes nothing.

    Raises BuildFault naming the structure, TableFault naming the table.
    """
    authored.check(settings.measurements)
    tables = Tables.load(settings.measurements)
    recipes = chosen(all_recipes(settings.measurements), only)
    solids = _fibred(build_solids(tables, recipes, settings, progress), settings)
    if only:
        return solids
    parts = [Part(tuple(solids.values()))]
    for stage in STAGES:
        part = _stage(stage, tables, dict(solids), settings, progress)
        solids.update((mesh.id, mesh) for mesh in part.meshes)
        parts.append(part)
    files, roles = _files(parts, settings, progress)
    _write(settings.out, files, roles)
    return solids


def _fibred(solids: Mapping[str, Mesh], settings: Settings) -> dict[str, Mesh]:
    """The solids, the muscles among them with the course of their fibres. Raises BuildFault."""
    rules = fibres.load(settings.measurements)
    found = dict(solids)
    for ident, mesh in solids.items():
        if mesh.system == "muscles":
            try:
                found[ident] = fibres.with_fibres(mesh, rules)
            except ValueError as error:
                raise BuildFault(f"{ident}: {error}") from error
    return found


def _stage(
    name: str, tables: Tables, solids: dict[str, Mesh], settings: Settings, progress: Progress
) -> Part:
    """A later stage, from the cache when neither tables, content, code nor solids changed."""
    module = importlib.import_module(f"planner.modelling.{name}")
    # A Part kept before Mesh gained a field cannot be read back.
    whole = hashlib.sha256(" ".join((name, *(field.name for field in fields(Mesh)))).encode())
    code = {path for pattern in module.CODE for path in Path(__file__).parent.glob(pattern)}
    read = {path for pattern in module.READS for path in settings.measurements.parent.glob(pattern)}
    for path in (*sorted(code), *sorted(read)):
        whole.update(path.name.encode() + path.read_bytes())
    for ident, mesh in solids.items():
        if mesh.system in module.RESTS_ON:
            whole.update(ident.encode() + mesh_digest(mesh))
    place = settings.cache / f"{whole.hexdigest()}.part" if settings.cache else None
    if place and place.exists():
        progress(name, "cached")
        kept: Part = pickle.loads(place.read_bytes())
        return kept
    try:
        part: Part = module.build(tables, solids, progress)
    except Exception as error:
        raise BuildFault(f"{name}: {error}") from error
    if place:
        place.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(place, pickle.dumps(part))
    return part


def _files(
    parts: Sequence[Part], settings: Settings, progress: Progress
) -> tuple[dict[str, bytes], dict[str, Entry]]:
    """The folder's files by name, and what the manifest says of each."""
    meshes = [mesh for part in parts for mesh in part.meshes]
    ids = [mesh.id for mesh in meshes]
    twice = sorted({ident for ident in ids if ids.count(ident) > 1})
    if twice:
        raise BuildFault(f"{', '.join(twice)}: built by more than one stage")
    files: dict[str, bytes] = {}
    entries: dict[str, Entry] = {}
    for system in SYSTEMS:
        own = [mesh for mesh in meshes if mesh.system == system]
        if own:
            files[f"{system}.glb"] = glb_bytes(own)
            entries[f"{system}.glb"] = Entry("full", system, sum(len(mesh.triangles) for mesh in own))
    made: dict[str, Mapping[str, Mesh]] = {"": {mesh.id: mesh for mesh in meshes}}
    for chosen in proxies.SETS:
        small = _proxies(meshes, made[chosen.after], chosen, settings)
        made[chosen.role] = {mesh.id: mesh for mesh in small}
        count = sum(len(mesh.triangles) for mesh in small)
        files[chosen.file] = glb_bytes(small)
        entries[chosen.file] = Entry(chosen.role, "", count)
        progress(chosen.file, f"{count} triangles")
    points = {name: at for part in parts for name, at in part.points.items()}
    if points:
        files["points.toml"] = _points_toml(points).encode()
        entries["points.toml"] = Entry("points", "", 0)
    for part in parts:
        for name, data in part.files.items():
            files[name] = data
            entries[name] = Entry("fields", "", 0)
    return files, entries


@dataclass(frozen=True, slots=True)
class Entry:
    """What the manifest says of a file besides its checksum."""

    role: str
    system: str
    triangles: int


def _proxies(
    meshes: Sequence[Mesh], sources: Mapping[str, Mesh], chosen: proxies.ProxySet, settings: Settings
) -> list[Mesh]:
    """One reduced mesh each, made from its source; at the finest level at which all fit the budget."""
    count = 0
    for level in proxies.levels(meshes, chosen):
        small = []
        for mesh in meshes:
            goal = proxies.target(len(mesh.triangles), level, chosen.least)
            small.append(_proxy(sources[mesh.id], goal, settings))
        count = sum(len(mesh.triangles) for mesh in small)
        if count <= chosen.budget:
            return small
    raise BuildFault(f"{chosen.file}: {count} triangles, which is more than {chosen.budget}")


def _proxy(mesh: Mesh, goal: int, settings: Settings) -> Mesh:
    code = code_digest(proxies) + code_digest(simplify) + code_digest(tube_reduction)
    key = hashlib.sha256(f"proxy {goal} {code}".encode() + mesh_digest(mesh)).hexdigest()
    kept = _cached(settings.cache, key)
    if kept is None:
        kept = (proxies.proxy(mesh, goal),)
        _keep(settings.cache, key, kept)
    return Mesh(mesh.id, mesh.system, kept[0].points_lps, kept[0].normals, kept[0].triangles)


def _points_toml(points: Mapping[str, tuple[float, float, float]]) -> str:
    lines = ["# Named points of the model, LPS mm. Written by planner.modelling.", "format = 1", ""]
    for name in sorted(points):
        xyz = ", ".join(f"{value:.2f}" for value in points[name])
        lines += ["[[point]]", f'id = "{name}"', f"lps = [{xyz}]", ""]
    return "\n".join(lines)


def _write(out: Path, files: Mapping[str, bytes], entries: Mapping[str, Entry]) -> None:
    """All files, the manifest last: a reader that sees the old manifest refuses new files by checksum."""
    lines = [
        "# Written by planner.modelling; every file is checked against it when the app starts.",
        "format = 1",
    ]
    for name, entry in entries.items():
        data = files[name]
        lines += ["", "[[file]]", f'name = "{name}"', f'role = "{entry.role}"']
        lines += [f'system = "{entry.system}"'] if entry.system else []
        lines += [f'sha256 = "{hashlib.sha256(data).hexdigest()}"', f"bytes = {len(data)}"]
        lines += [f"triangles = {entry.triangles}"] if entry.triangles else []
    out.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        write_atomically(out / name, data)
    write_atomically(out / "manifest.toml", ("\n".join(lines) + "\n").encode())


def _cached(cache: Path | None, key: str) -> tuple[Mesh, ...] | None:
    if cache is None or not (cache / f"{key}.npz").exists():
        return None
    with np.load(cache / f"{key}.npz", allow_pickle=False) as kept:
        names = json.loads(str(kept["names"]))
        return tuple(
            Mesh(ident, system, kept[f"p{k}"], kept[f"n{k}"], kept[f"t{k}"])
            for k, (ident, system) in enumerate(names)
        )


def _keep(cache: Path | None, key: str, meshes: Sequence[Mesh]) -> None:
    if cache is None:
        return
    arrays: dict[str, np.ndarray] = {
        "names": np.array(json.dumps([[mesh.id, mesh.system] for mesh in meshes]))
    }
    for k, mesh in enumerate(meshes):
        arrays |= {f"p{k}": mesh.points_lps, f"n{k}": mesh.normals, f"t{k}": mesh.triangles}
    stream = io.BytesIO()
    np.savez(stream, **arrays)  # type: ignore[arg-type]
    cache.mkdir(parents=True, exist_ok=True)
    write_atomically(cache / f"{key}.npz", stream.getvalue())
