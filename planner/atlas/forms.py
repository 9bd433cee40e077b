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
    return tuple(form for form in FORMS if form in skin.forms())


@lru_cache(maxsize=8)
def formed(atlas: Atlas, form: Form) -> Atlas:
    """The atlas in this form, itself where it has it; a skin without that shape stays as it is."""
    if form == atlas.form:
        return atlas
    if atlas.base is not None:
        return formed(atlas.base, form)
    skin = atlas.meshes.full.get(SKIN)
    if skin is None:
        return replace(atlas, form=form, base=atlas)
    other = skin.formed(form)
    meshes = MeshSet({**atlas.meshes.full, SKIN: other}, atlas.meshes.proxies)
    fields = replace(atlas.fields, area_mm2=other.vertex_areas_mm2())
    points = _carried(atlas.points_lps, skin, other)
    return replace(atlas, meshes=meshes, fields=fields, points_lps=points, form=form, base=atlas)


def _carried(points: Mapping[str, PointLps], skin: Mesh, other: Mesh) -> dict[str, PointLps]:
    """Named points, those on the skin moved as the nearest vertex moves."""
    moved = dict(points)
    order = np.argsort(skin.points_lps[:, 2])
    upwards = skin.points_lps[order]
    for name, point in points.items():
        at = np.array(point, np.float32)
        # Only the slice of the body at the point's height: a search tree would take longer to import.
        low, high = np.searchsorted(upwards[:, 2], (at[2] - _NEAR_MM, at[2] + _NEAR_MM))
        offset = at - upwards[low:high]
        square = np.einsum("ij,ij->i", offset, offset)
        if not len(square) or square.min() > _NEAR_MM**2:
            continue
        row = int(np.argmin(square))
        nearest = order[low + row]
        if abs(float(offset[row] @ skin.normals[nearest])) <= ON_SKIN_MM:
            x, y, z = (at + other.points_lps[nearest] - skin.points_lps[nearest]).tolist()
            moved[name] = (x, y, z)
    return moved
