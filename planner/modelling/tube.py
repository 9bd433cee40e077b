"""Sweeps a round or flattened section along a centreline: vessels, nerves, ligaments.

The course is resampled along a centripetal Catmull-Rom spline, which passes through every point and
cannot loop between them; rings are set by parallel transport, so that the tube never twists, and
stand closer where the course bends. Ends are rounded. The result is closed and wound outward.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Points = NDArray[np.float64]

_FINE_MM = 0.5  # step of the dense pass from which rings are chosen
_TURN_RAD = 0.35  # turning that costs as much as one ring spacing
_CAP_ANGLES = np.radians([25.0, 50.0, 72.0])


def lengths_mm(points: Points) -> Points:
    """Arc length from the first point to each, (n,)."""
    return np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])


def resample(points: ArrayLike, spacing_mm: float, *values: ArrayLike) -> tuple[Points, ...]:
    """Evenly spaced points on the spline through `points` (n, 3), with `values` (n,) carried along.

    Returns the points (m, 3) and each value array (m,); the two ends are kept exactly.
    """
    course, carried = _distinct(np.asarray(points, np.float64), values)
    dense, at = _catmull_rom(course, _FINE_MM)
    along = lengths_mm(dense)
    count = max(2, int(np.ceil(along[-1] / spacing_mm)) + 1)
    return _pick(dense, at, along, np.linspace(0.0, along[-1], count), carried)


def smoothed(points: ArrayLike, length_mm: float, step_mm: float = 1.0) -> Points:
    """The course with bends shorter than about `length_mm` evened out; the ends stay. (m, 3)."""
    (even,) = resample(points, step_mm)
    sigma = length_mm / step_mm / 2.0
    half = max(1, int(3 * sigma))
    kernel = np.exp(-0.5 * (np.arange(-half, half + 1) / max(sigma, 1e-6)) ** 2)
    kernel /= kernel.sum()
    # Point reflection about the ends keeps both the end points and their direction.
    inner = min(half, len(even) - 1)
    head = 2 * even[0] - even[inner:0:-1]
    tail = 2 * even[-1] - even[-2 : -2 - inner : -1]
    padded = np.pad(np.vstack([head, even, tail]), ((half - inner, half - inner), (0, 0)), mode="edge")
    soft = np.stack([np.convolve(padded[:, axis], kernel, mode="valid") for axis in range(3)], 1)
    soft[0], soft[-1] = even[0], even[-1]
    return soft


def sweep(
    points: ArrayLike,
    radius_mm: ArrayLike,
    sides: int = 12,
    spacing_mm: float = 4.0,
    flatten: tuple[float, ArrayLike] | None = None,
    caps: bool = True,
) -> tuple[Points, NDArray[np.int64]]:
    """Closed tube about a course.

    points: (n, 3) mm, n >= 2.  radius_mm: scalar or (n,).  sides: corners of a section.
    spacing_mm: greatest distance of rings on straight stretches.
    flatten: (thickness / width, direction of the short axis (3,) or (n, 3)); the section's area stays.
    caps: rounded ends; False gives flat ones.
    Returns vertices (v, 3) and triangles (t, 3), outward. Raises ValueError for fewer than 2 distinct points.
    """
    course = np.asarray(points, np.float64)
    radius = np.broadcast_to(np.asarray(radius_mm, np.float64), (len(course),))
    carried: list[ArrayLike] = [radius]
    if flatten is not None:
        short = np.broadcast_to(np.asarray(flatten[1], np.float64), course.shape)
        carried += [short[:, 0], short[:, 1], short[:, 2]]
    course, values = _distinct(course, carried)
    dense, at = _catmull_rom(course, min(_FINE_MM, spacing_mm / 4.0))
    rings, widths, *axes = _pick(dense, at, *_ring_places(dense, spacing_mm), values)
    tangents = _tangents(rings)
    first, second = _transported(tangents)
    if flatten is not None:
        first, second = _turned_to(np.stack(axes, 1), tangents)
        broad, thin = widths / np.sqrt(flatten[0]), widths * np.sqrt(flatten[0])
    else:
        broad, thin = widths, widths
    turn = 2.0 * np.pi * np.arange(sides) / sides
    circle = (
        np.cos(turn)[None, :, None] * (first * broad[:, None])[:, None]
        + np.sin(turn)[None, :, None] * (second * thin[:, None])[:, None]
    )
    centres, offsets = rings, circle
    if caps:
        centres, offsets = _capped(rings, circle, tangents, np.minimum(broad, thin))
        poles = rings[0] - tangents[0] * thin[0], rings[-1] + tangents[-1] * thin[-1]
    else:
        poles = rings[0], rings[-1]
    return skinned(centres[:, None] + offsets, *poles)


def _distinct(points: Points, values: tuple[ArrayLike, ...] | list[ArrayLike]) -> tuple[Points, list[Points]]:
    """Drops points that repeat the one before them."""
    keep = np.concatenate([[True], np.linalg.norm(np.diff(points, axis=0), axis=1) > 1e-6])
    if keep.sum() < 2:
        raise ValueError("a course needs at least two distinct points")
    return points[keep], [np.asarray(value, np.float64)[keep] for value in values]


def _catmull_rom(points: Points, step_mm: float) -> tuple[Points, Points]:
    """Dense samples (m, 3) of the centripetal spline and their place (m,) in rows of `points`."""
    whole = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    knots = np.concatenate([[0.0], np.cumsum(np.sqrt(np.linalg.norm(np.diff(whole, axis=0), axis=1)))])
    parts, places = [], []
    for k in range(1, len(whole) - 2):
        t0, t1, t2, t3 = knots[k - 1 : k + 3]
        chord = float(np.linalg.norm(whole[k + 1] - whole[k]))
        u = np.arange(max(1, int(np.ceil(chord / step_mm)))) / max(1, int(np.ceil(chord / step_mm)))
        t = (t1 + u * (t2 - t1))[:, None]
        p0, p1, p2, p3 = whole[k - 1 : k + 3]
        a1 = (t1 - t) / (t1 - t0) * p0 + (t - t0) / (t1 - t0) * p1
        a2 = (t2 - t) / (t2 - t1) * p1 + (t - t1) / (t2 - t1) * p2
        a3 = (t3 - t) / (t3 - t2) * p2 + (t - t2) / (t3 - t2) * p3
        b1 = (t2 - t) / (t2 - t0) * a1 + (t - t0) / (t2 - t0) * a2
        b2 = (t3 - t) / (t3 - t1) * a2 + (t - t1) / (t3 - t1) * a3
        parts.append((t2 - t) / (t2 - t1) * b1 + (t - t1) / (t2 - t1) * b2)
        places.append(k - 1 + u)
    return np.vstack([*parts, points[-1:]]), np.concatenate([*places, [len(points) - 1.0]])


def _pick(
    dense: Points, at: Points, measure: Points, wanted: Points, values: list[Points]
) -> tuple[Points, ...]:
    points = np.stack([np.interp(wanted, measure, dense[:, axis]) for axis in range(3)], 1)
    place = np.interp(wanted, measure, at)
    rows = [np.interp(place, np.arange(len(value)), value) for value in values]
    return points, *rows


def _ring_places(dense: Points, spacing_mm: float) -> tuple[Points, Points]:
    """A measure along the course that grows with length and with turning, and even steps in it."""
    steps = np.diff(dense, axis=0)
    length = np.linalg.norm(steps, axis=1)
    unit = steps / np.maximum(length, 1e-12)[:, None]
    turning = np.zeros(len(length))
    turning[1:] = np.arccos(np.clip((unit[1:] * unit[:-1]).sum(1), -1.0, 1.0))
    measure = np.concatenate([[0.0], np.cumsum(length / spacing_mm + turning / _TURN_RAD)])
    return measure, np.linspace(0.0, measure[-1], max(2, int(np.ceil(measure[-1])) + 1))


def _tangents(points: Points) -> Points:
    steps = np.diff(points, axis=0)
    steps /= np.maximum(np.linalg.norm(steps, axis=1, keepdims=True), 1e-12)
    tangents = np.vstack([steps[:1], steps[1:] + steps[:-1], steps[-1:]])
    length = np.linalg.norm(tangents, axis=1, keepdims=True)
    unit: Points = tangents / np.maximum(length, 1e-12)
    return unit


def _transported(tangents: Points) -> tuple[Points, Points]:
    """First and second section axis at each ring, carried along without twist."""
    start = np.eye(3)[int(np.argmin(np.abs(tangents[0])))]
    first = np.empty_like(tangents)
    for k, tangent in enumerate(tangents):
        start = start - tangent * float(start @ tangent)
        start /= max(float(np.linalg.norm(start)), 1e-12)
        first[k] = start
    return first, np.cross(tangents, first)


def _turned_to(short: Points, tangents: Points) -> tuple[Points, Points]:
    """Section axes whose second follows the short direction as far as the course allows."""
    second = short - tangents * (short * tangents).sum(1, keepdims=True)
    second /= np.maximum(np.linalg.norm(second, axis=1, keepdims=True), 1e-9)
    return np.cross(second, tangents), second


def _capped(rings: Points, circle: Points, tangents: Points, reach: Points) -> tuple[Points, Points]:
    """Rings and section offsets with the shrinking rings of two domes added."""
    sine, cosine = np.sin(_CAP_ANGLES), np.cos(_CAP_ANGLES)
    head = rings[0] - tangents[0] * reach[0] * sine[::-1, None]
    tail = rings[-1] + tangents[-1] * reach[-1] * sine[:, None]
    return (
        np.vstack([head, rings, tail]),
        np.concatenate([circle[:1] * cosine[::-1, None, None], circle, circle[-1:] * cosine[:, None, None]]),
    )


def skinned(rings: Points, head: Points, tail: Points) -> tuple[Points, NDArray[np.int64]]:
    """Triangles over rings (m, sides, 3) that turn counter-clockwise about the direction of travel."""
    count, sides = rings.shape[:2]
    here = np.arange(sides)
    after = (here + 1) % sides
    low = (np.arange(count - 1) * sides)[:, None]
    a, b, c, d = low + here, low + after, low + sides + after, low + sides + here
    walls = np.concatenate([np.stack([a, b, c], -1).reshape(-1, 3), np.stack([a, c, d], -1).reshape(-1, 3)])
    first, last, top = count * sides, count * sides + 1, (count - 1) * sides
    ends = np.concatenate(
        [
            np.stack([np.full(sides, first), after, here], 1),
            np.stack([np.full(sides, last), top + here, top + after], 1),
        ]
    )
    vertices = np.vstack([rings.reshape(-1, 3), head[None], tail[None]])
    return vertices, np.concatenate([walls, ends]).astype(np.int64)
