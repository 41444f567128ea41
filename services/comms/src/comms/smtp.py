"""Handing mail to an SMTP server, over connections that are kept for the next mail."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib
from aiosmtplib.errors import (
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)

from chassis import telemetry

# Servers hang up on idle connections after a few minutes (RFC 5321, 4.5.3.2.7: five).
_IDLE_SECONDS: Final = 30.0
_MOST_MAILS: Final = 100
_STARTTLS: Final = {"auto": None, "always": True, "never": False}
_LONGEST_ANSWER: Final = 500


class NotTaken(Exception):
    """The server did not take the mail; `is_final` where trying again would not help."""

    def __init__(self, code: str, answer: str, *, is_final: bool = False) -> None:
        self.code = code
        self.answer = answer[:_LONGEST_ANSWER]
        self.is_final = is_final
        super().__init__(f"{code}: {self.answer}")


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server is and how to sign in, from `smtp://user:password@host:port`."""

    host: str
    port: int
    user: str | None
    password: str | None
    use_tls: bool
    start_tls: bool | None

    @classmethod
    def parse(cls, url: str) -> "Address":
        """Read the setting; raises ValueError."""
        parts = urlsplit(url)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise ValueError("the SMTP address must begin with smtp:// or smtps://")
        use_tls = parts.scheme == "smtps"
        wish = parse_qs(parts.query).get("starttls", ["auto"])[0]
        if wish not in _STARTTLS:
            raise ValueError("starttls is auto, always or never")
        return cls(
            host=parts.hostname, port=parts.port or (465 if use_tls else 25),
            user=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            use_tls=use_tls, start_tls=False if use_tls else _start_tls(wish, bool(parts.username)),
        )  # fmt: skip


@dataclass(slots=True)
class _Connection:
    smtp: aiosmtplib.SMTP
    mails: int = 0
    idle_since: float = 0.0

    @property
    def is_fresh(self) -> bool:
        return self.mails == 0


class Mailer:
    """The connections of one process; whoever sends holds a `turn`, of which there are few."""

    def __init__(self, url: str, *, connections: int, seconds: float) -> None:
        self._address = Address.parse(url)
        self._seconds = seconds
        self._attributes: dict[str, str | int] = {
            "server.address": self._address.host, "server.port": self._address.port,
            "network.protocol.name": "smtp",
        }  # fmt: skip
        self._free: list[_Connection] = []
        # Taken before a message is taken in hand: waiting for it uses up nobody's time.
        self.turn = asyncio.Semaphore(connections)

    async def send(self, sender: str, recipient: str, content: bytes) -> str:
        """The server's answer once it has taken the mail; raises NotTaken.

        Time running out leaves open whether the server took it: SMTP cannot tell.
        """
        with telemetry.client_span("SMTP send", self._attributes):
            try:
                async with asyncio.timeout(self._seconds):
                    return await self._send(sender, recipient, content)
            except TimeoutError as error:
                raise NotTaken("mail_server_unreachable", "no answer in time") from error

    async def close(self) -> None:
        """Hang up politely."""
        free, self._free = self._free, []
        for connection in free:
            with suppress(SMTPException, OSError):
                await connection.smtp.quit(timeout=1)

    async def _send(self, sender: str, recipient: str, content: bytes) -> str:
        try:
            return await self._try(sender, recipient, content)
        except _Stale:
            # Kept too long: the server had hung up. All others that wait may be as old.
            for connection in self._free:
                connection.smtp.close()
            self._free.clear()
            return await self._try(sender, recipient, content)

    async def _try(self, sender: str, recipient: str, content: bytes) -> str:
        async with self._connection() as connection:
            try:
                await connection.smtp.mail(sender)
            except (SMTPServerDisconnected, OSError) as error:
                if connection.is_fresh:
                    raise
                raise _Stale() from error
            await connection.smtp.rcpt(recipient)
            answer = await connection.smtp.data(content)
            connection.mails += 1
            return f"{answer.code} {answer.message}"[:_LONGEST_ANSWER]

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[_Connection]:
        connection = await self._take()
        try:
            yield connection
        except SMTPResponseException as error:
            await self._put_back(connection, reset=error.code != 421)
            raise _not_taken(error) from error
        except (SMTPException, OSError) as error:
            connection.smtp.close()
            raise NotTaken("mail_server_unreachable", str(error)) from error
        except BaseException:
            connection.smtp.close()
            raise
        else:
            await self._put_back(connection)

    async def _take(self) -> _Connection:
        while self._free:
            connection = self._free.pop()
            if connection.smtp.is_connected and (
                time.monotonic() - connection.idle_since < _IDLE_SECONDS
            ):
                return connection
            connection.smtp.close()
        address = self._address
        smtp = aiosmtplib.SMTP(
            hostname=address.host, port=address.port, username=address.user,
            password=address.password, use_tls=address.use_tls, start_tls=address.start_tls,
            timeout=self._seconds,
        )  # fmt: skip
        try:
            await smtp.connect()
        except (SMTPException, OSError) as error:
            # Whatever is said before a mail is named is about us, not about the mail.
            raise NotTaken("mail_server_unreachable", str(error)) from error
        return _Connection(smtp)

    async def _put_back(self, connection: _Connection, *, reset: bool = False) -> None:
        if reset:
            try:
                await connection.smtp.rset()
            except (SMTPException, OSError):
                connection.smtp.close()
        if not connection.smtp.is_connected or connection.mails >= _MOST_MAILS:
            connection.smtp.close()
            return
        connection.idle_since = time.monotonic()
        self._free.append(connection)


class _Stale(Exception):
    """A kept connection turned out to be dead before anything was said on it."""


def _start_tls(wish: str, has_password: bool) -> bool | None:
    """Credentials are never sent in the clear unless the setting insists on it."""
    if wish == "auto" and has_password:
        return True
    return _STARTTLS[wish]


def _not_taken(error: SMTPResponseException) -> NotTaken:
    """RFC 5321, 4.2.1: 4yz may work later, 5yz will not."""
    codes = {
        SMTPSenderRefused: "sender_refused", SMTPRecipientRefused: "recipient_refused",
        SMTPDataError: "content_refused",
    }  # fmt: skip
    answer = f"{error.code} {error.message}"
    if error.code < 500:
        return NotTaken("refused_for_now", answer)
    return NotTaken(codes.get(type(error), "mail_refused"), answer, is_final=True)
