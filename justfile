# Verbs of this project: `just` lists them. All but `run` and `test` need the environment that `test` makes.

set windows-shell := ["powershell.exe", "-NoLogo", "-Command"]

bin := if os_family() == "windows" { ".venv/Scripts" } else { ".venv/bin" }
python := if os_family() == "windows" { "python" } else { "python3" }

_verbs:
    @just --list --unsorted

# Install if needed, and open the window
run *arguments:
    {{ python }} installer/run.py {{ arguments }}

# Install if needed, and run every check and test as continuous integration does
test *arguments:
    {{ python }} installer/test.py {{ arguments }}

# Lint, types, import contracts
check:
    {{ bin }}/ruff check .
    {{ bin }}/ruff format --check .
    {{ bin }}/mypy
    {{ bin }}/lint-imports

# Mend what ruff can mend
format:
    {{ bin }}/ruff check --fix .
    {{ bin }}/ruff format .

# Check the content: every fault of every file
content:
    {{ bin }}/block-planner check

# Build the meshes again from the measurement tables (same bytes if nothing changed)
model:
    {{ bin }}/python -P -m planner.modelling

# Contact sheets of the model into docs/images, as ui/sheets/sheets.toml tells them
sheets *arguments:
    {{ bin }}/python -P -m ui.sheets --content assets --out docs/images {{ arguments }}

# Speed: the real window against the bare floor, then the engine's benchmarks
bench:
    {{ bin }}/python -P -m ui.bench
    {{ bin }}/python -P -m pytest benchmarks --benchmark-only

# How answers move with each weight of the ranking, into docs/ranking.md
sensitivity:
    {{ bin }}/python -m benchmarks.sensitivity --write docs/ranking.md

# Lines no test has run in the modules that must have none
coverage:
    {{ bin }}/python -P -m pytest -m "not window" --cov=planner --cov-report=term-missing:skip-covered

# Lock the newest versions that pyproject.toml admits, and export them for the installer (needs uv)
lock *arguments:
    uv lock {{ arguments }}
    uv export -q --locked --no-emit-project --no-annotate --no-header --no-default-groups --group build -o installer/run.lock.txt
    uv export -q --locked --no-emit-project --no-annotate --no-header --all-extras --all-groups -o installer/test.lock.txt
