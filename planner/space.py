"""The one frame of the model, and every conversion out of it.

Patient LPS in millimetres: x to the patient's Left, y Posterior, z Superior (DICOM's convention).
Origin: midpoint of the two femoral-head centres. Arrays of points are `(n, 3)` and named `*_lps`.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Side = Literal["left", "right"]
Laterality = Literal["left", "right", "midline"]
View = Literal["anterior", "posterior", "left", "right", "superior", "inferior"]

SIDES: tuple[Side, Side] = ("left", "right")

# glTF is in metres, Y up, and its front faces +Z: x stays, superior becomes Y, anterior becomes Z.
LPS_MM_TO_GLTF: NDArray[np.float64] = np.array(
    [
        [0.001, 0.0, 0.0, 0.0],
        [0.0, 0.0, 0.001, 0.0],
        [0.0, -0.001, 0.0, 0.0],
        [0.0, 0.0, 0.0, 1.0],
    ]
)

# Direction from which a named view looks at the body, and what is up on the screen, both LPS.
VIEW_FROM_LPS: dict[View, tuple[float, float, float]] = {
    "anterior": (0.0, -1.0, 0.0),
    "posterior": (0.0, 1.0, 0.0),
    "left": (1.0, 0.0, 0.0),
    "right": (-1.0, 0.0, 0.0),
    "superior": (0.0, 0.0, 1.0),
    "inferior": (0.0, 0.0, -1.0),
}
VIEW_UP_LPS: dict[View, tuple[float, float, float]] = {
    "anterior": (0.0, 0.0, 1.0),
    "posterior": (0.0, 0.0, 1.0),
    "left": (0.0, 0.0, 1.0),
    "right": (0.0, 0.0, 1.0),
    # Seen from above the patient's anterior side is up, as on an axial section turned to the reader.
    "superior": (0.0, -1.0, 0.0),
    "inferior": (0.0, -1.0, 0.0),
}

_LETTERS = (("R", "L"), ("A", "P"), ("I", "S"))  # at the negative and positive end of x, y, z


def other_side(side: Side) -> Side:
    """The opposite side."""
    return "right" if side == "left" else "left"


def mirror_lps(points_lps: NDArray[np.floating]) -> NDArray[np.floating]:
    """Points `(n, 3)` reflected in the median plane x = 0; a copy."""
    mirrored = np.array(points_lps, copy=True)
    mirrored[..., 0] *= -1.0
    return mirrored


def direction_letters(direction_lps: NDArray[np.floating], threshold: float = 0.35) -> str:
    """Anatomical letters of a direction, strongest first: "L", "AS", ... (components >= threshold)."""
    unit = np.asarray(direction_lps, float) / max(float(np.linalg.norm(direction_lps)), 1e-12)
    order = np.argsort(-np.abs(unit))
    return "".join(_LETTERS[axis][int(unit[axis] > 0)] for axis in order if abs(unit[axis]) >= threshold)
