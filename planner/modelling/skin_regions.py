"""Regions as fields over the skin: from stated borders to soft memberships that add up to one.

Every region gets a signed distance to its border in mm (positive inside), first order from the chart's
coordinates. Regions and the skin outside the domain then compete: a vertex belongs to each by a
logistic of these distances, so neighbours share a border exactly, small gaps between stated borders
close along their middle, and the memberships of a vertex never add up to more than one. Across the
median plane left fades into right, as skin nerves do.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator

from planner.modelling.body_chart import CIRCULAR, Chart, ChartFault, landmark_points
from planner.modelling.region_borders import (
    Anchor,
    Area,
    BorderFault,
    BorderFile,
    Condition,
    Disc,
    Limit,
    Line,
    RegionBorders,
    Spot,
    Strip,
)
from planner.modelling.skin_surface import Skin
from planner.modelling.tables import Landmarks

Values = NDArray[np.float64]

FILE = "region_borders.toml"

_REACH_MM = 60.0  # distances are not told apart beyond this
_ROUND_MM = 9.0  # radius to which corners of a region are rounded
_SOFT_MM = 12.0  # width over which membership falls from 0.9 to 0.1 at a border of a large region
_SMALLEST_SOFT_MM = 5.0
_DEEP_SOFT_MM = 22.0
_MEDIAN_SOFT_MM = 7.0
_LOGISTIC = 4.394  # logistic(x) runs from 0.1 to 0.9 over this much x
_EVENING_STEPS = 3
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, eq=False)
class RegionFields:
    """What skin_fields.npz holds, see its contract, and the centre vertex of each region on the left."""

    mirror: NDArray[np.int32]
    side: NDArray[np.int8]
    region_ids: tuple[str, ...]
    region: NDArray[np.uint8]
    region_of: NDArray[np.int16]
    deep_ids: tuple[str, ...]
    deep: NDArray[np.uint8]
    centres: Mapping[str, int]
    distance_mm: Values  # (R, left vertices), signed distance to each region's stated border
    chart: Chart  # of the left half, with the file's landmarks and lines
    fade: Values  # (n,), 1 on the left, falling to 0 across the median plane and out of the domain

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """The file's arrays by name."""
        return {
            "mirror": self.mirror,
            "side": self.side,
            "region_ids": np.array(self.region_ids),
            "region": self.region,
            "region_of": self.region_of,
            "deep_ids": np.array(self.deep_ids),
            "deep": self.deep,
        }


def npz_bytes(arrays: Mapping[str, NDArray[np.generic]], plain: Sequence[str] = ()) -> bytes:
    """An .npz archive with fixed dates and order, which numpy.load reads.

    plain: large arrays that are not compressed, because unpacking them would delay each start.
    """
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            body = io.BytesIO()
            np.lib.format.write_array(body, np.ascontiguousarray(array), allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=_EPOCH)
            entry.compress_type = zipfile.ZIP_STORED if name in plain else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            archive.writestr(entry, body.getvalue(), compresslevel=9)
    return stream.getvalue()


def chart_of(skin: Skin, landmarks: Landmarks, borders: BorderFile) -> Chart:
    """The chart of the skin's left half with the file's own landmarks and lines. Raises BorderFault."""
    left = _left_count(skin)
    triangles = skin.mesh.triangles.astype(np.int64)
    own = triangles[(triangles < left).all(axis=1)]
    chart = Chart(skin.mesh.points_lps[:left].astype(np.float64), own, landmark_points(landmarks))
    add_places(chart, borders.anchors, borders.lines, FILE)
    return chart


def add_places(chart: Chart, anchors: Sequence[Anchor], lines: Sequence[Line], file: str) -> None:
    """Adds a border file's own landmarks and lines to the chart. Raises BorderFault naming the entry."""
    for anchor in anchors:
        with naming(file, f"landmark {anchor.id}"):
            at = chart.landmark(anchor.near) + np.array(anchor.plus_mm)
            if anchor.on_skin:
                at = chart.on_skin(at, None if anchor.towards is None else np.array(anchor.towards))
            chart.add_landmark(anchor.id, at)
    for line in lines:
        with naming(file, f"line {line.id}"):
            through = np.array([chart.landmark(name) for name in line.through])
            chart.add_line(line.id, through, np.array(line.positive))


class naming:  # noqa: N801 - used like a function
    """Turns a fault of the chart into one that names file and entry."""

    def __init__(self, file: str, entry: str) -> None:
        self._entry = f"{file}, {entry}"

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, ChartFault | BorderFault):
            raise BorderFault(f"{self._entry}: {error}") from error


def fields(skin: Skin, landmarks: Landmarks, borders: BorderFile) -> RegionFields:
    """All region fields of the skin. Raises BorderFault naming the entry whose borders cannot be drawn."""
    chart = chart_of(skin, landmarks, borders)
    shallow = [region for region in borders.regions if not region.deep]
    deep = [region for region in borders.regions if region.deep]
    with naming(FILE, "domain"):
        domain = union(chart, borders.domain)
    inside = np.stack([_distance(chart, region) for region in shallow])
    inside = _layered(inside, [region.layer for region in shallow])
    left = _memberships(chart, inside, domain, shallow)
    whole = _both_sides(skin, left)
    rows = [_deep_membership(chart, region) for region in deep]
    beneath = np.stack(rows) if rows else np.zeros((0, left.shape[1]))
    region = np.floor(whole * 255.0).astype(np.uint8)
    region_of = _hard(skin, whole, domain)
    side = np.where(np.arange(len(skin.mirror)) < _left_count(skin), 1, -1).astype(np.int8)
    deep_bytes = np.floor(_both_sides(skin, beneath) * 255.0).astype(np.uint8)
    ids = tuple(item.id for item in shallow)
    deep_ids = tuple(item.id for item in deep)
    named = zip((*ids, *deep_ids), (*region, *deep_bytes), strict=True)
    centres = {name: _centre(skin, row) for name, row in named}
    fade = _both_sides(skin, _logistic(domain * _LOGISTIC / _SOFT_MM)[None])[0]
    return RegionFields(
        skin.mirror, side, ids, region, region_of, deep_ids, deep_bytes, centres, inside, chart, fade
    )


def _left_count(skin: Skin) -> int:
    return int((skin.mesh.points_lps[:, 0] >= 0.0).sum())


def _limit(chart: Chart, field: str, limit: float | Limit) -> Values | float:
    """The limit's value: one number, or one per vertex when it changes along another field."""
    if isinstance(limit, int | float):
        return float(limit)
    if limit.at:
        return chart.at_landmark(field, limit.at) + limit.plus
    if limit.between:
        first, second = (chart.at_landmark(field, name) for name in limit.between)
        return first + limit.share * (second - first) + limit.plus

    def number(name: str, knot: float | str) -> float:
        return chart.at_landmark(name, knot) if isinstance(knot, str) else float(knot)

    knots = sorted((number(limit.along, place), number(field, value)) for place, value in limit.knots)
    where, what = np.array(knots).T
    if (np.diff(where) <= 0.0).any():
        raise BorderFault(f"two knots along {limit.along} fall on the same value")
    if field in CIRCULAR:
        what = np.unwrap(what, period=360.0)
    spot = chart.value(limit.along, chart.vertices)
    if limit.along in CIRCULAR:  # the turn that the knots are about the middle of
        middle = (where[0] + where[-1]) / 2.0
        spot = (spot - middle + 180.0) % 360.0 - 180.0 + middle
    spot = np.clip(spot, where[0], where[-1])
    return np.asarray(PchipInterpolator(where, what)(spot)) + limit.plus


def _condition(chart: Chart, condition: Condition) -> Values:
    """Signed distance in mm to the nearer border of the condition, positive inside."""
    if condition.disc is not None:
        return _disc(chart, condition.disc)
    if condition.strip is not None:
        return _strip(chart, condition.strip)
    values = chart.value(condition.field, chart.vertices)
    if condition.field in CIRCULAR:
        return _sector(chart, condition, values)
    parts = []
    for limit, sign in ((condition.low, 1.0), (condition.high, -1.0)):
        if limit is not None:
            beyond = sign * (values - _limit(chart, condition.field, limit))
            parts.append(_in_mm(chart, beyond))
    return np.asarray(np.min(parts, axis=0))


def _in_mm(chart: Chart, beyond: Values, flattest: float = 0.15) -> Values:
    """Way along the skin to where `beyond` is 0, from its steepness (never less than `flattest`)."""
    return np.clip(beyond / np.maximum(chart.slope(beyond), flattest), -_REACH_MM, _REACH_MM)


def _sector(chart: Chart, condition: Condition, values: Values) -> Values:
    if condition.low is None or condition.high is None:
        raise BorderFault(f"{condition.field} is an angle and needs both low and high")
    low, high = (_limit(chart, condition.field, limit) for limit in (condition.low, condition.high))
    half = np.asarray(high - low, np.float64) / 2.0
    if (half <= 0.0).any():
        raise BorderFault(f"{condition.field}: high is not above low")
    off = (values - low - half + 180.0) % 360.0 - 180.0
    steep = np.maximum(chart.slope(values, 360.0), 0.15)
    return np.clip((half - np.abs(off)) / steep, -_REACH_MM, _REACH_MM)


def _disc(chart: Chart, disc: Disc) -> Values:
    middle = chart.landmark(disc.landmark)
    near = np.linalg.norm(chart.vertices - middle, axis=1)
    out = chart.normals[near < max(12.0, near.min() + 4.0)].mean(0)
    out /= np.linalg.norm(out)
    up = np.array([0.0, 0.0, 1.0]) if abs(out[2]) < 0.8 else np.array([0.0, -1.0, 0.0])
    up = up - float(up @ out) * out
    up /= np.linalg.norm(up)
    across = np.cross(up, out)
    turn = np.radians(disc.turn_deg)
    up, across = np.cos(turn) * up + np.sin(turn) * across, np.cos(turn) * across - np.sin(turn) * up
    offset = chart.vertices - middle
    # Where the skin curves away, depth below the tangent plane counts as way gone.
    depth = offset @ out
    flat = np.stack([offset @ up, offset @ across], 1)
    length = np.maximum(np.linalg.norm(flat, axis=1), 1e-9)
    flat *= (np.hypot(length, depth) / length)[:, None]
    away = np.hypot(flat[:, 0] / disc.up_mm, flat[:, 1] / disc.across_mm)
    return _in_mm(chart, (1.0 - away) * min(disc.up_mm, disc.across_mm), 0.5)


def _strip(chart: Chart, strip: Strip) -> Values:
    """Signed distance in mm to the strip's edge, positive inside."""
    places = [chart.landmark(p) if isinstance(p, str) else _spot(chart, p) for p in strip.through]
    anchors = np.array([chart.on_skin(place) for place in places])
    if len(anchors) == 1:
        return np.asarray(strip.half_mm[0] - np.linalg.norm(chart.vertices - anchors[0], axis=1))
    chords = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(anchors, axis=0), axis=1))])
    dense = chart.curve(anchors)
    half = PchipInterpolator(chords, strip.half_mm)(np.linspace(0.0, chords[-1], len(dense)))
    # The best of all places, not the nearest: where the breadth changes the edge stays smooth.
    best = np.full(len(chart.vertices), -np.inf)
    for at, reach in zip(dense, half, strict=True):
        np.maximum(best, reach - np.linalg.norm(chart.vertices - at, axis=1), out=best)
    return best


def _spot(chart: Chart, spot: Spot) -> Values:
    if spot.azimuth is not None:
        return chart.spot(spot.height, "azimuth", spot.azimuth)
    return chart.spot(spot.height, "around", spot.around or 0.0)


def _smooth_min(parts: Sequence[Values], round_mm: float) -> Values:
    """The least of the distances, corners rounded."""
    least = parts[0]
    for part in parts[1:]:
        close = np.maximum(round_mm - np.abs(least - part), 0.0)
        least = np.minimum(least, part) - close * close / (4.0 * round_mm)
    return least


def union(chart: Chart, areas: Sequence[Area], round_mm: float = _ROUND_MM) -> Values:
    """Signed distance in mm to the border of the union of areas, positive inside, corners rounded, (n,)."""
    parts = [-_smooth_min([_condition(chart, item) for item in area.inside], round_mm) for area in areas]
    return -_smooth_min(parts, round_mm)


def _distance(chart: Chart, region: RegionBorders) -> Values:
    with naming(FILE, f"region {region.id}"):
        distance = union(chart, region.area)
    if not (distance > 0.0).any():
        raise BorderFault(f"{FILE}, region {region.id}: its borders enclose no skin")
    for _ in range(_EVENING_STEPS):
        distance = chart.spread @ distance
    return distance


def _layered(inside: Values, layers: Sequence[int]) -> Values:
    """Takes from each region what regions of higher layers cover."""
    out = inside.copy()
    for row, layer in enumerate(layers):
        over = [inside[k] for k, other in enumerate(layers) if other > layer]
        if over:
            out[row] = np.minimum(out[row], -np.max(over, axis=0))
    return out


def _memberships(chart: Chart, inside: Values, domain: Values, regions: Sequence[RegionBorders]) -> Values:
    """(R, left vertices), adding up to one well inside the domain and to zero well outside."""
    areas = _vertex_areas(chart)
    nearest = inside.argmax(0)
    widths = np.empty(len(regions))
    for row, region in enumerate(regions):
        size = float(np.sqrt(areas[nearest == row].sum()))
        widths[row] = region.soft_mm or float(np.clip(size / 4.0, _SMALLEST_SOFT_MM, _SOFT_MM))
    width = widths[nearest]
    for _ in range(12):
        width = chart.spread @ width
    # Two regions with distances d and -d share by logistic(d), hence the half.
    logits = np.clip(inside, -_REACH_MM, _REACH_MM) * _LOGISTIC / (2.0 * width)
    weights = np.exp(logits - logits.max(0))
    share = weights / weights.sum(0)
    share = share * _logistic(domain * _LOGISTIC / width)
    for _ in range(_EVENING_STEPS):
        share = (chart.spread @ share.T).T
    return np.asarray(share)


def _deep_membership(chart: Chart, region: RegionBorders) -> Values:
    return _logistic(_distance(chart, region) * _LOGISTIC / (region.soft_mm or _DEEP_SOFT_MM))


def _logistic(values: Values) -> Values:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(values, -50.0, 50.0))))


def _both_sides(skin: Skin, left: Values) -> Values:
    """Memberships of the left side's regions on every vertex, fading out across the median plane."""
    fade = _logistic(skin.mesh.points_lps[:, 0].astype(np.float64) * _LOGISTIC / _MEDIAN_SOFT_MM)
    return np.asarray(left[:, _folded(skin)] * fade)


def _folded(skin: Skin) -> NDArray[np.int64]:
    """For each vertex itself or, on the right, its mirror on the left."""
    own = np.arange(len(skin.mirror))
    return np.where(own < _left_count(skin), own, skin.mirror)


def _hard(skin: Skin, whole: Values, domain: Values) -> NDArray[np.int16]:
    """Region of each vertex of its own side; -1 outside the domain."""
    count = len(domain)
    best = np.where(domain > 0.0, whole[:, :count].argmax(0), -1)
    return best[_folded(skin)].astype(np.int16)


def _vertex_areas(chart: Chart) -> Values:
    a, b, c = (chart.vertices[chart.triangles[:, k]] for k in range(3))
    third = np.repeat(np.linalg.norm(np.cross(b - a, c - a), axis=1) / 6.0, 3)
    return np.asarray(np.bincount(chart.triangles.ravel(), third, len(chart.vertices)), np.float64)


def _centre(skin: Skin, membership: NDArray[np.uint8]) -> int:
    """The vertex of the left side nearest to the middle of the region's core."""
    left = skin.mesh.points_lps[:, 0] >= 0.0
    core = np.flatnonzero(left & (membership >= max(1, int(0.6 * int(membership[left].max())))))
    at = skin.mesh.points_lps[core].astype(np.float64)
    weight = skin.mesh.vertex_areas_mm2()[core].astype(np.float64) * membership[core]
    middle = (at * weight[:, None]).sum(0) / weight.sum()
    return int(core[np.argmin(np.linalg.norm(at - middle, axis=1))])
