"""The chosen block: its question, what would go numb or weak, how deep, what lies near, why it is listed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from planner.answer import BlockAnswer, Neighbour
from planner.atlas.model import Block, Claim, Content
from planner.criteria import STAGES, judged
from planner.plain_words import PlainWords
from planner.session.actions import ChooseBlock, ChooseTarget, FocusOn, ToggleUnrelieved
from planner.session.picture import Picture
from planner.session.state import Face
from ui.theme import Theme
from ui.widgets import block_details as details
from ui.widgets.basics import Segmented, badge, button
from ui.widgets.block_row import DEPTH_TIPS
from ui.widgets.card_frame import CardFrame, Link
from ui.widgets.checks import CheckRow
from ui.widgets.claims import ClaimView
from ui.widgets.flow import FlowLayout
from ui.widgets.reading import Reading
from ui.widgets.words import block_name, capital, claim_words, millimetres, side_words, structure_name

_COMPRESSIBLE = {
    "yes": "Compressible",
    "partly": "Partly compressible",
    "no": "Not compressible",
}
_DONE = "Done before: it went numb, the pain stayed"
_NEAREST = 6  # as many as carry a line in the picture


class CardPanel(CardFrame):
    """Everything about one block, most asked first, the rest folded. follow_asked: light its way, once."""

    follow_asked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "Details of the chosen block")
        self._content: Content | None = None
        self._plain: PlainWords | None = None
        self._reading: Reading | None = None
        self._shown: tuple[object, ...] | None = None
        self._picture: Picture | None = None
        self.done: CheckRow | None = None
        self.picker: Segmented | None = None

    # -- showing ------------------------------------------------------------------------------------

    def set_theme(self, theme: Theme) -> None:
        """Draws in another palette or text size."""
        self.theme = theme
        self._shown = None
        self.forget()
        if self._picture is not None:
            self.show_picture(self._picture)

    def set_content(self, content: Content) -> None:
        """Gives blocks, names and references."""
        self._content, self._plain = content, PlainWords(content)
        self.forget()

    def set_reading(self, reading: Reading) -> None:
        """Gives what is read besides: questions and answers."""
        self._reading, self._shown = reading, None
        self.forget()

    def show_picture(self, picture: Picture) -> None:
        """Shows the chosen block, or nothing."""
        self._picture = picture
        state = picture.state
        if self._content is None or state.block is None or state.block not in self._content.blocks:
            self._shown = None
            return
        told = (state.clues, state.block in state.unrelieved)
        parts = (state.block, state.side, state.face, picture.chosen, state.target, told, self.theme)
        if parts == self._shown:
            return
        same = self._shown is not None and self._shown[0] == state.block
        self._shown = parts
        for _ in self._telling(self._content.blocks[state.block], picture):
            pass  # all at once
        if not same:
            self.scroll.verticalScrollBar().setValue(0)

    def furnish(self, picture: Picture) -> Iterator[None]:
        """Makes the parts that the first choice will need, a small step at a time, unless it is made.

        Never a step once a block is shown: the card would speak of another.
        """
        if self._content is None or self._shown is not None:
            return
        for _ in self._telling(next(iter(self._content.blocks.values())), picture):
            yield
            if self._shown is not None:
                return
        for column in (self.head, self.lines):
            yield from column.polish()

    def _telling(self, block: Block, picture: Picture) -> Iterator[None]:
        """Tells the whole card, in steps."""
        assert self._content is not None
        content, face, chosen = self._content, picture.state.face, picture.chosen
        self.begin((block.id, face))
        self._header(block, picture)
        yield
        self._claim("The question it answers", block.question, face, role="question")
        self._claim("Expected numb area", block.numb, face)
        self._claim("Weakness", block.weakness, face)
        self._claim("Walking afterwards", block.walking, face)
        yield
        if chosen is not None:
            self._neighbours(chosen.neighbours)
            self._reasons(chosen, face)
        for stage in STAGES:
            found = judged(content, block.id, stage, picture.state.clues)
            met = sum(one.standing == "met" for one in found)
            self.fold(
                details.STAGE[stage],
                len(found),
                lambda box, found=found: details.fill_judged(box, found, content, face),
                f"{met} of {len(found)} met",
                on=picture.state.clues,
            )
        self.fold(
            "Nerves it reaches",
            len(block.reaches),
            lambda box: details.fill_reaches(box, block.reaches, content),
        )
        self._claim("Target", block.target, face)
        self._claim("Depth", block.depth, face)
        yield
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
            self.fold(
                title,
                len(claims),
                lambda box, title=title, claims=claims: details.fill_claims(
                    box, claims, content, face, title == "Steps"
                ),
            )
            yield
        self._to_read(block, content, face)
        self.fold(
            "Near the target, by the literature",
            len(block.nearby),
            lambda box: details.fill_nearby(box, block.nearby, content, face),
        )
        self.fold(
            "Approaches",
            len(block.approaches),
            lambda box: details.fill_approaches(box, block.approaches, content),
        )
        self.fold("Risks", len(block.risks), lambda box: details.fill_risks(box, block.risks, content, face))
        self.end()

    def _to_read(self, block: Block, content: Content, face: Face) -> None:
        """Questions with their answers, and what else is worth knowing."""
        reading = self._reading
        if reading is None:
            return
        for title, questions in (("Questions and answers", True), ("Worth knowing", False)):
            self.fold(
                title,
                None,
                lambda box, questions=questions: details.fill_explanations(
                    box, reading.about_block(block.id, questions), content, face, self.theme
                ),
            )

    def _header(self, block: Block, picture: Picture) -> None:
        assert self._content is not None
        state, name = picture.state, block_name(self._content, block.id)
        self.titled(name, "Close the card and choose no block", "Close", ChooseBlock(None))
        side = "" if block.midline else capital(side_words(state.side))
        self.head.slot("pills", (block.id, side), lambda box: box.addWidget(_pills(block, side)))
        if len(block.targets) > 1:
            target = state.target or block.targets[0]
            self.head.slot("target", block.id, lambda box: box.addWidget(self._picker(block)))
            if self.picker is not None:
                self.picker.show_choice(target)
        self.head.slot("follow", "follow", self._follow)

    def _picker(self, block: Block) -> Segmented:
        names = [(t, t.removeprefix("target_").split("_")[-1].upper()) for t in block.targets]
        self.picker = Segmented(names, "Target shown in the model")
        self.picker.chosen.connect(lambda key: self.acted.emit(ChooseTarget(key)))
        return self.picker

    def _follow(self, box: QVBoxLayout) -> None:
        push = button("Follow the nerve", "", "Follow the nerve from root to skin in the model")
        push.setToolTip("A light runs along the nerve from root to skin (P)")
        push.setProperty("tight", True)
        push.clicked.connect(self.follow_asked)
        box.addWidget(push, 0, Qt.AlignmentFlag.AlignLeft)

    def _claim(self, heading: str, claim: Claim | None, face: Face, role: str = "body") -> None:
        if claim is None or self._content is None:
            return
        references, large = self._content.references, self.theme.scale >= 1.5
        view = self.lines.part(
            ("claim", heading), lambda: ClaimView("", (), references, None, role, heading, large)
        )
        note = claim.note if face == "study" else ""
        view.tell(claim_words(claim, face), claim.sources, claim.grade, heading, note)

    def _neighbours(self, neighbours: Sequence[Neighbour]) -> None:
        if not neighbours:
            return
        self.listed("Near the target, in this model", self._links(neighbours[:_NEAREST]))
        farther = neighbours[_NEAREST:]
        self.fold(
            "Farther from the target", len(farther), lambda box: self._farther(box, farther), on=farther
        )

    def _farther(self, box: QVBoxLayout, neighbours: Sequence[Neighbour]) -> None:
        for link in self._links(neighbours):
            self.link(box, link)

    def _links(self, neighbours: Sequence[Neighbour]) -> list[Link]:
        assert self._content is not None
        found = []
        for near in neighbours:
            name, away = structure_name(self._content, near.structure), millimetres(near.distance_mm)
            spoken = f"Show {name} in the model, {away} away"
            found.append(Link(name, FocusOn((near.structure,)), away, spoken))
        return found

    def _reasons(self, chosen: BlockAnswer, face: Face) -> None:
        """Why it stands where it does, and whether it was tried before."""
        assert self._content is not None and self._plain is not None and self._picture is not None
        references = self._content.references
        lines = self.group("Why it is listed here", gap=8)
        for number, reason in enumerate(chosen.reasons):
            text = reason.text if face == "study" else self._plain.of(reason.text)
            view = lines.part(number, lambda: ClaimView("", (), references))
            view.tell(text, reason.sources)
        self.done = lines.part("done", self._done_row)
        self.done.show_checked(chosen.id in self._picture.state.unrelieved)
        lines.end()

    def _done_row(self) -> CheckRow:
        done = CheckRow(_DONE, self.theme)
        done.toggled.connect(self._mark_done)
        return done

    def _mark_done(self, on: bool) -> None:
        if self._picture is not None and self._picture.state.block is not None:
            self.acted.emit(ToggleUnrelieved(self._picture.state.block, on))


def _pills(block: Block, side: str) -> QWidget:
    """What is said of a block in a word each."""
    pills = QWidget()
    flow = FlowLayout(pills, gap=6)
    if side:
        flow.addWidget(badge(side, "accent"))
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
    return pills
