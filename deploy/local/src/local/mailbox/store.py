"""Mails kept as .eml files, newest first."""

import email
import email.policy
import functools
import itertools
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from local.files import write_atomically


@dataclass(frozen=True)
class Attachment:
    name: str
    type: str
    size: int


@dataclass(frozen=True)
class Mail:
    """What a person or a test wants to know of one mail, decoded."""

    id: str
    received_at: str
    sender: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    html: str
    headers: tuple[tuple[str, str], ...]
    attachments: tuple[Attachment, ...]

    def as_json(self) -> dict[str, Any]:
        """The fields by name; a header that occurs twice keeps its last value."""
        return asdict(self) | {"headers": dict(self.headers)}


class MailStore:
    """A folder of mails; ids sort by time of arrival."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._folder.mkdir(parents=True, exist_ok=True)
        self._numbers = itertools.count()

    def keep(self, content: bytes, sender: str, recipients: list[str]) -> str:
        """Write the mail before its sender is told that it was taken."""
        name = f"{time.time_ns():020d}-{next(self._numbers)}"
        envelope = f"X-Envelope-From: {sender}\nX-Envelope-To: {', '.join(recipients)}\n"
        text = content.replace(b"\r\n", b"\n").decode("utf-8", "surrogateescape")
        path = self._folder / f"{name}.eml"
        write_atomically(path, (envelope + text).encode("utf-8", "surrogateescape"))
        return name

    def newest(self, *, to: str = "", limit: int = 200) -> list[Mail]:
        wanted = (path for path in self._all() if not to or to.lower() in recipients(path))
        return [read(path) for path in itertools.islice(wanted, limit)]

    def find(self, mail_id: str) -> Mail | None:
        path = self.path(mail_id)
        return read(path) if path else None

    def path(self, mail_id: str) -> Path | None:
        path = self._folder / f"{mail_id}.eml"
        return path if path.parent == self._folder and path.exists() else None

    def clear(self) -> None:
        for path in self._folder.glob("*.eml"):
            path.unlink(missing_ok=True)

    def _all(self) -> list[Path]:
        return sorted(self._folder.glob("*.eml"), reverse=True)


@functools.lru_cache(maxsize=100_000)
def recipients(path: Path) -> tuple[str, ...]:
    """Whom a kept mail is for, without decoding it."""
    with path.open("rb") as file:
        file.readline()
        listed = file.readline().decode("utf-8", "surrogateescape").partition(":")[2]
    return tuple(part.strip().lower() for part in listed.split(","))


@functools.lru_cache(maxsize=2_000)
def read(path: Path) -> Mail:
    """Decode one kept mail."""
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    moment = datetime.fromtimestamp(int(path.stem.split("-")[0]) / 1e9, UTC)
    return Mail(
        id=path.stem,
        received_at=moment.isoformat().replace("+00:00", "Z"),
        sender=str(message["From"] or message["X-Envelope-From"] or ""),
        recipients=recipients(path),
        subject=str(message["Subject"] or ""),
        text=_body(message, "plain"),
        html=_body(message, "html"),
        headers=tuple((name, str(value)) for name, value in message.items()),
        attachments=tuple(_attachment(part) for part in message.iter_attachments()),
    )


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part else ""


def _attachment(part: EmailMessage) -> Attachment:
    content = part.get_payload(decode=True)
    size = len(content) if isinstance(content, bytes) else 0
    return Attachment(part.get_filename() or "", part.get_content_type(), size)
