"""The atlas's text files as they lie on disk, and the line on which a thing stands in them.

tomllib keeps no positions, yet a fault that names no line costs its reader minutes. The files are
small and their layout is ours, so headers and `id = "..."` lines are found by looking for them.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path


@dataclass(frozen=True, order=True, slots=True)
class Fault:
    """Something wrong in a content file. line: 1-based, 0 when the fault has no line."""

    file: str
    line: int
    entry: str
    text: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.entry}: {self.text}" if self.entry else f"{place}: {self.text}"


class ContentFault(Exception):
    """The content cannot be used; `faults` holds every reason and the text names file, line and entry."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        shown = [str(fault) for fault in self.faults[:20]]
        if len(self.faults) > len(shown):
            shown.append(
                f"... and {len(self.faults) - len(shown)} more; `block-planner check` lists them all"
            )
        super().__init__("\n".join(shown))


@dataclass(frozen=True, eq=False)
class TextFile:
    """One file of the atlas folder. name: path relative to it, with forward slashes."""

    name: str
    data: bytes

    @cached_property
    def lines(self) -> list[str]:
        """Its lines; bytes that are no UTF-8 are replaced, so that a line can be named even then."""
        return self.data.decode("utf-8", errors="replace").splitlines()

    def table(self) -> dict[str, object]:
        """The decoded TOML. Raises ContentFault naming the line."""
        try:
            return tomllib.loads(self.data.decode("utf-8"))
        except UnicodeDecodeError as error:
            line = self.data[: error.start].count(b"\n") + 1
            raise ContentFault([Fault(self.name, line, "", "it is not UTF-8 text")]) from error
        except tomllib.TOMLDecodeError as error:
            raise ContentFault([self._unreadable(error, self.whole)]) from error

    def _unreadable(self, error: tomllib.TOMLDecodeError, span: tuple[int, int]) -> Fault:
        """Why the lines of a span are no TOML, on the line of the file."""
        found = re.search(r"line (\d+)", str(error))
        line = span[0] - 1 + int(found.group(1)) if found else span[1]
        if "overwrite" in str(error):
            return Fault(self.name, line, "", "a field stands twice in one entry")
        return Fault(self.name, line, "", f"it is not readable TOML, cut off or mistyped: {error}")

    def readable_entries(
        self, table: str
    ) -> tuple[list[tuple[tuple[int, int], dict[str, object]]], list[Fault]]:
        """The `[[table]]` entries of a file that is no TOML as a whole, each read alone; and why others
        cannot be read. No fault where the entries are not to be found."""
        entries: list[tuple[tuple[int, int], dict[str, object]]] = []
        faults: list[Fault] = []
        for span in self.entry_spans(table):
            try:
                decoded = tomllib.loads("\n".join(self.lines[span[0] - 1 : span[1]]) + "\n")
            except tomllib.TOMLDecodeError as error:
                faults.append(self._unreadable(error, span))
                continue
            entries += [(span, entry) for entry in decoded.get(table, []) if isinstance(entry, dict)]
        return entries, faults

    def entry_spans(self, table: str) -> list[tuple[int, int]]:
        """First and last line (1-based) of every `[[table]]`; empty if the file is written otherwise."""
        starts = [k for k, line in enumerate(self.lines, 1) if line.strip() == f"[[{table}]]"]
        if not starts:
            return []
        return list(zip(starts, [start - 1 for start in starts[1:]] + [len(self.lines)], strict=True))

    @property
    def whole(self) -> tuple[int, int]:
        """First and last line of the file."""
        return 1, max(len(self.lines), 1)

    def line_of(self, span: tuple[int, int], pattern: str, skip: int = 0) -> int:
        """The line within span that the regular expression finds, after `skip` finds; 0 for none."""
        wanted = re.compile(pattern)
        for number in range(span[0], min(span[1], len(self.lines)) + 1):
            if wanted.search(self.lines[number - 1]):
                if skip == 0:
                    return number
                skip -= 1
        return 0

    def id_line(self, span: tuple[int, int]) -> int:
        """The line of the entry's `id = "..."`, or else of its header."""
        return self.line_of(span, r"^\s*id\s*=") or span[0]

    def word_line(self, span: tuple[int, int], word: str) -> int:
        """The first line of the entry that holds the word in quotes, or else the line of its id."""
        return self.line_of(span, f'"{re.escape(word)}"') or self.id_line(span)

    def words_after(self, field: str) -> list[str]:
        """The values of every `field = "..."` line, found even where the file is no readable TOML."""
        wanted = re.compile(rf'^\s*{field}\s*=\s*"([^"]*)"')
        return [found.group(1) for line in self.lines if (found := wanted.match(line))]

    def path_line(self, span: tuple[int, int], path: str) -> int:
        """The line of a field such as `$.reaches[2].p`, as near as its name can be found."""
        line, low = self.id_line(span), span[0]
        for name, number in re.findall(r"\.(\w+)(?:\[(\d+)\])?", path):
            skip = int(number or 0)
            found = self.line_of((low, span[1]), rf"^\s*\[+(?:\w+\.)*{name}\]+\s*$", skip)
            found = found or self.line_of((low, span[1]), rf"(?:^|[{{,])\s*{name}\s*=")
            if not found:
                break
            line = low = found
        return line


def read_folder(folder: Path) -> dict[str, TextFile]:
    """Every TOML file under an atlas folder by relative name, sorted. Raises ContentFault."""
    if not folder.is_dir():
        raise ContentFault([Fault(folder.name, 0, "", "there is no such folder of atlas content")])
    files: dict[str, TextFile] = {}
    for path in sorted(folder.rglob("*.toml")):
        name = path.relative_to(folder).as_posix()
        try:
            files[name] = TextFile(name, path.read_bytes())
        except OSError as error:
            raise ContentFault([Fault(name, 0, "", f"it cannot be read ({error.strerror})")]) from error
    return files


def digest(files: Iterable[TextFile]) -> str:
    """SHA-256 (hex) over names and bytes of the files, whatever the line endings of a checkout."""
    total = hashlib.sha256()
    for file in files:
        data = file.data.replace(b"\r\n", b"\n")
        total.update(f"{file.name}\0{len(data)}\0".encode())
        total.update(data)
    return total.hexdigest()
