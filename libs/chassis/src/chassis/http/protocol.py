"""HTTP/1.1 as people send it: Arabic typed into an address is taken, nonsense gets a problem."""

import re
from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from chassis.http.problems import of_status, problem

_NOT_ASCII: Final = re.compile(rb"[\x80-\xff]")


class Protocol(HttpToolsProtocol):
    """uvicorn's protocol, whose parser takes only what is already percent-encoded (RFC 3986 §2).

    Browsers encode what is typed; curl does not, and the gateway passes a query on as it is.
    """

    _is_between_requests = True

    def data_received(self, data: bytes) -> None:
        if self._is_between_requests and not data.isascii():
            # Never beyond the request's first line: a body is not ours to change.
            line, end, rest = data.partition(b"\r\n")
            data = _NOT_ASCII.sub(lambda found: b"%%%02X" % found[0][0], line) + end + rest
        super().data_received(data)

    def on_message_begin(self) -> None:
        self._is_between_requests = False
        super().on_message_begin()

    def on_message_complete(self) -> None:
        self._is_between_requests = True
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what no parser understands, and hang up."""
        answer = problem(of_status(400), "", "en")
        headers = [b"%b: %b" % pair for pair in (*answer.raw_headers, (b"connection", b"close"))]
        lines = [b"HTTP/1.1 400 Bad Request", *headers, b"", bytes(answer.body)]
        self.transport.write(b"\r\n".join(lines))
        self.transport.close()
