"""Between features: use cases, repositories and rules; tables by repositories; like by like."""

import ast
from collections.abc import Iterator

from tools.tree import SERVICES, Source, Tree

OPEN = {"use_cases", "repository", "rules"}
# Decision 0012: one is made of another.
KIN = {(one, one) for one in ("tables", "schemas", "events")} | {("tables", "repository")}


def check(tree: Tree) -> list[str]:
    """What import-linter cannot express (house style: the notes under the import contracts)."""
    inside = [source for source in tree.sources(*SERVICES) if len(source.module) >= 3]
    features = {tuple(source.module[:2]) for source in inside}
    return [
        source.at(node, f"{'.'.join(source.module)} may not import {'.'.join(target[:3])}")
        for source in inside
        for node, target in imports(source)
        if tuple(target[:2]) in features and not _allowed(source.module, target)
    ]


def imports(source: Source) -> Iterator[tuple[ast.AST, list[str]]]:
    """Each imported name as its dotted parts: `from a.b import c` gives a, b, c."""
    for node in ast.walk(source.syntax):
        if isinstance(node, ast.Import):
            yield from ((node, name.name.split(".")) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            before = [*_package(source, node.level), *(node.module or "").split(".")]
            yield from (
                (node, [part for part in before if part] + [name.name]) for name in node.names
            )


def _package(source: Source, level: int) -> list[str]:
    if not level:
        return []
    module = source.module if source.name == "__init__.py" else source.module[:-1]
    return module[: len(module) - level + 1]


def _allowed(module: list[str], target: list[str]) -> bool:
    service, feature, file = module[:3]
    if target[0] != service or len(target) < 3 or target[1] == feature:
        return True
    return target[2] in OPEN or (target[2], file) in KIN
