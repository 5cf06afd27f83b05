# The commands of this project; `just` lists them.

default:
    @just --list

# all tests
test:
    python3 start.py test

# the fast tests
quick:
    .venv/bin/python -m pytest -q -m "not slow" -n auto --dist worksteal

# style and types
check:
    .venv/bin/python -m ruff check .
    .venv/bin/python -m ruff format --check .
    .venv/bin/python -m mypy

# format the code
format:
    .venv/bin/python -m ruff check --fix .
    .venv/bin/python -m ruff format .

# outlines beside the Word files, and the pages of docs/ that are made from data
docs:
    .venv/bin/python -m agreegen.cli templates outline templates
    .venv/bin/python docs/build.py

# rendering against its peers, as ratios of one run
bench *args:
    .venv/bin/python benchmarks/render.py {{args}}
