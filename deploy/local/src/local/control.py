"""How commands talk to the running launcher: a line of JSON each way, on the loopback address."""

import asyncio
import contextlib
import json
import secrets
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from local.files import write_atomically
from local.ports import HOST

Verb = Callable[..., Awaitable[Any]]
LONGEST_LINE = 1_000_000


class Refused(Exception):
    """The launcher could not do what was asked."""


class Control:
    """The launcher's side; only who can read the state folder knows the token."""

    def __init__(self, address_file: Path, verbs: dict[str, Verb]) -> None:
        self._address_file = address_file
        self._verbs = verbs
        self._token = secrets.token_hex(16)
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._answer, HOST, 0, limit=LONGEST_LINE)
        port = self._server.sockets[0].getsockname()[1]
        address = json.dumps({"port": port, "token": self._token})
        write_atomically(self._address_file, address, mode=0o600)

    def close(self) -> None:
        self._address_file.unlink(missing_ok=True)
        if self._server:
            self._server.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, ValueError):
            asked = json.loads(await reader.readline())
            writer.write(json.dumps(await self._obey(asked)).encode() + b"\n")
            await writer.drain()
        writer.close()

    async def _obey(self, asked: dict[str, Any]) -> dict[str, Any]:
        if not secrets.compare_digest(str(asked.pop("token", "")), self._token):
            return {"refused": "wrong token"}
        verb = self._verbs.get(asked.pop("verb", ""))
        if verb is None:
            return {"refused": "unknown verb"}
        try:
            return {"answer": await verb(**asked)}
        # Whatever goes wrong belongs on the screen of who asked; the launcher goes on.
        except Exception as error:
            return {"refused": f"{type(error).__name__}: {error}"}


def ask(address_file: Path, verb: str, **parameters: Any) -> Any:
    """The launcher's answer; ConnectionError when none runs, Refused with its reason."""
    try:
        address = json.loads(address_file.read_text())
        connection = socket.create_connection((HOST, address["port"]))
    except (OSError, ValueError) as error:
        raise ConnectionError("the stack is not running (make up starts it)") from error
    with connection, connection.makefile("rwb") as stream:
        asked = {"token": address["token"], "verb": verb, **parameters}
        stream.write(json.dumps(asked).encode() + b"\n")
        stream.flush()
        line = stream.readline()
    if not line:
        raise ConnectionError("the launcher has ended")
    answer = json.loads(line)
    if "refused" in answer:
        raise Refused(answer["refused"])
    return answer["answer"]
