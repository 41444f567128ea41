"""What a program loads as it starts, and what it spares itself."""

import json
import subprocess
import sys

import pytest

# The program's own interpreter: this one has long loaded everything.
_START = """
import gc, json, sys
usual = gc.get_threshold()
from chassis.main import main
from chassis.starting import imported
imported()
from importlib.util import find_spec
found = find_spec("opentelemetry.sdk.metrics") is not None
print(json.dumps([sorted(sys.modules), gc.get_threshold() == usual, found]))
"""


Started = tuple[list[str], bool, bool]


@pytest.fixture(scope="module")
def started() -> Started:
    answer = subprocess.run([sys.executable, "-c", _START], capture_output=True, check=True)
    modules, collects_as_usual, found = json.loads(answer.stdout)
    return modules, collects_as_usual, found


@pytest.mark.parametrize(
    "unused",
    ["aiohttp", "alembic", "mako", "opentelemetry.sdk.resources", "psutil", "sqlalchemy.orm"],
)
def test_a_program_does_not_load_what_it_has_no_use_for(started: Started, unused: str) -> None:
    assert unused not in started[0]


def test_garbage_is_collected_as_usual_once_the_program_runs(started: Started) -> None:
    assert started[1]


def test_what_was_kept_away_can_be_loaded_once_the_program_runs(started: Started) -> None:
    assert started[2]
