"""Arabic search through the gateway: however a name or a number is written, it is found."""

import asyncio

import orjson
import pytest

from local.stack import Stack
from tests.product import Product

_FOUND_BY = {
    "عبدالله الأحمد": ("عبد الله الاحمد", "عبدالله", "الأحمد", "احمد"),
    "فاطمة مصطفى": ("فاطمه مصطفي", "فَاطِمَة", "مصطفى", "فاطـمة"),
    "Mona Al-Rashid": ("mona", "rashid", "AL-RASHID"),
}


@pytest.fixture(scope="module")
def names() -> dict[str, tuple[str, ...]]:
    """Each name with ways people write it."""
    return _FOUND_BY


async def test_a_client_is_found_in_any_spelling(
    product: Product, names: dict[str, tuple[str, ...]]
) -> None:
    """CL-05, CL-06, CL-10: hamza forms, ة/ه, ى/ي, diacritics, tatweel, spaces."""
    owner = await product.sign_up()
    for name in names:
        await owner.post("/v1/clients", {"name": name})
    for name, spellings in names.items():
        for spelling in spellings:
            found = await owner.get("/v1/clients", q=spelling)
            assert name in [item["name"] for item in found["items"]], spelling


@pytest.mark.parametrize(
    "written", ["0501234567", "+966 50 123 4567", "٠٥٠١٢٣٤٥٦٧", "00966501234567", "1234567"]
)
async def test_a_phone_is_found_however_it_is_written(product: Product, written: str) -> None:
    """CL-17: any written form, Arabic digits, last digits."""
    owner = await product.sign_up()
    client = await owner.post(
        "/v1/clients", {"name": "سلطان", "phones": [{"number": "+966501234567"}]}
    )
    other = await owner.post(
        "/v1/clients", {"name": "بندر", "phones": [{"number": "+966507654321"}]}
    )
    for parameter in ("phone", "q"):
        found = await owner.get("/v1/clients", **{parameter: written})
        assert [item["id"] for item in found["items"]] == [client["id"]], parameter
    assert other["id"] != client["id"]


async def test_filters_join_with_and_their_values_with_or(product: Product) -> None:
    """CL-07, CL-15: `tag` twice is either; `tag` and `kind` is both."""
    owner = await product.sign_up()
    for name, kind, tags in (
        ("a", "lead", ["VIP"]), ("b", "client", ["VIP"]), ("c", "lead", ["marketing"]),
    ):  # fmt: skip
        await owner.post("/v1/clients", {"name": name, "kind": kind, "tags": tags})
    both = await owner.get("/v1/clients", tag="VIP", kind="lead")
    either = await owner.get("/v1/clients", tag=["VIP", "marketing"], kind="lead", count="true")
    assert [item["name"] for item in both["items"]] == ["a"]
    assert sorted(item["name"] for item in either["items"]) == ["a", "c"]
    assert either["total"] == 2


async def test_arabic_typed_into_an_address_needs_no_encoding(
    stack: Stack, product: Product
) -> None:
    """CL-05: `curl '…?q=عبدالله'` sends the letters as they are."""
    owner = await product.sign_up()
    body = orjson.dumps({"name": "عبد الله الأحمد"})
    for _ in range(2):
        created = await _typed(stack, owner.tokens["access_token"], "POST /v1/clients?", body)
        assert created.startswith("HTTP/1.1 201 "), created
    found = await _typed(stack, owner.tokens["access_token"], "GET /v1/clients?q=عبدالله", b"")
    assert found.startswith("HTTP/1.1 200 ") and found.count('"name":"عبد الله الأحمد"') == 2
    wrong = await _typed(stack, owner.tokens["access_token"], "GET /v1/clients?اسم=x", b"")
    assert wrong.startswith("HTTP/1.1 422 ") and '"field":"اسم"' in wrong


async def test_what_no_parser_understands_is_a_problem_all_the_same(stack: Stack) -> None:
    port = stack.replicas("clients")[0].port
    answer = await _sent(port, b"GET /v1/cli ents HTTP/1.1\r\nHost: x\r\n\r\n")
    assert answer.startswith("HTTP/1.1 400 ") and "application/problem+json" in answer
    assert '"code":"malformed"' in answer


async def _typed(stack: Stack, token: str, line: str, body: bytes) -> str:
    head = (
        f"{line} HTTP/1.1\r\nHost: diwan\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        "Connection: close\r\n\r\n"
    )
    return await _sent(stack.traefik.port, head.encode() + body)


async def _sent(port: int, data: bytes) -> str:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(data)
    answer = await reader.read()
    writer.close()
    return answer.decode()
