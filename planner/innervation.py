"""Which nerves move a muscle, told from what is written about the nerves: the reverse of their own cards.

A nerve's text names its muscles before the first colon or semicolon; what follows tells what is lost. A
muscle whose own nerve the model does not draw has a statement of its own, which leads to its roots.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from planner.atlas.hierarchy import stem_of
from planner.atlas.model import Claim, Content, Structure
from planner.search import words_of

_UNSAID = ("left", "right", "muscle", "musculus")  # words of a name that a text leaves out
_LEAST_LETTERS = 4


@dataclass(frozen=True, slots=True)
class Moved:
    """A nerve and the sentence that names the muscle among those it moves."""

    nerve: str
    claim: Claim


def moved_by(content: Content, muscle: Structure) -> tuple[Moved, ...]:
    """The nerves whose muscles include this one, as far as it is written; () for what is no muscle."""
    if muscle.layer != "muscle":
        return ()
    names = _names(muscle)
    own = content.supplies.get(stem_of(muscle.id))
    if own is not None:
        return tuple(Moved(nerve, own) for nerve in own.nerves)
    return tuple(
        Moved(nerve.id, nerve.motor)
        for nerve in content.nerves.values()
        if nerve.kind != "root" and nerve.motor is not None and _names_one_of(nerve.motor.text, names)
    )


@lru_cache(maxsize=512)
def _words(text: str) -> tuple[str, ...]:
    named = text.split(":")[0].split(";")[0]
    return tuple(words_of(named))


def _names(muscle: Structure) -> frozenset[tuple[str, ...]]:
    """What the muscle is called, without its side; and without words that a text leaves out."""
    said = {stem_of(muscle.id).replace("_", " "), muscle.name, *muscle.synonyms}
    found = {tuple(word for word in words_of(name) if word not in _UNSAID) for name in said}
    return frozenset(name for name in found if sum(map(len, name)) >= _LEAST_LETTERS)


def _names_one_of(text: str, names: frozenset[tuple[str, ...]]) -> bool:
    words = _words(text)
    if words[:1] == ("none",):
        return False
    # "Gluteus medius and minimus" names both.
    twins = {(words[k], words[k + 3]) for k in range(len(words) - 3) if words[k + 2] == "and"}
    sizes = {len(name) for name in names}
    runs = {words[at : at + size] for size in sizes for at in range(len(words) - size + 1)}
    return bool((runs | twins) & names)
