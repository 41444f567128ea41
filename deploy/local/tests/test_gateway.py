"""Traefik's routes and middlewares, with stand-ins behind it."""

import asyncio
import ssl
import subprocess
from pathlib import Path

import httpx
import pytest

from deploy.local.tests.conftest import eventually
from local.routing import write_servers
from local.servers.traefik import Traefik
from local.stack import Stack

FOREIGN_TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/v1/clients", "clients"),
        ("/v1/clients/1/timeline", "clients"),
        ("/v1/clients/by-external-id/shop-1042", "clients"),
        ("/v1/folders/1/access", "clients"),
        ("/v1/tags", "clients"),
        ("/v1/categories", "clients"),
        ("/v1/follow-up-statuses", "clients"),
        ("/v1/custom-fields", "clients"),
        ("/v1/notes", "clients"),
        ("/v1/client-links/x", "clients"),
        ("/v1/layouts", "clients"),
        ("/v1/segments", "clients"),
        ("/v1/insurance/policies", "clients"),
        ("/v1/messages", "comms"),
        ("/v1/templates/1", "comms"),
        ("/v1/notifications", "comms"),
        ("/v1/settings/comms", "comms"),
        ("/v1/taxes/1", "billing"),
        ("/v1/products", "billing"),
        ("/v1/branches/1", "billing"),
        ("/v1/series", "billing"),
        ("/v1/invoices/1/issue", "billing"),
        ("/v1/subscriptions/1/pause", "billing"),
        ("/v1/subscriptions/1/cancel/preview", "billing"),
        ("/v1/entry-categories", "billing"),
        ("/v1/expenses/sums", "billing"),
        ("/v1/incomes/1", "billing"),
        ("/v1/exchange-rates/effective", "billing"),
        ("/v1/payments/1/refunds", "billing"),
        ("/v1/ledger-entries", "billing"),
        ("/v1/orders", "billing"),
        ("/v1/estimate-statuses", "billing"),
        ("/v1/public/estimates/token/accept", "billing"),
        ("/v1/public/invoices/token/pdf", "billing"),
        ("/v1/public/payments/stripe/id", "billing"),
        ("/v1/payment-providers", "billing"),
        ("/v1/checkouts", "billing"),
        ("/v1/credit-notes", "billing"),
        ("/v1/balances", "billing"),
        ("/v1/statements", "billing"),
        ("/v1/settings/billing", "billing"),
        ("/v1/billing/reports/receivables", "billing"),
        ("/v1/settings/billing/logo", "billing"),
        ("/v1/paper-templates", "billing"),
        ("/v1/e-invoicing/devices", "billing"),
        ("/v1/dunning-rules/1", "billing"),
        ("/v1/actions", "scheduling"),
        ("/v1/appointments/1/confirm", "scheduling"),
        ("/v1/public/appointments/token/confirm", "scheduling"),
        ("/.well-known/caldav", "scheduling"),
        ("/v1/caldav/calendars/1/", "scheduling"),
        ("/v1/calendar", "scheduling"),
        ("/v1/calendars/token.ics", "scheduling"),
        ("/v1/resources", "scheduling"),
        ("/v1/settings/scheduling", "scheduling"),
        ("/v1/flows/1/test", "automation"),
        ("/v1/runs", "automation"),
        ("/v1/settings", "edge"),
        ("/v1/clientship", "edge"),
        ("/v1/auth/token", "edge"),
        ("/openapi.json", "edge"),
        ("/readyz", "edge"),
    ],
)
async def test_paths_go_to_their_service(
    gateway: httpx.AsyncClient, path: str, service: str
) -> None:
    assert (await gateway.get(path)).json()["service"] == service
    assert (await gateway.post(path, json={})).json()["service"] == service


@pytest.mark.parametrize(
    "path",
    [
        "/metrics",
        "//metrics",
        "/METRICS",
        "/%6detrics",
        "/./metrics",
        "/v1/%2e%2e/metrics",
        "/v1/clients/%2e%2e/%2e%2e/metrics",
        "/v1/clients/../../internal/readyz",
        "/internal",
        "/internal/readyz",
        "/internal/problems/404",
        "/internal/openapi.json",
    ],
)
async def test_inside_paths_do_not_pass(stack: Stack, path: str) -> None:
    answer = await raw_get(stack.traefik.port, path)
    assert answer.startswith("HTTP/1.1 404")
    assert "application/problem+json" in answer
    assert "secret" not in answer


async def raw_get(port: int, path: str) -> str:
    # An HTTP library would tidy the path up.
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    return answer.decode()


async def hits(gateway: httpx.AsyncClient) -> int:
    return int((await gateway.get("/v1/clients")).json()["hits"])


@pytest.mark.parametrize(
    ("method", "times"),
    # Go itself repeats a GET on each kept connection that turns out to be closed.
    [("GET", set(range(3, 12))), ("PUT", {3}), ("DELETE", {3}), ("POST", {1}), ("PATCH", {1})],
)
async def test_only_repeatable_methods_are_sent_again(
    gateway: httpx.AsyncClient, method: str, times: set[int]
) -> None:
    before = await hits(gateway)
    answer = await gateway.request(method, "/v1/clients/drop")
    assert answer.status_code == 502
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["problem"].startswith("/internal/problems/502?instance=")
    assert await hits(gateway) - before in times


async def test_slow_service_is_a_504_problem(gateway: httpx.AsyncClient) -> None:
    answer = await gateway.post("/v1/messages/hang")
    assert answer.status_code == 504
    assert answer.headers["content-type"] == "application/problem+json"


async def test_services_own_503_reaches_the_caller(gateway: httpx.AsyncClient) -> None:
    answer = await gateway.post("/v1/runs/busy")
    assert (answer.status_code, answer.json()) == (503, {"own": "words"})


@pytest.mark.parametrize("chunked", [False, True])
async def test_too_large_body_is_a_413_problem(gateway: httpx.AsyncClient, chunked: bool) -> None:
    async def pieces():
        for _ in range(11):
            yield b"x" * 10_000

    answer = await gateway.post("/v1/clients", content=pieces() if chunked else b"x" * 100_001)
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/imports"), ("POST", "/v1/imports/preview"), ("POST", "/v1/files"),
        ("POST", "/v1/products/imports"), ("POST", "/v1/products/imports/preview"),
        ("POST", "/v1/invoices/imports"), ("POST", "/v1/invoices/imports/preview"),
        ("POST", "/v1/calendars/imports"), ("PUT", "/v1/settings/billing/logo"),
    ],
)  # fmt: skip
async def test_files_may_be_larger(gateway: httpx.AsyncClient, method: str, path: str) -> None:
    trace = {"traceparent": FOREIGN_TRACE}
    for headers in ({}, trace):
        answer = await gateway.request(method, path, content=b"x" * 100_001, headers=headers)
        assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("path", ["/v1/invoices", "/v1/invoices/imports/1/undo", "/v1/products"])
async def test_nothing_else_is(gateway: httpx.AsyncClient, path: str) -> None:
    assert (await gateway.post(path, content=b"x" * 100_001)).status_code == 413


async def test_answers_carry_security_headers_and_are_compressed(
    gateway: httpx.AsyncClient,
) -> None:
    answer = await gateway.get("/v1/clients/large", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert "server" not in answer.headers


async def test_pages_of_other_sites_may_send_forms_and_nothing_else(
    gateway: httpx.AsyncClient,
) -> None:
    """CL-26: a browser asks before it sends, and shows the answer only where it is told so."""
    site = {"Origin": "https://clinic.example"}
    asks = {**site, "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type"}  # fmt: skip
    may = await gateway.options("/v1/public/forms/k", headers=asks)
    assert may.headers["access-control-allow-origin"] == "*"
    assert "POST" in may.headers["access-control-allow-methods"]
    assert "content-type" in may.headers["access-control-allow-headers"].lower()
    for path, allowed in (("/v1/public/forms/k", "*"), ("/v1/clients", None)):
        answer = await gateway.post(path, json={}, headers=site)
        assert answer.json()["service"] == "clients"
        assert answer.headers.get("access-control-allow-origin") == allowed
        assert "access-control-allow-credentials" not in answer.headers


async def test_trace_begins_at_the_gateway_and_callers_cannot_force_it(
    gateway: httpx.AsyncClient,
) -> None:
    own = (await gateway.get("/v1/clients")).json()["headers"]
    assert own["traceparent"].endswith("-00")
    forced = {"traceparent": FOREIGN_TRACE, "tracestate": "a=b", "baggage": "a=b"}
    seen = (await gateway.get("/v1/clients", headers=forced)).json()["headers"]
    assert not {"traceparent", "tracestate", "baggage"} & set(seen)


async def test_access_log_names_the_trace(stack: Stack, gateway: httpx.AsyncClient) -> None:
    """CL-49: and not what was searched for: identity numbers are looked for by their value; nor a
    path, which may hold the secret of a public link.
    """
    asked = await gateway.get("/v1/clients/log-me", params={"custom.iqama": "2000000006"})
    trace = asked.json()["headers"]["traceparent"]

    async def logged() -> list[str]:
        lines = stack.traefik.log.read_text().splitlines()
        return [x for x in lines if '"RouterName":"clients' in x and trace.split("-")[1] in x]

    await eventually(logged)
    assert "log-me" not in (text := stack.traefik.log.read_text()) and "2000000006" not in text


async def test_too_many_requests_from_one_address_are_429(tmp_path: Path) -> None:
    limits = {"DIWAN_RATE_LIMIT": "1", "DIWAN_RATE_BURST": "10"}
    traefik = Traefik(tmp_path / "traefik", settings=limits)
    write_servers(traefik.dynamic / "servers.yml", tmp_path, {"edge": [], "clients": []})
    await traefik.start()
    async with httpx.AsyncClient(base_url=traefik.url) as client:
        await eventually(lambda: status_is(client, 503))
        statuses = [(await client.get("/v1/clients")).status_code for _ in range(40)]
    await traefik.stop()
    # 503: nobody is behind this gateway. A slow machine earns a request a second meanwhile.
    assert statuses[:9] == [503] * 9
    assert set(statuses[9:]) <= {503, 429}
    assert 429 in statuses


async def status_is(client: httpx.AsyncClient, status: int) -> bool:
    return (await client.get("/v1/clients")).status_code == status


@pytest.fixture
def certificate(tmp_path: Path) -> dict[str, str]:
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-subj", "/CN=diwan.test", "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    return {"DIWAN_TLS_CERTIFICATE": str(certificate), "DIWAN_TLS_KEY": str(key)}


async def test_tls_is_a_matter_of_configuration(
    tmp_path: Path, certificate: dict[str, str]
) -> None:
    traefik = Traefik(tmp_path / "traefik", settings=certificate)
    write_servers(traefik.dynamic / "servers.yml", tmp_path, {"edge": [], "clients": []})
    await traefik.start()
    assert traefik.url.startswith("https://")
    await eventually(lambda: shows_certificate(traefik.port, b"diwan.test"))
    await traefik.stop()


async def shows_certificate(port: int, name: bytes) -> bool:
    """Until its files are read, the gateway shows one of its own."""
    shown = await asyncio.to_thread(ssl.get_server_certificate, ("127.0.0.1", port))
    return name in ssl.PEM_cert_to_DER_cert(shown)


async def test_spans_go_to_the_configured_receiver(tmp_path: Path) -> None:
    received: asyncio.Queue[str] = asyncio.Queue()

    async def receive(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        received.put_nowait((await reader.readline()).decode().strip())
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    receiver = await asyncio.start_server(receive, "127.0.0.1", 0)
    port = receiver.sockets[0].getsockname()[1]
    settings = {"DIWAN_OTLP_ENDPOINT": f"http://127.0.0.1:{port}", "DIWAN_TRACE_RATIO": "1",
                "OTEL_BSP_SCHEDULE_DELAY": "100"}  # fmt: skip
    traefik = Traefik(tmp_path / "traefik", settings=settings)
    write_servers(traefik.dynamic / "servers.yml", tmp_path, {"edge": [], "clients": []})
    await traefik.start()
    async with httpx.AsyncClient(base_url=traefik.url) as client, asyncio.timeout(10):
        await eventually(lambda: status_is(client, 503))
        assert await received.get() == "POST /v1/traces HTTP/1.1"
    await traefik.stop()
    receiver.close()
