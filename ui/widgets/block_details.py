"""The folded parts of a block's card, each filling a column: claims, rates, neighbours, criteria, risks."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout

from planner.atlas.handbook import Explanation
from planner.atlas.model import Approach, Claim, Content, Nearby, Reach, Risk
from planner.criteria import Judged, Stage, Standing
from planner.session.state import Face
from ui.theme import Theme
from ui.widgets.basics import Section, badge, label, row
from ui.widgets.claims import ClaimView, SourceLine
from ui.widgets.words import capital, claim_words, percent, rate

STAGE: dict[Stage, str] = {"first": "Criteria of a first block", "second": "Criteria of a second block"}
_STANDING: dict[Standing, tuple[str, str]] = {
    "met": ("Met", "accent"),
    "missing": ("Not met", "caution"),
    "unknown": ("Not known", "quiet"),
}


def fill_claims(
    box: QVBoxLayout, claims: Sequence[Claim], content: Content, face: Face, numbered: bool = False
) -> None:
    """Sentences with their evidence."""
    for number, claim in enumerate(claims, start=1):
        text = claim_words(claim, face)
        text = f"{number}.  {text}" if numbered else text
        note = claim.note if face == "study" else ""
        box.addWidget(ClaimView(text, claim.sources, content.references, claim.grade, note=note))


def fill_reaches(box: QVBoxLayout, reaches: Sequence[Reach], content: Content) -> None:
    """How often each nerve is reached, the most often first, with every published figure."""
    for reach in sorted(reaches, key=lambda reach: -reach.p):
        line = row(8)
        line.addWidget(label(capital(content.nerves[reach.nerve].name), wrap=True), 1)
        line.addWidget(label(rate(reach), "strong"))
        box.addLayout(line)
        for words in (reach.conflict, reach.note):
            if words:
                box.addWidget(label(capital(words), "small", wrap=True))
        for one in reach.rates:
            figure = f"{percent(one.p)}: {one.judged_by}"
            box.addWidget(SourceLine(one.sources, content.references, one.grade, figure))
        box.addWidget(SourceLine(reach.sources, content.references, reach.grade))


def fill_nearby(box: QVBoxLayout, nearby: Sequence[Nearby], content: Content, face: Face) -> None:
    """What the literature says lies near the target."""
    for near in nearby:
        words = near.text if face == "study" or not near.plain else near.plain
        box.addWidget(label(words, wrap=True))
        box.addWidget(SourceLine(near.sources, content.references, near.grade))


def fill_judged(box: QVBoxLayout, found: Sequence[Judged], content: Content, face: Face) -> None:
    """Criteria with what of them is met, not met or not known."""
    plain = face != "study"
    for one in found:
        words, tone = _STANDING[one.standing]
        line = row(8)
        line.addWidget(label(one.criterion.plain if plain else one.criterion.text, wrap=True), 1)
        line.addWidget(badge(words, tone))
        box.addLayout(line)
        differs = one.criterion.differs_plain if plain else one.criterion.differs
        if differs:
            box.addWidget(label(differs, "small", wrap=True))
        box.addWidget(SourceLine(one.criterion.sources, content.references, one.criterion.grade))


def fill_approaches(box: QVBoxLayout, approaches: Sequence[Approach], content: Content) -> None:
    """Published ways to the target."""
    for approach in approaches:
        box.addWidget(label(capital(approach.name), "strong", wrap=True))
        for name, text in (
            ("Entry", approach.entry),
            ("Level", approach.level),
            ("Angle", approach.angle),
            ("Guidance", approach.guidance),
            ("Note", approach.note),
        ):
            if text:
                box.addWidget(label(f"{name}: {text}", wrap=True))
        box.addWidget(SourceLine(approach.sources, content.references, approach.grade))


def fill_risks(box: QVBoxLayout, risks: Sequence[Risk], content: Content, face: Face) -> None:
    """Complications in the words of their sources."""
    for risk in risks:
        name = risk.name if face == "study" or not risk.plain else risk.plain
        box.addWidget(label(capital(name), "strong", wrap=True))
        if risk.frequency:
            box.addWidget(label(capital(risk.frequency), wrap=True))
        if risk.note:
            box.addWidget(label(capital(risk.note), "small", wrap=True))
        box.addWidget(SourceLine(risk.sources, content.references, risk.grade))


def fill_explanations(
    box: QVBoxLayout, entries: Sequence[Explanation], content: Content, face: Face, theme: Theme
) -> None:
    """Questions or headings that unfold to their answers."""
    if not entries:
        box.addWidget(label("Nothing is written about this block.", "small", wrap=True))
    for entry in entries:

        def fill(lines: QVBoxLayout, entry: Explanation = entry) -> None:
            text = entry.text if face == "study" else entry.plain
            lines.addWidget(ClaimView(text, entry.sources, content.references, entry.grade))
            fill_claims(lines, entry.points, content, face, numbered=True)

        section = Section(entry.title, False, fill)
        section.set_theme(theme)
        box.addWidget(section)
