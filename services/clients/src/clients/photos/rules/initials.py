"""An avatar for who has no photo: the initials of a name in any script, on a colour of its own."""

import hashlib
import re
import unicodedata
from typing import Final
from uuid import UUID
from xml.sax.saxutils import escape

# White letters on each of these have a contrast of at least 4.5 (WCAG 2.2, 1.4.3).
COLOURS: Final = (
    "#b71c1c", "#880e4f", "#4a148c", "#311b92", "#1a237e", "#0d47a1", "#01579b", "#006064",
    "#004d40", "#1b5e20", "#33691e", "#5d4037", "#bf360c", "#37474f", "#6a1b9a", "#827717",
)  # fmt: skip
_ARTICLE: Final = re.compile("^[اٱ]ل(?=..)")
_TATWEEL: Final = "\u0640"
# Keeps two Arabic letters from being joined to a word that nobody is called.
_APART: Final = "\u200c"
_UNKNOWN: Final = "•"
_SVG: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 128 128" width="128" height="128">'
    '<rect width="128" height="128" fill="{colour}"/>'
    '<text x="64" y="66" direction="{direction}" text-anchor="middle" dominant-baseline="central"'
    ' font-family="IBM Plex Sans Arabic, Segoe UI, Tahoma, sans-serif" font-size="52"'
    ' fill="#ffffff">{letters}</text></svg>'
)


def initials(name: str) -> str:
    """The first letters of the first and the last word, as a reader of the script says them."""
    words = [word for word in (_letters(part) for part in name.split()) if word]
    if not words:
        return _UNKNOWN
    chosen = words[:1] if len(words) == 1 else [words[0], words[-1]]
    return (_APART if is_arabic(words[0]) else "").join(word[0].upper()[:1] for word in chosen)


def avatar(name: str, client_id: UUID) -> bytes:
    """The picture as SVG: the same for the same client, until it is renamed."""
    letters = initials(name)
    number = hashlib.sha256(client_id.bytes).digest()[0] % len(COLOURS)
    direction = "rtl" if is_arabic(letters) else "ltr"
    return _SVG.format(
        colour=COLOURS[number], direction=direction, letters=escape(letters)
    ).encode()  # fmt: skip


def is_arabic(text: str) -> bool:
    """Whether it is read from right to left."""
    return unicodedata.bidirectional(text[0]) in ("AL", "R")


def _letters(word: str) -> str:
    """A word without marks, article and what is no letter; digits count where nothing else is."""
    plain = unicodedata.normalize("NFKC", word).replace(_TATWEEL, "")
    kept = "".join(one for one in plain if one.isalnum())
    return _ARTICLE.sub("", kept)
