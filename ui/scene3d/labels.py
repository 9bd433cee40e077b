"""Where the words go: labels in two columns beside what they name, leader lines between, no overlap.

Pure arithmetic on rectangles, so that it is tested without a window.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

GAP_PX = 6.0
REACH_PX = 56.0  # from the outermost anchor of a side to its column
CLEAR_PX = 48.0  # at least, between a column and what the picture is about
ONE_COLUMN = 0.6  # share of the height that a single column may fill: half the picture stays picture


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
    wishes: Sequence[Wish], width_px: float, height_px: float, keep_px: tuple[float, float, float, float]
) -> tuple[Placed, ...]:
    """Places as many labels as fit, the first ranks first; anchors outside the window are left out.

    keep_px: margins left, top, right, bottom that stay free for letters and controls.
    """
    left, top, right, bottom = keep_px
    inside = [
        k
        for k, wish in enumerate(wishes)
        if 0 <= wish.anchor_px[0] <= width_px
        and 0 <= wish.anchor_px[1] <= height_px
        and wish.size_px[0] <= width_px - left - right
    ]
    if not inside:
        return ()
    room = height_px - top - bottom
    first = min(wishes[k].anchor_px[0] for k in inside)
    last = max(wishes[k].anchor_px[0] for k in inside)
    broad = max(wishes[k].size_px[0] for k in inside)
    foremost = min(wishes[k].rank for k in inside)
    heart = [wishes[k].anchor_px[0] for k in inside if wishes[k].rank == foremost]
    # What the picture is about must stay free: a column fits where it ends before that.
    free = {False: min(heart) - left, True: width_px - right - max(heart)}
    if min(free.values()) >= broad + CLEAR_PX:
        columns = _columns(wishes, inside, room)
    else:
        roomier = free[True] > free[False]
        columns = {roomier: _that_fit(wishes, inside, room * ONE_COLUMN), not roomier: []}
        if not columns[roomier]:
            return ()
    widest = {side: max((wishes[k].size_px[0] for k in columns[side]), default=0.0) for side in columns}
    left_edge = max(min(first - REACH_PX, min(heart) - CLEAR_PX), left + widest[False])
    right_edge = min(max(last + REACH_PX, max(heart) + CLEAR_PX), width_px - right - widest[True])
    placed: list[Placed] = []
    for on_right, members in columns.items():
        members.sort(key=lambda k: wishes[k].anchor_px[1])
        tops = _spread(
            [wishes[k].anchor_px[1] - wishes[k].size_px[1] / 2 for k in members],
            [wishes[k].size_px[1] for k in members],
            top,
            height_px - bottom,
        )
        for k, y in zip(members, tops, strict=True):
            w, h = wishes[k].size_px
            x = max(right_edge, left) if on_right else min(left_edge, width_px - right) - w
            end = (x if on_right else x + w, y + h / 2)
            placed.append(Placed(k, (x, y, w, h), (wishes[k].anchor_px, end)))
    return tuple(placed)


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


def _that_fit(wishes: Sequence[Wish], inside: Sequence[int], room: float) -> list[int]:
    """As many wishes as one column holds, first ranks first."""
    kept: list[int] = []
    for k in sorted(inside, key=lambda k: (wishes[k].rank, wishes[k].anchor_px[1])):
        tall = wishes[k].size_px[1] + GAP_PX
        if tall <= room:
            kept.append(k)
            room -= tall
    return kept


def _spread(wanted: list[float], heights: list[float], top: float, bottom: float) -> list[float]:
    """Tops nearest to the wanted ones, in order, without overlap, inside top..bottom."""
    tops: list[float] = []
    edge = top
    for y, _height in zip(wanted, heights, strict=True):
        tops.append(max(y, edge))
        edge = tops[-1] + _height + GAP_PX
    edge = bottom
    for k in range(len(tops) - 1, -1, -1):
        tops[k] = min(tops[k], edge - heights[k])
        edge = tops[k] - GAP_PX
    return tops
