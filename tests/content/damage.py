"""Copies of the content folder in which one file is damaged.

Files are linked, not copied, so a copy costs milliseconds; a damaged one is replaced, never written to.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

from planner.atlas.load import OPTIONAL

FOLDERS = ("atlas", "meshes")
ATLAS = Path(__file__).resolve().parents[2] / "assets"
Damage = Callable[[Path], None]


def content_files() -> list[str]:
    """Every file the program reads, by its path in the content folder; two blocks stand for all."""
    names = [p.relative_to(ATLAS).as_posix() for kind in FOLDERS for p in sorted((ATLAS / kind).rglob("*"))]
    kept = [name for name in names if name.endswith((".toml", ".glb", ".npz"))]
    kept = [name for name in kept if Path(name).name not in OPTIONAL]
    blocks = [name for name in kept if name.startswith("atlas/blocks/")]
    return [name for name in kept if name not in blocks[1:-1]]


def place_of(name: str) -> str:
    """What a message about a damaged file must say: a structure's record may stand in any of their files."""
    return "structure" if name.startswith("atlas/structures/") else Path(name).name


def copy_of(atlas_folder: Path, to: Path) -> Path:
    """The content folder again, at `to`."""
    for kind in FOLDERS:
        shutil.copytree(atlas_folder / kind, to / kind, copy_function=_link)
    return to


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def put(path: Path, data: bytes) -> None:
    """Another file in place of a linked one."""
    path.unlink(missing_ok=True)
    path.write_bytes(data)


def sign(path: Path, data: bytes) -> None:
    """Replaces a mesh file and lets the manifest vouch for it, as a faulty build would."""
    manifest = path.with_name("manifest.toml")
    text = manifest.read_text(encoding="utf-8")
    before, after = (hashlib.sha256(part).hexdigest() for part in (path.read_bytes(), data))
    assert before in text
    put(path, data)
    put(manifest, text.replace(before, after).encode())


def missing(path: Path) -> None:
    path.unlink()


def empty(path: Path) -> None:
    put(path, b"")


def cut(path: Path) -> None:
    data = path.read_bytes()
    put(path, data[: len(data) // 2])


def flipped(path: Path) -> None:
    """One byte in the middle edited."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    put(path, bytes(data))


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


ON_DISK: tuple[Damage, ...] = (missing, empty, cut, flipped, folder)


def edited_glb(data: bytes, edit: Callable[[dict[str, Any], bytearray], object]) -> bytes:
    """A GLB whose JSON tree and buffer went through `edit`."""
    length = struct.unpack_from("<I", data, 12)[0]
    tree, body = json.loads(data[20 : 20 + length]), bytearray(data[28 + length :])
    edit(tree, body)
    text = json.dumps(tree).encode()
    text += b" " * (-len(text) % 4)
    head = struct.pack("<III", 0x46546C67, 2, 28 + len(text) + len(body))
    head += struct.pack("<II", len(text), 0x4E4F534A) + text
    return head + struct.pack("<II", len(body), 0x004E4942) + bytes(body)
