"""Writes the meshes of one system as GLB: LPS millimetres in the buffers, upright for other viewers.

The same input gives the same bytes: sorted keys, no timestamps, aligned little-endian buffers.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable

import numpy as np

from planner.atlas.meshes import Mesh
from planner.atlas.recess import openness, packed
from planner.space import LPS_MM_TO_GLTF

_FLOAT, _UINT, _USHORT, _BYTE, _ARRAY, _ELEMENTS = 5126, 5125, 5123, 5121, 34962, 34963
_FEW = 0xFFFF  # vertices that indices of two bytes reach; the last value means a restart


def glb_bytes(meshes: Iterable[Mesh]) -> bytes:
    """GLB 2.0 of the meshes, one named child node each, in the given order.

    How open each vertex lies goes with them, one byte a vertex; the node's extras name its accessor.
    Fibres, where a mesh has them, are its TEXCOORD_0. Other shapes of a mesh are its morph targets,
    switched off, so that other programs show them too.
    """
    chunks: list[bytes] = []
    views: list[dict[str, object]] = []
    accessors: list[dict[str, object]] = []
    nodes: list[dict[str, object]] = [
        {"name": "lumbar_block_planner_lps_mm", "matrix": LPS_MM_TO_GLTF.T.ravel().tolist(), "children": []}
    ]
    shapes: list[dict[str, object]] = []

    def add(array: np.ndarray, component: int, kind: str, target: int | None, **bounds: list[float]) -> int:
        data = np.ascontiguousarray(array).tobytes()
        offset = sum(map(len, chunks))
        chunks.append(data + b"\0" * (-len(data) % 4))
        views.append({"buffer": 0, "byteOffset": offset, "byteLength": len(data)})
        if target is not None:
            views[-1]["target"] = target
        count = array.size if kind == "SCALAR" else len(array)
        accessors.append(
            {"bufferView": len(views) - 1, "componentType": component, "type": kind, "count": count, **bounds}
        )
        return len(accessors) - 1

    for mesh in meshes:
        points = mesh.points_lps.astype("<f4")
        attributes = {
            "POSITION": add(
                points, _FLOAT, "VEC3", _ARRAY, min=points.min(0).tolist(), max=points.max(0).tolist()
            ),
            "NORMAL": add(mesh.normals.astype("<f4"), _FLOAT, "VEC3", _ARRAY),
        }
        if mesh.fibre is not None:
            attributes["TEXCOORD_0"] = add(mesh.fibre.astype("<f4"), _FLOAT, "VEC2", _ARRAY)
        width, component = ("<u2", _USHORT) if len(points) <= _FEW else ("<u4", _UINT)
        primitive: dict[str, object] = {
            "attributes": attributes,
            "indices": add(mesh.triangles.astype(width).ravel(), component, "SCALAR", _ELEMENTS),
            "mode": 4,
        }
        open_at = packed(openness(points, mesh.normals.astype("<f4"), mesh.triangles))
        extras: dict[str, object] = {
            "system": mesh.system,
            "openness": add(open_at, _BYTE, "SCALAR", None),
        }
        shape: dict[str, object] = {"name": mesh.id, "primitives": [primitive]}
        others = {name: other for name, other in mesh.shapes.items() if name != mesh.form}
        if others:
            primitive["targets"] = []
            shape["weights"] = [0.0] * len(others)
            shape["extras"] = {"targetNames": list(others)}
            extras |= {"form": mesh.form, "target_openness": []}
        for other in others.values():
            shift = other.points_lps.astype("<f4") - points
            turn = other.normals.astype("<f4") - mesh.normals.astype("<f4")
            bounds = {"min": shift.min(0).tolist(), "max": shift.max(0).tolist()}
            target = {
                "POSITION": add(shift, _FLOAT, "VEC3", _ARRAY, **bounds),
                "NORMAL": add(turn, _FLOAT, "VEC3", _ARRAY),
            }
            primitive["targets"].append(target)  # type: ignore[attr-defined]
            opened = packed(openness(points + shift, mesh.normals.astype("<f4") + turn, mesh.triangles))
            extras["target_openness"].append(add(opened, _BYTE, "SCALAR", None))  # type: ignore[attr-defined]
        shapes.append(shape)
        nodes.append({"name": mesh.id, "mesh": len(shapes) - 1, "extras": extras})
        nodes[0]["children"].append(len(nodes) - 1)  # type: ignore[attr-defined]
    body = b"".join(chunks)
    tree = {
        "asset": {
            "version": "2.0",
            "generator": "lumbar-block-planner",
            "copyright": "CC BY-SA 4.0; after measurements on BodyParts3D 4.0, (c) DBCLS",
        },
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": nodes,
        "meshes": shapes,
        "accessors": accessors,
        "bufferViews": views,
        "buffers": [{"byteLength": len(body)}],
    }
    text = json.dumps(tree, sort_keys=True, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    header = struct.pack("<III", 0x46546C67, 2, 28 + len(text) + len(body))
    return (
        header
        + struct.pack("<II", len(text), 0x4E4F534A)
        + text
        + struct.pack("<II", len(body), 0x004E4942)
        + body
    )
