"""Every act a user can do, as a small typed record. This file reads as the table of contents.

Units are in the names. Panels emit these and decide nothing; `update` alone knows what they mean.
"""

from __future__ import annotations

from dataclasses import dataclass

from planner.atlas.model import Depth, Form, Layer
from planner.session.state import Face, PointLps, Section, State
from planner.space import Side, View


@dataclass(frozen=True, slots=True)
class MarkRegion:
    """Marks a named region, or changes its mark. 0 < weight <= 10; None: as it was (none, on the skin)."""

    region: str
    side: Side
    weight: float = 7.0
    qualities: tuple[str, ...] | None = None
    deep: bool | None = None


@dataclass(frozen=True, slots=True)
class UnmarkRegion:
    """Takes the mark off a named region."""

    region: str
    side: Side


@dataclass(frozen=True, slots=True)
class PaintStroke:
    """Paints or erases along a path on the skin. `continues`: the same drag goes on, one undo step.

    shares: of the radius at each point, as a pen is pressed (none: the whole radius everywhere).
    """

    points_lps: tuple[PointLps, ...]
    radius_mm: float
    weight: float = 7.0
    erase: bool = False
    continues: bool = False
    qualities: tuple[str, ...] = ()
    shares: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeMark:
    """Changes one of the marks, by its place among them; None: as it was.

    `continues`: a slider still held, one undo step.
    """

    mark: int
    weight: float | None = None
    qualities: tuple[str, ...] | None = None
    continues: bool = False


@dataclass(frozen=True, slots=True)
class RemoveMark:
    """Takes one of the marks away, by its place among them."""

    mark: int


@dataclass(frozen=True, slots=True)
class ClearMarks:
    """Takes all marks away."""


@dataclass(frozen=True, slots=True)
class SetDepth:
    """Says whether the pain feels on the skin, deep, or both."""

    depth: Depth


@dataclass(frozen=True, slots=True)
class ToggleQuality:
    """Adds or removes a word for how the pain feels."""

    quality: str
    on: bool


@dataclass(frozen=True, slots=True)
class ToggleClue:
    """Adds or removes a piece of history or examination."""

    clue: str
    on: bool


@dataclass(frozen=True, slots=True)
class ToggleFlag:
    """Adds or removes a red flag or caution."""

    flag: str
    on: bool


@dataclass(frozen=True, slots=True)
class ToggleUnrelieved:
    """Says that a block was done before and numbed what it should, while the pain stayed."""

    block: str
    on: bool


@dataclass(frozen=True, slots=True)
class ChooseSide:
    """Sets the patient's side that block, card and 3D show."""

    side: Side


@dataclass(frozen=True, slots=True)
class ChooseBlock:
    """Chooses a compared block (None: none)."""

    block: str | None


@dataclass(frozen=True, slots=True)
class ChooseTarget:
    """Chooses one of the chosen block's targets by point id without side."""

    target: str


@dataclass(frozen=True, slots=True)
class SelectStructures:
    """Selects structures of the model; `add` keeps the earlier ones."""

    structures: tuple[str, ...]
    add: bool = False


@dataclass(frozen=True, slots=True)
class GoTo:
    """Selects structures, shows them if they were hidden, and has the camera frame them."""

    structures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShowTerritory:
    """Shows the skin that a nerve serves, or a dermatome ("L4"); None: that of a selected nerve."""

    territory: str | None


@dataclass(frozen=True, slots=True)
class LayOver:
    """Lays a second nerve's skin or dermatome over the one shown, as an outline; None: none."""

    territory: str | None


@dataclass(frozen=True, slots=True)
class TraceSkin:
    """Asks which roots, nerves and blocks serve a point of the skin; None: no more."""

    point_lps: PointLps | None


@dataclass(frozen=True, slots=True)
class ChooseSource:
    """Lights a deep source of pain: its nerves, their targets, where it is felt (None: no more).

    joint, nerves: its structures on the side being looked at; the first are selected, all are framed.
    """

    source: str | None
    joint: tuple[str, ...] = ()
    nerves: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SetLayer:
    """Shows, hides or fades a layer; opacity 0-1. `continues`: the same slider drag goes on."""

    layer: Layer
    visible: bool
    opacity: float
    continues: bool = False


@dataclass(frozen=True, slots=True)
class HideStructures:
    """Hides structures."""

    structures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShowStructures:
    """Shows structures again that were hidden, faded or left out by isolating others."""

    structures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FadeStructures:
    """Makes structures translucent (again: opaque)."""

    structures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IsolateStructures:
    """Shows only these structures (empty: all again)."""

    structures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChooseVariant:
    """Shows a variant of the anatomy in place of the usual one of its group (None: the usual one)."""

    group: str
    variant: str | None


@dataclass(frozen=True, slots=True)
class ShowAll:
    """Undoes hiding, fading, isolating and cutting."""


@dataclass(frozen=True, slots=True)
class RequestView:
    """Asks the camera for a named view of the whole model."""

    view: View


@dataclass(frozen=True, slots=True)
class FocusOn:
    """Asks the camera to frame structures or points; keeps its direction unless a view is named."""

    ids: tuple[str, ...]
    view: View | None = None


@dataclass(frozen=True, slots=True)
class SetSection:
    """Cuts the model with a plane (None: not). `continues`: the same slider drag goes on.

    facing: the camera turns to the cut as well.
    """

    section: Section | None
    continues: bool = False
    facing: bool = False


@dataclass(frozen=True, slots=True)
class PickSectionPoint:
    """Adds a point to the three through which the cutting plane goes; a fourth begins anew."""

    point_lps: PointLps


@dataclass(frozen=True, slots=True)
class MeasurePoint:
    """Sets one end of a measure; the next point is its other end."""

    point_lps: PointLps


@dataclass(frozen=True, slots=True)
class ClearMeasures:
    """Takes all measures away."""


@dataclass(frozen=True, slots=True)
class SetFace:
    """Switches between explaining, studying and lecturing."""

    face: Face


@dataclass(frozen=True, slots=True)
class SetForm:
    """Gives the body a male or a female outline; marks stay on the skin they lie on."""

    form: Form


@dataclass(frozen=True, slots=True)
class LoadState:
    """Replaces everything by a saved State."""

    state: State


@dataclass(frozen=True, slots=True)
class ClearSelection:
    """Esc: nothing selected, no block chosen."""


@dataclass(frozen=True, slots=True)
class Undo:
    """Goes one step back."""


@dataclass(frozen=True, slots=True)
class Redo:
    """Goes one step forward again."""


Action = (
    MarkRegion
    | UnmarkRegion
    | PaintStroke
    | ChangeMark
    | RemoveMark
    | ClearMarks
    | SetDepth
    | ToggleQuality
    | ToggleClue
    | ToggleFlag
    | ToggleUnrelieved
    | ChooseSide
    | ChooseBlock
    | ChooseTarget
    | SelectStructures
    | GoTo
    | ShowTerritory
    | ChooseSource
    | LayOver
    | TraceSkin
    | SetLayer
    | HideStructures
    | ShowStructures
    | FadeStructures
    | IsolateStructures
    | ChooseVariant
    | ShowAll
    | RequestView
    | FocusOn
    | SetSection
    | PickSectionPoint
    | MeasurePoint
    | ClearMeasures
    | SetFace
    | SetForm
    | LoadState
    | ClearSelection
)
HistoryAction = Undo | Redo
