"""The mailbox over HTTP: pages for people, JSON for tests."""

import asyncio
import contextlib
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import orjson

from local.mailbox import pages
from local.mailbox.store import MailStore

HTML = "text/html; charset=utf-8"
JSON = "application/json"
GONE = (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError)


@dataclass(frozen=True)
class Answer:
    body: bytes
    type: str = HTML
    status: str = "200 OK"

    def encoded(self) -> bytes:
        head = f"HTTP/1.1 {self.status}\r\nContent-Type: {self.type}\r\n"
        length = f"Content-Length: {len(self.body)}\r\nConnection: close\r\n\r\n"
        return (head + length).encode() + self.body


NOT_FOUND = Answer(b"There is no such page.", "text/plain", "404 Not Found")


class MailboxWeb:
    """One short connection per request: enough for a person and a test."""

    def __init__(self, mails: MailStore) -> None:
        self._mails = mails

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(*GONE):
            head = await reader.readuntil(b"\r\n\r\n")
            method, target = head.decode("latin-1").split(" ", 2)[:2]
            writer.write(self._answer(method, target).encoded())
            await writer.drain()
        writer.close()

    def _answer(self, method: str, target: str) -> Answer:
        url = urlsplit(target)
        query = {name: values[-1] for name, values in parse_qs(url.query).items()}
        match method, url.path:
            case "GET", "/":
                return Answer(pages.inbox(self._mails.newest()).encode())
            case "GET", "/healthz":
                return Answer(b"ok", "text/plain")
            case "GET", "/messages.json":
                return self._listing(query)
            case "DELETE", "/messages.json":
                self._mails.clear()
                return Answer(b"[]", JSON)
            case "GET", path if path.startswith("/messages/"):
                return self._letter(path.removeprefix("/messages/"))
        return NOT_FOUND

    def _listing(self, query: dict[str, str]) -> Answer:
        limit = query.get("limit", "200")
        mails = self._mails.newest(
            to=query.get("to", ""), limit=int(limit) if limit.isdigit() else 200
        )
        return Answer(orjson.dumps([mail.as_json() for mail in mails]), JSON)

    def _letter(self, name: str) -> Answer:
        path = self._mails.path(name.removesuffix(".eml"))
        if path is None:
            return NOT_FOUND
        if name.endswith(".eml"):
            return Answer(path.read_bytes(), "text/plain; charset=utf-8")
        mail = self._mails.find(name)
        return Answer(pages.letter(mail).encode()) if mail else NOT_FOUND
