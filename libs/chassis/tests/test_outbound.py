"""Asking servers that companies name: nowhere inside, no further than told, and not for long."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.addresses import Refused, Unreachable, check_url, is_public
from chassis.outbound import Outbound

_INSIDE = [
    ip_network(one)
    for one in ("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
                "172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/4", "240.0.0.0/4")
]  # fmt: skip
Counted = Callable[[], int]


@asynccontextmanager
async def answering(text: str) -> AsyncIterator[tuple[int, Counted]]:
    """A server that says this to everybody, and how many came."""
    came = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal came
        came += 1
        await reader.readuntil(b"\r\n\r\n")
        writer.write(text.encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], lambda: came


def said(status: str, body: str, *headers: str) -> str:
    return "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", body])


@given(st.ip_addresses(v=4))
def test_an_inside_address_stays_one_however_it_is_written(address: IPv4Address) -> None:
    """GW-05: also in an IPv6 address that leads to it."""
    is_inside = any(address in network for network in _INSIDE)
    if is_inside:
        assert not is_public(str(address))
    value = int(address)
    forms = (f"::ffff:{address}", str(IPv6Address((0x64FF9B << 96) | value)),
             str(IPv6Address((0x2002 << 112) | (value << 80))))  # fmt: skip
    assert {is_public(form) for form in forms} == {is_public(str(address))}


@pytest.mark.parametrize("text", ["::", "::1", "fe80::1%eth0", "fc00::1", "ff02::1", "2001:db8::1"])
def test_inside_addresses_of_ipv6(text: str) -> None:
    assert not is_public(text)


def test_addresses_of_the_open_internet() -> None:
    assert is_public("93.184.216.34") and is_public("2606:4700::6810:84e5")


@given(st.text(max_size=60))
def test_any_text_is_a_url_or_refused(text: str) -> None:
    with suppress(Refused):
        assert check_url(text).startswith("https://")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]"])
async def test_nobody_is_led_inside(host: str) -> None:
    """GW-05: not even a connection is made."""
    async with answering(said("200 OK", "{}")) as (port, came):
        with pytest.raises(Unreachable):
            await Outbound(allow_private=False).get(f"https://{host}:{port}/")
        with pytest.raises(Unreachable):
            await Outbound(allow_private=False).get(f"http://{host}:{port}/")
        assert came() == 0


@pytest.mark.parametrize("text", [
    said("200 OK", "[]"), said("200 OK", "no JSON"), said("404 Not Found", "{}"), "nonsense", "",
    said("302 Found", "{}", "Location: http://127.0.0.1:9/"),
    said("200 OK", '{"a": "' + "x" * 2_000_000 + '"}'),
], ids=["list", "no JSON", "not found", "no HTTP", "nothing", "redirect", "too much"])  # fmt: skip
async def test_what_is_not_a_short_json_object_is_no_answer(text: str) -> None:
    """GW-05"""
    async with answering(text) as (port, _):
        with pytest.raises(Unreachable):
            await Outbound(allow_private=True).get(f"http://127.0.0.1:{port}/")


async def test_an_answer_is_read_and_a_form_is_sent() -> None:
    async with answering(said("200 OK", '{"a": 1}')) as (port, _):
        outbound = Outbound(allow_private=True)
        assert await outbound.get(f"http://localhost:{port}/") == {"a": 1}
    async with answering(said("400 Bad Request", '{"error": "x"}')) as (port, _):
        url = f"http://127.0.0.1:{port}/"
        assert await outbound.post_form(url, "a=1", {}) == (400, {"error": "x"})
