"""From the mesh folder to arrays: what every start waits for."""

from __future__ import annotations

from typing import Any

from planner.atlas.load import load_atlas
from planner.atlas.meshes import load_meshes

from .conftest import CONTENT


def test_all_meshes_are_loaded(benchmark: Any) -> None:
    meshes = benchmark(lambda: load_meshes(CONTENT / "meshes"))
    benchmark.extra_info["triangles"] = sum(len(mesh.triangles) for mesh in meshes.full.values())


def test_the_whole_atlas_is_loaded(benchmark: Any) -> None:
    loaded = benchmark(lambda: load_atlas(CONTENT))
    benchmark.extra_info["structures"] = len(loaded.meshes.full)
