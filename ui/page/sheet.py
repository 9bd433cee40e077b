"""One sheet of paper from a page: what stands where, and how it is made to fit without cutting a word.

Everything is measured before anything is painted. Where it does not fit, the steps are always the same:
smaller pictures, fewer rows to fill in, text down to ten points, then lists shortened one by one, longest
first, each saying how much is left out. Room that is left goes to pictures and to lines to write on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

from planner.report import Page, Part
from planner.space import View
from ui import APP_NAME
from ui.page.blocks import (
    Beside,
    Block,
    Foot,
    Gap,
    Head,
    Lines,
    Numbers,
    Section,
    Stack,
    Table,
    runs,
)
from ui.page.figures import Charts, Scene
from ui.page.papers import SIZE_PT, Paper
from ui.page.pictures import Pictures
from ui.page.setting import LEAST_SCALE, forget_lines, pt

MARGIN_PT = (38.0, 26.0)  # at the sides; above and below
LEFT_PT, GUTTER_PT = 206.0, 20.0
CHART_PT, SCENE_PT = 230.0, 140.0  # as they are first tried
_CHART_LEAST, _SCENE_LEAST, _CHART_MOST = 170.0, 110.0, 330.0
_ROWS, _ROWS_LEAST, _ROWS_MOST = 6, 4, 8
_CHART_BESIDE_SCENE = 152.0  # rather than no picture of the way
_CHART_LAST, _ROWS_LAST = 130.0, 3  # before everything is made smaller
_OWN_LINES = 2  # for the reader's own questions, at least
_NOTES_FROM = 3  # fewer lines than that are no room for notes
_NOTES_BESIDE = 5  # nor fewer than these beside the charts
_RIGHT = ("marked", "question", "covers", "numb", "strength", "nerves", "compared", "notes", "care", "help")
_EITHER = ("before", "risks")
_SCENE_WORTH = 8  # statements that the picture of the way is worth: it explains what they say
_TAG = "Page to take home"
_SEEN_FROM: dict[View, str] = {
    "anterior": "the front",
    "posterior": "the back",
    "left": "the left",
    "right": "the right",
    "superior": "above",
    "inferior": "below",
}


@dataclass(frozen=True, slots=True)
class Fit:
    """One way to set the page. shown: how many statements of each part; beneath: parts under the pictures."""

    shown: tuple[tuple[str, int], ...]
    beneath: tuple[str, ...]
    scale: float = 1.0
    chart_pt: float = CHART_PT
    scene_pt: float = SCENE_PT
    rows: int = _ROWS
    lines: int = 0

    def count(self, ident: str) -> int:
        """Statements shown of a part."""
        return dict(self.shown).get(ident, 0)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page set on paper. shrink: factor on everything, below 1.0 only where the words are too many."""

    paper: Paper
    blocks: Stack
    fit: Fit
    shrink: float

    def texts(self) -> list[str]:
        """Every text on the page."""
        return self.blocks.texts()

    def paint(self, painter: QPainter) -> None:
        """Paints with the paper's top left corner at the origin, in page units."""
        width, height = (pt(side) for side in SIZE_PT[self.paper])
        painter.fillRect(QRectF(0.0, 0.0, width, height), QColor("#FFFFFF"))
        painter.save()
        painter.translate(pt(MARGIN_PT[0]), pt(MARGIN_PT[1]))
        painter.scale(self.shrink, self.shrink)
        self.blocks.draw(painter, 0.0, 0.0)
        painter.restore()


Step = Callable[[Fit], "Fit | None"]


def chart_size() -> tuple[float, float]:
    """The largest that one chart gets on a page, in page units: what to draw its picture for."""
    return pt(LEFT_PT / 2.0), pt(_CHART_MOST)


def scene_size() -> tuple[float, float]:
    """The size that the 3D picture gets on a page, in page units."""
    return pt(LEFT_PT), pt(SCENE_PT)


def set_page(page: Page, pictures: Pictures, paper: Paper = "a4") -> Sheet:
    """The page on this paper."""
    compositor = _Compositor(page, pictures, paper)
    shown = tuple((part.id, len(part.words)) for part in page.parts)
    either = tuple(name for name in _EITHER if page.part(name) is not None)
    places = [tuple(n for n, left in zip(either, pick, strict=True) if left)
              for pick in product((True, False), repeat=len(either))]  # fmt: skip
    tried = [compositor.restored(compositor.fitted(Fit(shown, beneath))) for beneath in places]
    # One that fits and keeps most; of those alike, the one with the largest charts.
    best = max(
        tried,
        key=lambda fit: (-max(compositor.over(fit), 0.0), _worth(fit), fit.chart_pt),
    )
    best = compositor.filled(best)
    blocks = compositor.composed(best)
    forget_lines()
    return Sheet(paper, blocks, best, min(1.0, compositor.room / max(blocks.height, 1.0)))


def _worth(fit: Fit) -> int:
    """What a fit keeps: statements, rows to fill in, and a 3D picture."""
    return sum(count for _, count in fit.shown) + fit.rows + (_SCENE_WORTH if fit.scene_pt > 0.0 else 0)


class _Compositor:
    """Composes one page again and again until it fits."""

    def __init__(self, page: Page, pictures: Pictures, paper: Paper) -> None:
        self._page, self._pictures = page, pictures
        width, height = SIZE_PT[paper]
        self._width = pt(width - 2.0 * MARGIN_PT[0])
        self.room = pt(height - 2.0 * MARGIN_PT[1])
        self._set: dict[tuple[object, ...], Section] = {}

    # -- fitting ------------------------------------------------------------------------------------

    def over(self, fit: Fit) -> float:
        """By how much the page is too high; negative where room is left."""
        return self.composed(fit).height - self.room

    def fitted(self, fit: Fit) -> Fit:
        """The first fit, on the way of all steps, that is not too high; the last where none is."""
        while self.over(fit) > 0.0:
            smaller = self._smaller(fit)
            if smaller is None:
                return fit
            fit = smaller
        return fit

    def _smaller(self, fit: Fit) -> Fit | None:
        """The next step, None at the end of them. A step that helps nothing in its column is passed over."""
        steps = (
            self._pictures_to(200.0, 130.0),
            self._rows_to(5),
            self._text,
            self._pictures_to(_CHART_LEAST, _SCENE_LEAST),
            self._shorter,
            self._rows_to(_ROWS_LEAST),
            self._pictures_to(_CHART_BESIDE_SCENE, _SCENE_LEAST),
            self._without_scene,
            self._pictures_to(_CHART_LAST, 0.0),
            self._rows_to(_ROWS_LAST),
        )
        for step in steps:
            found = step(fit)
            if found is not None:
                return found
        return None

    def _pictures_to(self, chart: float, scene: float) -> Step:
        def step(fit: Fit) -> Fit | None:
            if fit.chart_pt <= chart or not self._left_is_higher(fit):
                return None
            smaller = max(fit.scene_pt - 4.0, scene) if fit.scene_pt > 0.0 else 0.0
            return replace(fit, chart_pt=max(fit.chart_pt - 6.0, chart), scene_pt=smaller)

        return step

    def _rows_to(self, least: int) -> Step:
        def step(fit: Fit) -> Fit | None:
            if fit.rows <= least or self._page.part("track") is None or not self._table_is_higher(fit):
                return None
            return replace(fit, rows=fit.rows - 1)

        return step

    def _without_scene(self, fit: Fit) -> Fit | None:
        shown = self._pictures.scene is not None and fit.scene_pt > 0.0
        return replace(fit, scene_pt=0.0) if shown and self._left_is_higher(fit) else None

    def _text(self, fit: Fit) -> Fit | None:
        return replace(fit, scale=LEAST_SCALE) if fit.scale > LEAST_SCALE else None

    def _shorter(self, fit: Fit) -> Fit | None:
        """One statement less of the part with most to spare, of those whose column is the higher one."""
        left = self._left_is_higher(fit)
        higher = (
            set(fit.beneath) if left else {name for name in (*_RIGHT, *_EITHER) if name not in fit.beneath}
        )
        higher |= {"track"} if self._table_is_higher(fit) else {"ask"}
        spare = [
            (fit.count(part.id) - part.least, -k, part.id)
            for k, part in enumerate(self._page.parts)
            if part.id in higher and fit.count(part.id) > part.least
        ]
        if not spare:
            return None
        chosen = max(spare)[2]
        shown = tuple((name, count - 1 if name == chosen else count) for name, count in fit.shown)
        return replace(fit, shown=shown)

    def restored(self, fit: Fit) -> Fit:
        """The fit with statements put back where a later step made room for them, the barest part first."""
        growing = self.over(fit) <= 0.0
        while growing:
            growing = False
            short = [part for part in self._page.parts if fit.count(part.id) < len(part.words)]
            for part in sorted(short, key=lambda part: fit.count(part.id) / len(part.words)):
                more = {**dict(fit.shown), part.id: fit.count(part.id) + 1}
                larger = replace(fit, shown=tuple(more.items()))
                if self.over(larger) <= 0.0:
                    fit, growing = larger, True
        return fit

    def filled(self, fit: Fit) -> Fit:
        """The fit with room that is left given to rows and pictures in turn, then to lines for notes."""
        growing = True
        while growing:
            growing = False
            for larger in (
                replace(fit, rows=fit.rows + 1)
                if fit.rows < _ROWS_MOST and self._page.part("track")
                else None,
                replace(fit, chart_pt=fit.chart_pt + 6.0) if fit.chart_pt <= _CHART_MOST - 6.0 else None,
            ):
                if larger is not None and self.over(larger) <= 0.0:
                    fit, growing = larger, True
        lines = max(fit.lines, _NOTES_FROM)
        while self.over(replace(fit, lines=lines)) <= 0.0:
            fit, lines = replace(fit, lines=lines), lines + 1
        return fit

    def _left_is_higher(self, fit: Fit) -> bool:
        numbers = self._numbers(fit)
        return self._left(fit, numbers).height >= self._right(fit, numbers).height

    def _table_is_higher(self, fit: Fit) -> bool:
        numbers = self._numbers(fit)
        track = self._track(fit, numbers)
        return track is not None and track.height >= self._own(fit, numbers, 0.0).height

    # -- composing ----------------------------------------------------------------------------------

    def _numbers(self, fit: Fit) -> Numbers:
        numbers = Numbers()
        if self._page.lead is not None:
            numbers.take((self._page.lead,))
        for part in self._page.parts:
            numbers.take(part.words[: fit.count(part.id)])
        return numbers

    def composed(self, fit: Fit) -> Stack:
        """The whole page."""
        page, numbers = self._page, self._numbers(fit)
        lead = runs((page.lead,), numbers)[0] if page.lead is not None else ()
        side = page.side[:1].upper() + page.side[1:]
        head = Head(page.title, side, lead, (_TAG, page.reviewed), self._width, fit.scale)
        blocks: list[Block] = [head, Gap(pt(8.0))]
        alerts = page.part("alerts")
        if alerts is not None:
            blocks += [self._section(alerts, fit, numbers, self._width, "alert"), Gap(pt(9.0))]
        warned = page.part("help") if page.kind == "alert" else None
        if warned is not None:
            blocks += [self._section(warned, fit, numbers, self._width, "help"), Gap(pt(9.0))]
        left, right = self._left(fit, numbers), self._right(fit, numbers)
        noted = self._with_notes(right, left.height, fit)
        blocks += [Beside(left, noted, pt(LEFT_PT + GUTTER_PT)), Gap(pt(9.0))]
        track = self._track(fit, numbers)
        if track is not None:
            own = self._own(fit, numbers, track.height)
            blocks += [Beside(track, own, self._track_width() + pt(GUTTER_PT)), Gap(pt(8.0))]
        if fit.lines:
            blocks += [
                Lines(
                    "More notes" if page.kind == "alert" else "My notes", fit.lines, self._width, fit.scale
                ),
                Gap(pt(8.0)),
            ]
        cited = [(k, page.references.get(key, key)) for k, key in enumerate(numbers.keys, start=1)]
        shown = [words for part in page.parts for words in part.words[: fit.count(part.id)]]
        estimates = any(words.grade == "estimate" for words in shown)
        blocks.append(Foot(cited, estimates, (page.use, APP_NAME), self._width, fit.scale))
        return Stack(blocks)

    def _shown(self, ident: str, fit: Fit) -> Part | None:
        """The part, if it is on the page and anything of it is shown."""
        return self._page.part(ident) if fit.count(ident) else None

    def _section(self, part: Part, fit: Fit, numbers: Numbers, width: float, boxed: str = "") -> Section:
        count = fit.count(part.id)
        signs = tuple(numbers.signs(words) for words in part.words[:count])
        key = (part.id, count, width, fit.scale, boxed, signs)
        if key not in self._set:
            self._set[key] = Section(part, count, width, fit.scale, numbers, boxed)
        return self._set[key]

    def _left(self, fit: Fit, numbers: Numbers) -> Stack:
        of_block = self._page.kind == "block"
        blocks: list[Block] = [Charts(self._pictures, of_block, pt(LEFT_PT), pt(fit.chart_pt))]
        if self._pictures.scene is not None and fit.scene_pt > 0.0:
            seen = {"anterior": "the front", "posterior": "the back"}.get(
                self._pictures.view or "", f"the {self._pictures.view}"
            )
            blocks.append(
                Scene(self._pictures, f"In this model, seen from {seen}", pt(LEFT_PT), pt(fit.scene_pt))
            )
        parts = [part for name in fit.beneath if (part := self._page.part(name)) is not None]
        blocks += [self._section(part, fit, numbers, pt(LEFT_PT)) for part in parts]
        return Stack(blocks, pt(8.0))

    def _right(self, fit: Fit, numbers: Numbers) -> Stack:
        width = self._width - pt(LEFT_PT + GUTTER_PT)
        order = [name for name in (*_RIGHT[:-1], *_EITHER, _RIGHT[-1]) if name not in fit.beneath]
        if self._page.kind == "alert":
            order.remove("help")  # it stands above, across the page
        parts = [part for name in order if (part := self._shown(name, fit)) is not None]
        blocks = [
            self._section(part, fit, numbers, width, "help" if part.id == "help" else "") for part in parts
        ]
        return Stack(blocks, pt(7.0))

    def _with_notes(self, right: Stack, height: float, fit: Fit) -> Stack:
        """The right column, with lines to write on down to this height where much of it is empty."""
        width, gap = self._width - pt(LEFT_PT + GUTTER_PT), pt(8.0)
        room = height - right.height - gap
        count = int(room // pt(Lines.STEP_PT)) - 1
        if count < _NOTES_BESIDE:
            return right
        return Stack([right, Lines("My notes", count, width, fit.scale, room)], gap)

    def _track_width(self) -> float:
        return (self._width - pt(GUTTER_PT)) * 0.56

    def _track(self, fit: Fit, numbers: Numbers) -> Stack | None:
        """What to write down, with the table for it."""
        part = self._page.part("track")
        if part is None:
            return None
        width = self._track_width()
        table = Table(self._page.columns, fit.rows, width, fit.scale)
        return Stack([self._section(part, fit, numbers, width), Gap(pt(4.0)), table])

    def _own(self, fit: Fit, numbers: Numbers, height: float) -> Stack:
        """Questions to ask, and lines for one's own down to this height, two at least."""
        part, width = self._page.part("ask"), self._width - self._track_width() - pt(GUTTER_PT)
        asked: list[Block] = [] if part is None else [self._section(part, fit, numbers, width), Gap(pt(6.0))]
        title = "My own questions" if asked else "My questions"
        head = Lines(title, 0, width, fit.scale).height
        room = height - head - sum(block.height for block in asked)
        count = max(_OWN_LINES, int(room // pt(Lines.STEP_PT)))
        return Stack([*asked, Lines(title, count, width, fit.scale, head + room)])


def kept_parts(sheet: Sheet, page: Page) -> Sequence[tuple[str, int, int]]:
    """(part, statements shown, statements there are) of a sheet."""
    return [(part.id, sheet.fit.count(part.id), len(part.words)) for part in page.parts]
