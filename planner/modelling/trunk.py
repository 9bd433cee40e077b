"""Muscles and fasciae of the trunk, in the order in which they stand in their file."""

from __future__ import annotations

from planner.modelling import back, sheets, straps, wall_layers
from planner.modelling.recipe import Recipe


def recipes() -> tuple[Recipe, ...]:
    """The recipes of all modules of the trunk."""
    return (*back.recipes(), *wall_layers.recipes(), *straps.recipes(), *sheets.recipes())
