"""How fast the program is on this machine: `block-planner bench [--json]`.

Milliseconds differ between machines, so the start is given as a ratio to the bare floor
(`benchmarks/floor.py`: the same meshes, nothing else), each pair measured one after the other. The floor
lies beside the checkout, not in the installed package; without it the ratio is left out and said to be.
Memory is that of the real window at rest. Everything else is timed inside this process on the real
store, map and scene. Nothing here judges: the figures are for people to read.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from ui.app import MEASURE

FLOOR = Path(__file__).resolve().parent.parent / "benchmarks" / "floor.py"
PAIRS = 5
_PATIENCE_S = 90.0
_SETTLED_S = 5.0  # fine picture, hidden pages, search trees: all there by then

Figures = dict[str, Any]


def variables() -> dict[str, str]:
    """This shell's variables, with Qt drawing off screen where there is no screen."""
    values = dict(os.environ)
    values.pop("PYTHONDONTWRITEBYTECODE", None)  # a start finds its modules compiled by the one before
    if sys.platform.startswith("linux") and not (values.get("DISPLAY") or values.get("WAYLAND_DISPLAY")):
        values.setdefault("QT_QPA_PLATFORM", "offscreen")
    return values


def start_once(command: list[str], extra: dict[str, str]) -> Figures:
    """Start a program that prints one JSON line once its first complete frame stands.

    Returns that line with `wall_ms` added: from just before the process was made to the line's arrival.
    Raises RuntimeError with the program's own words if no such line comes.
    """
    began = time.perf_counter()
    process = subprocess.Popen(
        command, env={**variables(), **extra}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stderr is not None
    line = process.stdout.readline()
    while line and not line.startswith("{"):
        line = process.stdout.readline()
    wall_ms = 1000.0 * (time.perf_counter() - began)
    try:
        _, words = process.communicate(timeout=_PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        _, words = process.communicate()
    if not line:
        raise RuntimeError(f"{' '.join(command[1:])} ended without a frame: {words.strip()[-400:]}")
    return {**json.loads(line), "wall_ms": wall_ms}


def medians(runs: list[Figures]) -> Figures:
    """The median of each figure that every run has, rounded to a tenth."""
    keys = [key for key in runs[0] if all(isinstance(run.get(key), int | float) for run in runs)]
    return {key: round(statistics.median(run[key] for run in runs), 1) for key in keys}


def window_command(content: Path | None) -> list[str]:
    """How the window is started."""
    return [sys.executable, "-P", "-m", "ui", *(["--content", str(content)] if content else [])]


def measure_start(pairs: int, content: Path | None = None) -> Figures:
    """Start of the real window and of the bare floor, in turns after one warm-up of each."""
    window = window_command(content)
    floor = [sys.executable, "-P", str(FLOOR), *([str(content)] if content else [])]
    measure = {MEASURE: "1"}
    has_floor = FLOOR.exists()
    app_runs: list[Figures] = []
    floor_runs: list[Figures] = []
    for turn in range(pairs + 1):
        floor_run = start_once(floor, {}) if has_floor else None
        app_run = start_once(window, measure)
        if turn == 0:
            continue  # the first of each reads files from disk
        app_runs.append(app_run)
        if floor_run is not None:
            floor_runs.append(floor_run)
    figures: Figures = {"window": medians(app_runs)}
    if floor_runs:
        ratios = [app["wall_ms"] / bare["wall_ms"] for app, bare in zip(app_runs, floor_runs, strict=True)]
        figures["floor"] = medians(floor_runs)
        figures["ratio_to_floor"] = round(statistics.median(ratios), 3)
    else:
        figures["note"] = "benchmarks/floor.py is not beside this installation: no ratio to the bare floor"
    return figures


def measure_memory(content: Path | None = None) -> float | None:
    """Resident memory of the real program in MB, with everything shown and at rest; None where the
    system does not say. Raises RuntimeError if the program shows nothing."""
    if not Path("/proc/self/statm").exists():
        return None
    process = subprocess.Popen(
        window_command(content),
        env={**variables(), MEASURE: "stay"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        if not process.stdout.readline():
            raise RuntimeError("the window ended without a frame")
        time.sleep(_SETTLED_S)
        pages = int(Path(f"/proc/{process.pid}/statm").read_text(encoding="ascii").split()[1])
        return round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)
    except (OSError, ValueError, IndexError):
        return None
    finally:
        process.terminate()
        process.wait(_PATIENCE_S)


def lines(figures: Figures, indent: str = "") -> list[str]:
    """The figures as indented text for people."""
    text: list[str] = []
    for key, value in figures.items():
        name = key.replace("_", " ")
        if isinstance(value, dict):
            text += [f"{indent}{name}", *lines(value, indent + "  ")]
        else:
            text.append(f"{indent}{name + ':':<{max(34 - len(indent), 1)}}{value}")
    return text


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; exit code 1 if the program could not be started."""
    parser = argparse.ArgumentParser(prog="block-planner bench", description="Speed on this machine.")
    parser.add_argument("--content", type=Path, help="another content folder")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--pairs", type=int, default=PAIRS, help="starts of window and floor (default 5)")
    chosen = parser.parse_args(arguments)
    os.environ.update(variables())
    try:
        figures: Figures = {"start": measure_start(chosen.pairs, chosen.content)}
        figures["resident_mb"] = measure_memory(chosen.content)
    except RuntimeError as fault:
        print(f"block-planner bench: {fault}", file=sys.stderr)
        return 1
    # Imported after the starts, which it must not disturb.
    from planner.atlas.load import load_atlas
    from planner.cli import assets_folder
    from ui.bench_inside import measure_inside
    from ui.bench_window import measure_window

    atlas = load_atlas(chosen.content or assets_folder())
    figures.update(measure_inside(atlas))
    figures["window"] = measure_window(atlas)
    print(json.dumps(figures) if chosen.json else "\n".join(lines(figures)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
