"""What stands in one place only: ending a transaction, and reading the environment."""

import ast
from collections.abc import Iterator

from tools.tree import SERVICES, Source, Tree

ENDINGS = {"commit", "rollback", "begin"}
ENVIRONMENT = {"environ", "getenv", "putenv"}


def transactions(tree: Tree) -> list[str]:
    """`commit(`, `rollback(` and `begin(` appear only in the chassis."""
    return [
        source.at(node, f"{name}() belongs to the chassis: one door, one transaction")
        for source in tree.sources("libs/refs", "libs/background", "libs/papers", *SERVICES)
        for node, name in _called(source)
        if name in ENDINGS
    ]


def environment(tree: Tree) -> list[str]:
    """The environment is read by the typed settings and by the launcher, nowhere else."""
    return [
        source.at(node, "the environment is read by settings.py only")
        for source in tree.sources("libs/*", *SERVICES)
        if source.name != "settings.py"
        for node in ast.walk(source.syntax)
        if (isinstance(node, ast.Attribute) and node.attr in ENVIRONMENT)
        or (isinstance(node, ast.alias) and node.name in ENVIRONMENT)
    ]


def _called(source: Source) -> Iterator[tuple[ast.AST, str]]:
    for node in ast.walk(source.syntax):
        if isinstance(node, ast.Call):
            function = node.func
            if isinstance(function, ast.Attribute):
                yield node, function.attr
            elif isinstance(function, ast.Name):
                yield node, function.id
