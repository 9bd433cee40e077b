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

ACCENT: Colour = (0x5C / 255, 0xC3 / 255, 0xD6 / 255)
CASING_DARK: Colour = (0.10, 0.075, 0.03)
TARGET: Colour = (0.96, 0.98, 1.0)
VERMILLION: Colour = (0xD5 / 255, 0x5E / 255, 0x00 / 255)
NERVE_LIT: Colour = (1.0, 0.87, 0.13)
GHOST_OPACITY = 0.34
ALMOST_SOLID = 0.8
SOLID = 0.995


@dataclass(frozen=True, slots=True)
class Material:
    """What light finds on a tissue. rough: 0 mirror to 1 chalk. reflectance: straight on, up to 0.1.

    wander: how far red, green and blue light wanders under the surface, 0-1: softens the edge of shade.
    wet: a film of moisture over it, 0-1. sheen: a brightening where it turns away, 0-1. pattern: strength of
    its own pattern (clouds, pores, strands), 0-1. fibres: it has muscle fibres. woven: it is made of strands,
    seen where its mesh says how they run. vary: how much siblings differ 0-1.
    grow_px: widening that keeps thin things visible from afar; close by there is none.
    sheer: factor on a translucent opacity, below 1 for thin sheets, which lie in layers over everything.
    most: opacity it never exceeds unless it is pointed at, below 1 for what flesh shimmers through.
    """

    colour: Colour
    rough: float = 0.5
    reflectance: float = 0.04
    wander: Colour = (0.18, 0.14, 0.12)
    wet: float = 0.0
    sheen: float = 0.0
    pattern: float = 0.0
    fibres: bool = False
    woven: bool = False
    vary: float = 0.0
    grow_px: float = 0.0
    sheer: float = 1.0
    most: float = 1.0


_FLESH: Colour = (0.32, 0.14, 0.11)
_PALE: Colour = (0.24, 0.20, 0.16)
_NERVE: Colour = (0.26, 0.20, 0.10)
_SKIN: Colour = (0.42, 0.20, 0.13)
MATERIALS: dict[str, Material] = {
    "bone": Material((0.915, 0.868, 0.768), rough=0.60, wander=(0.22, 0.17, 0.12), pattern=1.0),
    "cartilage": Material((0.82, 0.875, 0.895), rough=0.30, wander=_PALE, wet=0.35),
    "disc": Material((0.68, 0.735, 0.775), rough=0.42, wander=_PALE, wet=0.20, pattern=0.35),
    "muscle": Material(
        (0.60, 0.225, 0.19), rough=0.46, wander=_FLESH, wet=0.30, sheen=0.18, fibres=True, vary=1.0
    ),
    "tendon": Material(
        (0.84, 0.80, 0.72), rough=0.44, wander=_PALE, wet=0.12, sheen=0.20, pattern=0.6, woven=True
    ),
    "ligament": Material(
        (0.845, 0.81, 0.73), rough=0.48, wander=_PALE, wet=0.08, sheen=0.15, pattern=0.8, woven=True
    ),
    "fascia": Material(
        (0.80, 0.775, 0.735),
        rough=0.46,
        wander=_PALE,
        wet=0.08,
        sheen=0.18,
        pattern=0.8,
        woven=True,
        most=0.84,
    ),
    "capsule": Material((0.79, 0.80, 0.785), rough=0.44, wander=_PALE, wet=0.15, sheen=0.2, pattern=0.5),
    "artery": Material((0.80, 0.115, 0.105), rough=0.30, wander=_FLESH, wet=0.55, pattern=0.3, grow_px=0.2),
    "vein": Material(
        (0.215, 0.335, 0.665), rough=0.30, wander=(0.16, 0.16, 0.22), wet=0.50, pattern=0.3, grow_px=0.2
    ),
    "nerve": Material(
        (0.94, 0.855, 0.56),
        rough=0.54,
        wander=_NERVE,
        wet=0.06,
        sheen=0.15,
        pattern=1.0,
        grow_px=0.7,
    ),
    "root": Material((0.95, 0.865, 0.57), rough=0.54, wander=_NERVE, wet=0.06, pattern=0.8, grow_px=0.5),
    "dura": Material((0.82, 0.815, 0.715), rough=0.36, wander=_PALE, wet=0.35, pattern=0.3),
    "kidney": Material((0.545, 0.215, 0.165), rough=0.34, wander=_FLESH, wet=0.60, pattern=0.6),
    "ureter": Material((0.85, 0.70, 0.53), rough=0.36, wander=_PALE, wet=0.30, pattern=0.4, grow_px=0.3),
    "bowel": Material((0.79, 0.59, 0.51), rough=0.36, wander=_FLESH, wet=0.55, pattern=0.7),
    "bladder": Material((0.83, 0.67, 0.56), rough=0.36, wander=_FLESH, wet=0.50, pattern=0.6),
    "organ": Material((0.69, 0.44, 0.37), rough=0.36, wander=_FLESH, wet=0.50, pattern=0.6),
    "space": Material((0.36, 0.70, 0.70), rough=0.60, reflectance=0.0, sheen=0.2, sheer=0.30, most=0.55),
    "skin": Material((0.865, 0.705, 0.60), rough=0.58, reflectance=0.028, wander=_SKIN, sheen=0.15),
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
    """Everything the view sets on one actor. casing: colour of the outline, None for none; casing_px: how far
    it reaches beyond the structure.

    ghost: opacity with which it shows through whatever lies before it.
    """

    colour: Colour
    opacity: float
    reflectance: float
    rough: float
    wet: float = 0.0
    glow: float = 0.0
    grow_px: float = 0.0
    casing: Colour | None = None
    casing_px: float = 0.0
    ghost: float = 0.0

    @property
    def visible(self) -> bool:
        """Whether it is drawn at all."""
        return self.opacity > 0.004

    @property
    def translucent(self) -> bool:
        """Whether what lies behind it shows through."""
        return self.opacity < SOLID


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
        opacity *= material.sheer if opacity < SOLID else 1.0
        opacity = min(opacity, material.most)
        if appearance.emphasis == "faded" and system in ("bones", "discs"):
            opacity **= 0.6  # faded bone stays the frame that everything else is found by
    elif opacity >= ALMOST_SOLID:
        opacity = 1.0  # what is pointed at stands solid before a cased outline
    plain = Look(
        material.colour, opacity, material.reflectance, material.rough, material.wet, grow_px=material.grow_px
    )
    if appearance.emphasis == "lit":
        colour = NERVE_LIT if system == "nerves" else _toward(material.colour, (1.0, 1.0, 1.0), 0.15)
        grow = max(material.grow_px, 1.5) if system == "nerves" else material.grow_px
        return replace(
            plain,
            colour=colour,
            glow=0.72,
            grow_px=grow,
            casing=CASING_DARK,
            casing_px=1.3,
            ghost=GHOST_OPACITY,
        )
    if appearance.emphasis == "selected":
        return replace(
            plain,
            colour=_toward(_bright(material.colour, 0.80), ACCENT, 0.10),
            glow=0.35,
            grow_px=material.grow_px + 0.4,
            casing=ACCENT,
            casing_px=2.2,
            ghost=GHOST_OPACITY if system in ("nerves", "vessels") else 0.0,
        )
    if appearance.emphasis == "neighbour":
        return replace(
            plain,
            casing=_toward(_bright(material.colour), (1.0, 1.0, 1.0), 0.25),
            casing_px=1.8,
        )
    if appearance.emphasis == "faded":
        grey = sum(material.colour) / 3.0
        return replace(
            plain,
            colour=_toward(material.colour, (grey * 0.94, grey * 0.99, grey * 1.05), 0.5),
            reflectance=material.reflectance * 0.4,
            wet=material.wet * 0.25,
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
