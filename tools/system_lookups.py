"""Look-ups made before the tenant is known: declared in app.py and listed in a document."""

import ast
import re
from collections.abc import Iterator

from tools.tree import SERVICES, Source, Tree

DOCUMENT = "docs/system-lookups.md"
ROW = re.compile(r"^\| *(\w+) *\| *`(\w+)` *\|", re.MULTILINE)


def check(tree: Tree) -> list[str]:
    """Declared, used and documented look-ups are the same ones, service by service."""
    declared: set[tuple[str, str]] = set()
    used: dict[tuple[str, str], str] = {}
    problems = []
    for source in tree.sources(*SERVICES):
        service = source.module[0]
        declared |= {(service, name) for name in _declared(source)}
        for call in _look_ups(source):
            name = call.args[0] if call.args else None
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                used[service, name.value] = source.at(call, f"{name.value} is not declared")
            else:
                problems.append(source.at(call, "the look-up must be named by a literal"))
    listed = set(ROW.findall(tree.read(DOCUMENT) or ""))
    problems += [problem for key, problem in used.items() if key not in declared]
    problems += [f"{DOCUMENT}: {s} {name} is missing" for s, name in sorted(declared - listed)]
    return problems + [f"{DOCUMENT}: {s} has no {name}" for s, name in sorted(listed - declared)]


def _declared(source: Source) -> Iterator[str]:
    """The literals of `system_look_ups=frozenset({...})`."""
    for node in ast.walk(source.syntax):
        if isinstance(node, ast.keyword) and node.arg == "system_look_ups":
            for inner in ast.walk(node.value):
                if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                    yield inner.value


def _look_ups(source: Source) -> Iterator[ast.Call]:
    for node in ast.walk(source.syntax):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".look_up"):
            yield node
