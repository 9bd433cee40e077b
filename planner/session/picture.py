"""What the window shows: made by `resolve` from Atlas and State, compared and drawn by the panels.

A Picture is a value. Panels show their part of it and hold nothing of their own; the scene compares
the parts by key and touches only what differs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from planner.answer import Answer, BlockAnswer
from planner.atlas.model import Form
from planner.sections import Plane
from planner.session.state import PointLps, PoseRequest, State
from planner.space import Side
from planner.territory import Territory
from planner.trace import SkinPlace

Emphasis = Literal["plain", "lit", "faded", "selected", "neighbour"]


@dataclass(frozen=True, slots=True)
class MarkedRegion:
    """A region wholly or partly under the marks. share: 0-1 of its area; weight: mean 0-10."""

    region: str
    side: Side
    share: float
    weight: float
    named: bool  # marked by name rather than painted
    deep: bool = False  # felt beneath it


@dataclass(frozen=True, eq=False, slots=True)
class SkinPaint:
    """What is painted on the skin, in the map and in 3D alike.

    pain: (n,) float32, 0-10.  deep: (n,) float32, 0-10, projections of deep marks.
    numb: (n,) float32, 0-1, expected numbness of the chosen block (zeros when none).
    territory: the nerve or dermatome whose skin is shown, None for none.
    over: another one, laid over it as an outline.
    key: changes whenever an array does, so that a view can skip equal paint cheaply.
    form: the form of the body whose skin is shown; the arrays are the same for each.
    feels: sets of qualities that marks carry, the first empty.  feel, deep_feel: (n,) int16, which of them
    holds on the skin and beneath it; None where no mark carries any.
    """

    key: tuple[object, ...]
    pain: NDArray[np.float32]
    deep: NDArray[np.float32]
    numb: NDArray[np.float32]
    territory: Territory | None = None
    over: Territory | None = None
    form: Form = "male"
    feels: tuple[tuple[str, ...], ...] = ((),)
    feel: NDArray[np.int16] | None = None
    deep_feel: NDArray[np.int16] | None = None


@dataclass(frozen=True, slots=True)
class Appearance:
    """How one structure is drawn. opacity 0-1; 0 means not drawn at all."""

    opacity: float
    emphasis: Emphasis = "plain"


@dataclass(frozen=True, slots=True)
class DistanceLine:
    """A line from a block's target to the nearest point of a neighbour, with its distance in the model.

    label: name and distance; that it is a distance "in this model" stands once beside the lines.
    """

    structure: str
    label: str
    distance_mm: float
    start_lps: tuple[float, float, float]
    end_lps: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Label:
    """A word pinned to a point of the scene.

    structure: what it names, so that it is named once and the view may pin it where that is visible; "" for
    a mere point. A nerve in general is named by a label for each of its pieces, of one text.
    """

    text: str
    at_lps: tuple[float, float, float]
    kind: Literal["target", "nerve", "structure"]
    structure: str = ""


@dataclass(frozen=True, slots=True)
class ScenePicture:
    """The 3D part. appearances: one entry per structure that is not at its layer's plain look or not.

    cut: the plane that takes a side of the model away. dots: picked points that wait for others.
    """

    appearances: dict[str, Appearance]
    lines: tuple[DistanceLine, ...]
    labels: tuple[Label, ...]
    target_lps: tuple[float, float, float] | None
    pose: PoseRequest
    focus_lps: tuple[tuple[float, float, float], ...]  # points the requested pose must frame
    cut: Plane | None = None
    dots: tuple[PointLps, ...] = ()


@dataclass(frozen=True, eq=False, slots=True)
class Picture:
    """Everything on the screen at one moment. place: what serves the traced point of the skin."""

    state: State
    answer: Answer
    chosen: BlockAnswer | None
    skin: SkinPaint
    marked: tuple[MarkedRegion, ...]
    scene: ScenePicture
    can_undo: bool
    can_redo: bool
    place: SkinPlace | None = None
