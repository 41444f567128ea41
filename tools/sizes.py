"""Sizes of functions and files: medians, 90th percentiles, and the names of what is too long."""

import ast
from statistics import median

from tools.tree import Tree

FUNCTION, FILE, TEST_FILE = 40, 300, 400
FOLDERS = ("libs", "gateway", "services", "deploy", "tools", "tests")
Sizes = list[tuple[int, str]]


def measured(tree: Tree) -> tuple[Sizes, Sizes]:
    """The lengths of all functions and of all files, each with its place."""
    functions, files = [], []
    for source in (s for folder in FOLDERS for s in tree.python(tree.root / folder)):
        if "/versions/" not in source.path:  # Alembic writes those
            files.append((source.text.count("\n"), source.path))
            for node in ast.walk(source.syntax):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
                    lines = node.end_lineno - node.lineno + 1
                    functions.append((lines, source.at(node, node.name)))
    return functions, files


def check(tree: Tree) -> list[str]:
    """Only what is over the hard limits; the report shows the habits."""
    functions, files = measured(tree)
    long = [f"{place} has {size} lines" for size, place in functions if size > FUNCTION]
    return long + [
        f"{path}: {size} lines"
        for size, path in files
        if size > (TEST_FILE if "tests/" in path or path.endswith("conftest.py") else FILE)
    ]


def report(tree: Tree) -> list[str]:
    """Two lines; the habit is a median of 8 and 80, a 90th percentile of 25 and 180."""
    lines = []
    for name, sizes in zip(("functions", "files"), measured(tree), strict=True):
        lengths, (most, place) = (
            sorted(size for size, _ in sizes) or [0],
            max(sizes, default=(0, "")),
        )
        middle, p90 = median(lengths), lengths[len(lengths) * 9 // 10]
        lines.append(f"{name}: {len(sizes)}, median {middle:.0f}, p90 {p90}, most {most} ({place})")
    return lines
