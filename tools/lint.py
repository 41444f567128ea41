"""All checks of the house style, one row each: `python -m tools.lint [name …]`."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

from tools import (
    baseline,
    call_graph,
    docstrings,
    features,
    forbidden,
    leaks,
    programs,
    requirements,
    sizes,
    system_lookups,
    texts,
)
from tools.tree import Tree

Check = Callable[[Tree], list[str]]
CHECKS: dict[str, Check] = {
    "format": programs.ruff_format,
    "rules": programs.ruff_rules,
    "types": programs.mypy,
    "imports": programs.import_contracts,
    "features": features.check,
    "call-graph": call_graph.check,
    "transactions": forbidden.transactions,
    "environment": forbidden.environment,
    "docstrings": docstrings.check,
    "texts": texts.check,
    "protos": programs.buf_lint,
    "breaking": programs.buf_breaking,
    "baseline": baseline.check,
    "look-ups": system_lookups.check,
    "requirements": requirements.check,
    "leaks": leaks.check,
    "sizes": sizes.check,
}


def main(names: list[str]) -> int:
    """Run all checks, or the named ones, and print what each found; 1 if any found something."""
    tree = Tree(Path.cwd())
    unknown = set(names) - set(CHECKS)
    if unknown:
        print(f"no such check: {', '.join(sorted(unknown))}; there are {', '.join(CHECKS)}")
        return 2
    found = {name: _run(name, tree) for name in names or CHECKS}
    print("\n".join(["", *sizes.report(tree), f"requirements: {requirements.summary(tree)}"]))
    failed = [name for name, problems in found.items() if problems]
    print(f"failed: {', '.join(failed)}" if failed else f"all {len(found)} checks passed")
    return 1 if failed else 0


def _run(name: str, tree: Tree) -> list[str]:
    started = time.perf_counter()
    problems = CHECKS[name](tree)
    seconds = time.perf_counter() - started
    state = f"{len(problems)} lines" if problems else "ok"
    print(f"{name:<13} {state:<10} {seconds:6.1f} s", flush=True)
    for problem in problems:
        print(f"    {problem}")
    return problems


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
