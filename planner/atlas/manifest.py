"""What a mesh folder vouches for: `manifest.toml`, decoded strictly, and files read against it.

A file whose bytes differ from the manifest's checksum is refused before anything looks into it.
"""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path
from typing import Literal

import msgspec

FORMAT = 1


class MeshFault(Exception):
    """A mesh file is missing, truncated, edited or not what the manifest says; the text names it."""


class Listed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of the folder. role: full, proxy and small are GLB files, the other two come once each."""

    name: str
    role: Literal["full", "proxy", "small", "fields", "points"]
    sha256: str
    system: str = ""
    bytes: int = 0
    triangles: int = 0


class _Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: int
    file: tuple[Listed, ...]


def read_manifest(folder: Path) -> tuple[Listed, ...]:
    """The files that manifest.toml of a mesh folder lists. Raises MeshFault."""
    path = folder / "manifest.toml"
    try:
        manifest = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _Manifest)
    except FileNotFoundError as error:
        raise MeshFault(f"manifest.toml: the file is missing from the folder {folder.name}") from error
    except OSError as error:
        raise MeshFault(f"manifest.toml: cannot be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        raise MeshFault(f"manifest.toml: {error}") from error
    if manifest.format != FORMAT:
        raise MeshFault(f"manifest.toml: its format is {manifest.format}; this program reads {FORMAT}")
    if not manifest.file:
        raise MeshFault("manifest.toml: it lists no files")
    seen: set[str] = set()
    for listed in manifest.file:
        if listed.name in seen:
            raise MeshFault(f"manifest.toml: it lists {listed.name} twice")
        if listed.name != Path(listed.name).name or not listed.name.isprintable():
            raise MeshFault(f"manifest.toml: {listed.name!r} is not the name of a file in its folder")
        if (listed.role in ("full", "proxy", "small")) != listed.name.endswith(".glb"):
            raise MeshFault(f"manifest.toml: {listed.name} cannot have the role {listed.role}")
        seen.add(listed.name)
    return manifest.file


def read_checked(folder: Path, listed: Listed) -> bytes:
    """Bytes of a file whose checksum the manifest vouches for. Raises MeshFault."""
    try:
        data = (folder / listed.name).read_bytes()
    except FileNotFoundError as error:
        raise MeshFault(f"{listed.name}: the file is missing from the folder {folder.name}") from error
    except OSError as error:
        raise MeshFault(f"{listed.name}: cannot be read ({error.strerror})") from error
    if hashlib.sha256(data).hexdigest() != listed.sha256:
        raise MeshFault(
            f"{listed.name}: its contents differ from manifest.toml ({len(data)} bytes); "
            "the file is truncated or was edited. Build the meshes again or restore the file"
        )
    return data


def read_role(folder: Path, role: Literal["fields", "points"]) -> bytes:
    """Bytes of the one file of the folder that has this role. Raises MeshFault."""
    for listed in read_manifest(folder):
        if listed.role == role:
            return read_checked(folder, listed)
    raise MeshFault(f"manifest.toml: it lists no file with the role {role}")
