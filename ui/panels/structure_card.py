"""The selected structure: its names, roots, course, what it moves and feels, and everything it leads to.

Names are links: a click goes there. What is long, or takes time to find, unfolds when asked.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout

from planner.about import About, Mentions, Way, about, both_sides, structures_of_nerve
from planner.atlas.hierarchy import stem_of
from planner.atlas.model import Atlas, Claim, Content
from planner.innervation import moved_by
from planner.outline import Node, outline
from planner.session.actions import GoTo
from planner.session.picture import Picture
from planner.space import Side
from planner.trace import areas_of_root
from ui.theme import Theme
from ui.widgets import structure_lists as lists
from ui.widgets.basics import Segmented, badge, label
from ui.widgets.card_frame import CardFrame, Link
from ui.widgets.claims import SourceLine
from ui.widgets.linked_claim import LinkedClaim
from ui.widgets.place_part import show_place
from ui.widgets.reading import Reading
from ui.widgets.retold import Group
from ui.widgets.source_part import show_source
from ui.widgets.structure_choices import show_roots, show_skin, show_variants
from ui.widgets.structure_head import show_names, show_switches
from ui.widgets.words import capital, nerve_name

_MADE = {
    "measured": "Measured in one body, symmetrised",
    "constructed": "Constructed between measured structures",
    "authored": "Drawn by the authors along landmarks",
}


class StructureCardPanel(CardFrame):
    """Everything about the structure selected last."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "Details of the selected structure")
        self._atlas: Atlas | None = None
        self._outline: tuple[Node, ...] = ()
        self._mentions: Mentions | None = None
        self._reading: Reading | None = None
        self._picture: Picture | None = None
        self._shown: tuple[object, ...] | None = None

    # -- showing ------------------------------------------------------------------------------------

    def set_theme(self, theme: Theme) -> None:
        """Draws in another palette or text size."""
        self.theme = theme
        self._shown = None
        self.forget()
        self._follow()

    def set_atlas(self, atlas: Atlas) -> None:
        """Gives the content, and the meshes that neighbours are found in."""
        self._atlas = atlas
        self._outline, self._mentions = outline(atlas.content), None
        self.forget()

    def set_mentions(self, mentions: Mentions) -> None:
        """Gives what finds names in sentences, worked out beside the window; else it is made when needed."""
        if self._mentions is None:
            self._mentions = mentions

    def set_reading(self, reading: Reading) -> None:
        """Gives what is read besides: the words on dermatomes."""
        self._reading, self._shown = reading, None
        self.forget()

    def show_picture(self, picture: Picture) -> None:
        """Shows the structure selected last; nothing is built while nobody sees it."""
        self._picture = picture
        if self.isVisible():
            self._follow()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._follow()

    def _follow(self) -> None:
        if self._picture is None or self._atlas is None:
            return
        state, content = self._picture.state, self._atlas.content
        name = state.selected[-1] if state.selected else ""
        looks = self._picture.scene.appearances.get(name)
        hidden = looks is not None and looks.opacity <= 0.0
        parts = (
            self._picture.place,
            state.over,
            state.source,
            state.side,
            name,
            len(state.selected),
            state.variants,
            state.territory,
            hidden,
            name in state.faded,
            self.theme,
        )
        if parts == self._shown:
            return
        same = self._shown is not None and self._shown[4] == name
        self._shown = parts
        self.begin((name, state.side, len(state.variants)))
        if self._picture.place is not None:
            show_place(self, self._picture.place, content)
        elif not name and state.source is not None:
            source = content.generators[state.source]
            self.say(self.head, "name", source.name, "title")
            show_source(self, source, content, state.side, True)
        elif name:
            self._tell(about(content, name), self._picture, hidden)
        else:
            self._invite()
        self.end()
        self._fit()
        if not same:
            self.scroll.verticalScrollBar().setValue(0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Switches stand upright where they are too broad."""
        for switch in self.findChildren(Segmented):
            switch.fit(max(self.width() - self.theme.px(44), 160))

    def _invite(self) -> None:
        self.say(self.head, "none", "No structure selected", "lead")
        for text in (
            "Click a structure in the model, choose it in the tree, or search any of its names (Ctrl+F).",
            "Ctrl+click adds to the selection; a right click shows what can be done.",
        ):
            self.say(self.lines, "invitation", text, "muted")

    def _tell(self, facts: About, picture: Picture, hidden: bool) -> None:
        assert self._atlas is not None
        atlas, content, side = self._atlas, self._atlas.content, picture.state.side
        show_names(self, facts, self._outline, picture)
        show_switches(self, facts, picture, hidden)
        nerve = facts.nerve
        if nerve is not None:
            show_roots(self, facts)
            show_skin(self, facts, content, picture)
            self._claim("Course", nerve.course, facts)
            self._claim("Motor", nerve.motor, facts)
            self._claim("Sensory", nerve.sensory, facts)
            self._ways("Branch of", (facts.trunk,) if facts.trunk is not None else ())
            self._ways("Branches", facts.branches)
        self._moved_by(facts, content, side)
        for source in facts.generators:
            show_source(self, source, content, side, source.id == picture.state.source)
        show_variants(self, facts, content, picture)
        if nerve is not None and nerve.kind == "root" and nerve.roots:
            level = nerve.roots[0]
            areas = areas_of_root(content, level)
            self.fold(
                f"Skin that {level} serves",
                len(areas),
                lambda box: lists.fill_root_areas(self, box, areas, content, side),
            )
            self._dermatome(level, content)
        self.fold(
            "Blocks that reach it",
            len(facts.blocks),
            lambda box: lists.fill_blocks(self, box, facts, content),
        )
        if nerve is not None:
            self.fold("How it varies", len(nerve.variants), lambda box: self._varies(box, facts))
        self.fold("Named parts", len(facts.parts), lambda box: lists.fill_parts(box, facts))
        self.fold(
            "Neighbours in this model", None, lambda box: lists.fill_neighbours(self, box, facts, atlas)
        )
        self._made(facts)

    # -- nerves and muscles -------------------------------------------------------------------------

    def _moved_by(self, facts: About, content: Content, side: Side) -> None:
        """The nerves of a muscle, with the sentences that say so."""
        found = moved_by(content, facts.structure)
        if not found:
            return
        said = tuple(dict.fromkeys(one.claim for one in found))  # one sentence may tell of several nerves
        at = facts.structure.side if facts.structure.side != "midline" else side
        ways = [(one.nerve, structures_of_nerve(content, one.nerve, at)) for one in found]
        self.listed("Moved by", [Link(nerve_name(content, nerve, "study"), GoTo(to)) for nerve, to in ways])

        def fill(box: QVBoxLayout) -> None:
            for claim in said:
                box.addWidget(self._linked("", claim, facts))

        self.fold("Said of these nerves", len(said), fill)

    def _dermatome(self, level: str, content: Content) -> None:
        """The words on a root's segment; they are read when unfolded."""
        reading = self._reading
        if reading is None:
            return

        def fill(box: QVBoxLayout) -> None:
            segment = reading.dermatome(level)
            if segment is None:
                box.addWidget(label("Nothing is written about this segment.", "small", wrap=True))
            else:
                lists.fill_dermatome(box, segment, content)

        self.fold(f"Segment {level}: skin, muscles, reflex", None, fill)

    # -- claims and links ---------------------------------------------------------------------------

    def _claim(self, heading: str, claim: Claim | None, facts: About) -> None:
        if claim is not None:
            view = self.lines.part(("claim", heading), lambda: self._linked(heading, claim, facts))
            view.tell(heading, claim, stem_of(facts.structure.id))

    def _linked(self, heading: str, claim: Claim, facts: About) -> LinkedClaim:
        assert self._atlas is not None
        stem = stem_of(facts.structure.id)
        if self._mentions is None:
            self._mentions = Mentions(self._atlas.content)
        view = LinkedClaim(heading, claim, self._atlas.content, self._mentions, stem, self.theme)
        view.followed.connect(self._visit)
        return view

    def _visit(self, stem: str) -> None:
        """Goes to a name in a sentence, on the side of the structure that is shown."""
        assert self._atlas is not None and self._picture is not None
        content, state = self._atlas.content, self._picture.state
        side = content.structures[state.selected[-1]].side if state.selected else "midline"
        if names := both_sides(content, stem, state.side if side == "midline" else side):
            self.acted.emit(GoTo(names))

    def _ways(self, heading: str, ways: Sequence[Way]) -> None:
        if ways:
            self.listed(heading, [Link(capital(way.name), GoTo(way.structures)) for way in ways])

    def _varies(self, box: QVBoxLayout, facts: About) -> None:
        for claim in facts.nerve.variants if facts.nerve is not None else ():
            box.addWidget(self._linked("", claim, facts))

    def _made(self, facts: About) -> None:
        assert self._atlas is not None
        record, references = facts.structure, self._atlas.content.references
        group = self.lines.part("made", lambda: Group(4)).parts
        group.begin()
        heading = "How this form was made"
        group.part("heading", lambda: SourceLine((), references, record.grade, heading)).tell(
            (), record.grade, heading
        )
        self.say(group, "how", f"{_MADE[record.provenance]}.")
        if record.note:
            self.say(group, "note", record.note, "small")
        group.part("sources", lambda: SourceLine((), references)).tell(record.sources)
        if record.risk:
            group.slot(
                "risk", "risk", lambda box: box.addWidget(badge("Looked for near every target", "deep"))
            )
        group.end()
