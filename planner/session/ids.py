"""Every id of a State or an act held against the atlas, with the nearest known ids for a wrong one.

A State with an unknown id can come from a scene file made for other content; it is refused as a whole.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from planner.atlas.model import Content
from planner.atlas.names import unknown
from planner.session import actions as act
from planner.session.state import RegionMark, State
from planner.territory import territory_ids


class UnknownId(ValueError):
    """An id that the content does not have; the text names it and the nearest ones."""


def require(kind: str, name: str, known: Collection[str]) -> None:
    """Raises UnknownId unless the name is known."""
    if name not in known:
        raise UnknownId(unknown(kind, name, known))


def _all(kind: str, names: Iterable[str], known: Collection[str]) -> None:
    for name in names:
        require(kind, name, known)


def _targets(content: Content, block: str | None) -> tuple[str, ...]:
    record = content.blocks.get(block) if block else None
    return record.targets if record else ()


def check_state(content: Content, points: Collection[str], state: State) -> None:
    """Raises UnknownId for the first id of a State that content or points do not have.

    points: ids of named points (with side); an empty collection skips their check.
    """
    _all("region", (mark.region for mark in state.marks if isinstance(mark, RegionMark)), content.regions)
    _all("quality", state.qualities, content.qualities)
    for mark in state.marks:
        _all("quality", mark.qualities, content.qualities)
    _all("clue", state.clues, content.clues)
    _all("flag", state.flags, content.flags)
    _all("block", state.unrelieved, content.blocks)
    if state.block is not None:
        require("block", state.block, content.blocks)
    if state.target is not None:
        require("target", state.target, _targets(content, state.block))
    if state.territory is not None:
        require("territory", state.territory, territory_ids(content))
    if state.source is not None:
        require("source", state.source, content.generators)
    if state.over is not None:
        require("territory", state.over, territory_ids(content))
    for names in (state.selected, state.hidden, state.faded, state.isolated):
        _all("structure", names, content.structures)
    for choice in state.variants:
        _variant(content, choice.group, choice.variant)
    if points:
        _all("focus", state.pose.focus, _places(content, points))


def _variant(content: Content, group: str, variant: str | None) -> None:
    """Raises UnknownId unless the group and the variant in it are known."""
    groups = {record.group for record in content.variants.values()}
    require("group of variants", group, groups)
    if variant is not None:
        of_group = [record.id for record in content.variants.values() if record.group == group]
        require("variant", variant, of_group)


def _places(content: Content, points: Collection[str]) -> set[str]:
    return {*content.structures, *points, *content.blocks, *content.nerves}


def check_action(content: Content, points: Collection[str], state: State, action: act.Action) -> None:
    """Raises UnknownId for the first id of an act that content or points do not have."""
    match action:
        case act.MarkRegion(region=region, qualities=names):
            require("region", region, content.regions)
            _all("quality", names or (), content.qualities)
        case act.UnmarkRegion(region=region):
            require("region", region, content.regions)
        case act.PaintStroke(qualities=names):
            _all("quality", names, content.qualities)
        case act.ChangeMark(qualities=names) if names is not None:
            _all("quality", names, content.qualities)
        case act.ToggleQuality(quality=quality):
            require("quality", quality, content.qualities)
        case act.ToggleClue(clue=clue):
            require("clue", clue, content.clues)
        case act.ToggleFlag(flag=flag):
            require("flag", flag, content.flags)
        case act.ChooseBlock(block=block) if block is not None:
            require("block", block, content.blocks)
        case act.ToggleUnrelieved(block=block):
            require("block", block, content.blocks)
        case act.ShowTerritory(territory=territory) | act.LayOver(territory=territory) if (
            territory is not None
        ):
            require("territory", territory, territory_ids(content))
        case act.ChooseSource(source=source, joint=joint, nerves=nerves):
            if source is not None:
                require("source", source, content.generators)
            _all("structure", (*joint, *nerves), content.structures)
        case act.ChooseTarget(target=target):
            require("target", target, _targets(content, state.block))
        case (
            act.SelectStructures(structures=names)
            | act.GoTo(structures=names)
            | act.ShowStructures(structures=names)
            | act.HideStructures(structures=names)
            | act.FadeStructures(structures=names)
            | act.IsolateStructures(structures=names)
        ):
            _all("structure", names, content.structures)
        case act.ChooseVariant(group=group, variant=variant):
            _variant(content, group, variant)
        case act.FocusOn(ids=names) if points:
            _all("focus", names, _places(content, points))
        case act.LoadState(state=loaded):
            check_state(content, points, loaded)
        case _:
            pass
