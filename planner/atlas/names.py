"""Near misses of ids: what somebody most likely meant when an id is unknown."""

from __future__ import annotations

import re
from collections.abc import Iterable

LONGEST = 60  # characters of an unknown id that are looked at and shown


def quoted(word: str) -> str:
    """The word in quotes for a message of one line: control characters escaped, a long one cut short."""
    return repr(word if len(word) <= LONGEST else f"{word[: LONGEST - 1]}…")


def nearest(word: str, ids: Iterable[str], n: int = 3) -> list[str]:
    """Up to n ids most alike to `word`, best first; never empty while there are ids.

    Case, spaces and hyphens do not count, and an id that contains the word comes before one that is
    merely spelled alike ("plexus" finds lumbar_plexus).
    """
    from difflib import SequenceMatcher  # only needed once something is wrong

    wanted = _plain(word[:LONGEST])
    parts = [part for part in wanted.split("_") if len(part) > 2]

    def likeness(candidate: str) -> float:
        plain = _plain(candidate)
        ratio = SequenceMatcher(None, wanted, plain).ratio()
        held = sum(part in plain.split("_") for part in parts) / len(parts) if parts else 0.0
        within = 0.3 if wanted and (wanted in plain or plain in wanted) else 0.0
        return ratio + 0.5 * held + within

    return sorted(dict.fromkeys(ids), key=lambda candidate: (-likeness(candidate), candidate))[:n]


def hint(word: str, ids: Iterable[str], n: int = 3) -> str:
    """ "; nearest: a, b, c", or "" when there is nothing to offer."""
    found = nearest(word, ids, n)
    return f"; nearest: {', '.join(found)}" if found else ""


def unknown(what: str, word: str, ids: Iterable[str]) -> str:
    """ "unknown region 'heal'; nearest: heel, ...", the one sentence for an id that does not exist."""
    return f"unknown {what} {quoted(word)}{hint(word, ids)}"


def _plain(word: str) -> str:
    return re.sub(r"[\s\-]+", "_", word.strip().lower())
