"""Triangle meshes of the atlas, read from GLB with msgspec and numpy alone.

One GLB per system; each child node is named after its structure and holds one triangle primitive
with POSITION and NORMAL (float32, LPS mm) and uint16 or uint32 indices, wound counter-clockwise seen from
outside; muscles carry their fibres as TEXCOORD_0, other forms of a mesh are its morph targets. The root
node carries the transform to glTF metres so that other viewers show it upright.
Reading it this way takes a fifth of the time of a general glTF reader, and start-up is a feature.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from planner.atlas.manifest import MeshFault as MeshFault
from planner.atlas.manifest import read_checked, read_manifest

_MAGIC, _JSON, _BIN = 0x46546C67, 0x4E4F534A, 0x004E4942
_DTYPES: dict[int, np.dtype[Any]] = {
    5126: np.dtype("<f4"),
    5125: np.dtype("<u4"),
    5123: np.dtype("<u2"),
    5121: np.dtype("u1"),
}
# What decoding raises where a file of another make, or a damaged one, is not what it should be.
_UNREADABLE = (
    *(struct.error, ValueError, KeyError, IndexError, TypeError),
    *(AttributeError, OverflowError, RecursionError, msgspec.DecodeError),
)
_READERS = 2
NEUTRAL, BETWEEN = "neutral", ("female", "male")
_WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4}


@dataclass(frozen=True, eq=False, slots=True)
class Shape:
    """Where a mesh's vertices lie in one of its forms; arrays as in `Mesh`, triangles those of the mesh."""

    points_lps: NDArray[np.float32]
    normals: NDArray[np.float32]
    openness: NDArray[np.uint8] | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Mesh:
    """One structure's closed surface.

    points_lps: (n, 3) float32, mm.  normals: (n, 3) float32, unit, outward.  triangles: (m, 3) uint32.
    openness: (n,) uint8 as `planner.atlas.recess` packs it; None where the file holds none.
    fibre: (n, 2) float32 of a muscle: the coordinate across its fibres in mm, the same all along a fibre, and
    the share of tendon, 0 fleshy to 1; None where the file holds none.
    shapes: every form the file holds, its own included; empty where there is only one.
    form: the form that it has taken ("" where there are none).
    """

    id: str
    system: str
    points_lps: NDArray[np.float32]
    normals: NDArray[np.float32]
    triangles: NDArray[np.uint32]
    openness: NDArray[np.uint8] | None = None
    fibre: NDArray[np.float32] | None = None
    shapes: Mapping[str, Shape] = field(default_factory=dict)
    form: str = ""

    def formed(self, form: str) -> Mesh:
        """The same vertices and faces in another form; the mesh itself where it cannot take it."""
        if form == self.form or form not in self.forms():
            return self
        shape = self.shapes[form] if form in self.shapes else _midway(*(self.shapes[f] for f in BETWEEN))
        places = (shape.points_lps, shape.normals, self.triangles, shape.openness)
        return Mesh(self.id, self.system, *places, self.fibre, self.shapes, form)

    def forms(self) -> tuple[str, ...]:
        """Every form it can take: those it holds, and the neutral one where it holds both of `BETWEEN`."""
        neutral = (NEUTRAL,) if all(form in self.shapes for form in BETWEEN) else ()
        return tuple(dict.fromkeys((*neutral, *self.shapes)))

    def triangle_areas_mm2(self) -> NDArray[np.float32]:
        """Area of each triangle, (m,)."""
        x, y, z = np.ascontiguousarray(self.points_lps.T)
        a, b, c = np.ascontiguousarray(self.triangles.T)
        ux, uy, uz = x[b] - x[a], y[b] - y[a], z[b] - z[a]
        vx, vy, vz = x[c] - x[a], y[c] - y[a], z[c] - z[a]
        # Column by column: a tenth of the time that numpy's cross product takes.
        squared = (uy * vz - uz * vy) ** 2 + (uz * vx - ux * vz) ** 2 + (ux * vy - uy * vx) ** 2
        doubled: NDArray[np.float32] = np.sqrt(squared)
        return np.float32(0.5) * doubled

    def vertex_areas_mm2(self) -> NDArray[np.float32]:
        """A third of the adjoining triangles' area at each vertex, (n,); sums to the surface area."""
        third = np.repeat(self.triangle_areas_mm2() / 3.0, 3)
        areas = np.bincount(self.triangles.ravel(), weights=third, minlength=len(self.points_lps))
        return areas.astype(np.float32)


@lru_cache(maxsize=2)
def _midway(first: Shape, second: Shape) -> Shape:
    """The shape halfway between two."""
    normals = first.normals + second.normals
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), np.float32(1e-6))
    open_at = None
    if first.openness is not None and second.openness is not None:
        total = first.openness.astype(np.uint16) + second.openness
        open_at = ((total + 1) // 2).astype(np.uint8)
    return Shape((first.points_lps + second.points_lps) / np.float32(2.0), normals, open_at)


def read_glb(path: Path, system: str | None = None, data: bytes | None = None) -> dict[str, Mesh]:
    """All structures of one GLB by id, in file order. Raises MeshFault naming file and fault."""
    try:
        buffer = path.read_bytes() if data is None else data
    except FileNotFoundError as error:
        raise MeshFault(f"{path.name}: the file is missing from the folder {path.parent.name}") from error
    except OSError as error:
        raise MeshFault(f"{path.name}: cannot be read ({error.strerror})") from error
    try:
        with np.errstate(over="ignore", invalid="ignore"):
            return _decode(buffer, system or path.stem)
    except MeshFault as error:
        raise MeshFault(f"{path.name}: {error}") from error
    except _UNREADABLE as error:
        raise MeshFault(f"{path.name}: not a readable GLB of this atlas ({error})") from error


def _decode(buffer: bytes, system: str) -> dict[str, Mesh]:
    if len(buffer) < 20:
        raise MeshFault("the file is truncated")
    magic, version, length = struct.unpack_from("<III", buffer, 0)
    if magic != _MAGIC or version != 2:
        raise MeshFault("it is not a GLB 2.0 file")
    if length != len(buffer):
        raise MeshFault(f"the file is truncated or padded ({len(buffer)} bytes, header says {length})")
    json_length, kind = struct.unpack_from("<II", buffer, 12)
    if kind != _JSON:
        raise MeshFault("its first chunk is not JSON")
    tree = msgspec.json.decode(buffer[20 : 20 + json_length])  # a fifth of the time that json takes
    _, kind = struct.unpack_from("<II", buffer, 20 + json_length)
    if kind != _BIN:
        raise MeshFault("its second chunk is not binary")
    start = 28 + json_length
    views, accessors = tree["bufferViews"], tree["accessors"]

    def array(index: int) -> NDArray[Any]:
        accessor = accessors[index]
        view = views[accessor["bufferView"]]
        dtype, width = _DTYPES[accessor["componentType"]], _WIDTHS[accessor["type"]]
        offset = start + view.get("byteOffset", 0) + accessor.get("byteOffset", 0)
        if offset < start or accessor["count"] < 0:
            raise ValueError("an array begins before the data")
        flat: NDArray[Any] = np.frombuffer(buffer, dtype, accessor["count"] * width, offset)
        return flat.reshape(-1, width) if width > 1 else flat

    meshes: dict[str, Mesh] = {}
    for node in tree["nodes"]:
        if "mesh" not in node:
            continue
        primitive = tree["meshes"][node["mesh"]]["primitives"][0]
        attributes, extras = primitive["attributes"], node.get("extras", {})
        if not (isinstance(node["name"], str) and isinstance(extras.get("system", system), str)):
            raise TypeError("a node's name or system is no text")
        points = array(attributes["POSITION"]).astype(np.float32, copy=False)
        normals = array(attributes["NORMAL"]).astype(np.float32, copy=False)
        indices, stored = array(primitive["indices"]), extras.get("openness")
        if indices.dtype.kind != "u":
            raise MeshFault(f"structure {node['name']} has triangles of another kind")
        across = attributes.get("TEXCOORD_0")
        open_at = None if stored is None else array(stored).astype(np.uint8, copy=False)
        shapes: dict[str, Shape] = {}
        if primitive.get("targets"):
            # Forms are morph targets, so that other programs show them too: shifts from the mesh itself.
            shapes[extras["form"]] = Shape(points, normals, open_at)
            for name, target, opened in zip(
                tree["meshes"][node["mesh"]]["extras"]["targetNames"],
                primitive["targets"],
                extras["target_openness"],
                strict=True,
            ):
                places = [array(target[key]).astype(np.float32) for key in ("POSITION", "NORMAL")]
                shapes[name] = Shape(points + places[0], normals + places[1], array(opened))
        mesh = Mesh(
            node["name"],
            extras.get("system", system),
            points,
            normals,
            indices.reshape(-1, 3).astype(np.uint32, copy=False),
            open_at,
            None if across is None else array(across).astype(np.float32, copy=False),
            shapes,
            extras["form"] if shapes else "",
        )
        fault = "stands twice" if mesh.id in meshes else _fault(mesh, indices.dtype)
        if fault:
            raise MeshFault(f"structure {mesh.id} {fault}")
        meshes[mesh.id] = mesh
    if not meshes:
        raise MeshFault("it holds no meshes")
    return meshes


def _fault(mesh: Mesh, indices: np.dtype[Any]) -> str:
    """What is wrong with a decoded mesh, or ""."""
    n = len(mesh.points_lps)
    if mesh.points_lps.shape != (n, 3) or indices.kind != "u":
        return "has vertices or triangles of another kind"
    if not (n and len(mesh.triangles)):
        return "is empty"
    if int(mesh.triangles.max()) >= n:
        return "refers to vertices it does not have"
    if not _finite(mesh.points_lps):
        return "has a vertex that is not a number"
    if mesh.normals.shape != (n, 3) or not _finite(mesh.normals):
        return "has normals that do not belong to its vertices"
    if mesh.openness is not None and mesh.openness.shape != (n,):
        return f"has {len(mesh.openness)} values of openness for its {n} vertices"
    if mesh.fibre is not None and (mesh.fibre.shape != (n, 2) or not _finite(mesh.fibre)):
        return "has fibres that do not belong to its vertices"
    for name, shape in mesh.shapes.items():
        if not (_finite(shape.points_lps) and _finite(shape.normals)):
            return f"has a vertex that is not a number in the form {name}"
        if shape.openness is not None and shape.openness.shape != (n,):
            return f"has {len(shape.openness)} values of openness for its {n} vertices in the form {name}"
    return ""


def _finite(values: NDArray[np.float32]) -> bool:
    """Whether all are numbers of a size that means something: one that is not spoils the sum of all."""
    return math.isfinite(np.add.reduce(values, axis=None))


@dataclass(frozen=True, eq=False, slots=True)
class MeshSet:
    """Full meshes by structure id, and the reduced ones for the moving camera (same ids).

    small: the most reduced ones, for slow machines and large screens; empty where a folder holds none.
    """

    full: Mapping[str, Mesh]
    proxies: Mapping[str, Mesh]
    small: Mapping[str, Mesh] = field(default_factory=dict)


def load_meshes(folder: Path) -> MeshSet:
    """Every mesh the manifest of `folder` lists, checksums verified. Raises MeshFault."""
    sets: dict[str, dict[str, Mesh]] = {"full": {}, "proxy": {}, "small": {}}
    files = [listed for listed in read_manifest(folder) if listed.name.endswith(".glb")]
    # While one file is decoded, the next ones are read and their checksums computed beside it.
    with ThreadPoolExecutor(_READERS) as readers:
        read = readers.map(lambda listed: read_checked(folder, listed), files)
        for listed, data in zip(files, read, strict=True):
            target = sets[listed.role]
            found = read_glb(folder / listed.name, listed.system or None, data)
            for name in found:
                if name in target:
                    raise MeshFault(f"{listed.name}: the structure {name} stands in another file already")
            target.update(found)
    return MeshSet(sets["full"], sets["proxy"], sets["small"])
