"""Holds the one State, its past and its future, and tells subscribers once per act.

Undo is earlier States. A drag is one step: acts that continue a drag replace the State they continue.
The past is bounded; States share their unchanged parts, so a step costs little.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from planner.atlas.model import Atlas
from planner.session.actions import Action, HistoryAction, Redo, Undo
from planner.session.ids import check_action, check_state
from planner.session.picture import Picture
from planner.session.resolve import resolve
from planner.session.state import State
from planner.session.update import update

MAX_STEPS = 500
Subscriber = Callable[[Picture], None]


class Store:
    """The single place where the State changes."""

    def __init__(self, atlas: Atlas, state: State | None = None) -> None:
        self.atlas = atlas
        self._state = state if state is not None else State()
        check_state(atlas.content, atlas.points_lps, self._state)
        self._past: deque[State] = deque(maxlen=MAX_STEPS)
        self._future: list[State] = []
        self._drag: tuple[object, ...] | None = None
        self._subscribers: list[Subscriber] = []
        self._waiting: deque[Action | HistoryAction] = deque()
        self._working = False
        self._picture: Picture | None = None

    @property
    def state(self) -> State:
        """What the user has chosen."""
        return self._state

    @property
    def picture(self) -> Picture:
        """What the State looks like; computed when first asked for."""
        if self._picture is None:
            self._picture = resolve(
                self.atlas, self._state, can_undo=bool(self._past), can_redo=bool(self._future)
            )
        return self._picture

    def subscribe(self, subscriber: Subscriber) -> Callable[[], None]:
        """Tells the subscriber of every change from now on; the result ends that."""
        self._subscribers.append(subscriber)

        def unsubscribe() -> None:
            if subscriber in self._subscribers:
                self._subscribers.remove(subscriber)

        return unsubscribe

    def dispatch(self, action: Action | HistoryAction) -> None:
        """Does one act and tells subscribers once, unless nothing changed.

        An act dispatched by a subscriber waits until everybody has heard of the present one.
        Raises UnknownId or BadAction, with the State as it was.
        """
        self._waiting.append(action)
        if self._working:
            return
        self._working = True
        try:
            while self._waiting:
                if self._do(self._waiting.popleft()):
                    self._picture = None
                    picture = self.picture
                    for subscriber in tuple(self._subscribers):
                        subscriber(picture)
        finally:
            self._waiting.clear()
            self._working = False

    def _do(self, action: Action | HistoryAction) -> bool:
        """Whether anything changed."""
        if isinstance(action, Undo):
            return self._step(self._past, self._future)
        if isinstance(action, Redo):
            return self._step(self._future, self._past)
        check_action(self.atlas.content, self.atlas.points_lps, self._state, action)
        after = update(self._state, action)
        drag = (type(action), getattr(action, "layer", None))  # of a slider or a brush
        continues = bool(getattr(action, "continues", False)) and drag == self._drag
        if after == self._state:
            return False
        self._drag = drag if hasattr(action, "continues") else None
        if not continues:
            self._past.append(self._state)
        self._future.clear()
        self._state = after
        return True

    def _step(self, source: deque[State] | list[State], target: deque[State] | list[State]) -> bool:
        self._drag = None
        if not source:
            return False
        target.append(self._state)
        self._state = source.pop()
        return True
