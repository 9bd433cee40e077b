"""The 3D part of the Picture: how each structure looks, what is pinned to it, where the camera should go.

A chosen block lights its nerves from root to skin on its side, fades what stands around them and marks
the structures near its target; what the user hid, faded, isolated or selected is honoured first.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import dist

import msgspec
import numpy as np

from planner.atlas.meshes import Mesh
from planner.atlas.model import Atlas, Block, Content, Layer, Structure
from planner.risk import aimed_at, neighbours, target_of
from planner.session.cutting import facing_view, plane_of
from planner.session.picture import Appearance, DistanceLine, Label, ScenePicture
from planner.session.state import LayerLook, PointLps, PoseRequest, Section
from planner.sources import nerves_of, targets_of
from planner.space import SIDES, Side, View

# What is left of a layer's own opacity around a chosen block: bone keeps giving the frame, the psoas and
# the vessels stay to be seen, the belly must not stand before the nerve.
FADED_BY_BLOCK: dict[Layer, float] = {
    "bone": 1.0,
    "nerve": 0.3,
    "vessel": 0.3,
    "muscle": 0.25,
    "organ": 0.12,
    "skin": 1.0,
}
FADED_BY_USER = 0.25
COVER_KEEPS, COVER_POWER = 0.2, 4
SELECTED_AT_LEAST = 0.85
NEIGHBOUR_OPACITY: dict[Layer, float] = {"organ": 0.45}  # a bowel loop is larger than what it stands beside
NEIGHBOUR_AT_LEAST = 0.9
_SLICE_MM = 12.0
AROUND_TARGET_MM = 70.0  # half the box that a block's pose frames
_VIEWS: tuple[tuple[int, float, View], ...] = (
    (1, -1.0, "anterior"),
    (1, 1.0, "posterior"),
    (0, 1.0, "left"),
    (0, -1.0, "right"),
)


@dataclass(frozen=True, slots=True)
class SceneInput:
    """All that the 3D part depends on. seat: a source of pain that is shown by itself."""

    block: str | None
    source: str
    target: str | None
    side: Side
    selected: tuple[str, ...]
    layers: tuple[LayerLook, ...]
    hidden: tuple[str, ...]
    faded: tuple[str, ...]
    isolated: tuple[str, ...]
    variants: tuple[str, ...]
    pose: PoseRequest
    section: Section | None = None
    ruler: tuple[PointLps, ...] = ()
    traced: PointLps | None = None
    seat: str | None = None


@lru_cache(maxsize=64)
def scene_picture(atlas: Atlas, given: SceneInput) -> ScenePicture:
    """What the scene shows."""
    block = atlas.content.blocks[given.block] if given.block else None
    lit = lit_structures(atlas.content, block, given.source, given.side) if block else frozenset()
    if given.seat is not None:
        lit |= frozenset(nerves_of(atlas.content, given.seat, given.side))
    most = int(atlas.content.weights["neighbour_lines_most"].value)
    beside_target = neighbours(atlas, block.id, given.side, given.target) if block else ()
    # What one sex alone has is told of the neutral form, and not drawn there.
    near = [e for e in beside_target if atlas.content.structures[e.structure].in_form(atlas.form)][:most]
    target = target_of(atlas, block, given.side, given.target) if block else None
    beside = frozenset(entry.structure for entry in near)
    appearances = _appearances(atlas, given, lit, beside)
    structures = atlas.content.structures
    lines = tuple(
        DistanceLine(
            entry.structure,
            f"{structures[entry.structure].name} · {entry.distance_mm:.0f} mm",
            entry.distance_mm,
            entry.target_lps,
            entry.nearest_lps,
        )
        for entry in near
        if appearances[entry.structure].opacity > 0.0
    )
    lines += measures(given.ruler)
    labels = _labels(atlas, given, block, target, appearances)
    focus = tuple(point for name in given.pose.focus for point in focus_points(atlas, name, given))
    pose = given.pose
    if block and pose.view is None and block.id in pose.focus and target is not None:
        pose = msgspec.structs.replace(pose, view=view_onto(atlas, target))
    plane = plane_of(given.section) if given.section is not None else None
    if (
        plane is not None
        and given.section is not None
        and not focus
        and pose.view == facing_view(given.section)
    ):
        focus = _slice(atlas, given.section)
    waiting = given.section.points_lps if given.section is not None and plane is None else ()
    asked = (given.traced,) if given.traced is not None else ()
    dots = (*asked, *waiting, *given.ruler[len(given.ruler) // 2 * 2 :])
    return ScenePicture(appearances, lines, labels, target, pose, focus, plane, dots)


def _slice(atlas: Atlas, section: Section) -> tuple[PointLps, ...]:
    """Corners of the box around the body at an axial cut; () for other cuts, which run down the legs."""
    if section.axis != "axial" or "skin" not in atlas.meshes.full:
        return ()
    points = atlas.meshes.full["skin"].points_lps
    near = points[np.abs(points[:, 2] - section.at_mm) < _SLICE_MM]
    if not len(near):
        return ()
    return _box(near.min(axis=0), near.max(axis=0))


def measures(ruler: tuple[PointLps, ...]) -> tuple[DistanceLine, ...]:
    """A line with its length for each two points."""
    pairs = zip(ruler[::2], ruler[1::2], strict=False)
    return tuple(
        DistanceLine("", f"{length:.0f} mm", length, start, end)
        for start, end in pairs
        if (length := dist(start, end)) >= 0.0
    )


def lit_nerves(content: Content, block: Block, source: str) -> frozenset[str]:
    """Nerves a block reaches, with the trunks and roots above them and the branches below them.

    source: the one root or generator under test; a root then stands for all roots of the block.
    """
    aims = aimed_at(content, block)
    record = content.nerves.get(source)
    if record is not None and record.kind == "root":
        aims = frozenset(name for name in aims if content.nerves[name].kind != "root") | {source}
    lit = set(aims)
    levels = {level for name in lit for level in content.nerves[name].roots}
    roots = (nerve for nerve in content.nerves.values() if nerve.kind == "root")
    lit.update(root.id for root in roots if levels & {*root.roots})
    return frozenset(lit)


def lit_structures(content: Content, block: Block, source: str, side: Side) -> frozenset[str]:
    """Nerve structures lit for a block: on its side, on both for a midline block."""
    nerves = lit_nerves(content, block, source)
    sides = {*SIDES, "midline"} if block.midline else {side, "midline"}
    return frozenset(
        name
        for name, structure in content.structures.items()
        if structure.nerve in nerves and structure.side in sides
    )


def _appearances(
    atlas: Atlas, given: SceneInput, lit: frozenset[str], beside: frozenset[str]
) -> dict[str, Appearance]:
    looks = {look.layer: look for look in given.layers}
    hidden, isolated = frozenset(given.hidden), frozenset(given.isolated)
    faded, selected = frozenset(given.faded), frozenset(given.selected)
    absent = absent_structures(atlas, given.variants)
    quieter = given.block is not None or given.seat is not None
    # The neutral form shows what one sex alone has when somebody asks for it by name.
    asked = selected | isolated | {*given.pose.focus} if atlas.form == "neutral" else frozenset()

    def look_of(name: str, structure: Structure) -> Appearance:
        look = looks[structure.layer]
        if name in absent or not (name in asked or structure.in_form(atlas.form)):
            return Appearance(0.0)
        if name in hidden or (isolated and name not in isolated):
            return Appearance(0.0)
        # What was isolated or selected by name shows even when its layer is switched off.
        base = look.opacity if look.visible else (1.0 if isolated or name in selected else 0.0)
        if base <= 0.0:
            return Appearance(0.0)
        if structure.cover and not isolated:
            base *= COVER_KEEPS + (1.0 - COVER_KEEPS) * base**COVER_POWER  # a full layer stays full
        if name in selected:
            return Appearance(max(base, SELECTED_AT_LEAST), "selected")
        if name in faded:
            return Appearance(base * FADED_BY_USER, "faded")
        if name in lit:
            return Appearance(1.0, "lit")
        if name in beside:
            return Appearance(
                NEIGHBOUR_OPACITY.get(structure.layer, max(base, NEIGHBOUR_AT_LEAST)), "neighbour"
            )
        kept = FADED_BY_BLOCK[structure.layer] if quieter else 1.0
        if kept < 1.0:
            return Appearance(base * kept, "faded")
        return Appearance(base)

    return {name: look_of(name, structure) for name, structure in atlas.content.structures.items()}


@lru_cache(maxsize=64)
def absent_structures(atlas: Atlas, shown: tuple[str, ...]) -> frozenset[str]:
    """Structures that a body with these variants does not have: theirs that are not shown, and the usual
    ones that those shown stand in for."""
    gone: set[str] = set()
    for name, variant in atlas.content.variants.items():
        gone.update(variant.hides if name in shown else variant.shows)
    return frozenset(
        name for name in atlas.content.structures if name.removesuffix("_left").removesuffix("_right") in gone
    )


def _labels(
    atlas: Atlas,
    given: SceneInput,
    block: Block | None,
    target: PointLps | None,
    appearances: dict[str, Appearance],
) -> tuple[Label, ...]:
    content = atlas.content
    labels: list[Label] = []
    if block is not None and target is not None:
        labels.append(Label("Target", target, "target"))
        often = content.weights["nerve_reached_from"].value
        reached = {reach.nerve for reach in block.reaches if reach.p >= often}
        for name, structure in content.structures.items():
            shown = appearances[name].emphasis == "lit" and name in atlas.meshes.full
            if shown and structure.nerve in reached:
                called = content.nerves[structure.nerve].name
                labels.append(Label(called, _middle(atlas, name), "nerve", name))
    if given.seat is not None:
        for name in nerves_of(content, given.seat, given.side):
            if name in atlas.meshes.full:
                labels.append(Label(content.structures[name].name, _middle(atlas, name), "nerve", name))
        for nerve, point in targets_of(atlas.base or atlas, given.seat, given.side):
            labels.append(Label(f"Target: {content.nerves[nerve].name}", point, "structure"))
    for name in given.selected:
        if appearances[name].opacity > 0.0 and name in atlas.meshes.full:
            labels.append(Label(content.structures[name].name, _middle(atlas, name), "structure", name))
    return tuple(labels)


@lru_cache(maxsize=1024)
def _middle(atlas: Atlas, structure: str) -> PointLps:
    """The surface point nearest to the middle of a structure."""
    points = atlas.meshes.full[structure].points_lps
    middle = (points.min(axis=0) + points.max(axis=0)) / 2.0
    return _tuple(points[int(np.argmin(np.linalg.norm(points - middle, axis=1)))])


def _tuple(point: np.ndarray) -> PointLps:
    return (float(point[0]), float(point[1]), float(point[2]))


def _box(low: np.ndarray, high: np.ndarray) -> tuple[PointLps, ...]:
    ends = [(float(a), float(b)) for a, b in zip(low, high, strict=True)]
    return tuple((x, y, z) for x in ends[0] for y in ends[1] for z in ends[2])


@lru_cache(maxsize=1024)
def _bounds(atlas: Atlas, structure: str) -> tuple[PointLps, ...]:
    mesh: Mesh = atlas.meshes.full[structure]
    return _box(mesh.points_lps.min(axis=0), mesh.points_lps.max(axis=0))


def focus_points(atlas: Atlas, name: str, given: SceneInput) -> tuple[PointLps, ...]:
    """Corners of the box that a pose must frame: of a structure, a named point, a block's target or a nerve.

    The chosen block's id means its target; elsewhere a nerve of the same name is framed on both sides.
    """
    if name in atlas.meshes.full:
        return _bounds(atlas, name)
    block = atlas.content.blocks.get(name)
    point = atlas.points_lps.get(name)
    if point is None and block is not None:
        point = target_of(atlas, block, given.side, given.target if name == given.block else None)
    if point is not None:
        centre = np.array(point)
        return _box(centre - AROUND_TARGET_MM, centre + AROUND_TARGET_MM)
    absent = absent_structures(atlas, given.variants)
    return tuple(
        corner
        for structure in atlas.content.structures.values()
        if structure.nerve == name and structure.id in atlas.meshes.full and structure.id not in absent
        for corner in _bounds(atlas, structure.id)
    )


@lru_cache(maxsize=256)
def view_onto(atlas: Atlas, point: PointLps) -> View:
    """The named view from which a point lies nearest to the skin that faces the viewer.

    Never from the far side, where the other leg would stand in the way.
    """
    skin = atlas.meshes.full["skin"]
    nearest = int(np.argmin(np.linalg.norm(skin.points_lps - np.array(point, np.float32), axis=1)))
    normal = skin.normals[nearest]
    free = [view for view in _VIEWS if view[0] == 1 or view[1] * point[0] > 0.0]
    return max(free, key=lambda view: float(normal[view[0]]) * view[1])[2]
