"""What must be said, or must stop the comparison, before any block is put first.

Red flags interrupt. Criteria for medial branch blocks, and patterns that no single block can answer,
lead to "reassess". Which entry does what is content (`flags.toml`, `rules.toml`); here stands only how
they combine. What is kept back for it stands in `withholding`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from planner.answer import Alert
from planner.atlas.model import Content, Flag, Weight

# The alert's id by the effect of its flag; informing flags without an entry are `reassess:<flag>`.
_INFORMING = {"allergy_local_anaesthetic": "allergy", "allergy_contrast": "allergy"}
_FIRST, _SECOND, _AGAINST = "criterion_first_", "criterion_second_", "criterion_against_"
_SECOND_BLOCK = ("prior_mbb_done", "prior_positive_mbb_80", "prior_mbb_relief_below_80")


def acting(content: Content, flags: Collection[str]) -> tuple[Flag, ...]:
    """The flags that act: those whose companions (`with_flags`) are all set too, in content's order."""
    return tuple(
        flag
        for flag in content.flags.values()
        if flag.id in flags and all(other in flags for other in flag.with_flags)
    )


def red_flags(flags: Iterable[Flag]) -> tuple[Alert, ...]:
    """One alert per red flag; any of them interrupts the comparison."""
    return tuple(
        Alert(f"red_flag:{flag.id}", flag.text, _source(flag.sources))
        for flag in flags
        if flag.effect == "urgent_evaluation"
    )


def half_told(content: Content, flags: Collection[str]) -> tuple[Alert, ...]:
    """One alert per red flag that acts only together with another: that other must be asked for."""
    found = []
    for flag in content.flags.values():
        missing = [content.flags[other] for other in flag.with_flags if other not in flags]
        if flag.id in flags and missing:
            others = " and ".join(other.name[:1].lower() + other.name[1:] for other in missing)
            text = f"{flag.name}: to be asked is also: {others}. Together they call for urgent evaluation."
            found.append(Alert(f"reassess:{flag.id}", text, _source(flag.sources)))
    return tuple(found)


def cautions(flags: Iterable[Flag]) -> tuple[Alert, ...]:
    """One alert per caution: bleeding, infection, allergy, or something to think about first."""
    names: dict[str, Callable[[str], str]] = {
        "withhold_deep": lambda flag: "deep_block_bleeding",
        "withhold": lambda flag: "infection",
        "inform": lambda flag: _INFORMING.get(flag, f"reassess:{flag}"),
    }
    return tuple(
        Alert(names[flag.effect](flag.id), flag.text, _source(flag.sources))
        for flag in flags
        if flag.effect in names
    )


def unmet_criteria(content: Content, clues: Collection[str]) -> tuple[tuple[Alert, bool], ...]:
    """Criteria for a medial branch block that are not met, each with whether it changes the outcome.

    A second block has its own list; it is asked for as soon as the history tells of a first one.
    """
    second = any(clue in clues for clue in _SECOND_BLOCK)
    wanted = _SECOND if second else _FIRST
    unmet: list[tuple[Alert, bool]] = []
    for weight in content.weights.values():
        name, missing = _criterion(weight, wanted, clues)
        if missing:
            unmet.append((_alert(f"criteria:{name}", weight), weight.value > 0.0))
    return tuple(unmet)


def _criterion(weight: Weight, wanted: str, clues: Collection[str]) -> tuple[str, bool]:
    if weight.id.startswith(wanted):
        name = weight.id.removeprefix(wanted)
        return name, name not in clues
    if weight.id.startswith(_AGAINST):
        name = weight.id.removeprefix(_AGAINST)
        return name, name in clues
    return "", False


def reassess(content: Content, clues: Collection[str]) -> tuple[tuple[Alert, bool], ...]:
    """Patterns that one block cannot answer, each with whether it changes the outcome."""
    found: list[tuple[Alert, bool]] = []
    for clue in clues:
        weight = content.weights.get(f"reassess_{clue}")
        if weight is not None:
            found.append((_alert(f"reassess:{clue}", weight), weight.value > 0.0))
    return tuple(found)


def nothing_answers(content: Content) -> Alert:
    """No block covers enough of the map."""
    return _alert("reassess:no_single_block_covers", content.weights["answers_from_covered"])


def _alert(name: str, weight: Weight) -> Alert:
    return Alert(name, weight.meaning, _source(weight.sources))


def _source(sources: tuple[str, ...]) -> str:
    return sources[0] if sources else ""
