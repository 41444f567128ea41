"""Texts of papers as a page has them: directions are elements there, so that nothing of them is
copied with a number.
"""

import re
from typing import Final

from markupsafe import Markup, escape

# U+2066 to U+2069: left to right, right to left, as its first letter does; and the end of each.
_ELEMENTS: Final = {
    "\u2066": '<bdi dir="ltr">', "\u2067": '<bdi dir="rtl">', "\u2068": "<bdi>",
    "\u2069": "</bdi>", "\u200b": "<wbr>",
}  # fmt: skip
_MARKS: Final = re.compile(f"[{''.join(_ELEMENTS)}]")


def isolated(value: str) -> Markup:
    """The text as HTML, whatever somebody wrote."""
    # Escaped first: of what is left, the marks alone become elements.
    return Markup(_MARKS.sub(lambda found: _ELEMENTS[found[0]], str(escape(value))))  # noqa: S704


def plain(value: str) -> str:
    """The text alone, as a title or an attribute has it."""
    return _MARKS.sub("", value)
