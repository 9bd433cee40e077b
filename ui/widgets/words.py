"""How ids become words on the screen: sides spelled out, plain names or terms, areas with their unit."""

from __future__ import annotations

from planner.atlas.model import Claim, Content, Reach
from planner.session.state import Face
from planner.space import SIDES, Side


def capital(text: str) -> str:
    """The text with a capital first letter, the rest as it is."""
    return text[:1].upper() + text[1:]


def side_words(side: Side) -> str:
    """ "patient's left" or "patient's right"."""
    return f"patient's {side}"


def region_name(content: Content, region: str, face: Face = "explain") -> str:
    """A region's plain name, or its anatomical one when studying."""
    record = content.regions.get(region)
    if record is None:
        return region.replace("_", " ")
    return capital(record.name if face == "study" else record.plain or record.name)


def block_name(content: Content, block: str) -> str:
    """A block's name."""
    record = content.blocks.get(block)
    return capital(record.name) if record is not None else block.replace("_", " ")


def nerve_name(content: Content, nerve: str, face: Face = "explain") -> str:
    """A nerve's name; plain words in brackets are left to the card."""
    record = content.nerves.get(nerve)
    if record is None:
        return capital(nerve.replace("_", " "))
    return capital(record.name if face == "study" or not record.plain else record.plain)


def structure_name(content: Content, structure: str) -> str:
    """A structure's name with its side in words, and whose it is if one sex alone has it."""
    record = content.structures.get(structure)
    if record is not None:
        return capital(f"{record.name} ({record.form})" if record.form else record.name)
    for side in SIDES:
        if structure.endswith(f"_{side}"):
            return capital(f"{structure.removesuffix(f'_{side}').replace('_', ' ')}, {side}")
    return capital(structure.replace("_", " "))


def claim_words(claim: Claim, face: Face) -> str:
    """A claim in plain words where it has them, in terms when studying."""
    text = claim.text if face == "study" or not claim.plain else claim.plain
    text = text.strip()
    return capital(text) if text.endswith((".", "?", "!")) else f"{capital(text)}."


def rate(reach: Reach) -> str:
    """How often a block reaches a nerve: "90 %", with the published spread where there is one."""
    if reach.low is None or reach.high is None or reach.low == reach.high:
        return percent(reach.p)
    return f"{percent(reach.p)} ({reach.low * 100:.0f} to {reach.high * 100:.0f} %)"


def percent(share: float) -> str:
    """A share 0-1 as whole per cent."""
    return f"{round(100 * share)} %"


def area(cm2: float) -> str:
    """An area in cm2, rounded as its exactness deserves."""
    if 0.0 < cm2 < 1.0:
        return "< 1 cm²"
    return f"{round(cm2)} cm²" if cm2 < 100 else f"{round(cm2, -1):.0f} cm²"


def millimetres(distance: float) -> str:
    """A distance in whole millimetres."""
    return f"{round(distance)} mm"
