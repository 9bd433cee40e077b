"""What each stage of the modelling hands to the build: meshes, named points, extra files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from planner.atlas.meshes import Mesh


class Progress(Protocol):
    """Called once per finished structure with its id and a word on how it was made."""

    def __call__(self, structure: str, note: str = "") -> None: ...


def silent(structure: str, note: str = "") -> None:
    """A Progress that says nothing, for tests."""


@dataclass(frozen=True, eq=False)
class Part:
    """The result of one stage.

    meshes: full-resolution closed surfaces, ids unique over all parts.
    points: named LPS mm points for points.toml.  files: further files of the mesh folder by name.
    """

    meshes: tuple[Mesh, ...]
    points: Mapping[str, tuple[float, float, float]] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
