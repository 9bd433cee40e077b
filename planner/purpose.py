"""What the program is for, in the words that stand in the About box, under every answer and on the page."""

from __future__ import annotations

INTENDED_USE = (
    "Education and explanation by or under a health professional.",
    "A generic adult model, not this patient. Nerve territories overlap and vary from person to person.",
    "Not for needle guidance, dosing or treatment decisions. Distances are distances in this model.",
    "It takes no medical images, keeps no name, date of birth or record number, and never uses the network.",
)
NOT_REVIEWED = "Not clinically reviewed"
USE = (
    "For education and explanation by or under a health professional. A generic adult model, "
    "not this patient. Not for needle guidance, dosing, diagnosis or treatment decisions. "
    f"{NOT_REVIEWED}."
)
