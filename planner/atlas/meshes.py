"""Triangle meshes of the atlas, read from GLB with json and numpy alone.

One GLB per system; each child node is named after its structure and holds one triangle primitive
with POSITION and NORMAL (float32, LPS mm) and uint32 indices, wound counter-clockwise seen from
outside. The root node carries the transform to glTF metres so that other viewers show it upright.
Reading it this way takes a fifth of the time of a general glTF reader, and start-up is a feature.
"""

from __future__ import annotations

import hashlib
import json
import struct
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_MAGIC, _JSON, _BIN = 0x46546C67, 0x4E4F534A, 0x004E4942
_DTYPES: dict[int, np.dtype[Any]] = {
    5126: np.dtype("<f4"),
    5125: np.dtype("<u4"),
    5123: np.dtype("<u2"),
    5121: np.dtype("u1"),
}
_WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4}


class MeshFault(Exception):
    """A mesh file is missing, truncated, edited or not what the manifest says; the text names it."""


@dataclass(frozen=True, eq=False, slots=True)
class Mesh:
    """One structure's closed surface.

    points_lps: (n, 3) float32, mm.  normals: (n, 3) float32, unit, outward.  triangles: (m, 3) uint32.
    """

    id: str
    system: str
    points_lps: NDArray[np.float32]
    normals: NDArray[np.float32]
    triangles: NDArray[np.uint32]

    def triangle_areas_mm2(self) -> NDArray[np.float32]:
        """Area of each triangle, (m,)."""
        a, b, c = (self.points_lps[self.triangles[:, k]] for k in range(3))
        doubled: NDArray[np.float32] = np.linalg.norm(np.cross(b - a, c - a), axis=1).astype(np.float32)
        return np.float32(0.5) * doubled

    def vertex_areas_mm2(self) -> NDArray[np.float32]:
        """A third of the adjoining triangles' area at each vertex, (n,); sums to the surface area."""
        third = np.repeat(self.triangle_areas_mm2() / 3.0, 3)
        areas = np.bincount(self.triangles.ravel(), weights=third, minlength=len(self.points_lps))
        return areas.astype(np.float32)


def read_glb(path: Path, system: str | None = None, data: bytes | None = None) -> dict[str, Mesh]:
    """All structures of one GLB by id, in file order. Raises MeshFault naming file and fault."""
    try:
        buffer = path.read_bytes() if data is None else data
    except FileNotFoundError as error:
        raise MeshFault(f"{path.name}: the file is missing from {path.parent}") from error
    except OSError as error:
        raise MeshFault(f"{path.name}: cannot be read ({error.strerror})") from error
    try:
        return _decode(buffer, system or path.stem)
    except MeshFault as error:
        raise MeshFault(f"{path.name}: {error}") from error
    except (struct.error, ValueError, KeyError, IndexError, TypeError) as error:
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
    tree = json.loads(buffer[20 : 20 + json_length])
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
        flat: NDArray[Any] = np.frombuffer(buffer, dtype, accessor["count"] * width, offset)
        return flat.reshape(-1, width) if width > 1 else flat

    meshes: dict[str, Mesh] = {}
    for node in tree["nodes"]:
        if "mesh" not in node:
            continue
        primitive = tree["meshes"][node["mesh"]]["primitives"][0]
        attributes = primitive["attributes"]
        points = array(attributes["POSITION"]).astype(np.float32, copy=False)
        triangles = array(primitive["indices"]).reshape(-1, 3).astype(np.uint32, copy=False)
        if len(triangles) and int(triangles.max()) >= len(points):
            raise MeshFault(f"structure {node['name']} refers to vertices it does not have")
        if not np.isfinite(points).all():
            raise MeshFault(f"structure {node['name']} has a vertex that is not a number")
        normals = array(attributes["NORMAL"]).astype(np.float32, copy=False)
        home = node.get("extras", {}).get("system", system)
        meshes[node["name"]] = Mesh(node["name"], home, points, normals, triangles)
    return meshes


@dataclass(frozen=True, eq=False, slots=True)
class MeshSet:
    """Full meshes by structure id, and the reduced ones for the moving camera (same ids)."""

    full: Mapping[str, Mesh]
    proxies: Mapping[str, Mesh]


def read_manifest(folder: Path) -> dict[str, object]:
    """The decoded manifest.toml of a mesh folder. Raises MeshFault."""
    path = folder / "manifest.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise MeshFault(f"manifest.toml: the file is missing from {folder}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MeshFault(f"manifest.toml: {error}") from error


def read_checked(folder: Path, name: str, sha256: str) -> bytes:
    """Bytes of a mesh-folder file whose checksum the manifest vouches for. Raises MeshFault."""
    path = folder / name
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise MeshFault(f"{name}: the file is missing from {folder}") from error
    except OSError as error:
        raise MeshFault(f"{name}: cannot be read ({error.strerror})") from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise MeshFault(
            f"{name}: its contents differ from manifest.toml ({len(data)} bytes); "
            "the file is truncated or was edited. Build the meshes again or restore the file"
        )
    return data


def load_meshes(folder: Path) -> MeshSet:
    """Every mesh the manifest of `folder` lists, checksums verified. Raises MeshFault."""
    manifest = read_manifest(folder)
    files = manifest.get("file", [])
    if not isinstance(files, list) or not files:
        raise MeshFault("manifest.toml: it lists no files")
    full: dict[str, Mesh] = {}
    proxies: dict[str, Mesh] = {}
    for entry in files:
        name = entry["name"]
        if not name.endswith(".glb"):
            continue
        data = read_checked(folder, name, entry["sha256"])
        target = proxies if entry["role"] == "proxy" else full
        target.update(read_glb(folder / name, entry.get("system"), data))
    return MeshSet(full, proxies)
