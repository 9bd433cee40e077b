"""The progress of a model build: a bar where somebody watches, lines in a log."""

from __future__ import annotations

import io
from pathlib import Path

from planner.modelling.bar import Bar, Lines, bar_for, drawn
from planner.modelling.build import STAGES, Settings, expected

ASSETS = Path(__file__).resolve().parents[3] / "assets"


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def test_that_a_step_from_the_cache_brings_all_its_structures():
    out = Terminal()
    bar = Bar(out, clock=lambda: 0.0, columns=200)
    bar.expect({"femur_left": ("femur_left", "femur_right"), "nerves": ("sciatic_left", "sciatic_right")})
    bar("femur_left", "cached")
    assert " 50 %  2/4 " in out.getvalue()
    bar("sciatic_left", "900 triangles")
    assert " 75 %  3/4 " in out.getvalue()
    bar("proxies.glb")
    bar("nerves", "cached")
    assert "100 %  4/4 " in out.getvalue()


def test_that_the_bar_stays_on_one_line_of_the_terminal():
    out = Terminal()
    bar = Bar(out, clock=lambda: 75.0, columns=40)
    bar.expect({"a": ("a",)})
    bar("a", "with a note that is much longer than the line of this terminal has letters")
    assert "\n" not in out.getvalue()
    assert len(out.getvalue().removeprefix("\r").removesuffix("\x1b[K")) < 40
    bar.close()
    assert out.getvalue().endswith("\n")


def test_that_a_bar_grows_by_eighths_and_never_beyond_its_width():
    assert drawn(0.0).strip("·") == ""
    assert set(drawn(1.0)) == {"█"}
    assert len(drawn(0.371)) == len(drawn(1.0)) == len(drawn(7.0))


def test_that_a_log_gets_one_line_for_each_structure():
    out = io.StringIO()
    progress = bar_for(out)
    assert type(progress) is Lines
    progress.expect({"a": ("a",)})
    progress("femur_left", "cached")
    progress.close()
    assert out.getvalue().split() == ["0.0", "s", "femur_left", "cached"]


def test_that_a_terminal_gets_the_bar():
    assert isinstance(bar_for(Terminal()), Bar)


def test_that_the_records_tell_what_the_later_stages_will_make():
    steps = expected(Settings(ASSETS / "measurements", ASSETS / "meshes", cache=None))
    assert {"femoral_left", "sciatic_right"} <= set(steps[STAGES[-1]])
    assert "femur_right" in steps["femur_left"]
    assert not set(steps[STAGES[-1]]) & set(steps["femur_left"])
