"""Who may wait for whom over gRPC: the stubs in `peers.py` files against the table below."""

import ast
from collections.abc import Iterator

from tools.features import imports
from tools.tree import SERVICES, Source, Tree

# Waits go down this table only (docs/architecture.md), so that no circle can ever form.
ORDER = (
    "edge-identity", "clients", "comms", "billing", "memberships", "scheduling", "automation",
    "edge-views",
)  # fmt: skip
WAITS = {node: set(ORDER[:place]) for place, node in enumerate(ORDER)}
# Features of edge that compose what other services answer; all others are its identity part.
VIEWS = {"workspace", "today", "search", "stream", "reports", "api_docs"}
PROTO_NODES = {"identity": "edge-identity", "edge": "edge-identity"}


def check(tree: Tree) -> list[str]:
    """Stubs stand only in peers.py, name only nodes above, and identity asks nobody."""
    problems: list[str] = []
    for source in tree.sources(*SERVICES):
        problems += _stubs(source)
        if source.module[0] == "edge" and _is_identity(source):
            problems += [
                source.at(node, "the identity part of edge may wait for nobody")
                for node, target in imports(source)
                if target[:2] == ["edge", "peers"]
            ]
    return problems


def _stubs(source: Source) -> Iterator[str]:
    service = source.module[0]
    node = "edge-views" if service == "edge" else service
    for place, package in _stub_uses(source):
        asked = PROTO_NODES.get(package, package)
        if source.module[1:2] != ["peers"]:
            yield source.at(place, f"a stub of {asked} outside of peers.py")
        elif asked not in WAITS.get(node, set()):
            yield source.at(place, f"{node} may not wait for {asked}")


def _stub_uses(source: Source) -> Iterator[tuple[ast.AST, str]]:
    """Where a class …Stub of `diwan.<package>.v1.…_pb2_grpc` is taken, with its package."""
    aliases = {}
    for node, target in imports(source):
        if target[0] == "diwan" and target[-1].endswith("Stub"):
            yield node, target[1]
        elif target[0] == "diwan" and target[-1].endswith("_pb2_grpc"):
            aliases[_bound_name(node, target)] = target[1]
    for node in ast.walk(source.syntax):
        if isinstance(node, ast.Attribute) and node.attr.endswith("Stub"):
            package = aliases.get(ast.unparse(node.value))
            if package:
                yield node, package


def _bound_name(node: ast.AST, target: list[str]) -> str:
    assert isinstance(node, ast.Import | ast.ImportFrom)  # noqa: S101 - what imports() yields
    for name in node.names:
        if name.asname and name.name.split(".")[-1] == target[-1]:
            return name.asname
    return target[-1] if isinstance(node, ast.ImportFrom) else ".".join(target)


def _is_identity(source: Source) -> bool:
    feature = source.module[1:2]
    return len(source.module) > 2 and feature[0] not in VIEWS
