"""Files that readers never see half written."""

import os
import tempfile
from pathlib import Path


def write_atomically(
    path: Path, content: str | bytes, *, mode: int = 0o644, beside: Path | None = None
) -> None:
    """Replace the file by a rename; `beside` is where the draft lies, for watched folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=beside or path.parent, prefix=".draft-")
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(file.fileno(), mode)
        file.write(content if isinstance(content, bytes) else content.encode())
    os.replace(draft, path)
