"""A stand-in for a service: the internal endpoints and an echo, from the standard library."""

import json
import os
import signal
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

DRAIN_SECONDS = float(os.environ.get("DIWAN_DRAIN_SECONDS", "1.5"))
LARGEST_ANSWER = 5_000


class Door(BaseHTTPRequestHandler):
    """Paths say how to behave: …/drop, …/hang, …/busy, …/large, …/missing."""

    protocol_version = "HTTP/1.1"
    ready = True
    hits = 0

    def answer(self) -> None:
        self.rfile.read(int(self.headers.get("content-length") or 0))
        if self.path.startswith("/internal/readyz"):
            self.say(200 if Door.ready else 503, {})
        elif self.path.startswith("/internal/problems/"):
            status = self.path.split("/")[3][:3]
            self.say(int(status), {"problem": self.path}, "application/problem+json")
        elif self.path.startswith(("/internal", "/metrics")):
            self.say(200, {"secret": "inside"})
        else:
            self.behave()

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = answer

    def behave(self) -> None:
        match self.path.partition("?")[0].rpartition("/")[2]:
            case "drop":
                Door.hits += 1
                self.close_connection = True
            case "hang":
                time.sleep(3)
                self.say(200, {})
            case "busy":
                self.say(503, {"own": "words"}, "application/problem+json")
            case "large":
                self.say(200, {"filling": "x" * LARGEST_ANSWER})
            case "missing" | "no-such-page":
                self.say(404, {"code": "not_found"}, "application/problem+json")
            case _:
                self.say(200, self.echo())

    def echo(self) -> dict[str, object]:
        return {
            "service": os.environ["FAKE_NAME"],
            "pid": os.getpid(),
            "path": self.path,
            "hits": Door.hits,
            "headers": {name.lower(): value for name, value in self.headers.items()},
        }

    def say(self, status: int, body: object, kind: str = "application/json") -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: object) -> None:
        """No access log."""


def drain(server: ThreadingHTTPServer) -> None:
    Door.ready = False
    time.sleep(DRAIN_SECONDS)
    server.shutdown()


def main(role: str) -> None:
    if role == "migrate":
        print("migrated", os.environ["FAKE_NAME"])
        return
    port = int(os.environ["DIWAN_HTTP_PORT"])
    server = ThreadingHTTPServer(("127.0.0.1", port), Door)
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=drain, args=(server,)).start())
    print("listening", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(sys.argv[1])
