"""A deep source of pain on a card: its nerves, where it is felt, what tests it and for whom."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout

from planner.about import structures_of_nerve
from planner.atlas.model import Claim, Content, Criterion, Generator
from planner.session.actions import ChooseBlock, ChooseSource, FocusOn, GoTo
from planner.session.finding import choosing
from planner.space import Side
from ui.widgets.basics import button, label
from ui.widgets.card_frame import CardFrame, Link
from ui.widgets.claims import SourceLine
from ui.widgets.words import block_name, claim_words, nerve_name, percent, region_name


def show_source(card: CardFrame, source: Generator, content: Content, side: Side, shown: bool) -> None:
    """Adds the source to a card. shown: it is lit in the model, so that all of it is told."""

    def fill(lines: QVBoxLayout) -> None:
        push = button("Nerves, targets and where it is felt", "", "", "Light them in the model")
        push.setCheckable(True)
        push.setChecked(shown)
        push.clicked.connect(
            lambda on: card.acted.emit(choosing(content, source.id, side) if on else ChooseSource(None))
        )
        lines.addWidget(push, 0, Qt.AlignmentFlag.AlignLeft)
        if shown:
            _tell(card, lines, source, content, side)

    card.boxed(f"Source of pain: {source.name}", (shown, side), fill, gap=4)
    if not shown:
        return
    card.fold(
        "Where it is felt",
        len(source.referral),
        lambda box: _felt(card, box, source, content, side),
        on=source.id,
    )
    for block in source.tested_by:
        record = content.blocks[block]
        card.listed("Tested by", [Link(block_name(content, block), ChooseBlock(block))])
        criteria = [each for each in content.criteria.values() if each.block == block]
        card.fold(
            "Criteria", len(criteria), lambda box, found=criteria: _criteria(box, found, content), on=block
        )
        card.fold(
            f"For whom: {record.abbreviations[0] if record.abbreviations else record.name}",
            len(record.better_candidates),
            lambda box, claims=record.better_candidates: _fits(box, claims, content),
            on=block,
        )


def _tell(card: CardFrame, lines: QVBoxLayout, source: Generator, content: Content, side: Side) -> None:
    """Its nerves, and what is said of it."""
    for nerve in source.nerves:
        if found := structures_of_nerve(content, nerve, side):
            card.link(lines, Link(nerve_name(content, nerve, "study"), GoTo(found)))
    if source.note:
        lines.addWidget(label(source.note.strip(), "small", wrap=True))
    lines.addWidget(SourceLine(source.sources, content.references, source.grade))


def _felt(card: CardFrame, box: QVBoxLayout, source: Generator, content: Content, side: Side) -> None:
    for share in sorted(source.referral, key=lambda share: -share.p):
        name = region_name(content, share.of, "study")
        card.link(box, Link(name, FocusOn((f"region_{share.of}_{side}",)), percent(share.p)))


def _criteria(box: QVBoxLayout, criteria: Sequence[Criterion], content: Content) -> None:
    """What must hold together before a block, stage by stage."""
    stage = ""
    for criterion in criteria:
        if criterion.stage != stage:
            stage = criterion.stage
            box.addWidget(label(f"Before the {stage} block", "eyebrow"))
        box.addWidget(label(criterion.text, wrap=True))
        if criterion.differs:
            box.addWidget(label(criterion.differs.strip(), "small", wrap=True))
        box.addWidget(SourceLine(criterion.sources, content.references, criterion.grade))


def _fits(box: QVBoxLayout, claims: Sequence[Claim], content: Content) -> None:
    for claim in claims:
        box.addWidget(label(claim_words(claim, "study"), wrap=True))
        box.addWidget(SourceLine(claim.sources, content.references, claim.grade))
