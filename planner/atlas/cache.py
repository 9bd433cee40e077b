"""Decoded content kept between starts, because reading TOML is the slowest step of loading text.

The copy lies in the user's cache folder and is found by the hash of the text it was made from and of
the record definitions, so it is never out of date: edited content simply has another name. A copy
that is missing, damaged or not writable costs time and nothing else.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TypeVar

import msgspec

from planner.files import write_atomically

_KEPT = 8  # copies, also of other content folders or versions, that are left lying
T = TypeVar("T")


def cache_folder() -> Path:
    """Where copies lie on this system."""
    from platformdirs import user_cache_path

    return user_cache_path("lumbar-block-planner", appauthor=False)


def shape_of(base: type[msgspec.Struct]) -> str:
    """A text that changes whenever a field of a record type under `base` is added, renamed or retyped."""
    parts = [f"{base.__name__}:{base.__struct_fields__}:{base.__struct_defaults__}:{base.__annotations__}"]
    return ";".join(parts + sorted(shape_of(kind) for kind in base.__subclasses__()))


def path_for(key: str, base: type[msgspec.Struct]) -> Path:
    """The file that would hold the copy of this text, decoded into records under `base`."""
    name = hashlib.sha256(f"{key}|{shape_of(base)}".encode()).hexdigest()[:24]
    return cache_folder() / f"content-{name}.msgpack"


def recall(path: Path, kind: type[T]) -> T | None:
    """The record kept at path, or None when there is none that can be trusted."""
    try:
        data = path.read_bytes()
        body = data[32:]
        if hashlib.sha256(body).digest() != data[:32]:
            return None
        return msgspec.msgpack.decode(body, type=kind)
    except (OSError, msgspec.MsgspecError):
        return None


def keep(path: Path, record: object) -> None:
    """Keeps a record at path (replaced atomically) and drops the oldest copies; never raises OSError."""
    body = msgspec.msgpack.encode(record)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, hashlib.sha256(body).digest() + body)
        kept = sorted(path.parent.glob("content-*.msgpack"), key=lambda p: p.stat().st_mtime, reverse=True)
        for old in kept[_KEPT:]:
            old.unlink(missing_ok=True)
    except OSError:
        return
