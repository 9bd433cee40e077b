"""Frozen records of the atlas content, exactly as its TOML files spell them.

Unknown fields are refused, probabilities lie in 0-1, and every clinical statement carries reference
keys and an evidence grade. Nothing derived is stored here; arrays live in `planner.atlas.territories`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from planner.atlas.meshes import MeshSet
from planner.atlas.territories import SkinFields
from planner.space import Laterality, Side

Grade = Literal["published", "textbook", "estimate"]
Layer = Literal["skin", "muscle", "bone", "vessel", "nerve", "organ"]
Depth = Literal["skin", "deep", "mixed"]
Form = Literal["neutral", "female", "male"]
Probability = Annotated[float, Meta(ge=0.0, le=1.0)]
Identifier = Annotated[str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]
System = Literal["bones", "discs", "muscles", "vessels", "nerves", "organs", "skin"]
FmaId = Annotated[str, Meta(pattern=r"^(FMA[0-9]+)?$")]
# A path as SVG writes it: straight lines alone (M, L, H, V, Z in either case) and their coordinates.
Drawing = Annotated[str, Meta(pattern=r"^[MLHVZmlhvz0-9. -]*$")]
OptionalId = Annotated[str, Meta(pattern=r"^([A-Za-z][A-Za-z0-9_]*)?$")]

# The first is neutral in sex: halfway between the other two, which the files hold.
FORMS: tuple[Form, ...] = ("neutral", "female", "male")
MEASURED_FORM: Form = "male"  # the one the skin was measured in
LAYERS: tuple[Layer, ...] = ("skin", "muscle", "bone", "vessel", "nerve", "organ")
SYSTEMS: tuple[System, ...] = ("bones", "discs", "muscles", "vessels", "nerves", "organs", "skin")


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, gc=False):
    """Base of all content records: immutable, strict about its fields."""


class Cited(Record, frozen=True, kw_only=True):
    """Anything that must say where it comes from and how firmly it stands."""

    sources: tuple[Identifier, ...]
    grade: Grade


class Reference(Record, frozen=True, kw_only=True):
    """One entry of references.toml. doi and pmid are empty unless known."""

    id: Identifier
    short: str
    full: str
    year: int | None = None
    journal: str = ""
    doi: str = ""
    pmid: str = ""
    status: Literal["verified", "plausible", "doubtful", "consensus", "unchecked"]
    note: str = ""


class Claim(Cited, frozen=True, kw_only=True):
    """One sentence or short paragraph with its sources; `plain` is the version for patients.

    id: its name within the list it stands in, where something refers to it ("" for none).
    """

    id: OptionalId = ""
    text: str
    plain: str = ""
    note: str = ""


class Group(Record, frozen=True, kw_only=True):
    """A heading under which structures of one system are listed; it has no mesh of its own.

    parent: the group that it stands in ("" for directly under its system).
    """

    id: Identifier
    name: str
    latin: str
    system: System
    parent: str = ""
    synonyms: tuple[str, ...] = ()


class Structure(Cited, frozen=True, kw_only=True):
    """A named mesh of the model. nerve names the nerve it belongs to.

    latin: the main term of Terminologia Anatomica 2. fma: the id of its own side where the Foundational
    Model of Anatomy has one, else of the structure without side; empty unless certain.
    parent: the group or structure under which it is listed, of the same system: the vessel or nerve that
    it springs from, the muscle group ("" for directly under its system).
    synonyms: other names it is looked for by, abbreviations and older Latin included.
    cover: it lies in front of what this atlas is about, so a translucent layer shows it fainter still.
    form: the one form of the body that has it ("" for both).
    """

    id: Identifier
    name: str
    latin: str = ""
    fma: FmaId = ""
    side: Laterality
    system: System
    layer: Layer
    material: str
    nerve: str = ""
    parent: str = ""
    risk: bool = False
    cover: bool = False
    form: Literal["", "male", "female"] = ""
    provenance: Literal["measured", "constructed", "authored"]
    synonyms: tuple[str, ...] = ()
    note: str = ""

    def in_form(self, form: Form) -> bool:
        """Whether a body of this form has the structure."""
        return self.form in ("", form)


class Variant(Cited, frozen=True, kw_only=True):
    """A way in which people differ, drawn in place of the usual one. One of a group can be shown at a time.

    hides, shows: structures on both sides, by id without the side; what is shown belongs to it alone.
    prevalence: in the source's words; percent: lowest and highest figure of its series, None where no source
    gives one.  usual: the usual anatomy of its group, where that has a name.
    """

    id: Identifier
    name: str
    plain: str
    group: Identifier
    group_name: str
    usual: str = ""
    nerve: Identifier | None = None
    prevalence: str
    percent: tuple[float, float] | None = None
    hides: tuple[Identifier, ...] = ()
    shows: tuple[Identifier, ...] = ()
    text: str
    note: str = ""


class Part(Cited, frozen=True, kw_only=True):
    """A named part of a structure, by points on its surface (LPS mm).

    A place belongs to the part with the nearest anchor, as long as that lies within reach_mm.
    """

    id: Identifier
    structure: Identifier
    name: str
    latin: str = ""
    side: Laterality
    anchors_lps: Annotated[tuple[tuple[float, float, float], ...], Meta(min_length=1)]
    reach_mm: Annotated[float, Meta(gt=0.0, le=100.0)]


class Nerve(Record, frozen=True, kw_only=True):
    """A nerve, its roots and what it serves; `part_of` is the trunk it branches from ("" for none)."""

    id: Identifier
    name: str
    plain: str
    latin: str = ""
    abbreviations: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    kind: str
    part_of: str = ""
    roots: tuple[Identifier, ...] = ()
    course: Claim
    sensory: Claim | None = None
    motor: Claim | None = None
    variants: tuple[Claim, ...] = ()
    diameter_mm: tuple[float, float] | None = None


class Share(Record, frozen=True, kw_only=True):
    """How likely a nerve (or dermatome) serves a region in a typical person."""

    of: Identifier
    p: Probability


class Supply(Claim, frozen=True, kw_only=True):
    """What moves a muscle whose own nerve is not drawn: the roots it comes from, and what is said of it.

    id: the muscle, without its side.
    """

    id: Identifier
    nerves: Annotated[tuple[Identifier, ...], Meta(min_length=1)]


class Region(Cited, frozen=True, kw_only=True):
    """A named area per side. `supply` predicts numbness; `pain` says which nerves drawn pain there
    points to, deep and articular ones included (empty: the same as supply)."""

    id: Identifier
    name: str
    plain: str
    view: Literal["anterior", "posterior", "lateral", "inferior"]
    deep: bool = False
    borders: str
    supply: tuple[Share, ...] = ()
    pain: tuple[Share, ...] = ()
    dermatomes: tuple[Share, ...] = ()
    synonyms: tuple[str, ...] = ()
    note: str = ""


class Generator(Cited, frozen=True, kw_only=True):
    """A deep source of pain (joint, root, muscle, ...), where it is felt, and what tests it."""

    id: Identifier
    name: str
    plain: str
    nerves: tuple[Identifier, ...] = ()
    referral: tuple[Share, ...] = ()  # `of` names a region
    tested_by: tuple[Identifier, ...] = ()  # block ids
    note: str = ""


class Rate(Cited, frozen=True, kw_only=True):
    """One published figure for how often a nerve was reached, and by what it was judged."""

    p: Probability
    judged_by: str


class Reach(Cited, frozen=True, kw_only=True):
    """How often a block done as described reaches a nerve.

    p: the figure this atlas reckons with; low, high: the published spread; rates: what it spreads over.
    conflict: why the published rates differ, where they do by a tenth or more.
    skin: how often the nerve's skin branches are reached, where they fare otherwise (None: as p).
    """

    nerve: Identifier
    p: Probability
    low: Probability | None = None
    high: Probability | None = None
    skin: Probability | None = None
    rates: tuple[Rate, ...] = ()
    conflict: str = ""
    note: str = ""


class Nearby(Cited, frozen=True, kw_only=True):
    """What lies near a target by the literature; distances in the model are measured, not written here.

    structures: ids without their side.
    """

    structures: Annotated[tuple[Identifier, ...], Meta(min_length=1)]
    text: str
    plain: str = ""


class Approach(Cited, frozen=True, kw_only=True):
    """One published way to the target."""

    id: Identifier
    name: str
    entry: str
    level: str = ""
    angle: str = ""
    guidance: str = ""
    note: str = ""


class Risk(Cited, frozen=True, kw_only=True):
    """A complication in the source's own frequency words; numbers only where published.

    id: its name among the risks of its block, where something refers to it ("" for none).
    """

    id: OptionalId = ""
    name: str
    frequency: str = ""
    plain: str = ""
    note: str = ""


class Block(Record, frozen=True, kw_only=True):
    """A nerve block, or a comparator it is held against.

    targets: ids of points in points.toml without their side ("target_lfcn"); the first is shown first.
    entry_regions: where the needle may pass the skin, over all approaches (empty: not known).
    purpose: whether it finds a source, treats, or both.  situations: patterns in which it is talked about.
    not_first_for: patterns in which something else is asked first.  nearby: neighbours by the literature.
    duration: what decides how long relief lasts.  reading: how a result is read.
    """

    id: Identifier
    name: str
    plain: str
    abbreviations: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    role: Literal["block", "comparator"]
    family: Literal["plexus", "branch", "fascial_plane", "neuraxial", "sympathetic", "joint", "dorsal_ramus"]
    depth_class: Literal["superficial", "intermediate", "deep"]
    compressible: Literal["yes", "partly", "no"]
    bleeding_class: Literal["deep", "case_by_case", "superficial"]
    question: Claim
    purpose: tuple[Claim, ...] = ()
    situations: tuple[Claim, ...] = ()
    not_first_for: tuple[Claim, ...] = ()
    target: Claim
    targets: tuple[Identifier, ...] = ()
    midline: bool = False
    entry_regions: tuple[Identifier, ...] = ()
    reaches: tuple[Reach, ...] = ()
    numb: Claim | None = None
    weakness: Claim | None = None
    walking: Claim | None = None
    depth: Claim | None = None
    nearby: tuple[Nearby, ...] = ()
    approaches: tuple[Approach, ...] = ()
    guidance: tuple[Claim, ...] = ()
    steps: tuple[Claim, ...] = ()
    risks: tuple[Risk, ...] = ()
    better_candidates: tuple[Claim, ...] = ()
    poorer_candidates: tuple[Claim, ...] = ()
    preparation: tuple[Claim, ...] = ()
    recovery: tuple[Claim, ...] = ()
    track: tuple[Claim, ...] = ()
    ask: tuple[Claim, ...] = ()
    duration: tuple[Claim, ...] = ()
    reading: tuple[Claim, ...] = ()
    if_it_helps: tuple[Claim, ...] = ()
    if_it_does_not: tuple[Claim, ...] = ()
    reviewed_by: str = ""
    reviewed_on: str = ""


class Shift(Record, frozen=True, kw_only=True):
    """How a clue or quality moves a block or generator: factor > 1 argues for it, < 1 against it."""

    toward: Identifier
    factor: Annotated[float, Meta(gt=0.0, le=20.0)]


class Clue(Cited, frozen=True, kw_only=True):
    """A piece of history or examination; `text` is the reason shown when it moved an answer."""

    id: Identifier
    name: str
    plain: str
    text: str
    text_plain: str = ""
    shifts: tuple[Shift, ...] = ()


class Quality(Cited, frozen=True, kw_only=True):
    """A word for how the pain feels. symbol: its sign on a pain drawing, lines on a grid of 10 by 10."""

    id: Identifier
    name: str
    plain: str
    symbol: Drawing = ""
    text: str = ""
    text_plain: str = ""
    shifts: tuple[Shift, ...] = ()


class Flag(Cited, frozen=True, kw_only=True):
    """A red flag or caution. `with_flags`: it acts only together with all of these (empty: alone)."""

    id: Identifier
    name: str
    plain: str
    kind: Literal["red_flag", "caution"]
    effect: Literal["urgent_evaluation", "withhold_deep", "withhold", "inform"]
    with_flags: tuple[Identifier, ...] = ()
    text: str
    text_plain: str = ""


class Criterion(Cited, frozen=True, kw_only=True):
    """One condition that payers or guidelines set before a block is done.

    stage: all criteria of a block and stage must hold together.  met_by, missing_by: clues that settle it;
    without any of them it is not known.  differs: how the sources disagree about it.
    """

    id: Identifier
    block: Identifier
    stage: Literal["first", "second"]
    text: str
    plain: str
    met_by: tuple[Identifier, ...] = ()
    missing_by: tuple[Identifier, ...] = ()
    differs: str = ""
    differs_plain: str = ""


class Weight(Cited, frozen=True, kw_only=True):
    """One number of the ranking, in the open: what it does and where it comes from.

    meaning_plain: the same for a patient, where it is said as an alert.
    """

    id: Identifier
    value: float
    unit: str = ""
    meaning: str
    meaning_plain: str = ""


class TeachingCase(Cited, frozen=True, kw_only=True):
    """A teaching vignette: input of a batch case and the answers it expects. Never quoted as accuracy."""

    id: Identifier
    title: str
    resolvable_by: Literal["map", "modifier", "safety"]
    regions: tuple[CaseMark, ...]
    depth: Depth = "skin"
    qualities: tuple[Identifier, ...] = ()
    clues: tuple[Identifier, ...] = ()
    flags: tuple[Identifier, ...] = ()
    unrelieved: tuple[Identifier, ...] = ()
    expected: tuple[Identifier, ...]
    acceptable: tuple[Identifier, ...] = ()
    not_first: tuple[Identifier, ...] = ()
    rationale: str
    history: tuple[str, ...] = ()


class CaseMark(Record, frozen=True, kw_only=True):
    """One marked region of a case."""

    region: Identifier
    side: Side
    weight: Annotated[float, Meta(gt=0.0, le=10.0)] = 7.0


@dataclass(frozen=True, slots=True)
class Content:
    """All text content, indexed by id; what `planner check` reads and what needs no mesh."""

    references: Mapping[str, Reference]
    structures: Mapping[str, Structure]
    nerves: Mapping[str, Nerve]
    regions: Mapping[str, Region]
    generators: Mapping[str, Generator]
    blocks: Mapping[str, Block]
    clues: Mapping[str, Clue]
    qualities: Mapping[str, Quality]
    flags: Mapping[str, Flag]
    weights: Mapping[str, Weight]
    cases: Mapping[str, TeachingCase]
    variants: Mapping[str, Variant]
    sha256: str
    parts: Mapping[str, Part] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    criteria: Mapping[str, Criterion] = field(default_factory=dict)
    supplies: Mapping[str, Supply] = field(default_factory=dict)


@dataclass(frozen=True, eq=False, slots=True)
class Atlas:
    """Content, meshes, skin fields and named points, loaded once and never changed.

    points_lps: id -> (x, y, z) in LPS mm, side in the id ("target_lfcn_left").
    form: the form that the skin has taken; `planner.atlas.forms` makes an atlas in another one.
    base: the atlas as it was loaded, of which this one is another form (None for itself): what does not
    depend on the skin's shape is worked out once, for it.
    """

    content: Content
    meshes: MeshSet
    fields: SkinFields
    points_lps: Mapping[str, tuple[float, float, float]]
    form: Form = "male"
    base: Atlas | None = None
