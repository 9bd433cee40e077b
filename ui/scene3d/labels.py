"""Where the words go: labels in two columns beside what they name, leader lines between, no overlap.

Pure arithmetic on rectangles, so that it is tested without a window.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

GAP_PX = 6.0
CLEAR_PX = 40.0  # at least, between a label and the target
LONGEST = 0.34  # share of the width that a leader may bridge before its column leaves the window's edge
ONE_COLUMN = 0.75  # share of the height that a single column may fill
MOST_COVERED = 0.17  # share of the picture that labels may take; what they name is worth more than its names
LEAST_LABELS = 4
NEAR_PX = 28.0  # what stands so close to an anchor covers some of what is named
# What a placing costs: a label left out, a target or another anchor covered or near, two leaders crossed.
_DROPPED, _TARGET, _COVERED, _NEAR, _CROSSED, _PER_PX = 400.0, 900.0, 150.0, 25.0, 30.0, 0.05

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Wish:
    """A label that wants to be shown. anchor: the pixel it names; size: of its box; rank: 0 goes first."""

    text: str
    anchor_px: tuple[float, float]
    size_px: tuple[float, float]
    rank: int = 1


@dataclass(frozen=True, slots=True)
class Placed:
    """A label with its place: box (x, y, width, height) and the leader's ends, in pixels."""

    wish: int
    box_px: tuple[float, float, float, float]
    leader_px: tuple[tuple[float, float], tuple[float, float]]


def place(
    wishes: Sequence[Wish],
    width_px: float,
    height_px: float,
    keep_px: tuple[float, float, float, float],
    belt_px: tuple[float, float] | None = None,
) -> tuple[Placed, ...]:
    """Places as many labels as fit, the first ranks first; anchors outside the window are left out.

    keep_px: margins left, top, right, bottom that stay free for controls. belt_px: from where to where no
    label stands on its way down, for what is written at either edge.
    """
    left, _, right, _ = keep_px
    inside = [
        k
        for k, wish in enumerate(wishes)
        if 0 <= wish.anchor_px[0] <= width_px
        and 0 <= wish.anchor_px[1] <= height_px
        and wish.size_px[0] <= width_px - left - right
    ]
    inside = _that_leave_the_picture(wishes, inside, MOST_COVERED * width_px * height_px)
    if not inside:
        return ()
    room = height_px - keep_px[1] - keep_px[3]
    broad = max(wishes[k].size_px[0] for k in inside)
    single = _that_fit(wishes, inside, room * ONE_COLUMN)
    ways = [{False: single, True: []}, {False: [], True: single}]
    if 2.0 * broad + GAP_PX <= width_px - left - right:
        ways.insert(0, _columns(wishes, inside, room))
    placings = [_placed(wishes, way, width_px, height_px, keep_px, belt_px) for way in ways]
    return min(placings, key=lambda placed: _cost(wishes, inside, placed))


def _placed(
    wishes: Sequence[Wish],
    columns: dict[bool, list[int]],
    width_px: float,
    height_px: float,
    keep_px: tuple[float, float, float, float],
    belt_px: tuple[float, float] | None,
) -> tuple[Placed, ...]:
    """The labels of a left (False) and a right (True) column, each beside what it names."""
    left, top, right, bottom = keep_px
    named = [wishes[k].anchor_px[0] for members in columns.values() for k in members]
    placed: list[Placed] = []
    for on_right, members in columns.items():
        if not members:
            continue
        widest = max(wishes[k].size_px[0] for k in members)
        if on_right:
            edge = max(min(width_px - right - widest, max(named) + LONGEST * width_px), left)
        else:
            edge = min(max(left + widest, min(named) - LONGEST * width_px), width_px - right)
        order = sorted(members, key=lambda k: wishes[k].anchor_px[1])
        tops = _around(wishes, order, top, height_px - bottom, belt_px)
        for _ in range(len(order)):
            crossed = _first_crossed(wishes, order, tops, edge)
            if crossed is None:
                break
            order[crossed], order[crossed + 1] = order[crossed + 1], order[crossed]
            tops = _around(wishes, order, top, height_px - bottom, belt_px)
        for k, y in zip(order, tops, strict=True):
            w, h = wishes[k].size_px
            box = (edge if on_right else edge - w, y, w, h)
            placed.append(Placed(k, box, (wishes[k].anchor_px, (edge, y + h / 2))))
    return tuple(placed)


def _cost(wishes: Sequence[Wish], inside: Sequence[int], placed: Sequence[Placed]) -> float:
    """How much a placing leaves out, covers, crosses and stretches."""
    cost = _DROPPED * (len(inside) - len(placed))
    for k in inside:
        x, y = wishes[k].anchor_px
        first = wishes[k].rank == 0
        for spot in placed:
            bx, by, w, h = spot.box_px
            away = max(bx - x, x - bx - w, by - y, y - by - h)
            if first and away <= CLEAR_PX:
                cost += _TARGET
            elif away <= NEAR_PX and not first:
                cost += _COVERED if away <= 3.0 else _NEAR
    for i, one in enumerate(placed):
        (x, y), (end_x, end_y) = one.leader_px
        cost += _PER_PX * (abs(end_x - x) + abs(end_y - y))
        cost += _CROSSED * sum(crossing(one.leader_px, other.leader_px) for other in placed[i + 1 :])
    return cost


def crossing(first: tuple[Point, Point], second: tuple[Point, Point]) -> bool:
    """Whether two leaders cross."""
    (a, b), (c, d) = first, second
    return _turn(a, b, c) * _turn(a, b, d) < 0.0 and _turn(c, d, a) * _turn(c, d, b) < 0.0


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _first_crossed(wishes: Sequence[Wish], order: list[int], tops: list[float], edge: float) -> int | None:
    """The first place in a column whose leader crosses the next one's."""
    ends = [(edge, y + wishes[k].size_px[1] / 2) for k, y in zip(order, tops, strict=True)]
    leaders = [(wishes[k].anchor_px, end) for k, end in zip(order, ends, strict=True)]
    return next((i for i in range(len(order) - 1) if crossing(leaders[i], leaders[i + 1])), None)


def _columns(wishes: Sequence[Wish], inside: Sequence[int], room: float) -> dict[bool, list[int]]:
    """Wishes for the left (False) and right (True) column, by their anchors, columns kept even."""
    middle = sum(wishes[k].anchor_px[0] for k in inside) / len(inside)
    columns: dict[bool, list[int]] = {False: [], True: []}
    used = {True: 0.0, False: 0.0}
    for k in sorted(inside, key=lambda k: (wishes[k].rank, wishes[k].anchor_px[1])):
        tall = wishes[k].size_px[1] + GAP_PX
        side = wishes[k].anchor_px[0] >= middle
        if used[side] + tall > room or used[side] > used[not side] + 4 * tall:
            side = not side
        if used[side] + tall <= room:
            columns[side].append(k)
            used[side] += tall
    return columns


def _that_leave_the_picture(wishes: Sequence[Wish], inside: Sequence[int], most_px2: float) -> list[int]:
    """The wishes, first ranks first, that take no more than an area together; a few in any case."""
    kept: list[int] = []
    for k in sorted(inside, key=lambda k: wishes[k].rank):
        wide, tall = wishes[k].size_px
        most_px2 -= wide * tall
        if most_px2 < 0.0 and len(kept) >= LEAST_LABELS:
            break
        kept.append(k)
    return sorted(kept)


def _that_fit(wishes: Sequence[Wish], inside: Sequence[int], room: float) -> list[int]:
    """As many wishes as one column holds, first ranks first."""
    kept: list[int] = []
    for k in sorted(inside, key=lambda k: (wishes[k].rank, wishes[k].anchor_px[1])):
        tall = wishes[k].size_px[1] + GAP_PX
        if tall <= room:
            kept.append(k)
            room -= tall
    return kept


def _around(
    wishes: Sequence[Wish],
    order: Sequence[int],
    top: float,
    bottom: float,
    belt_px: tuple[float, float] | None,
) -> list[float]:
    """`_spread`, with the first few labels above the belt and the others below it, as is nearest to level;
    across it where they do not fit otherwise."""
    tops = _spread(wishes, order, top, bottom)
    if belt_px is None:
        return tops
    upper, lower = belt_px[0] - GAP_PX, belt_px[1] + GAP_PX
    tall = [wishes[k].size_px[1] + GAP_PX for k in order]
    least = float("inf")
    for count in range(len(order) + 1):
        if sum(tall[:count]) > upper - top + GAP_PX or sum(tall[count:]) > bottom - lower + GAP_PX:
            continue
        parted = _spread(wishes, order[:count], top, upper) + _spread(wishes, order[count:], lower, bottom)
        away = sum(
            abs(y + wishes[k].size_px[1] / 2 - wishes[k].anchor_px[1])
            for k, y in zip(order, parted, strict=True)
        )
        if away < least:
            tops, least = parted, away
    return tops


def _spread(wishes: Sequence[Wish], order: Sequence[int], top: float, bottom: float) -> list[float]:
    """Tops nearest to level with the anchors, in order, without overlap, inside top..bottom."""
    heights = [wishes[k].size_px[1] for k in order]
    tops: list[float] = []
    edge = top
    for k, height in zip(order, heights, strict=True):
        tops.append(max(wishes[k].anchor_px[1] - height / 2, edge))
        edge = tops[-1] + height + GAP_PX
    edge = bottom
    for i in range(len(tops) - 1, -1, -1):
        tops[i] = min(tops[i], edge - heights[i])
        edge = tops[i] - GAP_PX
    return tops
