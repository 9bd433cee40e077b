"""A recipe: how one structure is made, from which tables and which finished structures.

Recipes are plain data plus a module-level function, so that they can be sent to another process and
so that a cached result can be trusted: the key covers tables, parameters, neighbours and code.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from planner.atlas.meshes import Mesh
from planner.modelling import implicit, loft, shading, simplify, tables, tube

Points = NDArray[np.float64]
Shape = tuple[Points, NDArray[np.int64]]
Solids = Mapping[str, Mesh]
Make = Callable[[tables.Tables, Solids], Shape]

_COMMON = (implicit, loft, shading, simplify, tables, tube)


@dataclass(frozen=True)
class Recipe:
    """One structure and, where `twin` is given, its mirror image on the other side.

    make: module-level function or functools.partial of one: (tables, solids) -> (vertices, triangles).
    files: the tables it reads.  needs: structures finished before it.  modules: further code it uses.
    """

    id: str
    system: str
    make: Make
    files: tuple[str, ...]
    needs: tuple[str, ...] = ()
    twin: str = ""
    modules: tuple[ModuleType, ...] = ()

    def __getstate__(self) -> dict[str, object]:
        # Modules cannot be sent to another process and are not needed there.
        return {**self.__dict__, "modules": ()}

    def ids(self) -> tuple[str, ...]:
        """The structures it yields."""
        return (self.id, self.twin) if self.twin else (self.id,)

    def key(self, known: tables.Tables, solids: Solids) -> str:
        """sha256 of everything the result depends on."""
        whole = hashlib.sha256(f"{self.id}|{self.system}|{self.twin}|{_signature(self.make)}".encode())
        whole.update(known.digest(*self.files).encode())
        for name in self.needs:
            whole.update(mesh_digest(solids[name]))
        for module in (*_COMMON, *self.modules, inspect.getmodule(_function(self.make))):
            whole.update(code_digest(module).encode())
        return whole.hexdigest()

    def meshes(self, known: tables.Tables, solids: Solids) -> tuple[Mesh, ...]:
        """The finished meshes, left (or midline) first. Raises ValueError when a surface is not closed."""
        vertices, triangles = self.make(known, solids)
        if not shading.is_closed(triangles):
            raise ValueError("its surface is not closed")
        first = shading.mesh(self.id, self.system, vertices, triangles)
        return (first, shading.mirrored(first, self.twin)) if self.twin else (first,)


def mesh_digest(mesh: Mesh) -> bytes:
    """sha256 over the geometry of a mesh."""
    return hashlib.sha256(mesh.points_lps.tobytes() + mesh.triangles.tobytes()).digest()


@cache
def code_digest(module: ModuleType | None) -> str:
    """sha256 of a module's source text."""
    if module is None or not module.__file__:
        raise ValueError("a recipe's function must live in a module")
    return hashlib.sha256(Path(module.__file__).read_bytes()).hexdigest()


def _function(make: Make) -> object:
    return make.func if isinstance(make, partial) else make


def _signature(make: Make) -> str:
    name = getattr(_function(make), "__qualname__", "")
    return f"{name}{make.args!r}{sorted(make.keywords.items())!r}" if isinstance(make, partial) else name


def right(left: str) -> str:
    """The id of the mirrored structure."""
    if not left.endswith("_left"):
        raise ValueError(f"{left} is not a left-sided id")
    return left[: -len("_left")] + "_right"
