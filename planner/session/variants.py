"""Which variants of the anatomy are drawn together, and how those asked for by name become a choice.

Variants of different groups may stand in for the same structure, or one may take away what another adds:
such a pair cannot be drawn in one body. Of two in a State the one chosen last is drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from planner.atlas.model import Content, Variant
from planner.atlas.names import unknown
from planner.session.state import VariantChoice


class VariantFault(ValueError):
    """Variants that cannot be drawn; the text is one sentence."""


def clash(one: Variant, other: Variant) -> bool:
    """Whether two variants cannot be drawn in one body."""
    if one.group == other.group:
        return one.id != other.id
    return bool({*one.hides} & {*other.hides, *other.shows} or {*one.shows} & {*other.hides})


def drawn(content: Content, choices: Sequence[VariantChoice]) -> tuple[VariantChoice, ...]:
    """The choices without those that clash with a later one, in their order."""
    kept: list[VariantChoice] = []
    for choice in reversed(choices):
        variant = content.variants.get(choice.variant)
        if variant and not any(clash(variant, content.variants[later.variant]) for later in kept):
            kept.append(choice)
    return tuple(reversed(kept))


def chosen(content: Content, names: Iterable[str]) -> tuple[VariantChoice, ...]:
    """The variants of these ids. Raises VariantFault for an unknown id or two that clash."""
    found: list[Variant] = []
    for name in dict.fromkeys(names):
        if name not in content.variants:
            raise VariantFault(unknown("variant", name, content.variants))
        variant = content.variants[name]
        for before in found:
            if clash(before, variant):
                raise VariantFault(f"{before.id} and {name} cannot be drawn in one body: choose one")
        found.append(variant)
    return tuple(VariantChoice(variant.group, variant.id) for variant in found)


def owners(content: Content, structure: str) -> tuple[str, ...]:
    """Ids of the variants that a structure is drawn with; none for one of the usual anatomy."""
    stem = structure.removesuffix("_left").removesuffix("_right")
    return tuple(variant.id for variant in content.variants.values() if stem in variant.shows)


def share_text(variant: Variant) -> str:
    """How common a variant is, in a few signs: "9-27 %", "3 %", "share not known"."""
    if variant.percent is None:
        return "share not known"
    low, high = (f"{value:.0f}" for value in variant.percent)
    return f"{low} %" if low == high else f"{low}\N{EN DASH}{high} %"
