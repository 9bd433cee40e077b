"""What a cut of the State means in the model: its plane, the levels it can stand at by name, its labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt

import numpy as np

from planner.atlas.model import Atlas, Content, Layer
from planner.sections import Face, Plane
from planner.session.picture import Label
from planner.session.state import PointLps, Section
from planner.space import Side, View

_NORMALS: Mapping[str, PointLps] = {
    "axial": (0.0, 0.0, -1.0),
    "coronal": (0.0, -1.0, 0.0),
    "sagittal": (1.0, 0.0, 0.0),
}
_VIEWS: tuple[tuple[View, PointLps], ...] = (
    ("inferior", (0.0, 0.0, -1.0)),
    ("superior", (0.0, 0.0, 1.0)),
    ("anterior", (0.0, -1.0, 0.0)),
    ("posterior", (0.0, 1.0, 0.0)),
    ("left", (1.0, 0.0, 0.0)),
    ("right", (-1.0, 0.0, 0.0)),
)
_LEAST_AREA = 1.0  # mm2 that three points must span, doubled: less is a line
_MIDDLE_MM = 8.0  # what lies this near to a disc's axis is its middle
_MOST_LABELS, _WIDE_PX = 14, 1000.0
# How much an area counts in the choice of what is labelled: a nerve is small and what one looks for.
_COUNTS: Mapping[Layer, float] = {
    "nerve": 10.0,
    "vessel": 5.0,
    "organ": 1.5,
    "bone": 2.5,
    "muscle": 3.0,
    "skin": 0.0,
}


@dataclass(frozen=True, slots=True)
class Level:
    """A height of the body that has a name; at_mm: z."""

    name: str
    at_mm: float


def normal_of_points(points_lps: Sequence[PointLps]) -> PointLps | None:
    """The unit normal of the plane through three points, to the front of the body; None in a line."""
    a, b, c = (np.array(point) for point in points_lps)
    across = np.cross(b - a, c - a)
    length = float(np.linalg.norm(across))
    if length < _LEAST_AREA:
        return None
    normal = across / length
    # To the front; a level plane downwards, an upright one from front to back to the patient's left.
    for k, sign in ((1, -1.0), (2, -1.0), (0, 1.0)):
        if abs(normal[k]) > 0.2:
            normal = normal * sign * float(np.sign(normal[k]))
            break
    x, y, z = (float(part) for part in normal)
    return x, y, z


def plane_of(section: Section) -> Plane | None:
    """The plane of a section; None while points are missing."""
    if section.axis == "points":
        if len(section.points_lps) < 3:
            return None
        normal = normal_of_points(section.points_lps)
        if normal is None:
            return None
        offset = float(np.dot(normal, section.points_lps[0])) + section.at_mm
    else:
        normal = _NORMALS[section.axis]
        offset = section.at_mm * sum(normal)
    if section.flipped:
        normal, offset = (-normal[0], -normal[1], -normal[2]), -offset
    return Plane(normal, offset)


def facing_view(section: Section) -> View | None:
    """The named view that looks most squarely onto a cut; None while there is none."""
    plane = plane_of(section)
    if plane is None:
        return None
    return max(_VIEWS, key=lambda view: float(np.dot(view[1], plane.normal)))[0]


def span_mm(atlas: Atlas, section: Section) -> tuple[float, float]:
    """The lowest and highest `at_mm` at which a plane of this kind meets the body."""
    points = atlas.meshes.full["skin"].points_lps
    axes = {"sagittal": 0, "coronal": 1, "axial": 2}
    if section.axis in axes:
        along = points[:, axes[section.axis]]
        return float(along.min()), float(along.max())
    normal = normal_of_points(section.points_lps) if len(section.points_lps) == 3 else None
    if normal is None:
        return 0.0, 0.0
    along = points @ np.array(normal, np.float32) - np.float32(np.dot(normal, section.points_lps[0]))
    return float(along.min()), float(along.max())


@lru_cache(maxsize=4)
def levels(atlas: Atlas) -> tuple[Level, ...]:
    """The heights that have a name in this model, from above downwards: discs, endplates, bony landmarks.

    A disc stands at the height of its middle, an endplate where the middle of its disc ends.
    """
    found: list[Level] = []
    for name, mesh in atlas.meshes.full.items():
        upper, _, lower = name.removeprefix("disc_").partition("_")
        if not name.startswith("disc_") or not lower:
            continue
        points = mesh.points_lps.astype(float)
        middle = (points.min(axis=0) + points.max(axis=0)) / 2.0
        near = points[np.linalg.norm(points[:, :2] - middle[:2], axis=1) < _MIDDLE_MM]
        heights = (near if len(near) else points)[:, 2]
        top, bottom = float(heights.max()), float(heights.min())
        above, below = upper.upper(), lower.upper()
        short = f"{above}/{below.lstrip(above[0])}" if below[0] == above[0] else f"{above}/{below}"
        found += [
            Level(f"{above} lower endplate", round(top, 1)),
            Level(f"{short} disc", round((top + bottom) / 2.0, 1)),
            Level(f"{below} upper endplate", round(bottom, 1)),
        ]
    for point, name in _LANDMARKS:
        if point in atlas.points_lps:
            found.append(Level(name, round(atlas.points_lps[point][2], 1)))
    return tuple(sorted(found, key=lambda level: -level.at_mm))


_LANDMARKS = (
    ("landmark_iliac_crest_top_left", "Iliac crests"),
    ("landmark_psis_left", "Posterior superior iliac spines"),
    ("landmark_asis_left", "Anterior superior iliac spines"),
    ("landmark_femoral_head_centre_left", "Femoral heads"),
    ("landmark_pubic_tubercle_left", "Pubic tubercles"),
    ("landmark_umbilicus", "Navel"),
)


def level_at(atlas: Atlas, at_mm: float, within_mm: float = 1.5) -> Level | None:
    """The named level nearest to a height; None where none lies within reach."""
    nearest = min(levels(atlas), key=lambda level: abs(level.at_mm - at_mm), default=None)
    return nearest if nearest is not None and abs(nearest.at_mm - at_mm) <= within_mm else None


def face_labels(
    content: Content,
    faces: Sequence[Face],
    side: Side,
    selected: Sequence[str] = (),
    wide_px: float = _WIDE_PX,
) -> tuple[Label, ...]:
    """Names for the cut faces that matter most, of the side being looked at and the midline.

    wide_px: how wide the picture is; a narrow one holds fewer names.
    """
    most = int(_MOST_LABELS * min(1.0, max(0.4, wide_px / _WIDE_PX)))

    def weight(face: Face) -> float:
        record = content.structures[face.structure]
        if record.side not in (side, "midline"):
            return 0.0
        if record.material == "space" or (record.layer == "organ" and record.material == "fascia"):
            return 0.0
        chosen = 1000.0 if face.structure in selected else 1.0
        return chosen * _COUNTS[record.layer] * (1.5 if record.risk else 1.0) * sqrt(face.area_mm2)

    known = [face for face in faces if face.structure in content.structures]
    ranked = sorted(((weight(face), face) for face in known), key=lambda pair: -pair[0])
    return tuple(
        Label(content.structures[face.structure].name, face.middle_lps, "structure", face.structure)
        for score, face in ranked[:most]
        if score > 0.0
    )
