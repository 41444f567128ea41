"""An SMTP server in the test's own loop, that answers what the test wants."""

import asyncio
import email
import email.policy
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP


@dataclass
class Sink:
    """Keeps the mails it took; `answers` are given to DATA, one each, before it says 250."""

    port: int = 0
    connections: int = 0
    attempts: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    answers: deque[str] = field(default_factory=deque)
    refused: dict[str, str] = field(default_factory=dict)
    protocols: list[SMTP] = field(default_factory=list)
    on_taken: Callable[[], object] = lambda: None

    async def handle_RCPT(
        self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:
        self.attempts += 1
        if self.answers and not (answer := self.answers.popleft()).startswith("2"):
            return answer
        mail = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
        self.mails.append(mail)
        self.on_taken()
        return "250 2.0.0 Ok: queued as 4711"

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def hang_up(self) -> None:
        """Close all connections from this side, as a server does with idle ones."""
        for protocol in self.protocols:
            if protocol.transport is not None:
                protocol.transport.close()
        self.protocols.clear()

    def connected(self) -> SMTP:
        self.connections += 1
        protocol = SMTP(self, enable_SMTPUTF8=True, hostname="sink.example")
        self.protocols.append(protocol)
        return protocol


@asynccontextmanager
async def listening() -> AsyncIterator[Sink]:
    """A sink on a free port."""
    sink = Sink()
    server = await asyncio.get_running_loop().create_server(sink.connected, "127.0.0.1", 0)
    sink.port = server.sockets[0].getsockname()[1]
    try:
        yield sink
    finally:
        sink.hang_up()
        server.close()
