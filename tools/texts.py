"""Every refusal a caller can read has its Arabic text in a catalogue."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

from tools.tree import Source, Tree

PLACES = ("libs/*", "gateway/edge", "services/*")
FAILURES = {
    "Malformed", "Unauthenticated", "Forbidden", "NotFound", "Conflict", "Stale", "TooLarge",
    "Invalid", "TooMany", "Unavailable",
}  # fmt: skip
HOLE = re.compile(r"{\w*}")


def check(tree: Tree) -> list[str]:
    """The texts of failures, and of what the schemas' own validators raise."""
    shared = catalogue(tree.root / "libs/chassis/src/chassis/locales/ar.po")
    problems = []
    for source in tree.sources(*PLACES):
        package = tree.root / source.path.partition("/src/")[0] / "src" / source.module[0]
        known = shared | catalogue(package / "locales/ar.po")
        problems += [
            source.at(node, f"no Arabic with these placeholders for “{text}”")
            for node, text in english(source)
            if text not in known
        ]
    return problems + _unread(tree)


def _unread(tree: Tree) -> list[str]:
    """Catalogues that no line `register("<package>")` reads."""
    problems = []
    for place in PLACES:
        for file in tree.root.glob(f"{place}/src/*/locales/ar.po"):
            package, call = file.parents[1], f'register("{file.parents[1].name}")'
            if not any(call in source.text for source in tree.python(package)):
                problems.append(f"{file.relative_to(tree.root)}: nothing calls {call}")
    return problems


@cache
def catalogue(path: Path) -> frozenset[str]:
    """The English texts that have an Arabic one with the same placeholders."""
    if not path.is_file():
        return frozenset()
    with path.open("rb") as file:
        entries = [(entry.id, entry.string) for entry in read_po(file) if not entry.fuzzy]
    single = {str(one) for one, arabic in entries if arabic and _same_holes(one, arabic)}
    plural = {one[0] for one, forms in entries if isinstance(one, tuple) and all(forms or ())}
    return frozenset(single | plural)


def _same_holes(english: object, arabic: object) -> bool:
    if not (isinstance(english, str) and isinstance(arabic, str)):
        return False
    return sorted(HOLE.findall(english)) == sorted(HOLE.findall(arabic))


def english(source: Source) -> Iterator[tuple[ast.AST, str]]:
    """Literals of `detail = …` and `title = …` in classes, and first arguments of failures."""
    local = {failure.name for failure in _failures(source)}
    raised = (
        FAILURES
        | local
        | {"translate"}
        | ({"ValueError"} if source.name == "schemas.py" else set())
    )
    for failure in _failures(source):
        for statement in failure.body:
            if isinstance(statement, ast.Assign) and _names(statement) & {"detail", "title"}:
                yield from _literals(statement.value)
    for node in ast.walk(source.syntax):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in raised:
            yield from (literal for argument in node.args[:1] for literal in _literals(argument))


def _failures(source: Source) -> Iterator[ast.ClassDef]:
    for node in ast.walk(source.syntax):
        if isinstance(node, ast.ClassDef):
            bases = {ast.unparse(base).split(".")[-1] for base in node.bases}
            if bases & (FAILURES | {"Failure"}):
                yield node


def _names(statement: ast.Assign) -> set[str]:
    return {
        node.id
        for target in statement.targets
        for node in ast.walk(target)
        if isinstance(node, ast.Name)
    }


def _literals(node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    """Texts only: the statuses beside a title and codes without a space are none."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Constant) and isinstance(inner.value, str) and " " in inner.value:
            yield inner, inner.value
