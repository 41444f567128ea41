"""Two records of one client, merged and parted again."""

from typing import Any

from services.clients.tests.factories import Json, Person

# What is told of a client besides itself is told anew.
_SINCE = ("version", "updated_at", "possible_duplicates")


async def unite(person: Person, merged: Json, survivor: Json, **fields: str) -> Json:
    body = {"into_id": survivor["id"], "fields": fields}
    return await person.post(f"{merged['url']}/merge", body)


async def undo(person: Person, merge: Json) -> Json:
    return await person.post(f"/v1/merges/{merge['merge_id']}/undo")


def same(client: Json) -> Json:
    return {name: value for name, value in client.items() if name not in _SINCE}


async def pair(owner: Person, turn: int = 1, **more: Any) -> tuple[Json, Json]:
    """Alike; of each turn others."""
    merged = await owner.make_client(
        "محمد العتيبي",
        phones=[{"number": "0501234567", "label": "جوال"}, {"number": "0112345678"}],
        emails=[{"address": "m@example.com"}], tags=["VIP", "نقدي"], birth_date="1990-05-01",
        links=["https://m.example"], addresses=[{"city": "الرياض"}],
        external_id=f"m-{turn}", **more,
    )  # fmt: skip
    survivor = await owner.make_client(
        "Mohamed Alotaibi", phones=[{"number": "+966501234567", "opt_out": True}], tags=["vip"],
        emails=[{"address": "mo@example.com"}], country_code="SA", gender="male",
    )  # fmt: skip
    return merged, survivor


async def merge_refused(person: Person, merged: Json, survivor: Json) -> tuple[int, str]:
    """Status and code of a refusal to merge."""
    return await person.refused("POST", f"{merged['url']}/merge", {"into_id": survivor["id"]})
