"""The chosen block: its question, what would go numb or weak, how deep, what lies near, why it is listed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from planner.answer import BlockAnswer, Neighbour, Reason
from planner.atlas.model import Approach, Block, Claim, Content, Nearby, Reach, Risk
from planner.criteria import STAGES, Judged, Stage, Standing, judged
from planner.session.actions import ChooseBlock, ChooseTarget, FocusOn
from planner.session.picture import Picture
from planner.session.state import Face
from ui.theme import Theme
from ui.widgets import icons
from ui.widgets.basics import (
    LinkButton,
    Section,
    Segmented,
    badge,
    button,
    column,
    empty,
    label,
    row,
    scrolled,
)
from ui.widgets.block_row import DEPTH_TIPS
from ui.widgets.claims import ClaimView, SourceLine
from ui.widgets.flow import FlowLayout
from ui.widgets.words import (
    block_name,
    capital,
    claim_words,
    millimetres,
    percent,
    rate,
    side_words,
    structure_name,
)

_COMPRESSIBLE = {
    "yes": "Compressible",
    "partly": "Partly compressible",
    "no": "Not compressible",
}

_STANDING: dict[Standing, tuple[str, str]] = {
    "met": ("Met", "accent"),
    "missing": ("Not met", "caution"),
    "unknown": ("Not known", "quiet"),
}
_STAGE: dict[Stage, str] = {"first": "Criteria of a first block", "second": "Criteria of a second block"}
_NEAREST = 6  # as many as carry a line in the picture


class CardPanel(QWidget):
    """Everything about one block, most asked first, the rest folded."""

    acted = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._content: Content | None = None
        self._shown: tuple[object, ...] | None = None
        self._picture: Picture | None = None
        self._opened: set[str] = set()
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        outer = column(self, 0, 0)
        self._head = column(QWidget(self), gap=4)
        self._head_box = self._head.parentWidget()
        self._head.setContentsMargins(16, 10, 8, 8)
        outer.addWidget(self._head_box)
        inside = QWidget()
        self._lines = column(inside, gap=10)
        self._lines.setContentsMargins(16, 0, 10, 16)
        self.scroll = scrolled(inside, "Details of the chosen block")
        outer.addWidget(self.scroll, 1)

    # -- showing ------------------------------------------------------------------------------------

    def set_theme(self, theme: Theme) -> None:
        """Draws in another palette or text size."""
        self._theme = theme
        self._shown = None
        if self._picture is not None:
            self.show_picture(self._picture)

    def set_content(self, content: Content) -> None:
        """Gives blocks, names and references."""
        self._content = content

    def show_picture(self, picture: Picture) -> None:
        """Shows the chosen block, or nothing."""
        self._picture = picture
        state = picture.state
        if self._content is None or state.block is None or state.block not in self._content.blocks:
            self._shown = None
            return
        parts = (state.block, state.side, state.face, picture.chosen, state.target, state.clues, self._theme)
        if parts == self._shown:
            return
        same = self._shown is not None and self._shown[0] == state.block
        keep = self.scroll.verticalScrollBar().value() if same else 0
        self._shown = parts
        self._build(self._content.blocks[state.block], picture)
        self.scroll.verticalScrollBar().setValue(keep)

    def _build(self, block: Block, picture: Picture) -> None:
        empty(self._head)
        empty(self._lines)
        face, chosen = picture.state.face, picture.chosen
        self._header(block, picture)
        self._claim("The question it answers", block.question, face, role="question")
        self._claim("Expected numb area", block.numb, face)
        self._claim("Weakness", block.weakness, face)
        self._claim("Walking afterwards", block.walking, face)
        if chosen is not None:
            self._neighbours(chosen.neighbours)
            self._reasons(chosen)
        self._criteria(block, picture)
        self._fold("Nerves it reaches", len(block.reaches), lambda box: self._reaches(box, block.reaches))
        self._claim("Target", block.target, face)
        self._claim("Depth", block.depth, face)
        for title, claims in (
            ("What it is for", block.purpose),
            ("When it is talked about", block.situations),
            ("When something else comes first", block.not_first_for),
            ("More likely to fit", block.better_candidates),
            ("Less likely to fit", block.poorer_candidates),
            ("What to ask", block.ask),
            ("Before", block.preparation),
            ("Steps", block.steps),
            ("Guidance", block.guidance),
            ("Afterwards", block.recovery),
            ("Keep track of", block.track),
            ("How long relief lasts", block.duration),
            ("How to read the result", block.reading),
            ("If it helps", block.if_it_helps),
            ("If it does not", block.if_it_does_not),
        ):
            self._claims(title, claims, face)
        self._fold(
            "Near the target, by the literature",
            len(block.nearby),
            lambda box: self._near(box, block.nearby, face),
        )
        self._fold("Approaches", len(block.approaches), lambda box: self._approaches(box, block.approaches))
        self._fold("Risks", len(block.risks), lambda box: self._risks(box, block.risks, face))
        self._lines.addStretch(1)

    def _header(self, block: Block, picture: Picture) -> None:
        assert self._content is not None
        line = row(8)
        name = label(block_name(self._content, block.id), "title", wrap=True)
        line.addWidget(name, 1)
        close = button("", "quiet", "Close the card and choose no block", "Close")
        close.setIcon(icons.icon("close", self._theme.palette.muted, self._theme.px(16)))
        close.setIconSize(QSize(self._theme.px(16), self._theme.px(16)))
        close.setFixedWidth(self._theme.px(34))
        close.clicked.connect(lambda: self.acted.emit(ChooseBlock(None)))
        line.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self._head.addLayout(line)
        pills = QWidget()
        flow = FlowLayout(pills, gap=6)
        if not block.midline:
            flow.addWidget(badge(capital(side_words(picture.state.side)), "accent"))
        pill = badge(block.depth_class.capitalize(), "deep" if block.depth_class == "deep" else "")
        pill.setToolTip(DEPTH_TIPS[block.depth_class])
        flow.addWidget(pill)
        pressed = badge(_COMPRESSIBLE[block.compressible], "deep" if block.compressible == "no" else "")
        pressed.setToolTip("Whether a bleed at the target can be stopped by pressing")
        flow.addWidget(pressed)
        if block.role == "comparator":
            flow.addWidget(badge("For comparison"))
        if not block.reviewed_by:
            pill = badge("Not clinically reviewed", "quiet")
            pill.setToolTip("No clinician has recorded a review of this entry yet")
            flow.addWidget(pill)
        else:
            flow.addWidget(badge(f"Reviewed by {block.reviewed_by} {block.reviewed_on}".strip(), "quiet"))
        self._head.addWidget(pills)
        if len(block.targets) > 1:
            names = [(t, self._target_name(t)) for t in block.targets]
            picker = Segmented(names, "Target shown in the model")
            picker.show_choice(picture.state.target or block.targets[0])
            picker.chosen.connect(lambda key: self.acted.emit(ChooseTarget(key)))
            self._head.addWidget(picker)

    @staticmethod
    def _target_name(target: str) -> str:
        return target.removeprefix("target_").split("_")[-1].upper()

    def _claim(self, heading: str, claim: Claim | None, face: Face, role: str = "body") -> None:
        if claim is None or self._content is None:
            return
        self._lines.addWidget(
            ClaimView(
                claim_words(claim, face),
                claim.sources,
                self._content.references,
                claim.grade,
                role,
                heading,
                large=self._theme.scale >= 1.5,
                note=claim.note if face == "study" else "",
            )
        )

    def _neighbours(self, neighbours: Sequence[Neighbour]) -> None:
        if not neighbours or self._content is None:
            return
        box = QWidget()
        lines = column(box, gap=0)
        lines.addWidget(label("Near the target, in this model", "eyebrow"))
        self._distances(lines, neighbours[:_NEAREST])
        self._lines.addWidget(box)
        farther = neighbours[_NEAREST:]
        self._fold("Farther from the target", len(farther), lambda inner: self._distances(inner, farther))

    def _distances(self, lines: QVBoxLayout, neighbours: Sequence[Neighbour]) -> None:
        assert self._content is not None
        for near in neighbours:
            name = structure_name(self._content, near.structure)
            line = row(8)
            push = LinkButton(name, f"Show {name} in the model, {millimetres(near.distance_mm)} away")
            push.clicked.connect(lambda _=False, near=near: self.acted.emit(FocusOn((near.structure,))))
            line.addWidget(push, 1)
            line.addWidget(label(millimetres(near.distance_mm), "strong"))
            lines.addLayout(line)

    def _reasons(self, chosen: BlockAnswer) -> None:
        if not chosen.reasons or self._content is None:
            return
        box = QWidget()
        lines = column(box, gap=8)
        lines.addWidget(label("Why it is listed here", "eyebrow"))
        for reason in chosen.reasons:
            lines.addWidget(self._reason(reason))
        self._lines.addWidget(box)

    def _reason(self, reason: Reason) -> QWidget:
        assert self._content is not None
        return ClaimView(reason.text, reason.sources, self._content.references)

    def _claims(self, title: str, claims: Sequence[Claim], face: Face) -> None:
        content = self._content
        if content is None:
            return

        def fill(box: QVBoxLayout) -> None:
            for number, claim in enumerate(claims, start=1):
                text = claim_words(claim, face)
                text = f"{number}.  {text}" if title == "Steps" else text
                note = claim.note if face == "study" else ""
                view = ClaimView(text, claim.sources, content.references, claim.grade, note=note)
                box.addWidget(view)

        self._fold(title, len(claims), fill)

    def _reaches(self, box: QVBoxLayout, reaches: Sequence[Reach]) -> None:
        assert self._content is not None
        for reach in sorted(reaches, key=lambda reach: -reach.p):
            line = row(8)
            line.addWidget(label(capital(self._content.nerves[reach.nerve].name), wrap=True), 1)
            line.addWidget(label(rate(reach), "strong"))
            box.addLayout(line)
            for words in (reach.conflict, reach.note):
                if words:
                    box.addWidget(label(capital(words), "small", wrap=True))
            for one in reach.rates:
                figure = f"{percent(one.p)}: {one.judged_by}"
                box.addWidget(SourceLine(one.sources, self._content.references, one.grade, figure))
            box.addWidget(SourceLine(reach.sources, self._content.references, reach.grade))

    def _near(self, box: QVBoxLayout, nearby: Sequence[Nearby], face: Face) -> None:
        assert self._content is not None
        for near in nearby:
            words = near.text if face == "study" or not near.plain else near.plain
            box.addWidget(label(words, wrap=True))
            box.addWidget(SourceLine(near.sources, self._content.references, near.grade))

    def _criteria(self, block: Block, picture: Picture) -> None:
        """What is set before this block, with what of it is met, not met or not known."""
        assert self._content is not None
        face = picture.state.face
        for stage in STAGES:
            found = judged(self._content, block.id, stage, picture.state.clues)
            met = sum(one.standing == "met" for one in found)
            fill = partial(self._judged, found=found, face=face)
            self._fold(_STAGE[stage], len(found), fill, f"{met} of {len(found)} met")

    def _judged(self, box: QVBoxLayout, found: Sequence[Judged], face: Face) -> None:
        assert self._content is not None
        for one in found:
            plain = face != "study"
            words, tone = _STANDING[one.standing]
            line = row(8)
            text = one.criterion.plain if plain else one.criterion.text
            line.addWidget(label(text, wrap=True), 1)
            line.addWidget(badge(words, tone))
            box.addLayout(line)
            differs = one.criterion.differs_plain if plain else one.criterion.differs
            if differs:
                box.addWidget(label(differs, "small", wrap=True))
            box.addWidget(SourceLine(one.criterion.sources, self._content.references, one.criterion.grade))

    def _approaches(self, box: QVBoxLayout, approaches: Sequence[Approach]) -> None:
        assert self._content is not None
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
            box.addWidget(SourceLine(approach.sources, self._content.references, approach.grade))

    def _risks(self, box: QVBoxLayout, risks: Sequence[Risk], face: Face) -> None:
        assert self._content is not None
        for risk in risks:
            name = risk.name if face == "study" or not risk.plain else risk.plain
            box.addWidget(label(capital(name), "strong", wrap=True))
            if risk.frequency:
                box.addWidget(label(capital(risk.frequency), wrap=True))
            if risk.note:
                box.addWidget(label(capital(risk.note), "small", wrap=True))
            box.addWidget(SourceLine(risk.sources, self._content.references, risk.grade))

    def _fold(self, title: str, count: int, fill: Callable[[QVBoxLayout], None], note: str = "") -> None:
        if not count:
            return
        section = Section(title, opened=title in self._opened, build=fill)
        section.set_note(note or str(count))
        section.set_theme(self._theme)
        section.toggled.connect(
            lambda on, title=title: self._opened.add(title) if on else self._opened.discard(title)
        )
        self._lines.addWidget(section)
