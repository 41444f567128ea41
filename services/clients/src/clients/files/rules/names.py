"""Names of files: what the sender calls them, less what could mislead whoever opens them."""

import re
import unicodedata
from typing import Final

_LONGEST: Final = 200
_LONGEST_END: Final = 20
# Opened by a double click these run, whatever is inside.
_RUNS: Final = frozenset({
    "apk", "app", "bat", "chm", "cmd", "com", "cpl", "dll", "dmg", "exe", "gadget", "hta", "inf",
    "ins", "iso", "isp", "jar", "js", "jse", "lnk", "mjs", "mof", "msc", "msi", "msp", "mst",
    "pif", "ps1", "psm1", "reg", "scf", "scr", "sct", "sh", "url", "vb", "vbe", "vbs", "wsc",
    "wsf", "wsh",
})  # fmt: skip


def cleaned(name: str) -> str:
    """One line without folders, and without marks that show «cod.exe» as «exe.doc»."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    kept = "".join(one for one in last if unicodedata.category(one) not in ("Cc", "Cf", "Cs", "Cn"))
    line = " ".join(kept.split()).strip(". ")
    if len(line) > _LONGEST:
        start, dot, end = line.rpartition(".")
        is_end = dot and len(end) < _LONGEST_END
        line = f"{start[: _LONGEST - len(end) - 1]}.{end}" if is_end else line[:_LONGEST]
    return line or "file"


def runs(name: str) -> bool:
    """Whether a computer would run a file of this name."""
    return name.rpartition(".")[2].lower() in _RUNS and "." in name
