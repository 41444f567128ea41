"""The image that `buf breaking` compares with changes only together with a decision."""

import hashlib
import re

from tools.tree import Tree

BASELINE = "protos/baseline.binpb"


def check(tree: Tree) -> list[str]:
    """The newest decision that names the baseline must hold its SHA-256."""
    image = tree.root / BASELINE
    if not image.is_file():
        return [f"{BASELINE} is missing"]
    decisions = sorted((tree.root / "docs/decisions").glob("*.md"), reverse=True)
    texts = ((path.name, path.read_text("utf-8")) for path in decisions)
    newest = next(((name, text) for name, text in texts if BASELINE in text), None)
    if newest is None:
        return [f"no decision names {BASELINE}"]
    actual = hashlib.sha256(image.read_bytes()).hexdigest()
    if actual in re.findall(r"\b[0-9a-f]{64}\b", newest[1]):
        return []
    return [f"{BASELINE} is not the one of docs/decisions/{newest[0]}: it has SHA-256 {actual}"]
