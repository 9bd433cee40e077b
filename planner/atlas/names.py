"""Near misses of ids: what somebody most likely meant when an id is unknown.

A record is known by more words than its id: name, Latin, abbreviations, synonyms, terminology id. Who
writes "LFCN" means lfcn_left, although the two are hardly spelled alike.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

LONGEST = 60  # characters of an unknown id that are looked at and shown
_WORDS = ("name", "latin", "fma", "plain", "abbreviations", "synonyms")  # fields that name a record
Words = Mapping[str, Collection[str]]


def quoted(word: str) -> str:
    """The word in quotes for a message of one line: control characters escaped, a long one cut short."""
    return repr(word if len(word) <= LONGEST else f"{word[: LONGEST - 1]}…")


def words_of(known: Iterable[str]) -> Words:
    """The other words by which records are known, by id; none where `known` holds ids without records."""
    if not isinstance(known, Mapping):
        return {}
    return {key: tuple(_words(record)) for key, record in known.items()}


def nearest(word: str, ids: Iterable[str], n: int = 3, words: Words | None = None) -> list[str]:
    """Up to n ids most alike to `word`, best first; never empty while there are ids.

    Case, spaces and hyphens do not count, and an id that contains the word comes before one that is
    merely spelled alike ("plexus" finds lumbar_plexus). words: other words for an id; one that is the
    word itself comes before everything else.
    """
    from difflib import SequenceMatcher  # only needed once something is wrong

    wanted = _plain(word[:LONGEST])
    parts = [part for part in wanted.split("_") if len(part) > 2]

    def likeness(candidate: str) -> float:
        plain = _plain(candidate)
        ratio = SequenceMatcher(None, wanted, plain).ratio()
        held = sum(part in plain.split("_") for part in parts) / len(parts) if parts else 0.0
        within = 0.3 if wanted and (wanted in plain or plain in wanted) else 0.0
        called = [_plain(other) for other in (words or {}).get(candidate, ())]
        same = wanted in called
        said = 2.0 if same else 0.4 if wanted and any(wanted in other for other in called) else 0.0
        return ratio + 0.5 * held + within + said

    return sorted(dict.fromkeys(ids), key=lambda candidate: (-likeness(candidate), candidate))[:n]


def hint(word: str, ids: Iterable[str], n: int = 3, words: Words | None = None) -> str:
    """ "; nearest: a, b, c", or "" when there is nothing to offer."""
    found = nearest(word, ids, n, words)
    return f"; nearest: {', '.join(found)}" if found else ""


def unknown(what: str, word: str, ids: Iterable[str]) -> str:
    """ "unknown region 'heal'; nearest: heel, ...", the one sentence for an id that does not exist.

    ids: given as records by id, they are also found by their other words.
    """
    return f"unknown {what} {quoted(word)}{hint(word, ids, words=words_of(ids))}"


def _words(record: object) -> Iterable[str]:
    for field in _WORDS:
        value = getattr(record, field, "")
        yield from (value,) if isinstance(value, str) else value


def _plain(word: str) -> str:
    return re.sub(r"[\s\-]+", "_", word.strip().lower())
