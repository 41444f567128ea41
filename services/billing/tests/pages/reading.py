"""What is read of a page, as a browser has it."""

from dataclasses import dataclass

import httpx
from lxml import html

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
_MARKS = dict.fromkeys(range(0x2066, 0x206A))


@dataclass(frozen=True)
class Page:
    """An answer that is a page."""

    answer: httpx.Response

    @property
    def root(self) -> html.HtmlElement:
        return html.document_fromstring(self.answer.text)

    @property
    def text(self) -> str:
        """What stands there, in one line."""
        body = self.root.body
        for style in body.xpath("//style"):
            style.drop_tree()
        return " ".join(body.text_content().split())

    def all(self, path: str) -> list[str]:
        """The texts or values that an XPath finds."""
        return [
            " ".join((one if isinstance(one, str) else one.text_content()).split())
            for one in self.root.xpath(path)
        ]


async def look(http: httpx.AsyncClient, url: str, **headers: str) -> Page:
    """As a browser asks for it."""
    return Page(await http.get(url, headers={**BROWSER, **headers}))


def printed(texts: list[str]) -> list[str]:
    """Texts of a sheet, without the marks that papers have."""
    return [one.translate(_MARKS) for one in texts]
