"""The page for partners' developers: what it shows is sent, and what it says is answered."""

import re
from copy import deepcopy
from pathlib import Path

import pytest

from tests.pages import Exchange, Kept, exchanges
from tests.product import Product

PAGE = Path(__file__).parents[2] / "docs" / "partners.md"


async def _faults(product: Product, shown: list[Exchange]) -> list[str]:
    """The first exchange that is not as it is shown: how it differs."""
    owner = await product.sign_up()
    kept = Kept(owner_token=owner.tokens["access_token"])
    for one in shown:
        answer = await product.http.request(
            one.method, kept.target(one.target), headers=kept.filled(one.headers),
            json=kept.filled(one.body),
        )  # fmt: skip
        if answer.status_code != one.status:
            return [f"{one}: {answer.status_code} {answer.text[:500]}"]
        headers = {name: answer.headers.get(name, "") for name in one.shown_headers}
        faults = kept.faults(one.shown_headers, headers, "headers")
        if one.shown is not None:
            faults += kept.faults(one.shown, answer.json())
        if faults:
            return [f"{one}: {fault}" for fault in faults]
    return []


async def test_what_the_page_for_partners_shows_is_what_happens(product: Product) -> None:
    """BI-05, BI-14: from the key to the credit note, each request and each answer."""
    shown = exchanges(PAGE.read_text("utf-8"))
    assert len(shown) > 20
    assert {one.status for one in shown} >= {200, 201, 403, 404, 409, 412, 422}
    assert await _faults(product, shown) == []


async def test_a_page_that_differs_is_found_out(product: Product) -> None:
    """A status, a field, a header, or a request that is not as the product has it."""
    shown = exchanges(PAGE.read_text("utf-8"))[:4]
    assert await _faults(product, shown) == []
    for place, name, value in (
        (0, "status", 200), (1, "shown", {"items": []}), (2, "shown", {"credit_days": 15}),
        (2, "shown", {"no_such_field": None}), (2, "shown_headers", {"ETag": '"7"'}),
        (3, "target", "/v1/clients/by-external-id/shop-1043"),
    ):  # fmt: skip
        other = deepcopy(shown)
        setattr(other[place], name, value)
        assert await _faults(product, other), (place, name, value)


def test_every_write_of_money_on_the_page_may_be_repeated() -> None:
    """What people copy is safe: whatever is posted to billing names its key."""
    for one in exchanges(PAGE.read_text("utf-8")):
        if one.method == "POST" and re.match(r"/v1/(invoices|payments)", one.target):
            is_safe = "Idempotency-Key" in one.headers or one.target.endswith("/link")
            assert is_safe, str(one)


def test_an_exchange_without_its_other_half_is_refused() -> None:
    for page in ("```http\nGET /v1/me\n```\n", "```http\nHTTP/1.1 200\n```\n"):
        with pytest.raises(ValueError):
            exchanges(page)
