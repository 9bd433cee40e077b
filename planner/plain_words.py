"""Plain words for what the engine says in professional ones: alerts, reasons, why a block is kept back.

The engine's texts are those of the content, so they are found again there with the wording that stands
beside them for patients. What has no such wording is said as it is.
"""

from __future__ import annotations

from collections.abc import Mapping

from planner.alerts import half_told
from planner.answer import Alert
from planner.atlas.model import Content, Flag
from planner.reasons import inline, listed


class PlainWords:
    """Professional texts of one content with their plain wordings; made once per content."""

    def __init__(self, content: Content) -> None:
        self._flags = content.flags
        self._words: dict[str, str] = {}
        for weight in content.weights.values():
            self._learn(weight.meaning, weight.meaning_plain)
        for clue in content.clues.values():
            self._learn(clue.text, clue.text_plain)
        for quality in content.qualities.values():
            self._learn(quality.text, quality.text_plain)
        for flag in content.flags.values():
            self._learn(flag.text, flag.text_plain)
            for alert in half_told(content, (flag.id,)):
                self._learn(alert.text, _half_told(content.flags, flag))

    def _learn(self, text: str, plain: str) -> None:
        if text and plain:
            self._words[text] = plain

    def of_alert(self, alert: Alert) -> str:
        """An alert in plain words; a red flag's stand in its own record, whatever text the alert carries."""
        kind, _, name = alert.id.partition(":")
        flag = self._flags.get(name)
        if kind == "red_flag" and flag is not None and flag.text_plain:
            return flag.text_plain
        return self.of(alert.text)

    def of(self, text: str) -> str:
        """The plain wording of a text; the text itself where it has none."""
        return self._words.get(text, text)


def _half_told(flags: Mapping[str, Flag], flag: Flag) -> str:
    """That a flag matters only together with others, which are still to be asked for."""
    others = listed([inline(flags[other].plain) for other in flag.with_flags])
    first = flag.plain[:1].upper() + flag.plain[1:]
    return f"{first}. One more question: {others}? Together they must be seen at once."
