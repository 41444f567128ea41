"""Promises of concurrency, kept while requests really race through the gateway."""

import asyncio
from collections import Counter
from uuid import uuid4

from tests.product import Product


async def test_twelve_creates_with_one_key_make_one_client(product: Product) -> None:
    """The first answer is the only one; the others get it again or learn that it still runs."""
    owner = await product.sign_up()
    key = {"Idempotency-Key": uuid4().hex}
    answers = await asyncio.gather(
        *(owner.ask("POST", "/v1/clients", json={"name": "واحد"}, headers=key) for _ in range(12))
    )
    statuses = Counter(answer.status_code for answer in answers)
    made = {answer.json()["id"] for answer in answers if answer.status_code == 201}
    assert len(made) == 1, statuses
    assert set(statuses) <= {201, 409}
    refused = [answer.json()["code"] for answer in answers if answer.status_code == 409]
    assert set(refused) <= {"idempotency_in_progress"}
    assert (await owner.get("/v1/clients", count="true"))["total"] == 1


async def test_of_two_patches_with_one_etag_one_wins(product: Product) -> None:
    """CL-35: the loser learns that somebody else changed the client."""
    owner = await product.sign_up()
    client = await owner.post("/v1/clients", {"name": "قديم"})
    path, headers = f"/v1/clients/{client['id']}", {"If-Match": '"1"'}
    answers = await asyncio.gather(
        *(owner.ask("PATCH", path, json={"name": f"جديد {n}"}, headers=headers) for n in range(8))
    )
    statuses = Counter(answer.status_code for answer in answers)
    assert statuses == {200: 1, 412: 7}
    assert (await owner.get(path))["version"] == 2


async def test_a_client_made_offline_twice_is_one_client(product: Product) -> None:
    """Client-made ids: the same body again is the same client, another body is refused."""
    owner = await product.sign_up()
    body = {"id": str(uuid4()), "name": "من الجهاز"}
    answers = await asyncio.gather(*(owner.ask("POST", "/v1/clients", json=body) for _ in range(6)))
    assert sorted(a.status_code for a in answers) == [200, 200, 200, 200, 200, 201]
    other = await owner.ask("POST", "/v1/clients", json=body | {"name": "غيره"})
    assert (other.status_code, other.json()["code"]) == (409, "id_taken")
