"""Use cases, routes and rpcs say in one line, in the caller's words, what they do."""

import ast
from collections.abc import Callable, Iterator

from tools.tree import SERVICES, Source, Tree

Function = ast.FunctionDef | ast.AsyncFunctionDef


def check(tree: Tree) -> list[str]:
    """Those without a docstring; for routes it is the text of the OpenAPI document."""
    return [
        source.at(node, f"{node.name} has no docstring")
        for source in tree.sources(*SERVICES)
        for node in _doors(source)
        if not ast.get_docstring(node)
    ]


def _doors(source: Source) -> Iterator[Function]:
    kind = source.module[2] if len(source.module) > 2 else ""
    is_door = DOORS.get(kind)
    for node in ast.walk(source.syntax):
        if is_door and isinstance(node, Function) and is_door(node):
            yield node


def _is_routed(node: Function) -> bool:
    return any("router" in ast.unparse(decorator) for decorator in node.decorator_list)


DOORS: dict[str, Callable[[Function], bool]] = {
    "use_cases": lambda node: not node.name.startswith("_"),
    "routes": _is_routed,
    "servicer": lambda node: node.name[0].isupper(),
}
