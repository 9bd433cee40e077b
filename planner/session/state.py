"""What the user chose, and nothing else: one small frozen record, the unit of undo and of scene files.

Ids, numbers and tuples only; everything computed belongs to `resolve`.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from planner.atlas.model import LAYERS, Depth, Form, Layer
from planner.case import Mark as Mark
from planner.case import PointLps as PointLps
from planner.case import RegionMark as RegionMark
from planner.case import Stroke as Stroke
from planner.space import Side, View

Face = Literal["explain", "study", "lecture"]


class LayerLook(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a layer of the model is shown; opacity 0-1."""

    layer: Layer
    visible: bool = True
    opacity: float = 1.0


class PoseRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A wish for the camera; a new serial makes it a new wish. focus: structure ids or point ids."""

    serial: int = 0
    view: View | None = "anterior"
    focus: tuple[str, ...] = ()


DEFAULT_LAYERS: tuple[LayerLook, ...] = tuple(
    LayerLook(layer, opacity={"skin": 0.22, "muscle": 0.55, "organ": 0.75}.get(layer, 1.0))
    for layer in LAYERS
)


class VariantChoice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The variant shown for a group of alternatives; groups without a choice show the usual anatomy."""

    group: str
    variant: str


CutAxis = Literal["axial", "coronal", "sagittal", "points"]


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A plane that cuts the model and takes away what lies on one side of it.

    at_mm: where along z (axial), y (coronal) or x (sagittal); of a plane through three points how far it is
    moved from them. points_lps: those picked so far; with fewer than three nothing is cut yet.
    flipped: the other side is taken away. As it is, an axial cut is seen from below, as on a scan, a coronal
    one from the front, a sagittal one from the patient's left.
    """

    axis: CutAxis = "axial"
    at_mm: float = 0.0
    points_lps: tuple[PointLps, ...] = ()
    flipped: bool = False


class State(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The user's intentions. `side` is the one side that drives map, 3D, card and export.

    form: whose outline the body has, neutral in sex unless another is asked for; marks and answers carry
    over from one to the other.
    territory: a nerve or dermatome whose skin is shown; None: that of a selected nerve, if there is one.
    source: a deep source of pain whose nerves, targets and referral are shown.
    over: a second nerve or dermatome, laid over the first as an outline.
    traced: a point of the skin whose roots, nerves and blocks are asked for.
    ruler: points picked to measure between, two by two; an odd last one waits for its other end.
    unrelieved: blocks done before that numbed what they should, while the pain stayed.
    """

    marks: tuple[Mark, ...] = ()
    depth: Depth = "skin"
    qualities: tuple[str, ...] = ()
    clues: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    side: Side = "left"
    block: str | None = None
    target: str | None = None
    selected: tuple[str, ...] = ()
    layers: tuple[LayerLook, ...] = DEFAULT_LAYERS
    hidden: tuple[str, ...] = ()
    faded: tuple[str, ...] = ()
    isolated: tuple[str, ...] = ()
    variants: tuple[VariantChoice, ...] = ()
    pose: PoseRequest = PoseRequest()
    face: Face = "explain"
    form: Form = "neutral"
    territory: str | None = None
    source: str | None = None
    over: str | None = None
    traced: PointLps | None = None
    section: Section | None = None
    ruler: tuple[PointLps, ...] = ()
    unrelieved: tuple[str, ...] = ()
