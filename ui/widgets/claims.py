"""A statement with its evidence grade and its sources one click away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from planner.atlas.model import Grade, Reference
from ui.widgets.basics import badge, button, column, label, row

GRADE_TIPS: dict[Grade, str] = {
    "published": "Published: found in the source named",
    "textbook": "Textbook: general teaching of the source named",
    "estimate": "Estimate: a figure or judgement made for this model, without a published number",
}
_GRADE_TONES: dict[Grade, str] = {"published": "accent", "textbook": "", "estimate": "caution"}


def grade_badge(grade: Grade) -> QLabel:
    """The grade as a word on a pill."""
    result = badge(grade.capitalize(), _GRADE_TONES[grade])
    result.setToolTip(GRADE_TIPS[grade])
    return result


def reference_text(reference: Reference) -> str:
    """A citation in full, with its DOI or PubMed number where known."""
    parts = [reference.full.strip()]
    if reference.doi:
        parts.append(f"doi:{reference.doi}")
    if reference.pmid:
        parts.append(f"PMID {reference.pmid}")
    if reference.status in ("doubtful", "unchecked"):
        parts.append("(not checked against the original)")
    return " ".join(parts)


def sources_caption(sources: Sequence[str]) -> str:
    """What the source button says."""
    return "Source" if len(sources) == 1 else f"{len(sources)} sources"


class SourceLine(QWidget):
    """A heading or none, the grade, and a button that unfolds the citations beneath."""

    def __init__(
        self,
        sources: Sequence[str],
        references: Mapping[str, Reference],
        grade: Grade | None = None,
        heading: str = "",
    ) -> None:
        super().__init__()
        self._sources, self._references = tuple(sources), references
        self._outer = column(self, gap=2)
        self._line = row(8)
        self._heading = label(heading, "eyebrow", wrap=True) if heading else None
        if self._heading is not None:
            self._line.addWidget(self._heading, 1)
        self._grade: Grade | None = None
        self._pill: QLabel | None = None
        self.toggle = button("", "link")
        self.toggle.setCheckable(True)
        self.toggle.toggled.connect(self._unfold)
        self._line.addWidget(self.toggle)
        if self._heading is None:
            self._line.addStretch(1)
        self._outer.addLayout(self._line)
        self._detail: QWidget | None = None
        self._say(grade)

    def fold(self) -> None:
        """Hides the citations."""
        self.toggle.setChecked(False)

    def tell(self, sources: Sequence[str], grade: Grade | None = None, heading: str = "") -> None:
        """Says other evidence; a heading only where it was made with one."""
        if tuple(sources) != self._sources:
            self._sources = tuple(sources)
            self.fold()
            if self._detail is not None:
                self._outer.removeWidget(self._detail)
                self._detail.deleteLater()
                self._detail = None
        if self._heading is not None:
            self._heading.setText(heading)
        self._say(grade)

    def _say(self, grade: Grade | None) -> None:
        caption = sources_caption(self._sources)
        self.toggle.setText(caption)
        self.toggle.setAccessibleName(f"Show {caption.lower()}")
        self.toggle.setVisible(bool(self._sources))
        if grade == self._grade:
            return
        self._grade = grade
        if self._pill is not None:
            self._line.removeWidget(self._pill)
            self._pill.hide()
            self._pill.deleteLater()
            self._pill = None
        if grade is not None:
            self._pill = grade_badge(grade)
            self._line.insertWidget(0 if self._heading is None else 1, self._pill)
            self._pill.show()

    def _unfold(self, on: bool) -> None:
        if on and self._detail is None:
            self._detail = QWidget()
            self._detail.setObjectName("inset")
            self._detail.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
            inner = QVBoxLayout(self._detail)
            inner.setContentsMargins(10, 8, 10, 8)
            inner.setSpacing(6)
            for key in self._sources:
                reference = self._references.get(key)
                text = reference_text(reference) if reference is not None else key
                line = label(text, "small", wrap=True)
                line.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                inner.addWidget(line)
            self._outer.addWidget(self._detail)
        if self._detail is not None:
            self._detail.setVisible(on)


class ClaimView(QWidget):
    """A sentence, its grade and its sources."""

    def __init__(
        self,
        text: str,
        sources: Sequence[str],
        references: Mapping[str, Reference],
        grade: Grade | None = None,
        role: str = "body",
        heading: str = "",
        large: bool = False,
        note: str = "",
    ) -> None:
        """large: the text is so large that heading and evidence need lines of their own.

        note: what qualifies the sentence, in small print beneath it.
        """
        super().__init__()
        layout = column(self, gap=0)
        self._heading = label(heading, "eyebrow", wrap=True) if heading and large else None
        self._evidence = SourceLine(sources, references, grade, "" if large else heading)
        self._words = label(text, role, wrap=True)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._note = label(note, "small", wrap=True) if note else None
        beside = (self._evidence, self._words) if heading and not large else (self._words, self._evidence)
        for part in (self._heading, *beside):
            if part is not None:
                layout.addWidget(part)
        if self._note is not None:
            layout.insertWidget(layout.indexOf(self._words) + 1, self._note)

    def tell(
        self, text: str, sources: Sequence[str], grade: Grade | None = None, heading: str = "", note: str = ""
    ) -> None:
        """Says another sentence in its place; a heading only where it was made with one."""
        if text != self._words.text():
            self._words.setText(text)
            self._evidence.fold()
        if self._heading is not None:
            self._heading.setText(heading)
        self._evidence.tell(sources, grade, heading)
        if note and self._note is None:
            self._note = label(note, "small", wrap=True, parent=self)
            layout = self.layout()
            assert isinstance(layout, QVBoxLayout)
            layout.insertWidget(layout.indexOf(self._words) + 1, self._note)
        if self._note is not None:
            self._note.setText(note)
            self._note.setVisible(bool(note))
