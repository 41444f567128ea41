"""Who may wait for whom over gRPC: what `peers.py` files ask, against the table below."""

import ast
from collections.abc import Iterator

from tools.features import imports
from tools.tree import SERVICES, Source, Tree

# Waits go down this table only (docs/decisions/0001), so that no circle can ever form.
ORDER = (
    "edge-identity", "clients", "comms", "billing", "memberships", "scheduling", "automation",
    "edge-views",
)  # fmt: skip
WAITS = {node: set(ORDER[:place]) for place, node in enumerate(ORDER)}
# Features of edge that compose what other services answer; all others are its identity part.
VIEWS = {"workspace", "today", "search", "stream", "reports", "audit_log", "api_docs", "health"}
# Whoever asks edge over gRPC asks its identity part: the views offer no rpc.
NODES = {"edge": "edge-identity"}
Asked = tuple[ast.AST, str | None]


def check(tree: Tree) -> list[str]:
    """Peers are asked in peers.py only, those above in the table only; identity asks nobody."""
    remembered = asked_by_refs(tree)
    problems: list[str] = []
    for source in tree.sources(*SERVICES):
        if source.module[1:2] == ["peers"]:
            problems += _refused(source, list(asked(source.syntax)))
        else:
            problems += [
                source.at(at, "peers are asked in peers.py") for at, _ in asked(source.syntax)
            ]
        problems += _refused(source, list(_through_refs(source, remembered)))
        problems += _views_in_identity(source)
    return problems


def asked(syntax: ast.AST) -> Iterator[Asked]:
    """Each `….peer("name")` (None where it is no literal), and each import of a stub."""
    for node in ast.walk(syntax):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".peer"):
            name = node.args[0] if node.args else None
            yield node, str(name.value) if isinstance(name, ast.Constant) else None
        elif isinstance(node, ast.alias) and node.name.endswith(("_pb2_grpc", "Stub")):
            yield node, None


def asked_by_refs(tree: Tree) -> dict[str, set[str]]:
    """For each module of refs, the peers its functions may ask, through other modules too."""
    modules = {source.module[-1]: source for source in tree.sources("libs/refs")}
    by_function = {
        node.name: {name for _, name in asked(node) if name}
        for node in (modules["peers"].syntax.body if "peers" in modules else [])
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    direct = {
        name: {
            peer
            for node in ast.walk(source.syntax)
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "peers"
            for peer in by_function.get(node.attr, set())
        }
        for name, source in modules.items()
    }
    uses = {name: _refs_modules(source) & set(modules) for name, source in modules.items()}
    for _ in modules:  # as often as the longest chain of imports may need
        direct = {
            name: set().union(own, *(direct[u] for u in uses[name])) for name, own in direct.items()
        }
    return direct | {"peers": set().union(*by_function.values())}


def _refs_modules(source: Source) -> set[str]:
    return {target[1] for _, target in imports(source) if target[0] == "refs"}


def _through_refs(source: Source, remembered: dict[str, set[str]]) -> Iterator[Asked]:
    """What a service waits for because it uses refs; of itself it asks nothing there."""
    for node, target in imports(source):
        if target[0] == "refs" and len(target) > 1:
            yield from (
                (node, peer) for peer in remembered.get(target[1], set()) - {source.module[0]}
            )


def _refused(source: Source, found: list[Asked]) -> Iterator[str]:
    node = _node(source)
    for at, name in found:
        if name is None:
            yield source.at(at, 'a peer is asked by `channels.peer("its name")`')
        elif NODES.get(name, name) not in WAITS.get(node, set()):
            yield source.at(at, f"{node} may not wait for {NODES.get(name, name)}")


def _node(source: Source) -> str:
    service, *inside = source.module
    if service != "edge":
        return service
    return "edge-identity" if len(inside) > 1 and inside[0] not in VIEWS else "edge-views"


def _views_in_identity(source: Source) -> Iterator[str]:
    if _node(source) == "edge-identity":
        for at, target in imports(source):
            if target[:2] == ["edge", "peers"]:
                yield source.at(at, "the identity part of edge may wait for nobody")
