"""Every painter ends with its block, whatever happens in it: Qt dies of one that outlives its device."""

from __future__ import annotations

import ast
from pathlib import Path

UI = Path(__file__).parents[2] / "ui"


def loose_painters(source: str) -> list[int]:
    """Lines where a QPainter is opened outside a with statement; one that is only made later begins there."""
    tree = ast.parse(source)
    held = {
        id(item.context_expr) for node in ast.walk(tree) if isinstance(node, ast.With) for item in node.items
    }
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "QPainter"
        and node.args
        and id(node) not in held
    ]


def test_that_every_painter_of_the_window_ends_with_its_block() -> None:
    assert loose_painters("p = QPainter(image)\nwith QPainter(image) as q:\n    pass") == [1]
    loose = {str(path.relative_to(UI)): loose_painters(path.read_text("utf-8")) for path in UI.rglob("*.py")}
    assert {path: lines for path, lines in loose.items() if lines} == {}
