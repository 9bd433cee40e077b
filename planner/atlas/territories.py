"""Fields over the skin's vertices: regions, and from them nerve territories and dermatomes.

A region field is soft: how much a vertex belongs to the named area of the patient's left side. What
nerves serve is not a patchwork of regions: it is spread by smooth basis fields (see `spreading`). The
right side is read through `mirror`, so left and right can never drift apart.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.atlas.meshes import Mesh, MeshFault
from planner.space import Side

# Every array of skin_fields.npz and the kinds it may have (integers, text).
_ARRAYS = {
    **dict.fromkeys(("mirror", "side", "region_of", "region", "deep"), "iu"),
    **dict.fromkeys(("region_ids", "deep_ids"), "U"),
}
_SMOOTH = {"basis": "i", "fade": "iu", "drawn_ids": "U", "drawn": "iu"}
BASIS_STEPS = 1024.0  # the file holds basis fields as whole numbers of this fraction
MEDIAN_MM = 0.5
_INSIDE = 0.97


@dataclass(frozen=True, eq=False, slots=True)
class SmoothBasis:
    """What spreads shares by region smoothly over the m vertices of the left half, the first m of the skin.

    basis: (R, m) int16 in steps of 1/BASIS_STEPS; row r has mean 1 over region r and 0 over every other.
    fade: (n,) float32 0-1, 1 on the left, falling across the median plane and out of the domain.
    drawn_ids, drawn: (T, m) float32, extent of drawn territories: 1/4 at the largest outline, 1/2 at the
    usual one, 3/4 at the core's; less than 1/4 tells how near the largest outline is.
    """

    basis: NDArray[np.int16]
    fade: NDArray[np.float32]
    drawn_ids: tuple[str, ...]
    drawn: NDArray[np.float32]


@dataclass(frozen=True, eq=False, slots=True)
class SkinFields:
    """What is drawn on the skin mesh (n vertices).

    mirror: (n,) int32, vertex reflected in x.  side: (n,) int8, +1 left, -1 right, 0 in the median plane
    (such a vertex is its own mirror and belongs to both sides, so that both are treated alike).
    region_ids: the R superficial regions.  region: (R, n) float32, soft membership 0-1, left side.
    region_of: (n,) int16, row of the region a vertex belongs to (own side), -1 for none.
    deep_ids, deep: the same for deep regions' projections on the skin, which overlap.
    area_mm2: (n,) float32.
    smooth: None for a content folder without it; shares are then spread by memberships alone.
    """

    mirror: NDArray[np.int32]
    side: NDArray[np.int8]
    region_ids: tuple[str, ...]
    region: NDArray[np.float32]
    region_of: NDArray[np.int16]
    deep_ids: tuple[str, ...]
    deep: NDArray[np.float32]
    area_mm2: NDArray[np.float32]
    smooth: SmoothBasis | None = None

    @property
    def vertex_count(self) -> int:
        """n."""
        return len(self.mirror)

    def known(self) -> NDArray[np.bool_] | None:
        """Vertices well inside the skin that regions share out, (n,); None where that is not recorded."""
        if self.smooth is None:
            return None
        inside: NDArray[np.bool_] = self.smooth.fade + self.smooth.fade[self.mirror] > _INSIDE
        return inside

    def membership(self, region: str, side: Side) -> NDArray[np.float32]:
        """Soft membership 0-1 of every vertex in a named region, deep or not, (n,). KeyError if unknown."""
        if region in self.region_ids:
            row = self.region[self.region_ids.index(region)]
        elif region in self.deep_ids:
            row = self.deep[self.deep_ids.index(region)]
        else:
            raise KeyError(region)
        return row if side == "left" else np.take(row, self.mirror)

    def vertices_of(self, region: str, side: Side) -> NDArray[np.intp]:
        """Vertices whose region (own side) is the named one, or the core of a deep one."""
        if region in self.region_ids:
            sign = 1 if side == "left" else -1
            return np.flatnonzero((self.region_of == self.region_ids.index(region)) & (self.side != -sign))
        return np.flatnonzero(self.membership(region, side) > 0.5)


def read_fields(data: bytes, skin: Mesh) -> SkinFields:
    """Decodes skin_fields.npz against the skin mesh it belongs to. Raises MeshFault."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            held = {name: arrays[name] for name in _ARRAYS}
            if "basis" in arrays:
                held |= {name: arrays[name] for name in _SMOOTH}
    except (KeyError, ValueError, OSError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise MeshFault(f"skin_fields.npz: not readable ({error})") from error
    fault = _fault(held, skin)
    if fault:
        raise MeshFault(f"skin_fields.npz: {fault}")
    mirror = held["mirror"].astype(np.int32)
    median = mirror == np.arange(len(mirror))
    return SkinFields(
        mirror=mirror,
        side=np.where(median, 0, held["side"]).astype(np.int8),
        region_ids=tuple(map(str, held["region_ids"])),
        region=held["region"].astype(np.float32) / np.float32(255.0),
        region_of=held["region_of"].astype(np.int16),
        deep_ids=tuple(map(str, held["deep_ids"])),
        deep=held["deep"].astype(np.float32) / np.float32(255.0),
        area_mm2=skin.vertex_areas_mm2(),
        smooth=_smooth(held) if "basis" in held else None,
    )


def _smooth(held: Mapping[str, NDArray[Any]]) -> SmoothBasis:
    return SmoothBasis(
        basis=held["basis"].astype(np.int16, copy=False),
        fade=held["fade"].astype(np.float32) / np.float32(255.0),
        drawn_ids=tuple(map(str, held["drawn_ids"])),
        drawn=held["drawn"].astype(np.float32) / np.float32(255.0),
    )


def _fault(held: Mapping[str, NDArray[Any]], skin: Mesh) -> str:
    """What is wrong with the arrays, or "": shapes and kinds first, then what they say of left and right."""
    n = len(skin.points_lps)
    for name, kind in (_ARRAYS | (_SMOOTH if "basis" in held else {})).items():
        if held[name].dtype.kind not in kind:
            return f"{name} is of another kind ({held[name].dtype})"
    for name in ("mirror", "side", "region_of"):
        if held[name].shape != (n,):
            return f"made for another skin ({name} has {held[name].size} vertices; skin has {n})"
    for name, ids in (("region", "region_ids"), ("deep", "deep_ids")):
        rows = held[ids].size
        if held[ids].ndim != 1 or held[name].shape != (rows, n):
            return f"made for another skin ({name} is {held[name].shape}; {rows} ids, skin has {n} vertices)"
    names = [*map(str, held["region_ids"]), *map(str, held["deep_ids"])]
    if len(set(names)) != len(names):
        return "a region stands twice"
    mirror, every = held["mirror"], np.arange(n)
    if mirror.min(initial=0) < 0 or mirror.max(initial=0) >= n or not np.array_equal(mirror[mirror], every):
        return "mirror does not lead to the other side and back"
    if held["region_of"].min(initial=0) < -1 or held["region_of"].max(initial=-1) >= len(held["region_ids"]):
        return "region_of names regions that it does not have"
    x = skin.points_lps[:, 0]
    if np.abs(x + x[mirror]).max(initial=0.0) > MEDIAN_MM:
        return "mirror leads to other vertices than those of the other side"
    if np.any(held["side"] * np.sign(x) < 0, where=np.abs(x) > MEDIAN_MM):
        return "side takes left for right"
    return _smooth_fault(held, x) if "basis" in held else ""


def _smooth_fault(held: Mapping[str, NDArray[Any]], x: NDArray[np.float32]) -> str:
    half = int((held["side"] >= 0).sum())
    if (x[:half] < -MEDIAN_MM).any():
        return "its basis wants the vertices of the left half first"
    for name, ids in (("basis", "region_ids"), ("drawn", "drawn_ids")):
        if held[name].shape != (held[ids].size, half):
            return f"made for another skin ({name} is {held[name].shape}; the left half has {half} vertices)"
    if held["fade"].shape != x.shape:
        return f"made for another skin (fade has {held['fade'].size} vertices; skin has {len(x)})"
    return ""
