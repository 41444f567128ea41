"""What a caller claims of itself in headers is not believed, and breaks nothing."""

import asyncio
from urllib.parse import urlencode

import pytest

from local.stack import Stack
from tests.product import PASSWORD, Product

HERE = "127.0.0.1"


async def said(port: int, head: str, body: str = "") -> tuple[int, str]:
    """Status and text of the answer to a request written by hand."""
    reader, writer = await asyncio.open_connection(HERE, port)
    length = f"Content-Length: {len(body)}\r\n" if body else ""
    writer.write(f"{head}{length}\r\n{body}".encode())
    async with asyncio.timeout(20):
        answer = (await reader.read()).decode(errors="replace")
    writer.close()
    return int(answer.split(" ")[1]), answer


@pytest.mark.parametrize(
    "claim",
    [
        "X-Forwarded-For: 203.0.113.9", "X-Forwarded-For: 203.0.113.9, 203.0.113.9",
        "X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-For: 203.0.113.9",
        "x-forwarded-for: 203.0.113.9\r\nConnection: x-forwarded-for",
        "X_Forwarded_For: 203.0.113.9", "Forwarded: for=203.0.113.9",
        "X-Real-Ip: 203.0.113.9\r\nTrue-Client-Ip: 203.0.113.9",
    ],
)  # fmt: skip
async def test_nobody_chooses_the_address_they_come_from(
    stack: Stack, product: Product, claim: str
) -> None:
    """GW-05: else failed sign-ins would be counted elsewhere each time."""
    owner = await product.sign_up()
    form = {"grant_type": "password", "username": owner.email, "password": PASSWORD}
    head = (
        f"POST /v1/auth/token HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{claim}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
    )
    status, answer = await said(stack.traefik.port, head, urlencode(form))
    assert status == 200, answer
    sessions = (await owner.get("/v1/sessions"))["items"]
    assert [session["address"] for session in sessions] == [HERE, HERE]


@pytest.mark.parametrize(
    "header",
    [
        "Host: [", "Host: x\r\nIf-Match: " + "9" * 5_000, "Host: x\r\nAccept-Language: ;q=,;q=nan",
        "Host: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Host: x\r\nX-Request-Id: a b\x00", "Host: x\r\ntraceparent: 00-zz-zz-zz",
        "Host: x\r\nAuthorization: Bearer \xff.\xff.\xff",
        "Host: x\r\nAuthorization: Bearer dwn_\xff",
        "Host: x\r\nAuthorization: Bearer " + "a" * 9_000 + ".b.c",
    ],
)  # fmt: skip
async def test_odd_headers_are_no_fault_of_ours(stack: Stack, header: str) -> None:
    for path in ("/v1/me", "/v1/clients", "/v1/messages", "/v1/flows", "/healthz"):
        head = f"GET {path} HTTP/1.1\r\n{header}\r\nConnection: close\r\n"
        status, answer = await said(stack.traefik.port, head)
        assert status < 500, answer
