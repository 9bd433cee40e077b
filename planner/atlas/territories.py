"""Fields over the skin's vertices: regions, and from them nerve territories and dermatomes.

A region field is soft (how much a vertex belongs to the named area of the patient's left side); a
nerve's territory is the sum over regions of membership times the probability that the nerve serves
that region. The right side is read through `mirror`, so left and right can never drift apart.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from planner.atlas.meshes import Mesh, MeshFault
from planner.space import Side

# Every array of skin_fields.npz and the kinds it may have (integers, text).
_ARRAYS = {
    **dict.fromkeys(("mirror", "side", "region_of", "region", "deep"), "iu"),
    **dict.fromkeys(("region_ids", "deep_ids"), "U"),
}
MEDIAN_MM = 0.5


class SharedBy(Protocol):
    """A region's shares as content spells them."""

    @property
    def of(self) -> str: ...
    @property
    def p(self) -> float: ...


@dataclass(frozen=True, eq=False, slots=True)
class SkinFields:
    """What is drawn on the skin mesh (n vertices).

    mirror: (n,) int32, vertex reflected in x.  side: (n,) int8, +1 left, -1 right, 0 in the median plane
    (such a vertex is its own mirror and belongs to both sides, so that both are treated alike).
    region_ids: the R superficial regions.  region: (R, n) float32, soft membership 0-1, left side.
    region_of: (n,) int16, row of the region a vertex belongs to (own side), -1 for none.
    deep_ids, deep: the same for deep regions' projections on the skin, which overlap.
    area_mm2: (n,) float32.
    """

    mirror: NDArray[np.int32]
    side: NDArray[np.int8]
    region_ids: tuple[str, ...]
    region: NDArray[np.float32]
    region_of: NDArray[np.int16]
    deep_ids: tuple[str, ...]
    deep: NDArray[np.float32]
    area_mm2: NDArray[np.float32]

    @property
    def vertex_count(self) -> int:
        """n."""
        return len(self.mirror)

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
    )


def _fault(held: Mapping[str, NDArray[Any]], skin: Mesh) -> str:
    """What is wrong with the arrays, or "": shapes and kinds first, then what they say of left and right."""
    n = len(skin.points_lps)
    for name, kind in _ARRAYS.items():
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
    return ""


def territory(fields: SkinFields, shares: Mapping[str, Sequence[SharedBy]], of: str) -> NDArray[np.float32]:
    """Soft field 0-1 of one nerve or dermatome over the left side's frame, (n,) float32.

    shares: region id -> its shares (superficial regions only; deep ones have no skin supply).
    """
    weights = np.zeros(len(fields.region_ids), np.float32)
    for row, region in enumerate(fields.region_ids):
        weights[row] = max((share.p for share in shares.get(region, ()) if share.of == of), default=0.0)
    field: NDArray[np.float32] = weights @ fields.region
    return field
