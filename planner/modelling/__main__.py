"""`python -m planner.modelling`: measurement tables in, mesh folder out."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

# One thread per process, set before numpy loads: sums then do not depend on the number of cores.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
    os.environ[_name] = "1"


def main(arguments: list[str] | None = None) -> int:
    """Builds the meshes. Exit 0; 1 with one line on stderr that names what failed."""
    from planner.modelling.bar import bar_for
    from planner.modelling.build import BuildFault, Settings, build_all, expected
    from planner.modelling.tables import TableFault

    root = Path(__file__).resolve().parents[2]
    parser = argparse.ArgumentParser(prog="python -m planner.modelling", description=main.__doc__)
    parser.add_argument("--measurements", type=Path, default=root / "assets" / "measurements")
    parser.add_argument("--out", type=Path, default=root / "assets" / "meshes")
    parser.add_argument("--only", nargs="+", default=[], metavar="ID", help="build these, write nothing")
    parser.add_argument("--no-cache", action="store_true", help="build everything anew")
    parser.add_argument("--jobs", type=int, default=2)
    chosen = parser.parse_args(arguments)
    cache = None if chosen.no_cache else root / ".model-cache"
    settings = Settings(chosen.measurements, chosen.out, cache, chosen.jobs)
    progress = bar_for()
    try:
        progress.expect(expected(settings, chosen.only))
        meshes = build_all(settings, progress, chosen.only)
    except (BuildFault, TableFault) as fault:
        progress.close()
        print(f"planner.modelling: {fault}", file=sys.stderr)
        return 1
    triangles = sum(len(mesh.triangles) for mesh in meshes.values())
    progress("done", f"{len(meshes)} structures, {triangles} triangles")
    progress.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
