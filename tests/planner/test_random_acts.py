"""A thousand acts in random order: nothing raises, nothing grows, undo leads back to the start."""

from __future__ import annotations

import gc
import random
import tracemalloc
from collections.abc import Iterator
from typing import get_args

import numpy as np

from planner.atlas.model import Atlas
from planner.session import actions as act
from planner.session.ids import UnknownId
from planner.session.scene_file import decode, encode
from planner.session.state import Section, State
from planner.session.store import Store
from planner.session.update import BadAction
from planner.space import SIDES, View

ACTS = 1000


def acts(atlas: Atlas, seed: int, count: int) -> Iterator[act.Action | act.HistoryAction]:
    """Acts as a hand without a plan would do them, some of them senseless."""
    content, rng = atlas.content, random.Random(seed)
    skin = atlas.meshes.full["skin"].points_lps
    regions, structures = list(content.regions), list(content.structures)
    words = (list(content.qualities), list(content.clues), list(content.flags))
    layers = [look.layer for look in State().layers]

    def path(length: int) -> tuple[tuple[float, float, float], ...]:
        at = rng.randrange(len(skin) - length)
        return tuple((float(x), float(y), float(z)) for x, y, z in skin[at : at + length])

    makers = (
        lambda: act.MarkRegion(rng.choice(regions), rng.choice(SIDES), rng.choice((0.01, 3.0, 10.0))),
        lambda: act.UnmarkRegion(rng.choice(regions), rng.choice(SIDES)),
        lambda: act.PaintStroke(path(3), rng.uniform(1.0, 60.0), rng.uniform(0.01, 10.0), rng.random() < 0.3),
        lambda: act.PaintStroke(path(2), 18.0, continues=True),
        lambda: act.ClearMarks(),
        lambda: act.SetDepth(rng.choice(("skin", "deep", "mixed"))),
        lambda: act.ToggleQuality(rng.choice(words[0]), rng.random() < 0.5),
        lambda: act.ToggleClue(rng.choice(words[1]), rng.random() < 0.5),
        lambda: act.ToggleFlag(rng.choice(words[2]), rng.random() < 0.2),
        lambda: act.ToggleUnrelieved(rng.choice((*content.blocks, "no_such_block")), rng.random() < 0.5),
        lambda: act.ChooseSide(rng.choice(SIDES)),
        lambda: act.ChooseBlock(rng.choice((*content.blocks, None, "no_such_block"))),
        lambda: act.ChooseTarget("no_such_target"),
        lambda: act.SelectStructures(tuple(rng.sample(structures, 2)), rng.random() < 0.5),
        lambda: act.SetLayer(
            rng.choice(layers), rng.random() < 0.8, rng.choice((0.0, 0.4, 1.0, float("nan")))
        ),
        lambda: act.HideStructures((rng.choice(structures),)),
        lambda: act.FadeStructures((rng.choice(structures),)),
        lambda: act.IsolateStructures((rng.choice(structures),)),
        lambda: act.ShowAll(),
        lambda: act.GoTo((rng.choice(structures),)),
        lambda: act.ShowStructures((rng.choice(structures),)),
        lambda: act.SetSection(Section(rng.choice(("axial", "coronal", "sagittal")), rng.uniform(-200, 300))),
        lambda: act.SetSection(None),
        lambda: act.PickSectionPoint(path(1)[0]),
        lambda: act.MeasurePoint(path(1)[0]),
        lambda: act.ClearMeasures(),
        lambda: act.LayOver(rng.choice(("L3", "saphenous", None, "L99"))),
        lambda: act.TraceSkin(rng.choice((path(1)[0], None))),
        lambda: act.ChooseSource(rng.choice((*content.generators, None, "no_such_source"))),
        lambda: act.RequestView(rng.choice(get_args(View))),
        lambda: act.FocusOn((rng.choice(structures),)),
        lambda: act.SetFace(rng.choice(("explain", "study", "lecture"))),
        lambda: act.ClearSelection(),
        lambda: act.Undo(),
        lambda: act.Undo(),
        lambda: act.Redo(),
    )
    for _ in range(count):
        yield rng.choice(makers)()


def run(atlas: Atlas, store: Store, seed: int, count: int = ACTS) -> int:
    """Does them all; how many were refused."""
    refused = 0
    for action in acts(atlas, seed, count):
        try:
            store.dispatch(action)
        except (BadAction, UnknownId):
            refused += 1
    return refused


def test_that_a_thousand_random_acts_raise_nothing_and_are_undone(atlas: Atlas) -> None:
    store = Store(atlas)
    pictures = []
    store.subscribe(lambda picture: pictures.append(picture) or pictures.__delitem__(slice(0, -1)))
    refused = run(atlas, store, 20)
    assert 0 < refused < ACTS // 4
    (picture,) = pictures
    for field in (picture.skin.pain, picture.skin.numb):
        assert np.isfinite(field).all()
    again = decode(encode(store.state, atlas.content.sha256), atlas.content, atlas.points_lps)
    assert again.state == store.state and again.same_content
    steps = 0
    while store.picture.can_undo:
        store.dispatch(act.Undo())
        steps += 1
    assert steps <= 500 and not store.picture.can_undo


def test_that_memory_stays_flat_over_random_acts(atlas: Atlas) -> None:
    store = Store(atlas)
    # Traced from the beginning: what a full cache lets go counts against what it takes in instead.
    tracemalloc.start()
    try:
        run(atlas, store, 1)
        run(atlas, store, 2, ACTS // 4)
        gc.collect()
        first = tracemalloc.get_traced_memory()[0]
        run(atlas, store, 3, ACTS // 4)
        gc.collect()
        second = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert second - first < 1_000_000
