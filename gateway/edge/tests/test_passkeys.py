"""Passkeys: added, used instead of a password or of a code, and refused."""

import asyncio
import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chassis.testing.clock import FrozenClock
from chassis.testing.harness import Harness
from gateway.edge.tests.factories import (
    PASSWORD,
    Company,
    bearer,
    begin,
    challenge,
    code_at,
    device,
    enabled,
    new_passkey,
    sign_up,
    token,
)  # fmt: skip
from tests.authenticator import Authenticator, encoded

RP_ID = "127.0.0.1"
Json = dict[str, Any]


async def add(api: httpx.AsyncClient, own: Authenticator, code: str = "") -> httpx.Response:
    return await api.post("/v1/me/passkeys", json=await new_passkey(api, own, code))


async def sign_in(http: httpx.AsyncClient, credential: Json) -> httpx.Response:
    # Each from an address of its own: failures of one address add up.
    headers = {"X-Forwarded-For": f"test-{uuid4()}"}
    return await http.post("/v1/auth/passkeys", json={"credential": credential}, headers=headers)


async def test_a_passkey_signs_in_without_address_and_password(
    api: httpx.AsyncClient, company: Company
) -> None:
    """GW-05"""
    phone = device()
    made = await add(api, phone)
    assert made.status_code == 201, made.text
    shown = made.json()
    assert made.headers["location"].endswith(shown["id"]) and shown["last_used_at"] is None
    options = await challenge(company.http)
    assert (options["rpId"], options["userVerification"]) == (RP_ID, "required")
    assert options.get("allowCredentials", []) == []
    answer = await sign_in(company.http, phone.get(options))
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    me = (await company.http.get("/v1/me", headers=bearer(answer.json()))).json()
    assert me["user"]["id"] == company.owner_id
    refreshed = await token(
        company.http, grant_type="refresh_token", refresh_token=answer.json()["refresh_token"]
    )
    assert refreshed.status_code == 200
    [listed] = (await api.get("/v1/me/passkeys")).json()["items"]
    assert listed["last_used_at"] is not None
    entries = (await api.get("/v1/audit-log", params={"entity": "passkeys"})).text
    assert encoded(phone.id) not in entries and "•••" in entries


async def test_a_passkey_is_renamed_and_deleted_by_its_owner_alone(
    api: httpx.AsyncClient, company: Company
) -> None:
    """GW-05"""
    phone = device()
    path = (await add(api, phone)).headers["location"]
    renamed = await api.patch(path, json={"name": "لوحي"}, headers={"If-Match": '"1"'})
    assert (renamed.status_code, renamed.json()["name"]) == (200, "لوحي")
    stranger = await sign_up(company.http)
    theirs = bearer(await stranger.sign_in())
    for method, body in (("GET", None), ("PATCH", {"name": "x"}), ("DELETE", None)):
        refused = await company.http.request(method, path, json=body, headers=theirs)
        assert refused.status_code == 404
    assert (await api.delete(path)).status_code == 204
    gone = await sign_in(company.http, phone.get(await challenge(company.http)))
    assert (gone.status_code, gone.json()["error"]) == (400, "invalid_grant")


async def test_adding_one_takes_the_password_and_the_code_too(
    api: httpx.AsyncClient, company: Company
) -> None:
    """GW-05: a stolen access token is not made into a lasting way in."""
    path = "/v1/me/passkeys/options"
    wrong = await api.post(path, json={"password": "not the password"})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "password")
    secret, _ = await enabled(api)
    without = await api.post(path, json={"password": PASSWORD})
    assert (without.status_code, without.json()["errors"][0]["field"]) == (422, "code")
    made = await add(api, device(), code_at(secret, 30))
    assert made.status_code == 201


async def test_it_stands_in_for_the_code_beside_a_password(
    api: httpx.AsyncClient, company: Company
) -> None:
    """GW-05"""
    phone, strange = device(), device()
    await add(api, phone)
    await enabled(api)
    form = {"grant_type": "password", "username": company.email, "password": PASSWORD}
    asked = await token(company.http, **form)
    assert asked.json()["error"] == "otp_required"
    for credential in (strange.get(await challenge(company.http)), {"id": "x"}):
        refused = await token(company.http, **form, passkey=json.dumps(credential))
        assert (refused.status_code, refused.json()["error"]) == (400, "invalid_otp")
    given = phone.get(await challenge(company.http))
    answer = await token(company.http, **form, passkey=json.dumps(given))
    assert answer.status_code == 200, answer.text
    alone = await sign_in(company.http, phone.get(await challenge(company.http)))
    assert alone.status_code == 200


async def test_a_challenge_is_answered_once_whoever_is_first(
    api: httpx.AsyncClient, company: Company
) -> None:
    """GW-05: of eight who send one answer at once, one is in; a synced key has no counter."""
    phone = device(counts=False)
    await add(api, phone)
    credential = phone.get(await challenge(company.http))
    answers = await asyncio.gather(*(sign_in(company.http, credential) for _ in range(8)))
    assert sorted(one.status_code for one in answers) == [200] + [400] * 7
    again = device()
    options = await begin(api)
    body = {"name": "مرة", "credential": again.create(options)}
    tries = await asyncio.gather(*(api.post("/v1/me/passkeys", json=body) for _ in range(4)))
    assert sorted(one.status_code for one in tries) == [201, 422, 422, 422]


async def test_a_challenge_ends_after_minutes_and_is_for_one_purpose(
    edge: Harness, api: httpx.AsyncClient, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GW-05"""
    phone = device()
    await add(api, phone)
    options = await challenge(company.http)
    other = await begin(api)
    assert (await sign_in(company.http, phone.get(other))).status_code == 400
    clock = FrozenClock(edge.context.database.clock())
    monkeypatch.setattr(edge.context.database, "clock", clock)
    clock.advance(minutes=6)
    assert (await sign_in(company.http, phone.get(options))).status_code == 400
    late = device().create(other)
    refused = await api.post("/v1/me/passkeys", json={"name": "متأخر", "credential": late})
    assert (refused.status_code, refused.json()["code"]) == (422, "passkey_refused")


Spoil = Callable[[Authenticator], None]
SPOILS: dict[str, Spoil] = {
    "another site": lambda one: setattr(one, "origin", "https://evil.example"),
    "another party": lambda one: setattr(one, "rp_id", "evil.example"),
    "nobody verified": lambda one: setattr(one, "verifies", False),
    "another key": lambda one: setattr(one, "key", device().key),
    "another user": lambda one: setattr(one, "user_handle", b"somebody else...")
}  # fmt: skip


@pytest.mark.parametrize("spoil", SPOILS.values(), ids=SPOILS)
async def test_an_answer_that_proves_nothing_is_refused(
    api: httpx.AsyncClient, company: Company, spoil: Spoil
) -> None:
    """GW-05"""
    phone = device()
    await add(api, phone)
    spoil(phone)
    refused = await sign_in(company.http, phone.get(await challenge(company.http)))
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")


async def test_a_cloned_key_is_known_by_its_counter(
    api: httpx.AsyncClient, company: Company
) -> None:
    """GW-05"""
    phone = device()
    await add(api, phone)
    clone = device(id=phone.id, key=phone.key, user_handle=phone.user_handle)
    for _ in range(2):
        assert (await sign_in(company.http, phone.get(await challenge(company.http)))).is_success
    refused = await sign_in(company.http, clone.get(await challenge(company.http)))
    assert refused.status_code == 400


async def test_there_are_only_so_many(api: httpx.AsyncClient) -> None:
    for _ in range(20):
        assert (await add(api, device())).status_code == 201
    refused = await add(api, device())
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_passkeys")


@settings(
    max_examples=40, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(data=st.data())
async def test_mangled_answers_are_refused_not_failed(
    api: httpx.AsyncClient, company: Company, data: st.DataObject
) -> None:
    """GW-05: whatever bytes come, it is a refusal."""
    phone = device()
    credential = phone.create(await begin(api))
    name = data.draw(st.sampled_from(["clientDataJSON", "attestationObject"]))
    credential["response"][name] = encoded(data.draw(st.binary(min_size=1, max_size=200)))
    refused = await api.post("/v1/me/passkeys", json={"name": "x", "credential": credential})
    assert (refused.status_code, refused.json()["code"]) == (422, "passkey_refused")
