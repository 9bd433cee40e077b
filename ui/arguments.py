"""What the programs without a window share: arguments told wrong in one line, never with usage lines."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import NoReturn

from planner.atlas.load import ContentFault, load_atlas
from planner.atlas.meshes import MeshFault
from planner.atlas.model import Atlas


class BadInput(Exception):
    """An argument that cannot be used; the text is one line that names it."""


class Parser(argparse.ArgumentParser):
    """argparse that raises BadInput."""

    def error(self, message: str) -> NoReturn:
        raise BadInput(message)


def atlas_of(folder: Path) -> Atlas:
    """The atlas of `--content`. Raises BadInput."""
    try:
        return load_atlas(folder)
    except (ContentFault, MeshFault) as fault:
        raise BadInput(f"argument --content: {' '.join(str(fault).split())}") from fault
