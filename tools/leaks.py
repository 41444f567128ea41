"""Light search for what must not be committed: keys, tokens, paths of one machine, registries."""

import re
from pathlib import PurePosixPath

from tools.tree import Tree

# Written so that this file does not find itself.
PATTERNS = {
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE[ ]KEY-----"),
    "a cloud access key": re.compile(r"\bAKIA[0-9A-Z]{16}\b"),
    "a GitHub token": re.compile(r"\bgh[pousr]_[0-9A-Za-z]{36}\b"),
    "an API key of Diwan": re.compile(r"\bdwn_[0-9A-Za-z_-]{32,}"),
    "a path of one machine": re.compile(r"(?<![\w.])/(?:home|root|Users|work)/[\w.-]+"),
}
ADDRESS = re.compile(r"^--|@ *(?:https?|file):|https?://", re.MULTILINE)
BINARY = {".binpb", ".png", ".jpg", ".ttf", ".woff2", ".ico", ".gz", ".zip"}


def check(tree: Tree) -> list[str]:
    """Every committed or committable file, and the lock file's promise to hold no addresses."""
    problems = []
    for path in tree.files():
        if PurePosixPath(path).suffix not in BINARY:
            problems += _found(path, (tree.root / path).read_text("utf-8", errors="replace"))
    lock = re.sub(r"(?m)^ *#.*$", "", tree.read("requirements.lock") or "")
    if ADDRESS.search(re.sub(r"--hash=\S+", "", lock)):
        problems.append("requirements.lock: names the address of an index")
    return problems


def _found(path: str, text: str) -> list[str]:
    return [
        f"{path}:{text.count(chr(10), 0, match.start()) + 1}: {what}"
        for what, pattern in PATTERNS.items()
        for match in pattern.finditer(text)
    ]
