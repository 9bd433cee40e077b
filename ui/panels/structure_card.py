"""The selected structure: its names, roots, course, what it moves and feels, and everything it leads to.

Names are links: a click goes there. What is long, or takes time to find, unfolds when asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from planner.about import About, Mentions, Way, about, both_sides, neighbours_of, structures_of_nerve
from planner.atlas.hierarchy import plain_name, stem_of
from planner.atlas.model import Atlas, Claim, Content, Criterion, Generator, Variant
from planner.outline import Node, outline, path_to
from planner.session.actions import (
    Action,
    ChooseBlock,
    ChooseSource,
    ChooseVariant,
    ClearSelection,
    FadeStructures,
    FocusOn,
    GoTo,
    HideStructures,
    IsolateStructures,
    LayOver,
    ShowStructures,
    ShowTerritory,
    TraceSkin,
)
from planner.session.finding import choosing
from planner.session.picture import Picture
from planner.trace import Served, SkinPlace, areas_of_root
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
from ui.widgets.claims import SourceLine, grade_badge
from ui.widgets.flow import FlowLayout
from ui.widgets.linked import LinkedText
from ui.widgets.words import (
    block_name,
    capital,
    claim_words,
    nerve_name,
    percent,
    region_name,
    side_words,
    structure_name,
)

_MADE = {
    "measured": "Measured in one body, symmetrised",
    "constructed": "Constructed between measured structures",
    "authored": "Drawn by the authors along landmarks",
}
_USUAL = ""


class StructureCardPanel(QWidget):
    """Everything about the structure selected last."""

    acted = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._atlas: Atlas | None = None
        self._outline: tuple[Node, ...] = ()
        self._mentions: Mentions | None = None
        self._picture: Picture | None = None
        self._shown: tuple[object, ...] | None = None
        self._opened: set[str] = set()
        self.setObjectName("panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        outer = column(self, 0, 0)
        self._head_box = QWidget(self)
        self._head = column(self._head_box, gap=4)
        self._head.setContentsMargins(16, 12, 8, 8)
        outer.addWidget(self._head_box)
        inside = QWidget()
        self._lines = column(inside, gap=12)
        self._lines.setContentsMargins(16, 4, 10, 16)
        self.scroll = scrolled(inside, "Details of the selected structure")
        outer.addWidget(self.scroll, 1)

    # -- showing ------------------------------------------------------------------------------------

    def set_theme(self, theme: Theme) -> None:
        """Draws in another palette or text size."""
        self._theme = theme
        self._shown = None
        self._follow()

    def set_atlas(self, atlas: Atlas) -> None:
        """Gives the content, and the meshes that neighbours are found in."""
        self._atlas = atlas
        self._outline, self._mentions = outline(atlas.content), None

    def show_picture(self, picture: Picture) -> None:
        """Shows the structure selected last; nothing is built while nobody sees it."""
        self._picture = picture
        if self.isVisible():
            self._follow()

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        self._follow()

    def _follow(self) -> None:
        if self._picture is None or self._atlas is None:
            return
        state = self._picture.state
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
            self._theme,
        )
        if parts == self._shown:
            return
        same = self._shown is not None and self._shown[4] == name
        keep = self.scroll.verticalScrollBar().value() if same else 0
        self._shown = parts
        empty(self._head)
        empty(self._lines)
        if self._picture.place is not None:
            self._place(self._picture.place)
        elif not name and state.source is not None:
            self._head.addWidget(label(self._atlas.content.generators[state.source].name, "title", wrap=True))
            self._source(self._atlas.content.generators[state.source], True)
        elif name:
            self._build(about(self._atlas.content, name), self._picture, hidden)
        else:
            self._invite()
        self._lines.addStretch(1)
        self._fit()
        self.scroll.verticalScrollBar().setValue(keep)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Switches stand upright where they are too broad."""
        for switch in self.findChildren(Segmented):
            switch.fit(max(self.width() - self._theme.px(44), 160))

    def _invite(self) -> None:
        self._head.addWidget(label("No structure selected", "lead", wrap=True))
        for text in (
            "Click a structure in the model, choose it in the tree, or search any of its names (Ctrl+F).",
            "Ctrl+click adds to the selection; a right click shows what can be done.",
        ):
            self._lines.addWidget(label(text, "muted", wrap=True))

    def _build(self, facts: About, picture: Picture, hidden: bool) -> None:
        self._header(facts, picture)
        self._switches(facts, picture, hidden)
        nerve = facts.nerve
        if nerve is not None:
            self._roots(facts)
            self._skin(facts, picture)
            for heading, claim in (
                ("Course", nerve.course),
                ("Motor", nerve.motor),
                ("Sensory", nerve.sensory),
            ):
                self._claim(heading, claim, facts)
            self._ways("Branch of", (facts.trunk,) if facts.trunk is not None else ())
            self._ways("Branches", facts.branches)
        for source in facts.generators:
            self._source(source, source.id == picture.state.source)
        self._variants(facts, picture)
        if nerve is not None and nerve.kind == "root" and nerve.roots:
            areas = areas_of_root(self._atlas.content, nerve.roots[0]) if self._atlas is not None else ()
            self._fold(
                f"Skin that {nerve.roots[0]} serves", len(areas), lambda box: self._root_areas(box, areas)
            )
        self._fold("Blocks that reach it", len(facts.blocks), lambda box: self._blocks(box, facts))
        if nerve is not None:
            self._fold("How it varies", len(nerve.variants), lambda box: self._varies(box, facts))
        self._fold("Named parts", len(facts.parts), lambda box: self._parts(box, facts))
        self._fold("Neighbours in this model", None, lambda box: self._neighbours(box, facts))
        self._made(facts)

    def _header(self, facts: About, picture: Picture) -> None:
        record, count = facts.structure, len(picture.state.selected)
        trail = QWidget()
        flow = FlowLayout(trail, gap=2)
        seen: set[str] = set()
        for node in path_to(self._outline, record.id)[:-1]:
            if node.name in (plain_name(record), *seen):
                continue
            seen.add(node.name)
            link = button(f"{node.name}  ›", "link", f"Select {node.name}", f"Select {node.name}")
            link.clicked.connect(lambda _=False, node=node: self.acted.emit(GoTo(node.structures)))
            flow.addWidget(link)
        line = row(4)
        line.addWidget(trail, 1)
        close = button("", "quiet", "Clear the selection", "Clear the selection (Esc)")
        close.setIcon(icons.icon("close", self._theme.palette.muted, self._theme.px(16)))
        close.setIconSize(QSize(self._theme.px(16), self._theme.px(16)))
        close.setFixedWidth(self._theme.px(34))
        close.clicked.connect(lambda: self.acted.emit(ClearSelection()))
        line.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self._head.addLayout(line)
        self._head.addWidget(label(capital(record.name), "title", wrap=True))
        term = " · ".join(part for part in (record.latin, record.fma) if part)
        if term:
            words = label(term, "muted", wrap=True)
            words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._head.addWidget(words)
        nerve = facts.nerve
        others = [*record.synonyms, *(nerve.abbreviations + nerve.synonyms if nerve is not None else ())]
        others = [name for name in dict.fromkeys(others) if name.casefold() != record.name.casefold()]
        if others:
            self._head.addWidget(label(f"Also: {', '.join(others)}", "small", wrap=True))
        if count > 1:
            self._head.addWidget(label(f"Last of {count} selected structures", "small", wrap=True))

    def _switches(self, facts: About, picture: Picture, hidden: bool) -> None:
        box = QWidget()
        flow = FlowLayout(box, gap=4)
        chosen, faded = picture.state.selected, picture.state.faded
        hide: Action = ShowStructures(chosen) if hidden else HideStructures(chosen)
        fade_text = "Opaque" if all(name in faded for name in chosen) else "Fade"
        for text, tip, action in (
            ("Go to", "Have the camera frame it (F)", FocusOn(chosen)),
            ("Alone", "Show only what is selected (I)", IsolateStructures(chosen)),
            (fade_text, "Make it translucent, or opaque again (T)", FadeStructures(chosen)),
            ("Show" if hidden else "Hide", "Hide what is selected (H)", hide),
        ):
            push = button(text, "", f"{text}: {facts.structure.name}", tip)
            push.setProperty("tight", True)
            push.clicked.connect(lambda _=False, action=action: self.acted.emit(action))
            flow.addWidget(push)
        self._head.addWidget(box)

    def _roots(self, facts: About) -> None:
        if not facts.roots:
            return
        box = QWidget()
        lines = column(box, gap=4)
        lines.addWidget(label("Roots", "eyebrow"))
        chips = QWidget()
        flow = FlowLayout(chips, gap=4)
        for way in facts.roots:
            push = button(way.name, "chip", f"Go to root {way.name}", f"Go to root {way.name}")
            push.setEnabled(bool(way.structures))
            push.clicked.connect(lambda _=False, way=way: self.acted.emit(GoTo(way.structures)))
            flow.addWidget(push)
        lines.addWidget(chips)
        self._lines.addWidget(box)

    def _skin(self, facts: About, picture: Picture) -> None:
        """What skin is shown: that of the nerve, or one of its dermatomes."""
        if facts.territory is None or self._atlas is None:
            return
        asked = picture.state.territory
        box = QWidget()
        lines = column(box, gap=4)
        lines.addWidget(label("Skin shown on the body", "eyebrow"))
        choices = [(facts.territory, "Its own")]
        choices += [
            (way.name, way.name) for way in facts.roots if territory_known(self._atlas.content, way.name)
        ]
        switch = Segmented(choices, "Skin shown")
        switch.show_choice(asked or facts.territory)
        switch.chosen.connect(lambda key: self.acted.emit(ShowTerritory(key)))
        lines.addWidget(switch, 0, Qt.AlignmentFlag.AlignLeft)
        if len(choices) > 1:
            lines.addWidget(label("Laid over it as a line", "eyebrow"))
            over = Segmented([(_USUAL, "None"), *choices], "Laid over it")
            over.show_choice(picture.state.over or _USUAL)
            over.chosen.connect(lambda key: self.acted.emit(LayOver(key or None)))
            lines.addWidget(over, 0, Qt.AlignmentFlag.AlignLeft)
        self._lines.addWidget(box)

    def _source(self, source: Generator, shown: bool) -> None:
        """A deep source of pain: its nerves, where it is felt, what tests it and for whom."""
        assert self._atlas is not None and self._picture is not None
        content, side = self._atlas.content, self._picture.state.side
        box = QWidget()
        lines = column(box, gap=4)
        lines.addWidget(label(f"Source of pain: {source.name}", "eyebrow", wrap=True))
        push = button("Nerves, targets and where it is felt", "", "", "Light them in the model")
        push.setCheckable(True)
        push.setChecked(shown)
        push.clicked.connect(
            lambda on: self.acted.emit(choosing(content, source.id, side) if on else ChooseSource(None))
        )
        lines.addWidget(push, 0, Qt.AlignmentFlag.AlignLeft)
        self._lines.addWidget(box)
        if not shown:
            return
        for nerve in source.nerves:
            if found := structures_of_nerve(content, nerve, side):
                self._link(lines, nerve_name(content, nerve, "study"), GoTo(found))
        if source.note:
            lines.addWidget(label(source.note.strip(), "small", wrap=True))
        lines.addWidget(self._sources(source.sources, source.grade))
        self._fold("Where it is felt", len(source.referral), lambda inner: self._felt(inner, source))
        for block in source.tested_by:
            record = content.blocks[block]
            inside = QWidget()
            tested = column(inside, gap=0)
            tested.addWidget(label("Tested by", "eyebrow"))
            self._link(tested, block_name(content, block), ChooseBlock(block))
            self._lines.addWidget(inside)
            criteria = [each for each in content.criteria.values() if each.block == block]
            self._fold(
                "Criteria", len(criteria), lambda inner, criteria=criteria: self._criteria(inner, criteria)
            )
            self._fold(
                f"For whom: {record.abbreviations[0] if record.abbreviations else record.name}",
                len(record.better_candidates),
                lambda inner, record=record: self._fits(inner, record.better_candidates),
            )

    def _felt(self, box: QVBoxLayout, source: Generator) -> None:
        assert self._atlas is not None and self._picture is not None
        side = self._picture.state.side
        for share in sorted(source.referral, key=lambda share: -share.p):
            name = region_name(self._atlas.content, share.of, "study")
            self._link(box, name, FocusOn((f"region_{share.of}_{side}",)), percent(share.p))

    def _criteria(self, box: QVBoxLayout, criteria: Sequence[Criterion]) -> None:
        """What must hold together before a block, stage by stage."""
        stage = ""
        for criterion in criteria:
            if criterion.stage != stage:
                stage = criterion.stage
                box.addWidget(label(f"Before the {stage} block", "eyebrow"))
            box.addWidget(label(criterion.text, wrap=True))
            if criterion.differs:
                box.addWidget(label(criterion.differs.strip(), "small", wrap=True))
            box.addWidget(self._sources(criterion.sources, criterion.grade))

    def _fits(self, box: QVBoxLayout, claims: Sequence[Claim]) -> None:
        assert self._atlas is not None
        for claim in claims:
            box.addWidget(label(claim_words(claim, "study"), wrap=True))
            box.addWidget(self._sources(claim.sources, claim.grade))

    def _root_areas(self, box: QVBoxLayout, areas: Sequence[Served]) -> None:
        """The skin of a root: each area with the nerve that most likely carries the root there."""
        assert self._atlas is not None and self._picture is not None
        content = self._atlas.content
        for served in areas:
            name = region_name(content, served.region, "study")
            self._link(
                box, name, FocusOn((f"region_{served.region}_{self._picture.state.side}",)), percent(served.p)
            )
            carriers = [nerve_name(content, share.of, "study") for share in served.nerves[:3]]
            if carriers:
                box.addWidget(label(f"by {', '.join(carriers)}", "small", wrap=True))

    def _place(self, place: SkinPlace) -> None:
        """A place on the skin: its roots, nerves and blocks."""
        assert self._atlas is not None
        content = self._atlas.content
        line = row(4)
        title = f"{region_name(content, place.region, 'study')}, {side_words(place.side)}"
        line.addWidget(label(title, "title", wrap=True), 1)
        close = button("", "quiet", "Trace no more", "Trace no more")
        close.setIcon(icons.icon("close", self._theme.palette.muted, self._theme.px(16)))
        close.setIconSize(QSize(self._theme.px(16), self._theme.px(16)))
        close.setFixedWidth(self._theme.px(34))
        close.clicked.connect(lambda: self.acted.emit(TraceSkin(None)))
        line.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self._head.addLayout(line)
        self._head.addWidget(label("What serves this place on the skin", "muted", wrap=True))
        roots = {
            level: root.id for root in content.nerves.values() if root.kind == "root" for level in root.roots
        }
        for heading, shares in (
            ("Roots", place.roots),
            ("Nerves", place.nerves),
            ("Blocks that numb it", place.blocks),
        ):
            box = QWidget()
            lines = column(box, gap=0)
            lines.addWidget(label(heading, "eyebrow"))
            if not shares:
                lines.addWidget(label("None is known.", "muted"))
            for share in shares:
                if heading == "Blocks that numb it":
                    self._link(lines, block_name(content, share.of), ChooseBlock(share.of), percent(share.p))
                    continue
                nerve = roots.get(share.of, "") if heading == "Roots" else share.of
                found = structures_of_nerve(content, nerve, place.side)
                name = share.of if heading == "Roots" else nerve_name(content, share.of, "study")
                action: Action = GoTo(found) if found else ShowTerritory(share.of)
                self._link(lines, name, action, percent(share.p))
            self._lines.addWidget(box)
        note = "How likely in a typical person. Territories overlap and vary."
        self._lines.addWidget(label(note, "small", wrap=True))

    def _claim(self, heading: str, claim: Claim | None, facts: About) -> None:
        if claim is not None:
            self._lines.addWidget(self._claim_box(heading, claim, facts))

    def _claim_box(self, heading: str, claim: Claim, facts: About) -> QWidget:
        assert self._atlas is not None
        content = self._atlas.content
        if self._mentions is None:
            self._mentions = Mentions(content)
        box = QWidget()
        lines = column(box, gap=0)
        large = self._theme.scale >= 1.5
        if heading and large:
            lines.addWidget(label(heading, "eyebrow", wrap=True))
        lines.addWidget(SourceLine(claim.sources, content.references, claim.grade, "" if large else heading))
        text = claim_words(claim, "study")
        words = LinkedText(text, self._mentions.of(text, stem_of(facts.structure.id)), self._theme)
        words.followed.connect(lambda stem: self._visit(stem, facts))
        lines.addWidget(words)
        if claim.note:
            lines.addWidget(label(claim.note, "small", wrap=True))
        return box

    def _visit(self, stem: str, facts: About) -> None:
        assert self._atlas is not None and self._picture is not None
        side = facts.structure.side if facts.structure.side != "midline" else self._picture.state.side
        if names := both_sides(self._atlas.content, stem, side):
            self.acted.emit(GoTo(names))

    def _ways(self, heading: str, ways: Sequence[Way]) -> None:
        if not ways:
            return
        box = QWidget()
        lines = column(box, gap=0)
        lines.addWidget(label(heading, "eyebrow"))
        for way in ways:
            self._link(lines, capital(way.name), GoTo(way.structures))
        self._lines.addWidget(box)

    def _link(self, lines: QVBoxLayout, text: str, action: Action, beside: str = "") -> None:
        line = row(8)
        push = LinkButton(text, f"Go to {text}")
        push.clicked.connect(lambda: self.acted.emit(action))
        line.addWidget(push, 1)
        if beside:
            line.addWidget(label(beside, "strong"))
        lines.addLayout(line)

    def _variants(self, facts: About, picture: Picture) -> None:
        """A switch for each group of alternatives that touches this structure."""
        groups: dict[str, list[Variant]] = {}
        for variant in facts.variants:
            groups.setdefault(variant.group, []).append(variant)
        chosen = {choice.group: choice.variant for choice in picture.state.variants}
        for group, variants in groups.items():
            box = QWidget()
            lines = column(box, gap=4)
            lines.addWidget(label(f"Variants: {variants[0].group_name}", "eyebrow", wrap=True))
            switch = Segmented(
                [(_USUAL, "Usual"), *((v.id, v.name) for v in variants)],
                f"Variant of {variants[0].group_name}",
            )
            switch.show_choice(chosen.get(group, _USUAL))
            switch.chosen.connect(lambda key, group=group: self.acted.emit(ChooseVariant(group, key or None)))
            lines.addWidget(switch, 0, Qt.AlignmentFlag.AlignLeft)
            shown = next((v for v in variants if v.id == chosen.get(group)), variants[0])
            lines.addWidget(label(f"{shown.name}: {shown.prevalence}", "small", wrap=True))
            lines.addWidget(self._sources(shown.sources, shown.grade))
            self._lines.addWidget(box)

    def _sources(self, sources: Sequence[str], grade: object) -> SourceLine:
        assert self._atlas is not None
        return SourceLine(sources, self._atlas.content.references, grade)  # type: ignore[arg-type]

    def _blocks(self, box: QVBoxLayout, facts: About) -> None:
        assert self._atlas is not None
        for hit in facts.blocks:
            name = block_name(self._atlas.content, hit.block)
            self._link(box, name, ChooseBlock(hit.block), percent(hit.p))
        box.addWidget(
            label("How often, done as described; sources stand on each block's card.", "small", wrap=True)
        )

    def _varies(self, box: QVBoxLayout, facts: About) -> None:
        for claim in facts.nerve.variants if facts.nerve is not None else ():
            box.addWidget(self._claim_box("", claim, facts))

    def _parts(self, box: QVBoxLayout, facts: About) -> None:
        for part in facts.parts:
            side = "" if part.side == "midline" else f", {part.side}"
            text = f"{capital(part.name)}{side}"
            box.addWidget(label(f"{text} · {part.latin}" if part.latin else text, wrap=True))

    def _neighbours(self, box: QVBoxLayout, facts: About) -> None:
        assert self._atlas is not None
        content = self._atlas.content
        for name, gap in neighbours_of(self._atlas, facts.structure.id):
            words = "touches" if gap < 1.0 else f"{gap:.0f} mm"
            self._link(box, structure_name(content, name), GoTo((name,)), words)

    def _made(self, facts: About) -> None:
        record = facts.structure
        box = QWidget()
        lines = column(box, gap=4)
        line = row(8)
        line.addWidget(label("How this form was made", "eyebrow", wrap=True), 1)
        line.addWidget(grade_badge(record.grade))
        lines.addLayout(line)
        lines.addWidget(label(f"{_MADE[record.provenance]}.", wrap=True))
        if record.note:
            lines.addWidget(label(record.note, "small", wrap=True))
        lines.addWidget(self._sources(record.sources, None))
        if record.risk:
            lines.addWidget(badge("Looked for near every target", "deep"))
        self._lines.addWidget(box)

    def _fold(self, title: str, count: int | None, fill: Callable[[QVBoxLayout], None]) -> None:
        """count: how many there are; none are not shown, and None are found when unfolded."""
        if count == 0:
            return
        section = Section(title, opened=title in self._opened, build=fill)
        if count is not None:
            section.set_note(str(count))
        section.set_theme(self._theme)
        section.toggled.connect(
            lambda on, title=title: self._opened.add(title) if on else self._opened.discard(title)
        )
        self._lines.addWidget(section)


def territory_known(content: Content, ident: str) -> bool:
    """Whether skin is known for a level."""
    from planner.territory import dermatomes

    return ident in dermatomes(content)
