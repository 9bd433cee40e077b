"""A body of 728 skin vertices with a handful of regions, nerves and blocks: the laws, without the anatomy.

An egg, symmetric in x: regions top, middle and bottom on each side, one deep region behind the middle.
`trunk` splits into `high` (top) and `low` (middle); `other` serves the bottom and, by `joint_nerve`, a joint.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import trimesh
from scipy.spatial import cKDTree

from planner.atlas.meshes import Mesh, MeshSet
from planner.atlas.model import (
    Atlas,
    Block,
    Claim,
    Clue,
    Content,
    Flag,
    Generator,
    Nerve,
    Quality,
    Reach,
    Reference,
    Region,
    Share,
    Shift,
    Structure,
    Variant,
    Weight,
)
from planner.atlas.territories import SkinFields

CITED: dict[str, Any] = {"sources": ("book",), "grade": "estimate"}
CLAIM = Claim(text="text", **CITED)

WEIGHTS = {
    "territory_core_from": 0.78,
    "territory_usual_from": 0.5,
    "territory_largest_from": 0.15,
    "coverage_over_spill": 2.0,
    "region_size_counts": 0.5,
    "listed_from_covered": 0.05,
    "answers_from_covered": 0.25,
    "branch_explains_from": 0.8,
    "branch_counts_from": 0.1,
    "plexus_when_branch_explains": 0.3,
    "plexus_per_further_branch": 1.6,
    "burden_deep": 0.7,
    "burden_intermediate": 0.95,
    "source_without_sign": 0.3,
    "tried_without_relief": 0.2,
    "numbs_no_skin_for_skin_pain": 0.4,
    "skin_only_for_deep_pain": 0.3,
    "numbs_skin_from_cm2": 25.0,
    "reaches_deep_from": 0.2,
    "joint_injection_reach": 0.8,
    "tie_within": 0.02,
    "source_reached_from": 0.33,
    "other_side_from": 0.1,
    "nerve_listed_from": 0.05,
    "generator_listed_from": 0.1,
    "deep_with_kidney_disease": 0.3,
    "reassess_widespread_pain": 1.0,
    "reassess_expects_cure": 0.0,
    "criterion_first_worse_extension": 1.0,
    "criterion_first_care_failed": 1.0,
    "criterion_first_imaging": 0.0,
    "criterion_second_prior_positive_mbb_80": 1.0,
    "criterion_second_same_level": 1.0,
    "criterion_against_fusion": 1.0,
    "range_people": 64.0,
    "range_tail": 0.05,
    "reach_unpublished_spread": 0.1,
    "territory_edge_width": 0.4,
    "apart_from": 0.8,
    "origin_apart_from": 0.05,
    "uncovered_named_from": 0.5,
    "changes_most": 6.0,
    "changes_regions_near": 16.0,
    "origin_explains_from": 0.4,
    "nerve_reached_from": 0.5,
    "neighbour_radius_mm": 60.0,
    "neighbours_most": 3.0,
    "neighbour_lines_most": 2.0,
}


def _shares(**of: float) -> tuple[Share, ...]:
    return tuple(Share(of=name, p=p) for name, p in of.items())


def _by_id(records: Sequence[Any]) -> dict[str, Any]:
    return {record.id: record for record in records}


def _nerve(name: str, part_of: str = "", kind: str = "branch", roots: tuple[str, ...] = ("X",)) -> Nerve:
    return Nerve(
        id=name, name=f"the {name}", plain=name, kind=kind, part_of=part_of, roots=roots, course=CLAIM
    )


def _region(name: str, deep: bool = False, **shares: tuple[Share, ...]) -> Region:
    return Region(
        id=name, name=name, plain=name, view="anterior", deep=deep, borders="here", **shares, **CITED
    )


def _block(name: str, family: str, depth: str, reaches: dict[str, float], **more: Any) -> Block:
    deep = depth == "deep"
    return Block(
        id=name,
        name=f"{name} block",
        plain=name,
        role="block",
        family=family,  # type: ignore[arg-type]
        depth_class=depth,  # type: ignore[arg-type]
        compressible="no" if deep else "yes",
        bleeding_class="deep" if deep else "superficial",
        question=CLAIM,
        target=CLAIM,
        targets=(f"target_{name}",),
        reaches=tuple(Reach(nerve=nerve, p=p, **CITED) for nerve, p in reaches.items()),
        **more,
    )


def _clue(name: str, **shifts: float) -> Clue:
    moves = tuple(Shift(toward=to, factor=factor) for to, factor in shifts.items())
    return Clue(id=name, name=name, plain=name, text=f"{name} says so.", shifts=moves, **CITED)


def _flag(name: str, kind: str, effect: str, *with_flags: str) -> Flag:
    return Flag(
        id=name,
        name=name,
        plain=name,
        kind=kind,  # type: ignore[arg-type]
        effect=effect,  # type: ignore[arg-type]
        with_flags=with_flags,
        text=f"{name} matters.",
        **CITED,
    )


def _structure(name: str, system: str, layer: str, **more: Any) -> Structure:
    side = next((side for side in ("left", "right") if name.endswith(side)), "midline")
    return Structure(
        id=name,
        name=name.replace("_", " "),
        side=side,  # type: ignore[arg-type]
        system=system,  # type: ignore[arg-type]
        layer=layer,  # type: ignore[arg-type]
        material=layer,
        provenance="authored",
        **more,
        **CITED,
    )


def small_content() -> Content:
    """All records, small enough to be followed by hand."""
    nerves = [
        _nerve("trunk", kind="trunk"),
        _nerve("high", "trunk"),
        _nerve("low", "trunk"),
        _nerve("other", kind="trunk", roots=("Y",)),
        _nerve("joint_nerve", "other", roots=("Y",)),
        _nerve("facet_nerve", kind="trunk"),
        _nerve("chain", kind="trunk"),
        _nerve("root_X", kind="root", roots=("X",)),
        _nerve("root_Y", kind="root", roots=("Y",)),
    ]
    regions = [
        _region("top", supply=_shares(high=0.9), dermatomes=_shares(X=0.8)),
        _region(
            "middle",
            supply=_shares(low=0.8, other=0.2),
            pain=_shares(low=0.8, other=0.3, facet_nerve=0.4),
            dermatomes=_shares(X=0.4, Y=0.4),
        ),
        _region("bottom", supply=_shares(other=0.9), dermatomes=_shares(Y=0.8)),
        _region("inside", deep=True, supply=_shares(joint_nerve=0.7), dermatomes=_shares(Y=0.5)),
        _region("spine", deep=True, supply=_shares(facet_nerve=0.8)),
    ]
    generators = [
        Generator(
            id="joint",
            name="The joint",
            plain="joint",
            nerves=("joint_nerve",),
            referral=_shares(inside=1.0, middle=0.5),
            tested_by=("joint_injection", "other_block"),
            **CITED,
        ),
        Generator(
            id="root_y_source",
            name="Root Y",
            plain="root",
            nerves=("root_Y",),
            referral=_shares(top=0.3),
            tested_by=("root_block",),
            **CITED,
        ),
    ]
    blocks = [
        _block("high_block", "branch", "superficial", {"high": 0.9}),
        _block("low_block", "branch", "superficial", {"low": 0.9}),
        _block("other_block", "branch", "intermediate", {"other": 0.9}),
        _block("broad_block", "plexus", "deep", {"trunk": 0.95, "other": 0.9}),
        _block("root_block", "neuraxial", "deep", {"root_X": 0.9, "root_Y": 0.9}),
        _block("canal_block", "neuraxial", "deep", {"root_X": 0.8, "root_Y": 0.8}, midline=True),
        _block("joint_injection", "joint", "intermediate", {"joint_nerve": 0.5}),
        _block("facet_block", "dorsal_ramus", "intermediate", {"facet_nerve": 0.9}),
        _block("chain_block", "sympathetic", "deep", {"chain": 0.7}),
    ]
    clues = [
        _clue("worse_extension", facet_block=6.0),
        _clue("care_failed"),
        _clue("imaging", facet_block=2.0),
        _clue("fusion"),
        _clue("prior_mbb_done"),
        _clue("prior_positive_mbb_80", facet_block=4.0),
        _clue("same_level"),
        _clue("widespread_pain"),
        _clue("expects_cure"),
        _clue("root_sign", root_block=9.0, broad_block=0.3),
        _clue("joint_sign", joint=9.0),
    ]
    flags = [
        _flag("alarm", "red_flag", "urgent_evaluation"),
        _flag("half_one", "red_flag", "urgent_evaluation", "half_two"),
        _flag("half_two", "red_flag", "urgent_evaluation", "half_one"),
        _flag("thin_blood", "caution", "withhold_deep"),
        _flag("infected_skin", "caution", "withhold"),
        _flag("allergy_contrast", "caution", "inform"),
        _flag("kidney_disease", "caution", "inform"),
    ]
    structures = [
        _structure("skin", "skin", "skin"),
        _structure("bone_midline", "bones", "bone"),
        *(_structure(f"vessel_{side}", "vessels", "vessel", risk=True) for side in ("left", "right")),
        _structure("kidney_left", "organs", "organ", risk=True),
        *(
            _structure(f"{nerve}_{side}", "nerves", "nerve", nerve=nerve, risk=True)
            for nerve in ("trunk", "high", "low", "other", "root_X", "root_Y")
            for side in ("left", "right")
        ),
        *(_structure(f"detour_{side}", "nerves", "nerve") for side in ("left", "right")),
    ]
    return Content(
        references={"book": Reference(id="book", short="The book", full="The book", status="consensus")},
        structures=_by_id(structures),
        nerves=_by_id(nerves),
        regions=_by_id(regions),
        generators=_by_id(generators),
        blocks=_by_id(blocks),
        clues=_by_id(clues),
        qualities=_by_id(
            [
                Quality(
                    id="burning",
                    name="Burning",
                    plain="burning",
                    text="Burning says so.",
                    shifts=(Shift(toward="high_block", factor=1.5), Shift(toward="joint", factor=0.5)),
                    **CITED,
                )
            ]
        ),
        flags=_by_id(flags),
        weights={
            name: Weight(id=name, value=value, meaning=f"{name} counts.", **CITED)
            for name, value in WEIGHTS.items()
        },
        cases={},
        variants={
            "split": Variant(
                id="split",
                name="Split",
                plain="split",
                group="high_way",
                group_name="High",
                nerve="high",
                prevalence="1 in 5",
                hides=("high",),
                text="text",
                **CITED,
            ),
            "double": Variant(
                id="double",
                name="Double",
                plain="double",
                group="high_way",
                group_name="High",
                nerve="high",
                prevalence="rare",
                shows=("detour",),
                hides=("high",),
                text="text",
                **CITED,
            ),
        },
        sha256="small",
    )


def small_skin() -> Mesh:
    """An egg of 728 vertices, 300 x 200 x 600 mm, outward normals, none in the median plane."""
    steps = np.linspace(-1.0, 1.0, 12)
    grid = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(-1, 3)
    cube = grid[np.abs(grid).max(axis=1) == 1.0]
    hull = trimesh.convex.convex_hull(cube / np.linalg.norm(cube, axis=1, keepdims=True))
    size = np.array([150.0, 100.0, 300.0])
    normals = hull.vertices / size
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    return Mesh(
        "skin",
        "skin",
        (hull.vertices * size).astype(np.float32),
        normals.astype(np.float32),
        np.asarray(hull.faces, np.uint32),
    )


def ball(name: str, system: str, centre: Sequence[float], radius: float) -> Mesh:
    """A closed sphere of 162 vertices."""
    shape = trimesh.creation.icosphere(subdivisions=2)
    points = shape.vertices * radius + np.asarray(centre, float)
    normals = shape.vertices.astype(np.float32)
    return Mesh(name, system, points.astype(np.float32), normals, np.asarray(shape.faces, np.uint32))


def small_fields(skin: Mesh) -> SkinFields:
    """Regions by height, softened over some 40 mm; two deep regions."""
    points = skin.points_lps.astype(float)
    _, mirror = cKDTree(points).query(points * [-1.0, 1.0, 1.0])
    area = skin.vertex_areas_mm2()  # the hull's triangles are not mirrored, so the areas are evened out
    own = 1.0 / (1.0 + np.exp(-points[:, 0] / 10.0))  # soft across the median plane
    above, below = (1.0 / (1.0 + np.exp(-(sign * points[:, 2] - 100.0) / 10.0)) for sign in (1.0, -1.0))
    region = np.stack([above, np.clip(1.0 - above - below, 0.0, 1.0), below]) * own
    height = np.select([points[:, 2] > 100.0, points[:, 2] < -100.0], [0, 2], 1)
    near = np.exp(-((points[:, 2] / 80.0) ** 2)) * (points[:, 1] < 0) * own
    back = np.exp(-((points[:, 2] / 80.0) ** 2)) * (points[:, 1] > 0) * own
    return SkinFields(
        mirror=mirror.astype(np.int32),
        side=np.where(points[:, 0] >= 0.0, 1, -1).astype(np.int8),
        region_ids=("top", "middle", "bottom"),
        region=region.astype(np.float32),
        region_of=height.astype(np.int16),
        deep_ids=("inside", "spine"),
        deep=np.stack([near, back]).astype(np.float32),
        area_mm2=(area + area[mirror]) / np.float32(2.0),
    )


@cache
def small_atlas() -> Atlas:
    """The whole small atlas, built once."""
    skin = small_skin()
    content = small_content()
    meshes = [
        skin,
        ball("bone_midline", "bones", (0, 50, 0), 30.0),
        ball("kidney_left", "organs", (60, 30, 80), 25.0),
    ]
    points: dict[str, tuple[float, float, float]] = {}
    for side, sign in (("left", 1.0), ("right", -1.0)):
        meshes.append(ball(f"vessel_{side}", "vessels", (sign * 60, 0, 0), 10.0))
        for k, nerve in enumerate(("trunk", "high", "low", "other", "root_X", "root_Y")):
            meshes.append(ball(f"{nerve}_{side}", "nerves", (sign * 40, 0, 50.0 * k - 100), 4.0))
        for k, block in enumerate(content.blocks.values()):
            if not block.midline:
                points[f"target_{block.id}_{side}"] = (sign * 40.0, 0.0, 10.0 * k)
    points["target_canal_block"] = (0.0, 90.0, 0.0)
    full = {mesh.id: mesh for mesh in meshes}
    return Atlas(content, MeshSet(full, full), small_fields(skin), points)
