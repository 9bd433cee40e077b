"""What stands around the ranked cards: first steps, nerves of the area, what would change it, what is kept.

Each function fills a column with its part of one answer.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from planner.answer import Answer
from planner.atlas.model import Content
from planner.plain_words import PlainWords
from planner.session.state import Face
from ui.theme import Theme
from ui.widgets.alert_banner import AlertBanner
from ui.widgets.basics import Section, column, label, row
from ui.widgets.claims import ClaimView
from ui.widgets.words import block_name, capital, nerve_name, percent, side_words

_STEPS = (
    "Paint the painful area on the body map, front or back.",
    "Say how strong it is, and whether it is felt on the skin or deep inside.",
    "Compare the blocks that cover it. Choose one to see what would go numb.",
)
_NERVES, _SOURCES, _CHANGES = 3, 2, 4
_LEAST_SHARE, _LEAST_FIT = 0.08, 0.3


@dataclass(frozen=True, eq=False, slots=True)
class Voice:
    """In which words and how large something is said."""

    content: Content
    plain: PlainWords
    face: Face
    theme: Theme

    def of(self, text: str) -> str:
        """A text of the engine: plain beside a patient, as it is in Study."""
        return text if self.face == "study" else self.plain.of(text)


def inset(gap: int = 2) -> tuple[QWidget, QVBoxLayout]:
    """A quiet box and its column."""
    box = QWidget()
    box.setObjectName("inset")
    box.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    lines = column(box, gap=gap)
    lines.setContentsMargins(12, 8, 12, 10)
    return box, lines


def fill_alerts(box: QVBoxLayout, answer: Answer, voice: Voice) -> str:
    """A banner per alert; what a screen reader says of them."""
    urgent = answer.outcome == "urgent_evaluation"
    spoken = []
    for alert in answer.alerts:
        banner = AlertBanner(alert, voice.content, voice.plain, voice.face, urgent, voice.theme)
        spoken.append(banner.spoken)
        box.addWidget(banner)
    return " ".join(spoken)


def fill_guide(box: QVBoxLayout, theme: Theme) -> None:
    """What to do while nothing is marked."""
    box.addSpacing(8)
    box.addWidget(label("Start with the map", "lead"))
    for number, text in enumerate(_STEPS, start=1):
        step = QWidget()
        line = row(12)
        column(step).addLayout(line)
        disc = label(str(number), "step")
        disc.setAlignment(Qt.AlignmentFlag.AlignCenter)
        disc.setFixedSize(theme.px(26), theme.px(26))
        line.addWidget(disc, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(label(text, wrap=True), 1)
        box.addWidget(step)
    words = "A generic adult model, for explanation and teaching. Territories overlap and vary."
    box.addWidget(label(words, "small", wrap=True))


def fill_nothing(box: QVBoxLayout) -> None:
    """That no block answers the map."""
    words = (
        "No block in this model answers this map on its own. Look again at the history, "
        "the examination and the map before comparing further."
    )
    box.addWidget(label(words, wrap=True))


def fill_pathways(box: QVBoxLayout, answer: Answer, voice: Voice) -> None:
    """The nerves (and deep sources) the marked pain points to, strongest first."""
    nerves = [n for n in answer.nerves if n.share >= _LEAST_SHARE][:_NERVES]
    sources = [g for g in answer.generators if g.fit >= _LEAST_FIT][:_SOURCES]
    if not nerves and not sources:
        return
    quiet, lines = inset(0)
    if nerves:
        lines.addWidget(label("Nerves that serve this area", "eyebrow", wrap=True))
        for share in nerves:
            line = row(8)
            line.addWidget(label(nerve_name(voice.content, share.id, voice.face), wrap=True), 1)
            line.addWidget(label(percent(share.share), "strong"), 0, Qt.AlignmentFlag.AlignTop)
            lines.addLayout(line)
    if sources:
        lines.addSpacing(4 if nerves else 0)
        lines.addWidget(label("What else could explain this map", "eyebrow", wrap=True))
        for fit in sources:
            record = voice.content.generators.get(fit.id)
            name = fit.id.replace("_", " ") if record is None else record.plain or record.name
            lines.addWidget(label(capital(name), wrap=True))
    box.addWidget(quiet)


def explanation(answer: Answer, voice: Voice, opened: bool) -> Section:
    """Nerve, root or deep source, and what would change the order, folded."""

    def fill(lines: QVBoxLayout) -> None:
        if answer.origin is None and not answer.changes:
            lines.addWidget(label("Follows when the map rests for a moment.", "small", wrap=True))
        for reason in answer.origin.reasons if answer.origin is not None else ():
            lines.addWidget(ClaimView(voice.of(reason.text), reason.sources, voice.content.references))
        for change in answer.changes[:_CHANGES]:
            lines.addWidget(label(change.text, wrap=True))

    section = Section("What would change this", opened, fill)
    section.set_theme(voice.theme)
    return section


def fill_kept(box: QVBoxLayout, answer: Answer, voice: Voice) -> None:
    """Blocks that would cover, with what keeps them back."""
    section = Section(f"Kept back ({len(answer.withheld)})", opened=True)
    section.set_theme(voice.theme)
    for block in answer.withheld:
        quiet, lines = inset()
        name = f"{block_name(voice.content, block.id)}, {side_words(block.side)}"
        lines.addWidget(label(name, "strong", wrap=True))
        lines.addWidget(label(voice.of(block.withheld), wrap=True))
        lines.addWidget(label(f"Would cover {percent(block.covered)}", "small"))
        section.content.addWidget(quiet)
    box.addWidget(section)
