"""The page to take home: what one map of pain and one chosen block come to, in words for a patient.

Made from what the content says and the engine answers, for whoever sets it on paper. There is no room in
it for a name, a date of birth or a number: nothing of that kind is known here. A warning sign takes the
place of every block. Words of the content and of the model carry their sources; what the reader told
(marks, how it feels) and what the program says of itself carry none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from planner import alerts
from planner.answer import Alert, Answer, BlockAnswer
from planner.atlas.handbook import Handbook
from planner.atlas.model import Atlas, Block, Cited, Claim, Content, Flag, Grade
from planner.case import Case
from planner.explaining import explained
from planner.fields import Floats, numb_field, reach_by
from planner.pain import PainMap, pain_map, regions_under, told
from planner.places import by_side, folded, named, numb_regions
from planner.plain_words import PlainWords
from planner.purpose import NOT_REVIEWED, USE
from planner.ranking import answer, block_answer
from planner.reasons import inline, percent
from planner.space import SIDES, Side

Kind = Literal["block", "map", "alert"]
Origin = Literal["content", "model", "told", "program"]

_TOUCHED = 0.05  # share of a region under the marks from which its name is said
_COMPARED = 6
_FOR_HELP = "when_to_call"


@dataclass(frozen=True, slots=True)
class Words:
    """One statement. origin: who says it; of content and model, with sources and how firmly it stands."""

    text: str
    origin: Origin = "program"
    sources: tuple[str, ...] = ()
    grade: Grade | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A heading with its statements, most important first. least: how many of them paper must keep."""

    id: str
    title: str
    words: tuple[Words, ...]
    least: int


@dataclass(frozen=True, slots=True)
class Page:
    """Everything on the page. side: whose left or right, in words ("" where nothing is marked or chosen).

    parts: in reading order, with the ids that a layout gives their places by.  columns: of the table to
    fill in.  references: source key -> short citation with its year, for every key used.
    reviewed: who has reviewed the block's entry, or that nobody has.
    """

    kind: Kind
    block: str
    title: str
    side: str
    lead: Words | None
    parts: tuple[Part, ...]
    columns: tuple[str, ...]
    references: Mapping[str, str]
    reviewed: str
    use: str

    def part(self, ident: str) -> Part | None:
        """The part of this id, None where the page has none."""
        return next((part for part in self.parts if part.id == ident), None)


COLUMNS = ("When", "Pain 0–10", "Numb where", "Strength, walking")


def page(atlas: Atlas, handbook: Handbook, case: Case, block: str | None, side: Side) -> Page:
    """The page of a case and, if one is chosen, a block on a side. KeyError names an unknown id."""
    content = atlas.content
    given = answer(atlas, case)
    drawn = pain_map(atlas, case.marks)
    where = _marked(atlas, drawn, case)
    if given.outcome == "urgent_evaluation":
        title, about = "Urgent evaluation comes first", where.side
        lead = Words("A warning sign is ticked. No block is compared before it has been looked at.")
        kind: Kind = "alert"
        parts = [_alerts(content, case, given), _help(handbook, ()), where.part]
    elif block is None:
        title, about, lead = "Your map of pain", where.side, _lead_of_map(given, drawn)
        kind = "map"
        parts = [_alerts(content, case, given), where.part, *_of_map(atlas, handbook, case, given)]
    else:
        record = content.blocks[block]
        title, about = record.name, "in the midline" if record.midline else f"on the patient's {side}"
        lead = Words(record.plain, "content", record.target.sources, record.target.grade)
        kind = "block"
        whole = explained(atlas, case, given, with_changes=False)
        entry, source = block_answer(atlas, case, block, side)
        entry = _explained(entry, whole)
        numb = numb_field(atlas, block, source, side)
        parts = [
            _alerts(content, case, given, entry.withheld),
            _question(record),
            _covers(content, record, entry, where, drawn),
            _numb(atlas, record, entry, numb, drawn),
            Part("strength", "Strength and walking", _claims(record.weakness, record.walking), 2),
            *_of_block(handbook, record),
        ]
    kept = tuple(part for part in parts if part.words)
    return Page(
        kind=kind,
        block=block if kind == "block" and block is not None else "",
        title=title,
        side=about,
        lead=lead,
        parts=kept,
        columns=COLUMNS,
        references=_references(content, lead, kept),
        reviewed=_reviewed(content.blocks.get(block) if kind == "block" and block is not None else None),
        use=USE.removesuffix(f" {NOT_REVIEWED}."),
    )


# -- what was told ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Marked:
    """The marked map in words: its part of the page and whose side it lies on."""

    part: Part
    side: str


def _marked(atlas: Atlas, drawn: PainMap, case: Case) -> _Marked:
    """Marked regions by name and side, strongest first, with how strong it is and how it feels."""
    content = atlas.content
    found: dict[tuple[str, Side], float] = {
        (region, side): weight
        for region, side, share, weight in regions_under(atlas, drawn)
        if share >= _TOUCHED
    }
    found |= {(load.region, load.side): load.weight for load in drawn.loads if load.deep}
    if not found:
        return _Marked(Part("marked", "Where it hurts", (), 0), "")
    sides = [side for side in SIDES if any(at == side for _, at in found)]
    words = []
    for side in sides:
        here = sorted((key for key in found if key[1] == side), key=lambda key: (-found[key], key))
        names = folded(content, [region for region, _ in here])
        words.append(Words(f"On the patient's {side}: {named(names)}.", "told"))
    least, most = (round(end(found.values())) for end in (min, max))
    strength = f"{most}" if least == most else f"{least} to {most}"
    felt = [content.qualities[name].plain for name in told(case, drawn).qualities]
    feels = f" It feels: {', '.join(felt)}." if felt else ""
    words.append(Words(f"How strong: {strength} of 10.{feels}", "told"))
    side_words = f"on the patient's {sides[0]}" if len(sides) == 1 else "on both sides"
    return _Marked(Part("marked", "Where it hurts", tuple(words), len(words)), side_words)


# -- a chosen block -----------------------------------------------------------------------------------


def _explained(entry: BlockAnswer, whole: Answer) -> BlockAnswer:
    """The entry as the explained answer has it, where that lists it on the same side."""
    every = (*whole.blocks, *whole.withheld)
    return next((one for one in every if (one.id, one.side) == (entry.id, entry.side)), entry)


def _question(block: Block) -> Part:
    return Part("question", "The question it can answer", _claims(block.question), 0)


def _covers(content: Content, block: Block, entry: BlockAnswer, where: _Marked, drawn: PainMap) -> Part:
    """What of the marked pain the block covers, and what not."""
    title = "Your pain and this block"
    if drawn.empty:
        return Part("covers", title, (Words("Nothing is marked on the body map."),), 1)
    sources = _figures(content, block, entry)
    if round(20 * entry.covered) == 0:
        covered = "In this model the block covers none of the pain that is marked."
    else:
        covered = f"In this model the block covers {percent(entry.covered)} of the pain that is marked"
        if entry.covered_range is not None:
            low, high = (5 * round(20 * end) for end in entry.covered_range)
            covered += f" ({low} to {high} % in 9 of 10 people)" if low < high else ""
        covered += "."
    words = [Words(covered, "model", sources, "estimate")]
    left = [piece for piece in entry.uncovered if piece.region in content.regions]
    if left:
        names = by_side(content, [(piece.region, piece.side) for piece in left])
        words.append(Words(f"Mostly not covered: {names}.", "model", sources, "estimate"))
    marked = [replace(one, text=f"Marked {inline(one.text)}") for one in where.part.words[:-1]]
    return Part("covers", title, (*words, *marked), len(words))


def _figures(content: Content, block: Block, entry: BlockAnswer) -> tuple[str, ...]:
    """Where the figures come from: how often the block reaches the nerves that carry this pain."""
    reached = [reach_by(content, block, nerve) for nerve in entry.nerves]
    found = dict.fromkeys(key for reach in reached if reach is not None for key in reach.sources)
    return tuple(found) or block.question.sources


def _numb(atlas: Atlas, block: Block, entry: BlockAnswer, numb: Floats, drawn: PainMap) -> Part:
    """The area that should go numb: by the content in general, by the model region after region."""
    words = [*_claims(block.numb)]
    sources = _figures(atlas.content, block, entry)
    likely, possible = numb_regions(atlas, numb)
    seldom = "Less often: " if likely else "In this model sometimes: "
    for begin, names in (("In this model most likely: ", likely), (seldom, possible)):
        if names:
            words.append(Words(f"{begin}{named(names)}.", "model", sources, "estimate"))
    enough = atlas.content.weights["numbs_skin_from_cm2"].value
    if not drawn.empty and entry.over_covered_cm2 >= enough:
        area = 10 * round(entry.over_covered_cm2 / 10)
        text = f"That includes about {area} cm² of skin where nothing is marked."
        words.append(Words(text, "model", sources, "estimate"))
    return Part("numb", "The area that should go numb", tuple(words), 1)


def _of_block(handbook: Handbook, block: Block) -> list[Part]:
    """What the content says about before and after."""
    after = [claim for claim in block.recovery if claim.id != _FOR_HELP]
    calls = [claim for claim in block.recovery if claim.id == _FOR_HELP]
    return [
        Part("care", "Take care afterwards", _claims(*after), min(1, len(after))),
        _help(handbook, calls),
        Part("before", "Before the block", _claims(*block.preparation), min(1, len(block.preparation))),
        _risks(handbook, block),
        Part("track", "What to watch and write down", _claims(*block.track), min(1, len(block.track))),
        Part("ask", "Questions to ask", _claims(*block.ask), min(1, len(block.ask))),
    ]


def _help(handbook: Handbook, calls: Sequence[Claim]) -> Part:
    """When to seek help: what the block asks for first, then what holds always."""
    always = handbook.explanations.get("prompt_evaluation")
    words = [*_claims(*calls), *([_words(always.plain, always)] if always is not None else [])]
    return Part("help", "When to seek help", tuple(words), len(words))


# -- a map without a block ----------------------------------------------------------------------------


def _lead_of_map(given: Answer, drawn: PainMap) -> Words:
    if drawn.empty:
        return Words("Nothing is marked yet. The body can be marked by hand on this page.")
    if not given.blocks:
        return Words("No block in this model answers this map on its own. What is known is looked at again.")
    return Words("The marked pain, the nerves that serve it, and the blocks that cover it, side by side.")


def _of_map(atlas: Atlas, handbook: Handbook, case: Case, given: Answer) -> list[Part]:
    """Nerves of the marked area, compared blocks, and what holds for all of them."""
    content = atlas.content
    nerves = []
    for share in given.nerves[:3]:
        nerve = content.nerves[share.id]
        text = f"{nerve.plain or nerve.name}: {percent(share.share)} of the marked pain points to it."
        nerves.append(Words(text[:1].upper() + text[1:], "model", nerve.course.sources, "estimate"))
    compared = []
    for entry in given.blocks[:_COMPARED]:
        block = content.blocks[entry.id]
        text = f"{block.name}: covers {percent(entry.covered)}. {block.plain}"
        compared.append(Words(text, "model", _figures(content, block, entry), "estimate"))
    told = [handbook.explanations.get(name) for name in ("not_interchangeable", "answers_a_question")]
    notes = tuple(_words(one.plain, one) for one in told if one is not None)
    felt = handbook.explanations.get("symptoms_to_note")
    track = (_words(felt.plain, felt), *_claims(*felt.points)) if felt is not None else ()
    asked = content.blocks[given.blocks[0].id].ask if given.blocks else ()
    return [
        Part("nerves", "Nerves that serve this area", tuple(nerves), min(1, len(nerves))),
        Part("compared", "Blocks compared", tuple(compared), min(2, len(compared))),
        Part("notes", "What a comparison tells", notes if compared else (), 0),
        _help(handbook, ()),
        Part("track", "What to watch and write down", track, min(1, len(track))),
        Part("ask", "Questions to ask", _claims(*asked), min(1, len(asked))),
    ]


# -- alerts, sources ----------------------------------------------------------------------------------


def _alerts(content: Content, case: Case, given: Answer, withheld: str = "") -> Part:
    """What must be said first, in plain words where the content has them, and why a block is kept back."""
    acting = alerts.acting(content, case.flags)
    urgent = given.outcome == "urgent_evaluation"
    words = [_flag(flag) for flag in acting if not urgent or flag.effect == "urgent_evaluation"]
    plain = {flag.text: flag for flag in acting}
    said = {flag.text for flag in acting}
    for alert in given.alerts if not urgent else ():
        if alert.text not in said:
            words.append(_alert(content, alert))
            said.add(alert.text)
    if withheld:
        flag = plain.get(withheld)
        kept = Words("The block of this page is kept back for that reason.")
        if flag is None and withheld not in said:
            kept = Words(f"The block of this page is kept back. {PlainWords(content).of(withheld)}")
        words.append(kept)
    unique = tuple(dict.fromkeys(words))
    return Part("alerts", "First" if urgent else "To be settled first", unique, len(unique))


def _alert(content: Content, alert: Alert) -> Words:
    """An alert of no acting flag in the plain words that the window has for it, with all its sources."""
    plain = PlainWords(content).of_alert(alert)
    weight = next((weight for weight in content.weights.values() if weight.meaning == alert.text), None)
    if weight is not None:
        return _words(plain, weight)
    keys = tuple(key for key in (alert.source,) if key)
    return Words(plain, "content", keys, "estimate") if keys else Words(plain)


def _flag(flag: Flag) -> Words:
    return _words(flag.text_plain or flag.text, flag)


def _words(text: str, cited: Cited) -> Words:
    return Words(text, "content", cited.sources, cited.grade)


def _claims(*claims: Claim | None) -> tuple[Words, ...]:
    return tuple(_words(claim.plain or claim.text, claim) for claim in claims if claim is not None)


def _risks(handbook: Handbook, block: Block) -> Part:
    """All risks or a summary of them all: a list cut short would leave out the grave ones."""
    whole = handbook.explanations.get("q_risks")
    if whole is not None and whole.block == block.id:
        words: tuple[Words, ...] = (_words(whole.plain, whole),)
    else:
        words = tuple(_words(risk.plain or risk.name, risk) for risk in block.risks)
    return Part("risks", "What can go wrong", words, len(words))


def _references(content: Content, lead: Words | None, parts: Sequence[Part]) -> dict[str, str]:
    every = [*([lead] if lead is not None else []), *(words for part in parts for words in part.words)]
    keys = dict.fromkeys(key for words in every for key in words.sources)
    found = {}
    for key in keys:
        record = content.references.get(key)
        short = record.short if record is not None else key
        year = str(record.year) if record is not None and record.year is not None else ""
        found[key] = f"{short} ({year})" if year and year not in short else short
    return found


def _reviewed(block: Block | None) -> str:
    if block is None or not block.reviewed_by:
        return NOT_REVIEWED
    return f"Reviewed by {block.reviewed_by} {block.reviewed_on}".strip()
