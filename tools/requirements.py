"""docs/requirements.md: every id once, with its state, and where it is done a test naming it."""

import re
from collections import Counter
from dataclasses import dataclass

from tools.tree import Tree

TABLE = "docs/requirements.md"
# How many ids each prefix has; they are never renumbered, only appended.
IDS = {"CL": 90, "BI": 16, "ME": 20, "SC": 10, "CO": 20, "AU": 21, "GW": 10, "WE": 20}
STATES = {"done", "part", "later"}
ROW = re.compile(r"^\| *([A-Z]{2}-\d\d) *\|([^|]*)\|([^|]*)\|([^|]*)\|\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Requirement:
    """One row of the table."""

    id: str
    title: str
    state: str
    tests: list[str]


def check(tree: Tree) -> list[str]:
    """Missing, doubled and unknown ids, unknown states, and claims without a test."""
    rows = read(tree.read(TABLE) or "")
    problems = _ids(rows)
    for row in rows:
        problems += _claims(tree, row)
    return [f"{TABLE}: {problem}" for problem in problems]


def read(text: str) -> list[Requirement]:
    """The rows of the table: id, title, state, test paths in backticks."""
    return [
        Requirement(number, title.strip(), state.strip(), re.findall(r"`([^`]+)`", tests))
        for number, title, state, tests in ROW.findall(text)
    ]


def summary(tree: Tree) -> str:
    """How far the list has come."""
    states = Counter(row.state for row in read(tree.read(TABLE) or ""))
    return ", ".join(f"{states[state]} {state}" for state in ("done", "part", "later"))


def _ids(rows: list[Requirement]) -> list[str]:
    wanted = {f"{prefix}-{n:02}" for prefix, most in IDS.items() for n in range(1, most + 1)}
    found = Counter(row.id for row in rows)
    problems = [f"{number} is missing" for number in sorted(wanted - set(found))]
    problems += [f"{number} is no requirement" for number in sorted(set(found) - wanted)]
    return problems + [f"{number} stands here {n} times" for number, n in found.items() if n > 1]


def _claims(tree: Tree, row: Requirement) -> list[str]:
    if row.state not in STATES:
        return [f"{row.id} has the state “{row.state}”, not one of {', '.join(sorted(STATES))}"]
    problems = [] if row.title else [f"{row.id} has no title"]
    if row.state == "done" and not row.tests:
        problems.append(f"{row.id} is done, yet no test is given")
    return problems + [
        f"{row.id} is not named in {path}"
        for path in row.tests
        if not re.search(rf"\b{row.id}\b", tree.read(path) or "")
    ]
