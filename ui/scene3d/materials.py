"""How each tissue looks: one table, and the rule that turns a structure's state into a look.

Pure values; `view` carries them out. Colours are sRGB 0-1. Nerves yellow, arteries red, veins blue,
bone ivory, muscle brown-red, after the atlas convention; data colours are Okabe and Ito's.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace

from planner.atlas.model import Structure
from planner.session.picture import Appearance

Colour = tuple[float, float, float]

BACKGROUND_TOP: Colour = (0x27 / 255, 0x31 / 255, 0x3C / 255)
BACKGROUND_BOTTOM: Colour = (0x11 / 255, 0x16 / 255, 0x1C / 255)
ACCENT: Colour = (0x5C / 255, 0xC3 / 255, 0xD6 / 255)
CASING_DARK: Colour = (0.10, 0.075, 0.03)
TARGET: Colour = (0.96, 0.98, 1.0)
VERMILLION: Colour = (0xD5 / 255, 0x5E / 255, 0x00 / 255)
NERVE_LIT: Colour = (1.0, 0.87, 0.13)
GHOST_OPACITY = 0.34
ALMOST_SOLID = 0.8


@dataclass(frozen=True, slots=True)
class Material:
    """gloss: strength of the highlight 0-1; power: its sharpness; vary: how much siblings differ 0-1.

    sheer: factor on a translucent opacity, below 1 for thin sheets, which lie in layers over everything.
    """

    colour: Colour
    gloss: float = 0.10
    power: float = 24.0
    vary: float = 0.0
    grow_px: float = 0.0
    sheer: float = 1.0


MATERIALS: dict[str, Material] = {
    "bone": Material((0.885, 0.83, 0.72), gloss=0.05, power=18.0),
    "cartilage": Material((0.80, 0.86, 0.88), gloss=0.16, power=40.0),
    "disc": Material((0.63, 0.71, 0.77), gloss=0.12, power=30.0),
    "muscle": Material((0.63, 0.245, 0.205), gloss=0.09, power=22.0, vary=1.0),
    "tendon": Material((0.86, 0.82, 0.74), gloss=0.16, power=30.0),
    "ligament": Material((0.80, 0.79, 0.73), gloss=0.14, power=30.0),
    "fascia": Material((0.80, 0.78, 0.76), gloss=0.14, power=30.0),
    "artery": Material((0.83, 0.125, 0.115), gloss=0.24, power=38.0, grow_px=0.2),
    "vein": Material((0.22, 0.36, 0.70), gloss=0.22, power=34.0, grow_px=0.2),
    "nerve": Material((0.95, 0.79, 0.26), gloss=0.13, power=30.0, grow_px=0.7),
    "root": Material((0.96, 0.81, 0.33), gloss=0.13, power=30.0, grow_px=0.5),
    "dura": Material((0.80, 0.80, 0.68), gloss=0.18, power=36.0),
    "kidney": Material((0.56, 0.235, 0.185), gloss=0.26, power=42.0),
    "ureter": Material((0.84, 0.69, 0.52), gloss=0.18, power=34.0, grow_px=0.3),
    "bowel": Material((0.79, 0.60, 0.52), gloss=0.22, power=34.0),
    "bladder": Material((0.82, 0.67, 0.56), gloss=0.20, power=34.0),
    "organ": Material((0.68, 0.44, 0.37), gloss=0.18, power=32.0),
    "skin": Material((0.865, 0.705, 0.60), gloss=0.05, power=16.0),
}
BY_SYSTEM = {
    "bones": "bone",
    "discs": "disc",
    "muscles": "muscle",
    "vessels": "artery",
    "nerves": "nerve",
    "organs": "organ",
    "skin": "skin",
}


@dataclass(frozen=True, slots=True)
class Look:
    """Everything the view sets on one actor. casing: colour of the outline, None for none.

    ghost: opacity with which it shows through whatever lies before it.
    """

    colour: Colour
    opacity: float
    gloss: float
    power: float
    glow: float = 0.0
    grow_px: float = 0.0
    casing: Colour | None = None
    casing_px: float = 0.0
    ghost: float = 0.0

    @property
    def visible(self) -> bool:
        """Whether it is drawn at all."""
        return self.opacity > 0.004


def material_of(structure_id: str, system: str, record: Structure | None) -> Material:
    """The material a structure's record names; siblings of a varied material differ a little by name.

    Left and right of one structure look alike, so the variation comes from the name without its side.
    """
    name = record.material if record is not None else BY_SYSTEM.get(system, "organ")
    if record is None and structure_id.startswith(("vein_", "vena_")):
        name = "vein"
    material = MATERIALS.get(name) or MATERIALS[BY_SYSTEM.get(system, "organ")]
    if not material.vary:
        return material
    stem = structure_id.removesuffix("_left").removesuffix("_right")
    seed = zlib.crc32(stem.encode())
    lighter = ((seed & 0xFF) / 255.0 - 0.5) * material.vary
    warmer = ((seed >> 8 & 0xFF) / 255.0 - 0.5) * material.vary
    r, g, b = material.colour
    light = 1.0 + 0.20 * lighter
    return replace(
        material,
        colour=(
            min(1.0, r * light),
            min(1.0, g * light * (1.0 + 0.20 * warmer)),
            min(1.0, b * light * (1.0 - 0.14 * warmer)),
        ),
    )


def sheerness(thickness_mm: float) -> float:
    """`Material.sheer` of a muscle of this mean thickness: a sheet of 3 mm about a third, a belly 1."""
    return max(0.35, min(1.0, (thickness_mm - 2.0) / 6.0))


def dress(material: Material, appearance: Appearance, system: str) -> Look:
    """The look of a structure of this material in this state."""
    opacity = max(0.0, min(1.0, appearance.opacity))
    if appearance.emphasis in ("plain", "faded"):
        opacity *= material.sheer if opacity < 0.995 else 1.0
        if appearance.emphasis == "faded" and system in ("bones", "discs"):
            opacity **= 0.6  # faded bone stays the frame that everything else is found by
    elif opacity >= ALMOST_SOLID:
        opacity = 1.0  # what is pointed at stands solid before a cased outline
    plain = Look(material.colour, opacity, material.gloss, material.power, grow_px=material.grow_px)
    if appearance.emphasis == "lit":
        colour = NERVE_LIT if system == "nerves" else _toward(material.colour, (1.0, 1.0, 1.0), 0.15)
        grow = max(material.grow_px, 1.5) if system == "nerves" else material.grow_px
        return replace(
            plain,
            colour=colour,
            glow=0.72,
            grow_px=grow,
            casing=CASING_DARK,
            casing_px=grow + 1.3,
            ghost=GHOST_OPACITY,
        )
    if appearance.emphasis == "selected":
        return replace(
            plain,
            colour=_toward(_bright(material.colour, 0.80), ACCENT, 0.10),
            glow=0.35,
            grow_px=material.grow_px + 0.4,
            casing=ACCENT,
            casing_px=material.grow_px + 2.6,
        )
    if appearance.emphasis == "neighbour":
        return replace(
            plain,
            casing=_toward(_bright(material.colour), (1.0, 1.0, 1.0), 0.25),
            casing_px=material.grow_px + 1.8,
        )
    if appearance.emphasis == "faded":
        grey = sum(material.colour) / 3.0
        return replace(
            plain,
            colour=_toward(material.colour, (grey * 0.94, grey * 0.99, grey * 1.05), 0.5),
            gloss=material.gloss * 0.4,
        )
    return plain


def _toward(colour: Colour, other: Colour, share: float) -> Colour:
    r, g, b = (a + (o - a) * share for a, o in zip(colour, other, strict=True))
    return r, g, b


def _bright(colour: Colour, least: float = 1.0) -> Colour:
    """The colour scaled up so that its strongest part is at least `least`."""
    most = max(colour) / max(least, max(colour))
    r, g, b = (min(1.0, part / most) for part in colour)
    return r, g, b
