"""Sensitive fields: masked in every answer, sealed at rest, found whole, revealed with a trace."""

import asyncio
import base64
from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from chassis.crypto import Crypto
from chassis.testing.harness import MASTER_KEYS
from clients.custom_fields.schedules import reseal_secrets
from services.clients.tests.conftest import Events
from services.clients.tests.factories import AGENT, Json, Person

FIELDS = "/v1/custom-fields"
IQAMA, OTHER, NATIONAL = "2000000006", "2000000014", "1058529940"
# The same last four digits, by another number.
LOOKALIKE = "2000180006"
REVEALER = AGENT | {"clients:reveal"}
_EVERYTHING = """
select string_agg(t, ' ') from (
    select to_jsonb(c)::text from clients c where tenant_id = $1
    union all select encode(event, 'escape') from outbox where tenant_id = $1
    union all select to_jsonb(a)::text from audit_log a where tenant_id = $1
    union all select to_jsonb(i)::text from idempotency_keys i where tenant_id = $1
    union all select to_jsonb(s)::text from client_secrets s where tenant_id = $1
    union all select to_jsonb(u)::text from client_unique_values u where tenant_id = $1
    union all select to_jsonb(f)::text from custom_fields f where tenant_id = $1
) as every(t)
"""


async def make_field(owner: Person, key: str = "iqama", **more: Any) -> Json:
    kind = {"type": "id_number", "format": "sa_national_id_or_iqama"}
    return await owner.post(FIELDS, {"key": key, "label": key, **kind, **more})


async def revealed(person: Person, client: Json, *fields: str) -> Json:
    return await person.post(f"{client['url']}/reveal", {"fields": fields} if fields else None)


async def stored(owner: Person) -> str:
    query = _EVERYTHING.replace("$1", f"'{owner.caller.tenant_id}'")
    query = query.replace("encode(event, 'escape')", "event::text")
    async with owner.service.context.database.plumbing() as connection:
        await connection.execute(f"set app.tenant = '{owner.caller.tenant_id}'")
        found: str = await connection.fetchval(query)
        await connection.execute("reset app.tenant")
    return found


async def test_sensitive_values_are_masked_wherever_they_are_shown(
    owner: Person, events: Events
) -> None:
    """CL-49: in answers, lists, events and the audit, and sealed in the database."""
    made = await make_field(owner)
    assert (made["sensitive"], made["format"]) == (True, "sa_national_id_or_iqama")
    note = {"key": "pin", "label": "pin", "type": "text", "sensitive": True}
    await owner.post(FIELDS, note)
    body = {
        "id": str(uuid4()),
        "name": "a",
        "national_id": "1058 529 940",
        "custom_fields": {"iqama": "٢٠٠٠٠٠٠٠٠٦", "pin": "kitten-93"},
    }
    headers = {"Idempotency-Key": uuid4().hex}
    response = await owner.http.post("/v1/clients", json=body, headers=headers)
    client = response.json()
    assert response.status_code == 201
    assert client["national_id"] == "••••9940"
    assert client["custom_fields"] == {"iqama": "••••0006", "pin": "••••n-93"}
    again = await owner.http.post("/v1/clients", json=body)
    assert (again.status_code, again.json()) == (200, client)
    assert (await owner.get(client["url"])) == client
    listed = (await owner.get("/v1/clients"))["items"][0]
    assert (listed["national_id"], listed["custom_fields"]) == (
        client["national_id"], client["custom_fields"],
    )  # fmt: skip
    await owner.patch(client["url"], {"custom_fields": {"pin": "kitten-94"}})
    told = (await events(owner.caller))[-1]["data"]
    assert told["client"]["custom_fields"]["pin"] == "••••n-94"
    assert told["changed"] == ["custom_fields.pin"]
    everything = await stored(owner)
    assert "••••9940" in everything
    for clear in (NATIONAL, IQAMA, "kitten"):
        assert clear not in everything


async def test_a_sensitive_value_is_found_only_whole(owner: Person) -> None:
    """CL-49: by its keyed hash, however it is written, also typed into the search; no part does."""
    await make_field(owner)
    await owner.make_client("a", national_id=NATIONAL, custom_fields={"iqama": IQAMA})
    await owner.make_client("b", custom_fields={"iqama": OTHER})
    await owner.make_client("c")
    for given, names in (
        ({"custom.iqama": IQAMA}, "a"), ({"custom.iqama": "2000 0000 06"}, "a"),
        ({"custom.iqama": [IQAMA, OTHER]}, "ab"), ({"custom.iqama": [OTHER, "none"]}, "bc"),
        ({"national_id": "١٠٥٨٥٢٩٩٤٠"}, "a"), ({"national_id": OTHER}, ""),
        ({"national_id": "9940"}, ""), ({"q": IQAMA}, "a"), ({"q": "0006"}, ""),
        ({"q": "1058 529940"}, "a"), ({"q": NATIONAL, "custom.iqama": "none"}, ""),
    ):  # fmt: skip
        assert await owner.found(**given, sort="name") == list(names), given
    for name in ("custom.iqama", "q"):
        export = await owner.http.get("/v1/clients/export", params={name: IQAMA})
        assert (export.status_code, "••••0006" in export.text) == (200, True)
        assert IQAMA not in export.text + await stored(owner)
    kept = {"name": "s", "filter": {"q": IQAMA}}
    assert await owner.refused("POST", "/v1/segments", kept) == (422, "sensitive")
    for name in ("custom.iqama", "custom.iqama_from"):
        response = await owner.http.get("/v1/clients", params={name: "0006"})
        assert (response.status_code, response.json()["errors"][0]["field"]) == (422, name)


async def test_a_sensitive_value_is_shown_by_an_action_that_leaves_a_trace(owner: Person) -> None:
    """CL-49: with its own permission, of a client one sees; who read which field is audited."""
    await make_field(owner)
    client = await owner.make_client(national_id=NATIONAL, custom_fields={"iqama": IQAMA})
    assert await revealed(owner, client) == {
        "client_id": client["id"], "url": client["url"], "national_id": NATIONAL,
        "custom_fields": {"iqama": IQAMA},
    }  # fmt: skip
    async with owner.colleague(permissions=REVEALER) as agent:
        found = await revealed(agent, client, "custom_fields.iqama", "custom_fields.nope", "name")
        assert (found["national_id"], found["custom_fields"]) == (None, {"iqama": IQAMA})
    async with owner.colleague() as agent:
        path = f"{client['url']}/reveal"
        assert (await agent.refused("POST", path)) == (403, "forbidden")
    async with owner.colleague(permissions=REVEALER, visibility="assigned") as agent:
        assert (await agent.refused("POST", path))[0] == 404
    key = {"Idempotency-Key": uuid4().hex}
    for repeated in (False, True):
        response = await owner.http.post(path, headers=key)
        assert (response.json()["custom_fields"] is None) is repeated
    everything = await stored(owner)
    assert everything.count('"revealed"') == 3
    assert '"fields": ["custom_fields.iqama"]' in everything
    assert NATIONAL not in everything


async def test_what_is_shown_can_be_sent_back_and_a_lookalike_is_a_change(
    owner: Person, events: Events
) -> None:
    """CL-49: a form that sends the masked value back changes nothing."""
    await make_field(owner)
    client = await owner.make_client(national_id=NATIONAL, custom_fields={"iqama": IQAMA})
    same = {"national_id": client["national_id"], "custom_fields": client["custom_fields"]}
    assert await owner.patch(client["url"], same) == client
    assert await owner.patch(client["url"], {"custom_fields": {"iqama": IQAMA}}) == client
    changed = await owner.patch(client["url"], {"custom_fields": {"iqama": LOOKALIKE}})
    assert (changed["custom_fields"], changed["version"]) == (client["custom_fields"], 2)
    assert (await events(owner.caller))[-1]["data"]["changed"] == ["custom_fields.iqama"]
    assert (await revealed(owner, client))["custom_fields"] == {"iqama": LOOKALIKE}
    gone = await owner.patch(client["url"], {"national_id": None, "custom_fields": {"iqama": None}})
    assert (gone["national_id"], gone["custom_fields"]) == (None, {})
    shown = await revealed(owner, client)
    assert (shown["national_id"], shown["custom_fields"]) == (None, {})
    assert await owner.found(**{"custom.iqama": LOOKALIKE}) == []
    refused = {"name": "x", "custom_fields": {"iqama": "2000000007"}}
    response = await owner.http.post("/v1/clients", json=refused)
    assert response.json()["errors"][0]["field"] == "custom_fields.iqama"
    assert (await owner.refused("POST", "/v1/clients", {"name": "x", "national_id": "no!"}))[0] == (
        422
    )


async def test_a_unique_number_is_had_once_whatever_races(owner: Person) -> None:
    """CL-49: the unique option, over keyed hashes."""
    await make_field(owner, unique=True)

    async def take(number: int) -> int:
        body = {"name": str(number), "custom_fields": {"iqama": IQAMA}}
        return (await owner.http.post("/v1/clients", json=body)).status_code

    assert Counter(await asyncio.gather(*(take(n) for n in range(8)))) == {201: 1, 409: 7}
    client = (await owner.get("/v1/clients"))["items"][0]
    await owner.patch(client["url"], {"custom_fields": {"iqama": LOOKALIKE}})
    assert await take(9) == 201
    taken = {"custom_fields": {"iqama": IQAMA}}
    response = await owner.http.patch(client["url"], json=taken)
    assert (response.status_code, response.json()["errors"][0]["field"]) == (
        409, "custom_fields.iqama",
    )  # fmt: skip


@pytest.fixture
def keys(owner: Person) -> Iterator[Any]:
    """Runs the service with other master keys for a while."""
    database = owner.service.context.database
    before = database.crypto
    second = f"2:{base64.b64encode(bytes([7] * 32)).decode()}"
    made = {"1": MASTER_KEYS, "1,2": f"{MASTER_KEYS},{second}", "2": second}

    def use(names: str) -> None:
        database.crypto = Crypto(made[names])

    yield use
    database.crypto = before


async def test_master_keys_rotate_without_losing_a_value(owner: Person, keys: Any) -> None:
    """CL-49: found, unique and readable before, while and after a new key takes over."""
    await make_field(owner, unique=True)
    await owner.make_client("a", national_id=NATIONAL, custom_fields={"iqama": IQAMA})
    keys("1,2")
    await owner.make_client("b", custom_fields={"iqama": OTHER})
    for value, name in ((IQAMA, "a"), (OTHER, "b")):
        assert await owner.found(**{"custom.iqama": value}) == [name]
        body = {"name": "x", "custom_fields": {"iqama": value}}
        assert (await owner.refused("POST", "/v1/clients", body))[0] == 409
    assert await reseal_secrets(owner.service.context, ()) >= 2
    assert await reseal_secrets(owner.service.context, ()) == 0
    keys("2")
    first = (await owner.get("/v1/clients", **{"custom.iqama": IQAMA}))["items"][0]
    shown = await revealed(owner, first)
    assert (shown["national_id"], shown["custom_fields"]) == (NATIONAL, {"iqama": IQAMA})
    body = {"name": "x", "custom_fields": {"iqama": IQAMA}}
    assert (await owner.refused("POST", "/v1/clients", body))[0] == 409
