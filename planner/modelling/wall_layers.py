"""The layers of the trunk wall: muscles, sheaths and fasciae stacked beneath one envelope.

Depths add up from the outside inwards, so layers cannot cross. A fleshy layer thins to its aponeurosis
beyond its medial side and to the width of the crest towards the bones it ends on.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from planner.modelling import bone_clearance, fields, patches
from planner.modelling import envelope as envelopes
from planner.modelling.bone_clearance import out_of_bone
from planner.modelling.envelope import WALL, Envelope, envelope
from planner.modelling.recipe import Recipe, Shape, Solids, right
from planner.modelling.tables import TableFault, Tables

Points = NDArray[np.float64]

_BONES = ("hip_bone_left", "rib_11_left", "rib_12_left")
_SPINE = ("vertebra_t11", "vertebra_t12", *(f"vertebra_l{k}" for k in range(1, 6)), "sacrum")
_MODULES = (bone_clearance, envelopes, fields, patches)

_APONEUROSIS_MM = (1.1, 1.0, 1.0)  # external, internal oblique, transversus
_AT_BONE = 0.42  # share of the thickness left where a layer ends on bone or ligament
_SWELL_MM = 30.0  # height over which it gains its thickness
_BONE_GAP_MM = 0.2
_ALBA_GAP_MM = 0.3
_CREASED = 0.9  # cosine between the layer's own normal and the envelope's below which it is a crease
_EVEN_ROUNDS = 6
_MM_PER_DEG = 2.0
_LAYERS = ("external_oblique_left", "internal_oblique_left", "transversus_abdominis_left")
_SHEETS = (
    "external_oblique_aponeurosis_left",
    "rectus_sheath_anterior_left",
    "rectus_sheath_posterior_left",
    "latissimus_dorsi_left",
    "thoracolumbar_fascia_left",
)


def recipes() -> tuple[Recipe, ...]:
    """One recipe per layer of the wall, each with its mirrored twin, and the linea alba."""
    made: list[tuple[str, partial[Shape]]] = [
        *((ident, partial(fleshy, structure=ident)) for ident in _LAYERS),
        *((ident, partial(sheet, structure=ident, bones=_bones(ident))) for ident in _SHEETS),
        ("rectus_abdominis_left", partial(rectus)),
    ]
    found = []
    for ident, make in made:
        files = (*envelopes.FILES, *(f"surfaces/{name}.csv" for name in _bones(ident)))
        found.append(Recipe(ident, "muscles", make, files, twin=right(ident), modules=_MODULES))
    alba = Recipe("linea_alba", "muscles", partial(linea_alba), envelopes.FILES, modules=_MODULES)
    return (*found, alba)


def _bones(structure: str) -> tuple[str, ...]:
    return (*_BONES, *_SPINE) if structure.startswith("thoracolumbar") else _BONES


def fleshy(tables: Tables, solids: Solids, *, structure: str) -> Shape:
    """A flat muscle of the belly as a closed surface."""
    wall = envelope(tables.folder)
    number = _LAYERS.index(structure)
    azimuth, height = grid_of(wall, wall.content["layer"][number])
    thickness = layer_mm(wall, number, azimuth, height)
    return _slab(tables, wall, azimuth, height, outer_mm(wall, number, azimuth, height), thickness)


def sheet(tables: Tables, solids: Solids, *, structure: str, bones: tuple[str, ...]) -> Shape:
    """An aponeurosis, sheath or fascia, or latissimus, as a closed surface."""
    wall = envelope(tables.folder)
    entry = next(entry for entry in wall.content["sheet"] if entry["id"] == structure)
    azimuth, height = grid_of(wall, entry)
    thickness = np.full_like(azimuth, float(entry["thickness_mm"]))
    starts = {
        "outer": lambda: np.zeros_like(azimuth),
        "over": lambda: -thickness - 0.6,
        "under_external": lambda: outer_mm(wall, 1, azimuth, height),
        "under_rectus": lambda: outer_mm(wall, 2, azimuth, height),
    }
    if entry["depth"] not in starts:
        raise TableFault(f"{WALL}, {structure}: depth is {entry['depth']!r}, not one of {', '.join(starts)}")
    return _slab(tables, wall, azimuth, height, starts[entry["depth"]](), thickness, bones)


def rectus(tables: Tables, solids: Solids) -> Shape:
    """Rectus abdominis in its sheath, with shallow grooves where the tendinous intersections lie."""
    wall = envelope(tables.folder)
    entry = wall.content["rectus"]
    rows, columns = int(entry["rows"]), int(entry["columns"])
    edge = float(wall.edge_mm(np.array(10.0)))
    height = edge + 1.5 + (float(wall.content["top_mm"]) - edge - 1.5) * patches.spread(rows)[:, None]
    height = np.broadcast_to(height, (rows, columns)).copy()
    share = patches.spread(columns)[None, :]
    azimuth = share * _semilunaris(wall, height)
    thickness = rectus_mm(wall, azimuth, height)
    azimuth = beside_alba(wall, azimuth, height, _ALBA_GAP_MM + 0.7)
    start = _external_mm(wall, azimuth, height) + _internal_mm(wall, azimuth, height) + 2 * entry["gap_mm"]
    depth, width = float(entry["groove_depth_mm"]), float(entry["groove_width_mm"])
    for medial, lateral in entry["grooves"]:
        level = medial + (lateral - medial) * share + 2.0 * np.sin(9.0 * share)
        dent = depth * np.exp(-(((height - level) / width) ** 2)) * np.minimum(thickness / 6.0, 1.0)
        start, thickness = start + dent, thickness - dent
    return _slab(tables, wall, azimuth, height, start, thickness)


def linea_alba(tables: Tables, solids: Solids) -> Shape:
    """The white line between the recti, from the pubis to the top of the model."""
    wall = envelope(tables.folder)
    entry = wall.content["linea_alba"]
    rows = int(entry["rows"])
    low = float(wall.edge_mm(np.array(0.0))) + 1.0
    height = np.broadcast_to(
        (low + (float(wall.content["top_mm"]) - low) * patches.spread(rows))[:, None], (rows, 9)
    )
    across = np.linspace(-1.0, 1.0, 9)[None, :] * alba_mm(wall, height)
    azimuth = np.degrees(np.abs(across) / wall.radius(np.zeros_like(across), height))
    flip = np.where(across < 0.0, -1.0, 1.0)[..., None] * [1.0, 0.0, 0.0] + [0.0, 1.0, 1.0]
    points, normal = wall.at(azimuth, height) * flip, wall.outward(azimuth, height) * flip
    normal[:, 4, 0] = 0.0
    half = _rounded(points, np.full(height.shape, float(entry["thickness_mm"]))) / 2.0
    middle = points - normal * float(entry["thickness_mm"]) / 2.0
    return patches.shell(middle + normal * half[..., None], middle - normal * half[..., None])


def grid_of(wall: Envelope, entry: dict[str, Any]) -> tuple[Points, Points]:
    """Azimuth and height (rows, columns) of an entry's patch."""
    sides = []
    for name in ("lower", "upper", "medial", "lateral"):
        nodes = np.array(entry[name], float)
        # Fine enough for the side to follow the border between two nodes.
        fine = patches.side(nodes, patches.spread(60)) if len(nodes) > 2 else nodes
        floor = wall.edge_mm(fine[:, 0]) + float(entry["lift_mm"])
        sides.append(np.stack([fine[:, 0] * _MM_PER_DEG, np.maximum(fine[:, 1], floor)], 1))
    grid = patches.patch(sides, int(entry["rows"]), int(entry["columns"]))
    azimuth, height = grid[..., 0] / _MM_PER_DEG, grid[..., 1]
    if azimuth.min() < 5.0:
        azimuth = beside_alba(wall, azimuth, height, _ALBA_GAP_MM)
    return azimuth, np.maximum(height, wall.edge_mm(azimuth) + float(entry["lift_mm"]))


def alba_mm(wall: Envelope, height: Points) -> Points:
    """Half the width of the linea alba by height."""
    entry = wall.content["linea_alba"]
    return np.asarray(np.interp(height, entry["height_mm"], entry["half_width_mm"]))


def beside_alba(wall: Envelope, azimuth: Points, height: Points, gap_mm: float) -> Points:
    """Azimuths with 0 moved to the border of the linea alba; those at the semilunaris stay."""
    border = np.degrees((alba_mm(wall, height) + gap_mm) / wall.radius(np.zeros_like(azimuth), height))
    far = _semilunaris(wall, height)
    return np.asarray(azimuth + border * np.clip(1.0 - azimuth / far, 0.0, 1.0))


def layer_mm(wall: Envelope, number: int, azimuth: Points, height: Points) -> Points:
    """Thickness of a flat muscle, thinning to its aponeurosis beyond its medial side and towards bone."""
    entry = wall.content["layer"][number]
    medial = np.array(entry["medial"], float)
    medial[:, 1] = np.maximum(medial[:, 1], wall.edge_mm(medial[:, 0]))
    line = np.interp(height, medial[:, 1], medial[:, 0])
    flesh = _eased((azimuth - line) * _MM_PER_DEG / float(entry["fade_mm"]))
    bone = _AT_BONE + (1.0 - _AT_BONE) * _eased((height - wall.edge_mm(azimuth)) / _SWELL_MM)
    thin = _APONEUROSIS_MM[number]
    return np.asarray(thin + flesh * (float(entry["thickness_mm"]) * bone - thin))


def outer_mm(wall: Envelope, number: int, azimuth: Points, height: Points) -> Points:
    """Depth beneath the envelope at which a layer begins: what lies outside it and the gaps."""
    depth = np.zeros_like(azimuth)
    bone = _AT_BONE + (1.0 - _AT_BONE) * _eased((height - wall.edge_mm(azimuth)) / _SWELL_MM)
    for outside in range(number):
        depth = depth + layer_mm(wall, outside, azimuth, height)
    for inside in range(1, number + 1):
        depth = depth + bone * float(wall.content["layer"][inside]["gap_mm"])
    if number == 2:
        straight = rectus_mm(wall, azimuth, height)
        depth = depth + straight + float(wall.content["rectus"]["gap_mm"]) * (straight > 0.0)
    return depth


def inner_mm(wall: Envelope, azimuth: Points, height: Points) -> Points:
    """Depth beneath the envelope of the inner face of transversus or of the posterior sheath."""
    return outer_mm(wall, 2, azimuth, height) + layer_mm(wall, 2, azimuth, height)


def rectus_mm(wall: Envelope, azimuth: Points, height: Points) -> Points:
    """Thickness of rectus: a lens between linea alba and semilunaris, thinner towards the pubis."""
    entry = wall.content["rectus"]
    share = np.clip(azimuth / _semilunaris(wall, height), 0.0, 1.0)
    lens = np.sqrt(np.maximum(1.0 - np.abs(2.0 * share - 1.0) ** 3.2, 0.0))
    ends = _eased((height - wall.edge_mm(azimuth)) / 110.0)
    thick, thin = float(entry["thickness_mm"]), float(entry["end_thickness_mm"])
    return np.asarray(lens * (thin + (thick - thin) * ends))


def _semilunaris(wall: Envelope, height: Points) -> Points:
    line = np.array(wall.content["rectus"]["lateral"], float)
    return np.asarray(np.interp(height, line[:, 0], line[:, 1]))


def _external_mm(wall: Envelope, azimuth: Points, height: Points) -> Points:
    return layer_mm(wall, 0, azimuth, height)


def _internal_mm(wall: Envelope, azimuth: Points, height: Points) -> Points:
    return layer_mm(wall, 1, azimuth, height)


def _eased(share: Points) -> Points:
    bounded = np.clip(share, 0.0, 1.0)
    return np.asarray(bounded * bounded * (3.0 - 2.0 * bounded))


def _rounded(points: Points, thickness: Points) -> Points:
    """The thickness with its rim rounded like half an ellipse; a narrow rim is left to close the surface."""
    share = np.clip(patches.rim_distance(points) / np.maximum(0.8 * thickness, 0.8), 0.0, 1.0)
    return np.asarray(thickness * np.sqrt(np.maximum(1.0 - (1.0 - share) ** 2, 0.02)))


def _slab(
    tables: Tables,
    wall: Envelope,
    azimuth: Points,
    height: Points,
    start_mm: Points,
    thickness: Points,
    bones: tuple[str, ...] = _BONES,
) -> Shape:
    """Closed surface from `start_mm` beneath the envelope on, kept out of the bones it ends on."""
    points, normal = wall.at(azimuth, height), wall.outward(azimuth, height)
    half = _rounded(points, thickness) / 2.0
    drawn = points - normal * (start_mm + thickness / 2.0)[..., None]
    # Both faces go with the middle: bone that pushed them one by one would push them through each other.
    gaps = (_BONE_GAP_MM + half).ravel()
    middle = out_of_bone(tables, drawn.reshape(-1, 3), bones, gaps).reshape(drawn.shape)
    middle = _creases_evened(middle, drawn, normal)
    normal = patches.normals(middle, normal)
    vertices, triangles = patches.shell(middle + normal * half[..., None], middle - normal * half[..., None])
    return out_of_bone(tables, vertices, bones, np.full(len(vertices), _BONE_GAP_MM)), triangles


def _creases_evened(middle: Points, drawn: Points, normal: Points) -> Points:
    """The grid (rows, columns, 3) evened where bone has moved it or a hollow of the envelope has creased it.

    Elsewhere it stays as drawn, for the layers lie fractions of a millimetre apart.
    """
    pushed = np.linalg.norm(middle - drawn, axis=-1) > 0.05
    creased = (patches.normals(middle, normal) * normal).sum(-1) < _CREASED
    share = gaussian_filter((pushed | creased).astype(np.float64), 1.2, mode="nearest")
    weight = 0.5 * np.clip(2.0 * share, 0.0, 1.0)[1:-1, 1:-1, None]
    found = middle.copy()
    for _ in range(_EVEN_ROUNDS):
        around = found[1:-1, 2:] + found[1:-1, :-2] + found[2:, 1:-1] + found[:-2, 1:-1]
        found[1:-1, 1:-1] += weight * (around / 4.0 - found[1:-1, 1:-1])
    return found
