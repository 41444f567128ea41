"""What is read of a PDF."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import zxingcpp
from pypdfium2 import PdfDocument, PdfTextPage

# Brackets are one, and the marks around what reads the other way are none.
_SAME = str.maketrans("<([", ">)]", "\u2066\u2067\u2068\u2069")


@dataclass(frozen=True)
class Page:
    """A page as a reader of PDFs copies it: words in their order, on lines.

    Of letters that are one glyph together the reader does not know which comes first, and what is
    Latin amid Arabic it turns around, with its brackets: so words are told by their letters.
    Numbers are as they are.
    """

    shown: PdfTextPage

    @cached_property
    def text(self) -> str:
        return str(self.shown.get_text_range())

    @cached_property
    def words(self) -> Counter[str]:
        return Counter(_letters(self.text))

    def says(self, phrase: str) -> bool:
        """Whether all words of a phrase stand there."""
        return not Counter(_letters(phrase)) - self.words

    def gaps(self, word: str) -> list[float]:
        """How far the letters of an Arabic word are from one another, from right to left."""
        at = self.text.index(word)
        boxes = [self.shown.get_charbox(place) for place in range(at, at + len(word))]
        return [right[0] - left[2] for right, left in pairwise(boxes)]


def read(content: bytes) -> list[Page]:
    """The pages."""
    document = PdfDocument(content)
    return [Page(document[place].get_textpage()) for place in range(len(document))]


def codes(content: bytes) -> list[str]:
    """What a scanner reads off the first page."""
    picture = PdfDocument(content)[0].render(scale=3).to_pil()
    return [one.text for one in zxingcpp.read_barcodes(picture)]


def _letters(text: str) -> Iterator[str]:
    return ("".join(sorted(word)) for word in text.translate(_SAME).split())
