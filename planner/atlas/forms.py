"""The atlas in another form of the body: the same bones, vertices and regions under another skin.

Everything that asks an atlas (marks, areas in cm2, charts, picking, the scene) then follows without
knowing of forms. Named points that lie on the skin go with it; what lies beneath stays where it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

import numpy as np

from planner.atlas.meshes import Mesh, MeshSet
from planner.atlas.model import FORMS, Atlas, Form

SKIN = "skin"
ON_SKIN_MM = 1.5  # a point is on the skin when it lies this close to the nearest vertex's tangent plane
_NEAR_MM = 8.0  # and this close to that vertex; no edge of the skin is longer
PointLps = tuple[float, float, float]


def forms_of(atlas: Atlas) -> tuple[Form, ...]:
    """The forms that an atlas's skin can take; one alone where its model has no others."""
    skin = atlas.meshes.full.get(SKIN)
    if skin is None or not skin.shapes:
        return (atlas.form,)
    return tuple(form for form in FORMS if form in skin.shapes)


@lru_cache(maxsize=8)
def formed(atlas: Atlas, form: Form) -> Atlas:
    """The atlas with its skin in this form; the atlas itself where it has that form or its model has no other."""
    if form == atlas.form:
        return atlas
    skin = atlas.meshes.full.get(SKIN)
    if skin is None:
        return replace(atlas, form=form)
    other = skin.formed(form)
    meshes = MeshSet({**atlas.meshes.full, SKIN: other}, atlas.meshes.proxies)
    fields = replace(atlas.fields, area_mm2=other.vertex_areas_mm2())
    return replace(
        atlas, meshes=meshes, fields=fields, points_lps=_carried(atlas.points_lps, skin, other), form=form
    )


def _carried(points: Mapping[str, PointLps], skin: Mesh, other: Mesh) -> dict[str, PointLps]:
    """Named points, those on the skin moved as the nearest vertex moves."""
    names = list(points)
    at = np.array([points[name] for name in names], np.float32).reshape(-1, 3)
    moved = dict(points)
    low, high = skin.points_lps.min(axis=0) - _NEAR_MM, skin.points_lps.max(axis=0) + _NEAR_MM
    for row in np.flatnonzero(((at >= low) & (at <= high)).all(axis=1)).tolist():
        offset = at[row] - skin.points_lps
        square = np.einsum("ij,ij->i", offset, offset)
        nearest = int(np.argmin(square))
        height = abs(float(offset[nearest] @ skin.normals[nearest]))
        if square[nearest] <= _NEAR_MM**2 and height <= ON_SKIN_MM:
            x, y, z = (at[row] + other.points_lps[nearest] - skin.points_lps[nearest]).tolist()
            moved[names[row]] = (x, y, z)
    return moved
