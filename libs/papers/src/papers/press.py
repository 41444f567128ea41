"""The compiler of sheets: only who prints loads it."""

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import orjson
import typst

Json = dict[str, Any]
_HERE: Final = Path(__file__).parent
TEMPLATES: Final = _HERE / "templates"


@cache
def fonts() -> typst.Fonts:
    """Our own, and no other."""
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(_HERE / "fonts")]
    )  # fmt: skip


class Press:
    """Prints one sheet at a time; what it has laid out before it does not lay out again."""

    def __init__(self) -> None:
        self._compiler = typst.Compiler(root=TEMPLATES, font_paths=fonts())

    def print(self, sheet: Json, at: datetime, template: str, inside: bytes | None) -> bytes:
        """As Printer.print, and the whole process waits."""
        said = {"sheet": orjson.dumps(sheet).decode()}
        if inside is not None:
            said["xml"] = inside.decode()
        made = self._compiler.compile(
            TEMPLATES / f"{template}.typ", format="pdf", sys_inputs=said,
            timestamp=int(at.timestamp()), pdf_standards=[] if inside is None else ["a-3b"],
        )  # fmt: skip
        if not isinstance(made, bytes):
            raise TypeError("a PDF is one file")
        return made
