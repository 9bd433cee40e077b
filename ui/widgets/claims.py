"""A statement with its evidence grade and its sources one click away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from planner.atlas.model import Grade, Reference
from ui.widgets.basics import badge, button, column, label, row

GRADE_TIPS: dict[Grade, str] = {
    "published": "Published: found in the source named",
    "textbook": "Textbook: general teaching of the source named",
    "estimate": "Estimate: a figure or judgement made for this model, without a published number",
}
_GRADE_TONES: dict[Grade, str] = {"published": "accent", "textbook": "", "estimate": "caution"}


def grade_badge(grade: Grade) -> QWidget:
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
        outer = column(self, gap=2)
        line = row(8)
        if heading:
            line.addWidget(label(heading, "eyebrow", wrap=True), 1)
        if grade is not None:
            line.addWidget(grade_badge(grade))
        self.toggle = button(sources_caption(sources), "link")
        self.toggle.setCheckable(True)
        self.toggle.setAccessibleName(f"Show {sources_caption(sources).lower()}")
        self.toggle.toggled.connect(self._unfold)
        if not sources:  # showing it here, before it has a parent, would make it a window of its own
            self.toggle.hide()
        line.addWidget(self.toggle)
        if not heading:
            line.addStretch(1)
        outer.addLayout(line)
        self._detail: QWidget | None = None
        self._outer = outer

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
        if heading and large:
            layout.addWidget(label(heading, "eyebrow", wrap=True))
            heading = ""
        evidence = SourceLine(sources, references, grade, heading)
        if heading:
            layout.addWidget(evidence)
        words = label(text, role, wrap=True)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout.addWidget(words)
        if note:
            layout.addWidget(label(note, "small", wrap=True))
        if not heading:
            layout.addWidget(evidence)
