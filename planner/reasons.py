"""Every argument for and against a block, in words, with its sources and the factor it puts on the odds.

One function per argument. Numbers come from `rules.toml`, words about history from the clues and
qualities themselves; nothing here decides an order.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from math import log

from planner.answer import Reason
from planner.atlas.model import Block, Clue, Content, Depth, Quality
from planner.coverage import Judged
from planner.fields import source_reach
from planner.space import Side, other_side


def percent(share: float) -> str:
    """A share 0-1 in words for people: rounded to 5 %."""
    return f"about {5 * round(20 * share)} %"


def weighted(content: Content, weight: str, text: str) -> Reason:
    """A reason whose factor and sources are those of a weight."""
    record = content.weights[weight]
    return Reason(text, record.sources, record.value, weight)


def coverage_reasons(
    content: Content, block: Block, judged: Judged, carriers: Iterable[str]
) -> tuple[Reason, ...]:
    """What the block covers, through which nerves, and what else goes numb."""
    names = [inline(content.nerves[nerve].name) for nerve in carriers]
    source = judged.route.source
    generator = content.generators.get(source)
    cited = [*(generator.sources if generator else ()), *(key for r in block.reaches for key in r.sources)]
    sources = tuple(dict.fromkeys(cited)) or block.question.sources
    through = f" through the {listed(names)}" if names else ""
    if generator:
        through = f" if it comes from this source: {inline(generator.name)}"
    elif source in content.nerves:
        through = f" if it comes from this root: {inline(content.nerves[source].name)}"
    found = [Reason(f"Covers {percent(judged.covered)} of the marked pain{through}.", sources)]
    if judged.over_covered_cm2 >= content.weights["numbs_skin_from_cm2"].value:
        area = _area(judged.over_covered_cm2)
        found.append(Reason(f"Would also numb about {area} of skin outside the marks.", sources))
    else:
        found.append(Reason("Numbs little or no skin outside the marks.", sources))
    return tuple(found)


def _area(cm2: float) -> str:
    return f"{10 * round(cm2 / 10)} cm²" if cm2 < 1000 else f"{100 * round(cm2 / 100)} cm²"


def inline(name: str) -> str:
    """A name within a sentence: "Femoral nerve" with a small letter, "L4 nerve root" as it is."""
    return name[:1].lower() + name[1:] if name[1:2].islower() else name


def listed(names: list[str]) -> str:
    """Names in a row: "a, b and c"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def specificity(content: Content, block: Block, trunks: Mapping[str, float]) -> tuple[Reason, ...]:
    """Branch or plexus: a plexus block asks too wide a question when one branch explains the map."""
    if block.family != "plexus" or not trunks:
        return ()
    weights = content.weights
    first = max(trunks, key=lambda trunk: trunks[trunk])
    if trunks[first] >= weights["branch_explains_from"].value:
        name = inline(content.nerves[first].name)
        text = f"One branch, the {name}, explains the map: a block of it asks the more specific question."
        return (weighted(content, "plexus_when_branch_explains", text),)
    several = [trunk for trunk, share in trunks.items() if share >= weights["branch_counts_from"].value]
    if len(several) >= 2:
        names = listed([inline(content.nerves[trunk].name) for trunk in several])
        text = f"Several branches overlap in this map ({names}): a broader pathway is worth discussing."
        record = weights["plexus_per_further_branch"]
        effect = record.value ** (len(several) - 1)
        return (Reason(text, record.sources, effect, "plexus_per_further_branch"),)
    return ()


def burden(content: Content, block: Block, flags: Collection[str]) -> tuple[Reason, ...]:
    """Deep blocks carry their burden, more so beside an unusual kidney or spine."""
    if block.depth_class == "superficial":
        return ()
    found = []
    if block.depth_class == "deep":
        found.append(weighted(content, "burden_deep", "A deep block: bleeding there cannot be compressed."))
        for flag in flags:
            weight = content.weights.get(f"deep_with_{flag}")
            if weight is not None:
                found.append(Reason(content.flags[flag].text, weight.sources, weight.value, weight.id))
    else:
        found.append(weighted(content, "burden_intermediate", "The target lies at intermediate depth."))
        if block.compressible == "partly":
            # Said, not weighed: guidelines judge such a site case by case.
            text = "The site can be compressed only in part: bleeding risk is judged case by case."
            bleeding = [content.flags[flag] for flag in flags if flag in content.flags]
            bleeding = [flag for flag in bleeding if flag.effect == "withhold_deep"]
            found += [Reason(text, flag.sources) for flag in bleeding[:1]]
    return tuple(found)


SOURCE_WORDS: Mapping[str, str] = {
    "neuraxial": "a nerve root",
    "dorsal_ramus": "the facet joints",
    "joint": "this joint or tendon",
    "sympathetic": "pain kept up by the sympathetic system",
}


def signs(content: Content, block: Block, pointed: bool) -> tuple[Reason, ...]:
    """A block of one particular source needs something in the history that points there."""
    if pointed or block.family not in SOURCE_WORDS:
        return ()
    text = f"Nothing in the history or examination given here points to {SOURCE_WORDS[block.family]}."
    return (weighted(content, "source_without_sign", text),)


def reaches_deep(content: Content, block: Block, deep_reach: float) -> bool:
    """Whether the block serves more than skin: it covers a deep region, or reaches a nerve that is no
    nerve of the skin alone."""
    least = content.weights["reaches_deep_from"].value
    mixed = (reach.p for reach in block.reaches if content.nerves[reach.nerve].kind.startswith("mixed"))
    return max(deep_reach, *mixed, 0.0) >= least


def depth_match(content: Content, depth: Depth, numb_cm2: float, deep: bool) -> tuple[Reason, ...]:
    """Skin pain asks for a nerve of the skin, deep pain for one that reaches deep."""
    weights = content.weights
    if depth == "skin" and numb_cm2 < weights["numbs_skin_from_cm2"].value:
        much = "no" if numb_cm2 < 1.0 else "little"
        text = f"Numbs {much} skin, while the pain is felt on the skin."
        return (weighted(content, "numbs_no_skin_for_skin_pain", text),)
    if depth == "deep" and not deep:
        text = "Reaches nerves of the skin alone, while the pain is felt deep."
        return (weighted(content, "skin_only_for_deep_pain", text),)
    return ()


def said(
    content: Content, block: Block, clues: Collection[str], qualities: Collection[str]
) -> tuple[Reason, ...]:
    """What history, examination and words argue for and against the block."""
    records: list[Clue | Quality] = [clue for clue in content.clues.values() if clue.id in clues]
    records += [quality for quality in content.qualities.values() if quality.id in qualities]
    found = []
    for record in records:
        factor = 1.0
        for shift in record.shifts:
            if shift.toward == block.id:
                factor *= shift.factor
            elif shift.toward in content.generators and block.family != "plexus":
                # What reaches only part of a source takes only part of the argument for it, or none; a
                # block of the whole plexus reaches many sources at once and asks about none of them.
                reach = source_reach(content, block, content.generators[shift.toward])
                if reach >= content.weights["source_reached_from"].value:
                    factor *= shift.factor**reach
        if abs(factor - 1.0) > 1e-9:
            found.append(Reason(record.text or record.name, record.sources, factor, record.id))
    return tuple(found)


def tried(content: Content, block: Block, unrelieved: Collection[str]) -> tuple[Reason, ...]:
    """A block that numbed its skin and did not help has been answered: the question goes elsewhere."""
    if block.id not in unrelieved:
        return ()
    text = "It was done before: the skin went numb, the pain stayed. Another pathway is the next question."
    return (weighted(content, "tried_without_relief", text),)


def by_weight(found: Iterable[Reason]) -> tuple[Reason, ...]:
    """Arguments in the order of how far they move the odds, either way."""
    return tuple(sorted(found, key=lambda reason: -abs(log(reason.effect))))


def other_side_reason(
    content: Content, block: Block, side: Side, elsewhere: float, there: float
) -> tuple[Reason, ...]:
    """A block acts on one side: pain on the other stays.

    elsewhere: share of the pain on the other side; there: share of all pain covered if done there.
    """
    if block.midline or elsewhere < content.weights["other_side_from"].value:
        return ()
    other = other_side(side)
    text = (
        f"Acts on the {side} side only: {percent(elsewhere)} of the marked pain lies on the {other}. "
        f"On the {other} side it would cover {percent(there)} of the whole."
    )
    return (Reason(text, content.weights["other_side_from"].sources),)


def carriers(
    content: Content, reached: Iterable[tuple[str, str, float]], shares: Mapping[str, float]
) -> tuple[str, ...]:
    """Nerves that carry the marked pain to the block, strongest first; the best branch of each trunk.

    reached: (nerve, trunk, reach) of the block; shares: share of the pain that points to each nerve.
    """
    best: dict[str, tuple[float, str]] = {}
    for nerve, trunk, reach in reached:
        carried = shares[nerve] * reach
        if carried > best.get(trunk, (0.0, ""))[0]:
            best[trunk] = (carried, nerve)
    enough = content.weights["nerve_listed_from"].value
    return tuple(nerve for carried, nerve in sorted(best.values(), reverse=True) if carried >= enough)
