"""What the gateway keeps inside, and how it says what it cannot do."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from chassis.testing.eventually import eventually
from local.files import write_atomically
from local.servers.traefik import Traefik
from local.stack import Stack
from tests.product import Product

_LIMITS = {
    "DIWAN_RATE_LIMIT": "100000", "DIWAN_RATE_BURST": "100000",
    "DIWAN_BODY_LIMIT": "20000", "DIWAN_UPSTREAM_TIMEOUT": "1500ms",
    "DIWAN_UPLOAD_LIMIT": "30000",
}  # fmt: skip


async def raw(port: int, path: str, method: str = "GET") -> str:
    """The answer to a path as it stands; an HTTP library would tidy it up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    return answer.decode(errors="replace")


@pytest.mark.parametrize(
    "path",
    [
        "/metrics", "//metrics", "/METRICS", "/%6detrics", "/./metrics", "/v1/%2e%2e/metrics",
        "/internal", "/internal/readyz", "/internal/openapi.json", "/internal/problems/404",
        "/%69nternal", "/%69nternal/readyz", "//internal/readyz", "/Internal/readyz",
        "/v1/../internal/readyz", "/v1/clients/../../internal/openapi.json",
        "/v1/clients/%2e%2e/%2e%2e/metrics", "/v1/clients/..%2f..%2fmetrics",
        "/v1/messages/../../metrics", "/v1/flows/..//..//internal/readyz",
        "/internal/readyz?x=/v1/clients", "/v1/clients;/../../internal/readyz",
    ],
)  # fmt: skip
async def test_inside_paths_do_not_pass(stack: Stack, path: str) -> None:
    """GW-07: on whatever spelling, the answer is the same 404 as for what does not exist."""
    for method in ("GET", "POST"):
        answer = await raw(stack.traefik.port, path, method)
        assert answer.split(" ")[1] in ("400", "401", "404", "405"), answer
        assert not any(word in answer for word in ("serving", "python_gc", '"openapi"')), answer


async def test_an_unknown_path_is_a_problem_document(product: Product) -> None:
    answer = await product.http.get("/nowhere", headers={"Accept-Language": "ar"})
    check_problem(answer, 404)
    assert answer.headers["content-language"] == "ar"


class Upstream:
    """Stands in for a service that breaks off: it counts what it reads and answers nothing."""

    def __init__(self) -> None:
        self.heads: list[str] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Read the head; answer only the health check."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        if "/internal/readyz" in head:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            await writer.drain()
        else:
            self.heads.append(head.split("\r\n")[0])
            if "hang" in head:
                await asyncio.sleep(5)
        writer.close()


@pytest.fixture(scope="module")
async def upstream() -> Upstream:
    return Upstream()


@pytest.fixture(scope="module")
async def gateway(
    stack: Stack, upstream: Upstream, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[httpx.AsyncClient]:
    """A second gateway with low limits before the same edge; behind `clients` all breaks off."""
    server = await asyncio.start_server(upstream.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    traefik = Traefik(tmp_path_factory.mktemp("gateway") / "traefik", settings=_LIMITS)
    servers = (stack.traefik.dynamic / "servers.yml").read_text()
    for replica in stack.replicas("clients"):
        servers = servers.replace(replica.http_address, f"127.0.0.1:{port}")
    traefik.dynamic.mkdir(parents=True)
    drafts: Path = traefik.folder
    write_atomically(traefik.dynamic / "servers.yml", servers, beside=drafts)
    await traefik.start()
    async with httpx.AsyncClient(base_url=traefik.url, timeout=20) as client:

        async def routes() -> bool:
            return (await client.get("/readyz")).status_code == 200

        await eventually(routes)
        yield client
    await traefik.stop()
    server.close()


def check_problem(answer: httpx.Response, status: int) -> None:
    """An RFC 9457 document that explains itself and betrays nothing."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    body = answer.json()
    assert {"type", "title", "status", "code", "trace_id", "instance"} <= body.keys()
    assert body["status"] == status
    assert "Traceback" not in answer.text


async def test_a_body_too_large_is_a_413_problem(gateway: httpx.AsyncClient) -> None:
    check_problem(await gateway.post("/v1/messages", content=b"x" * 20_001), 413)


@pytest.mark.parametrize("path", ["/v1/files", "/v1/files/x/versions", "/v1/clients/x/photo"])
async def test_files_may_be_larger_where_they_are_taken(
    gateway: httpx.AsyncClient, path: str
) -> None:
    """CL-62: the form around a file of the largest size fits too; behind it all breaks off."""
    check_problem(await gateway.post(path, content=b"x" * 1_030_001), 413)
    check_problem(await gateway.post(path, content=b"x" * 1_030_000), 502)
    check_problem(await gateway.patch(path, content=b"x" * 20_001), 413)


@pytest.mark.parametrize("method", ["POST", "PATCH"])
async def test_a_broken_connection_is_a_502_problem_and_nothing_is_sent_twice(
    gateway: httpx.AsyncClient, upstream: Upstream, method: str
) -> None:
    """GW-07: a POST or PATCH that may have had its effect is never sent again."""
    upstream.heads.clear()
    check_problem(await gateway.request(method, "/v1/clients/break", json={}), 502)
    assert len(upstream.heads) == 1
    assert upstream.heads[0].startswith(method)


async def test_a_service_that_hangs_is_a_504_problem(
    gateway: httpx.AsyncClient, upstream: Upstream
) -> None:
    upstream.heads.clear()
    check_problem(await gateway.post("/v1/clients/hang", json={}), 504)
    assert len(upstream.heads) == 1
