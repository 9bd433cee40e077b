"""The stage that makes the skin and everything drawn on it.

The surface comes from `skin_surface`, its other forms from `skin_forms`, the regions from
`assets/atlas/region_borders.toml` through `skin_regions`. Both halves of the atlas folder are read here:
measurements and, beside them, the borders.
"""

from __future__ import annotations

from collections.abc import Mapping

from planner.atlas.meshes import Mesh
from planner.modelling import skin_forms, skin_regions, skin_surface
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
    "implicit.py",
    "shading.py",
    "tables.py",
)
READS = (
    "atlas/region_borders.toml",
    "measurements/*.csv",
    "measurements/skin_forms.toml",
    "measurements/surfaces/skin.csv",
)
RESTS_ON = ("bones", "muscles")


def build(tables: Tables, solids: Mapping[str, Mesh], progress: Progress) -> Part:
    """The mesh `skin`, its fields and the centre of every region on both sides (`region_<id>_<side>`).

    Raises BorderFault naming the entry of region_borders.toml that cannot be drawn, TableFault for tables.
    """
    borders = read_borders(tables.folder.parent / "atlas" / "region_borders.toml")
    forms = skin_forms.read_forms(tables.folder / "skin_forms.toml")
    skin = skin_forms.with_forms(skin_surface.make(tables, solids), forms, solids)
    progress("skin", f"{len(skin.mesh.triangles)} triangles")
    fields = skin_regions.fields(skin, tables.landmarks, borders)
    progress("skin_fields", f"{len(borders.regions)} regions")
    points: dict[str, tuple[float, float, float]] = {}
    for region, vertex in fields.centres.items():
        for side in SIDES:
            index = vertex if side == "left" else int(fields.mirror[vertex])
            x, y, z = (float(value) for value in skin.mesh.points_lps[index])
            points[f"region_{region}_{side}"] = (x, y, z)
    return Part((skin.mesh,), points, {FIELDS_FILE: fields.npz()})
