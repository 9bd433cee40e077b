"""Numbers that cannot be in the unit they claim.

A weight names its unit beside its value, a length carries it in its name. A share of 80, a count of 2.5
or a nerve 60 mm thick was typed in another unit, and nothing else would notice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from planner.atlas.integrity import Entries, Entry
from planner.atlas.model import Nerve, Variant, Weight
from planner.atlas.names import hint
from planner.atlas.text import Fault


def _between(low: float, high: float) -> Callable[[float], bool]:
    return lambda value: low <= value <= high


# unit -> what is asked of a value, in words and as a test
UNITS: Mapping[str, tuple[str, Callable[[float], bool]]] = {
    **dict.fromkeys(("share", "probability", "score", "fit", "exponent"), ("0 to 1", _between(0.0, 1.0))),
    "odds factor": ("more than 0 and at most 20", lambda value: 0.0 < value <= 20.0),
    "times": ("more than 0 and at most 20", lambda value: 0.0 < value <= 20.0),
    "count": ("a whole number from 1", lambda value: value >= 1.0 and value == int(value)),
    "cm2": ("0 to 20000", _between(0.0, 20_000.0)),
    "mm": ("0 to 2000", _between(0.0, 2_000.0)),
    "1: changes the outcome": ("1", _between(1.0, 1.0)),
    "0: said only": ("0", _between(0.0, 0.0)),
}
NERVE_MM = (0.1, 30.0)  # from the finest branch drawn to the sciatic nerve with room to spare


def unit_faults(entries: Entries) -> list[Fault]:
    """Weights of an unknown unit or outside what it allows; diameters and percentages likewise."""
    faults: list[Fault] = []
    for found in entries.values():
        for entry in found:
            match entry.record:
                case Weight():
                    faults += _weight(entry, entry.record)
                case Nerve():
                    faults += _range(entry, "diameter_mm", entry.record.diameter_mm, NERVE_MM, "mm")
                case Variant():
                    faults += _range(entry, "percent", entry.record.percent, (0.0, 100.0), "percent")
                case _:
                    pass
    return faults


def _weight(entry: Entry, weight: Weight) -> list[Fault]:
    if weight.unit not in UNITS:
        text = f'there is no unit "{weight.unit}"{hint(weight.unit, UNITS)}'
        return [_at(entry, "unit", text)]
    words, fits = UNITS[weight.unit]
    if fits(weight.value):
        return []
    return [_at(entry, "value", f"{weight.value:g} is no {weight.unit}: it must be {words}")]


def _range(
    entry: Entry, field: str, ends: tuple[float, float] | None, bounds: tuple[float, float], unit: str
) -> list[Fault]:
    if ends is None:
        return []
    low, high = ends
    if low > high:
        return [_at(entry, field, f"its lower end {low:g} is above its upper end {high:g}")]
    if low < bounds[0] or high > bounds[1]:
        text = f"{low:g} to {high:g} cannot be {unit}: it must lie within {bounds[0]:g} to {bounds[1]:g}"
        return [_at(entry, field, text)]
    return []


def _at(entry: Entry, field: str, text: str) -> Fault:
    line = entry.file.path_line(entry.span, f".{field}")
    return Fault(entry.file.name, line, entry.id, f"{field}: {text}")
