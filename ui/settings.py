"""What the window remembers between starts: text size, colours, motion, size. Nothing about anyone."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, get_args

from PySide6.QtCore import QByteArray, QSettings

from ui.theme import SCALES

ColorChoice = Literal["system", "light", "dark"]
GroundChoice = Literal["dark", "light", "print", "window"]
_GROUNDS: tuple[GroundChoice, ...] = get_args(GroundChoice)


class Settings:
    """Typed access to one small INI file."""

    def __init__(self, path: Path | None = None) -> None:
        """path: the file; None keeps nothing beyond this run."""
        self._file = QSettings(str(path), QSettings.Format.IniFormat) if path is not None else None
        self._memory: dict[str, object] = {}

    def _get(self, key: str, default: object) -> object:
        if self._file is None:
            return self._memory.get(key, default)
        return self._file.value(key, default)

    def _set(self, key: str, value: object) -> None:
        if self._file is None:
            self._memory[key] = value
        else:
            self._file.setValue(key, value)

    @property
    def scale(self) -> float:
        """Text size, 1.0 to 2.0; a damaged value reads as 1.0."""
        try:
            value = float(str(self._get("scale", 1.0)))
        except ValueError:
            return 1.0
        return min(SCALES, key=lambda s: abs(s - value)) if value == value else 1.0

    @scale.setter
    def scale(self, value: float) -> None:
        self._set("scale", value)

    @property
    def colors(self) -> ColorChoice:
        """Colour scheme: the system's, light or dark."""
        value = str(self._get("colors", "system"))
        return "light" if value == "light" else "dark" if value == "dark" else "system"

    @colors.setter
    def colors(self, value: ColorChoice) -> None:
        self._set("colors", value)

    @property
    def ground(self) -> GroundChoice:
        """What the model stands before: dark, light, print, or as light as the window is."""
        value = self._get("ground", "dark")
        return next((ground for ground in _GROUNDS if ground == value), "dark")

    @ground.setter
    def ground(self, value: GroundChoice) -> None:
        self._set("ground", value)

    @property
    def reduced_motion(self) -> bool:
        """Whether cameras jump instead of gliding."""
        return str(self._get("reduced_motion", False)).casefold() in ("true", "1")

    @reduced_motion.setter
    def reduced_motion(self, value: bool) -> None:
        self._set("reduced_motion", value)

    @property
    def geometry(self) -> QByteArray | None:
        """Where the window was."""
        value = self._get("geometry", None)
        return value if isinstance(value, QByteArray) else None

    @geometry.setter
    def geometry(self, value: QByteArray) -> None:
        self._set("geometry", value)
