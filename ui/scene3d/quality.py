"""How finely a frame is drawn, moving and still, and how that adapts to the machine.

A moving frame must come quickly: reduced meshes and, on a slow renderer, fewer pixels. A still picture is
averaged from several frames shifted by parts of a pixel: true anti-aliasing of outlines, hatching and
highlights, in steps that can be broken off whenever the user moves again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

REST_MS = 150  # the still picture begins this long after the last movement
WANTED_MS = 42.0  # a moving frame slower than this loses resolution
EASY_MS = 22.0  # one faster than this gains resolution again
SCALES = (1.0, 0.8, 0.65, 0.5, 0.4)
SMALL_FROM = 3  # from this step of SCALES on, the most reduced meshes are drawn where there are any

Detail = Literal["full", "proxy", "small"]


@dataclass(frozen=True, slots=True)
class Quality:
    """scale: frame pixels per screen pixel. peels: depth-peeling layers, 0 for sorted blending.

    samples: frames averaged. shade: darkening behind depth edges, as an ambient occlusion.
    faintest: structures fainter than this opacity are left out, but never the skin.
    ordered: translucent structures are compared pair by pair, not by the distance of their middles.
    """

    detail: Detail = "full"
    scale: float = 1.0
    peels: int = 0
    fxaa: bool = False
    samples: int = 1
    shade: bool = False
    faintest: float = 0.0
    ordered: bool = False


MOVING = Quality(detail="proxy", faintest=0.12)
STILL = Quality(detail="full", samples=4, shade=True, ordered=True)
STILL_GPU = Quality(detail="full", peels=6, samples=8, shade=True)
# Of a picture that is kept nobody waits for the first frame: peeling and all samples on any renderer.
KEPT = Quality(detail="full", peels=4, samples=8, shade=True)

# Sub-pixel shifts whose first 2, 4 and 8 are each spread evenly (a rotated grid, then its complement).
JITTER_PX: tuple[tuple[float, float], ...] = (
    (-0.125, -0.375),
    (0.125, 0.375),
    (0.375, -0.125),
    (-0.375, 0.125),
    (-0.3125, -0.1875),
    (0.3125, 0.1875),
    (0.1875, -0.3125),
    (-0.1875, 0.3125),
)


class Governor:
    """Chooses the quality of moving frames from how long the last ones took."""

    def __init__(self, software: bool) -> None:
        self._software = software
        self._step = 0
        self._slow = self._quick = 0

    @property
    def software(self) -> bool:
        """Whether frames are drawn by the processor, or by a GPU as slow as one."""
        return self._software

    def moving(self) -> Quality:
        """Quality while the camera moves."""
        if not self._software:
            return replace(STILL_GPU, samples=1, shade=False, peels=0, fxaa=True)
        detail: Detail = "small" if self._step >= SMALL_FROM else "proxy"
        return replace(MOVING, scale=SCALES[self._step], detail=detail)

    def still(self) -> Quality:
        """Quality of the picture at rest."""
        return STILL if self._software else STILL_GPU

    def note_moving(self, ms: float) -> None:
        """Takes in the duration of a moving frame; two slow ones lower the resolution one step."""
        if not self._software:
            if ms > WANTED_MS:
                self._slow += 1
                self._software = self._slow >= 4
            else:
                self._slow = 0
            return
        self._slow = self._slow + 1 if ms > WANTED_MS else 0
        self._quick = self._quick + 1 if ms < EASY_MS else 0
        if self._slow >= 2 and self._step < len(SCALES) - 1:
            self._step, self._slow = self._step + 1, 0
        elif self._quick >= 12 and self._step > 0:
            self._step, self._quick = self._step - 1, 0
