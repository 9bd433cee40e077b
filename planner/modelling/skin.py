"""The stage that makes the skin and everything drawn on it.

The surface comes from `skin_surface`, its other forms from `skin_forms`, the regions from
`assets/atlas/region_borders.toml` through `skin_regions`, the smooth fields that shares are spread by from
`skin_basis`, drawn outlines of territories from `assets/atlas/territory_borders.toml`. Both halves of the
atlas folder are read here:
measurements and, beside them, the borders.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from planner.atlas.meshes import Mesh
from planner.atlas.territories import BASIS_STEPS
from planner.modelling import skin_basis, skin_forms, skin_regions, skin_surface, territory_borders
from planner.modelling.part import Part, Progress
from planner.modelling.region_borders import read_borders
from planner.modelling.tables import Tables
from planner.space import SIDES

FIELDS_FILE = "skin_fields.npz"
# What the result depends on: files of this folder and below `assets`, systems of finished structures.
CODE = (
    "skin*.py",
    "remesh.py",
    "body_chart.py",
    "region_borders.py",
    "territory_borders.py",
    "implicit.py",
    "shading.py",
    "tables.py",
)
READS = (
    "atlas/region_borders.toml",
    "atlas/territory_borders.toml",
    "measurements/*.csv",
    "measurements/skin_forms.toml",
    "measurements/surfaces/skin.csv",
)
RESTS_ON = ("bones", "muscles")


def build(tables: Tables, solids: Mapping[str, Mesh], progress: Progress) -> Part:
    """The mesh `skin`, its fields and the centre of every region on both sides (`region_<id>_<side>`).

    Raises BorderFault naming the entry of a border file that cannot be drawn, TableFault for tables.
    """
    atlas = tables.folder.parent / "atlas"
    borders = read_borders(atlas / skin_regions.FILE)
    drawn = territory_borders.read_territories(atlas / territory_borders.FILE)
    forms = skin_forms.read_forms(tables.folder / "skin_forms.toml")
    skin = skin_forms.with_forms(skin_surface.make(tables, solids), forms, solids)
    progress("skin", f"{len(skin.mesh.triangles)} triangles")
    fields = skin_regions.fields(skin, tables.landmarks, borders)
    progress("skin_fields", f"{len(borders.regions)} regions")
    data = fields_file(fields, drawn)
    progress("skin_territories", f"{len(drawn.territories)} drawn")
    points: dict[str, tuple[float, float, float]] = {}
    for region, vertex in fields.centres.items():
        for side in SIDES:
            index = vertex if side == "left" else int(fields.mirror[vertex])
            x, y, z = (float(value) for value in skin.mesh.points_lps[index])
            points[f"region_{region}_{side}"] = (x, y, z)
    return Part((skin.mesh,), points, {FIELDS_FILE: data})


def fields_file(fields: skin_regions.RegionFields, drawn: territory_borders.TerritoryFile) -> bytes:
    """skin_fields.npz: regions, the basis that spreads shares, and the extents of drawn territories."""
    arrays = fields.arrays() | _smooth_arrays(fields, drawn)
    return skin_regions.npz_bytes(arrays, plain=("basis",))


def _smooth_arrays(
    fields: skin_regions.RegionFields, drawn: territory_borders.TerritoryFile
) -> dict[str, NDArray[np.generic]]:
    """What the file holds besides regions: the basis that spreads shares, and drawn extents, left half."""
    chart = fields.chart
    basis = skin_basis.share_basis(chart.vertices, chart.triangles, fields.region_of[: len(chart.vertices)])
    extents = territory_borders.extents(chart, drawn)
    return {
        "basis": np.round(basis * BASIS_STEPS).astype(np.int16),
        "fade": np.round(fields.fade * 255.0).astype(np.uint8),
        "drawn_ids": np.array([territory.id for territory in drawn.territories], np.str_),
        "drawn": np.round(extents * 255.0).astype(np.uint8),
    }
