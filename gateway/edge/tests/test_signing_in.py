"""Sign-up, sign-in, refresh and sign-out through the real door."""

import asyncio
import base64
from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest

from chassis.testing.harness import Harness
from gateway.edge.tests.factories import (
    PASSWORD,
    Company,
    bearer,
    make_email,
    make_sign_up,
    sign_up,
    token,
)  # fmt: skip


def claims(access_token: str) -> dict[str, Any]:
    part = access_token.split(".")[1]
    found: dict[str, Any] = orjson.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


def password_form(username: str, password: str) -> dict[str, str]:
    return {"grant_type": "password", "username": username, "password": password}


async def refresh(http: httpx.AsyncClient, tokens: dict[str, Any]) -> httpx.Response:
    return await token(http, grant_type="refresh_token", refresh_token=tokens["refresh_token"])


async def test_a_company_signs_up_and_its_owner_signs_in(public: httpx.AsyncClient) -> None:
    body = make_sign_up()
    answer = await public.post("/v1/tenants", json=body)
    assert answer.status_code == 201
    made = answer.json()
    assert answer.headers["location"] == f"/v1/tenants/{made['tenant']['id']}"
    tenant = {k: made["tenant"][k] for k in ("currency", "timezone", "locale", "country")}
    assert tenant == {
        "currency": "SAR", "timezone": "Asia/Riyadh", "locale": "ar", "country": "SA"
    }  # fmt: skip
    assert made["user"]["email"] == body["owner"]["email"]
    given = (await token(
        public, grant_type="password", username=body["owner"]["email"].upper(), password=PASSWORD
    ))  # fmt: skip
    assert given.status_code == 200
    assert given.headers["cache-control"] == "no-store"
    tokens = given.json()
    assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 600)
    me = await public.get("/v1/me", headers=bearer(tokens))
    assert me.json()["user"]["id"] == made["user"]["id"]
    assert "clients:read" in me.json()["permissions"]
    assert claims(tokens["access_token"])["exp"] - claims(tokens["access_token"])["iat"] <= 600


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"country": "XX"}, "country", "unknown_country"),
        ({"currency": "ABC"}, "currency", "unknown_currency"),
        ({"timezone": "Mars"}, "timezone", "unknown_timezone"),
        ({"owner": {"password": "short"}}, "owner.password", "weak_password"),
        ({"owner": {"email": "nobody"}}, "owner.email", "invalid_email"),
        ({"name": " "}, "name", "too_short"),
        ({"colour": "red"}, "colour", "unknown_field"),
    ],
)
async def test_a_wrong_sign_up_says_what_is_wrong(
    public: httpx.AsyncClient, change: dict[str, Any], field: str, code: str
) -> None:
    answer = await public.post("/v1/tenants", json=make_sign_up(**change))
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [(e["field"], e["code"]) for e in answer.json()["errors"]] == [(field, code)]


async def test_sign_up_with_one_key_makes_one_company(public: httpx.AsyncClient) -> None:
    body, key = make_sign_up(), {"Idempotency-Key": "sign-up-1"}
    answers = await asyncio.gather(
        *(public.post("/v1/tenants", json=body, headers=key) for _ in range(6))
    )
    assert {answer.status_code for answer in answers} <= {201, 409}
    again = await public.post("/v1/tenants", json=body, headers=key)
    assert again.status_code == 201
    assert again.headers["idempotency-replayed"] == "true"
    made = {answer.json()["tenant"]["id"] for answer in [*answers, again] if answer.is_success}
    assert len(made) == 1
    other = await public.post("/v1/tenants", json={**body, "name": "Other"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_one_address_belongs_to_several_companies(public: httpx.AsyncClient) -> None:
    email = make_email()
    first = await sign_up(public, owner={"email": email})
    second = await sign_up(public, owner={"email": email}, country="AE")
    for company in (first, second):
        tokens = await company.sign_in()
        assert claims(tokens["access_token"])["tid"] == company.id
    unnamed = await token(public, grant_type="password", username=email, password=PASSWORD)
    assert claims(unnamed.json()["access_token"])["tid"] == second.id
    stranger = await public.post(
        "/v1/tenants", json=make_sign_up(owner={"email": email, "password": "not the same one"})
    )
    assert (stranger.status_code, stranger.json()["code"]) == (409, "email_taken")


@pytest.mark.parametrize(
    ("form", "error"),
    [
        (
            {"grant_type": "password", "username": "{email}", "password": "wrong one"},
            "invalid_grant",
        ),
        (
            {"grant_type": "password", "username": "no@example.com", "password": "x"},
            "invalid_grant",
        ),
        ({"grant_type": "password", "username": "no address", "password": "x"}, "invalid_grant"),
        ({"grant_type": "refresh_token", "refresh_token": "dwr_nonsense"}, "invalid_grant"),
        ({"grant_type": "client_credentials", "client_secret": "dwn_no"}, "invalid_grant"),
        ({"grant_type": "password", "username": "{email}"}, "invalid_request"),
        ({"grant_type": "implicit"}, "unsupported_grant_type"),
        ({}, "invalid_request"),
    ],
)
async def test_refusals_are_oauth_errors_and_problem_documents(
    company: Company, form: dict[str, str], error: str
) -> None:
    filled = {name: value.format(email=company.email) for name, value in form.items()}
    answer = await token(company.http, **filled)
    assert answer.status_code == 400
    problem = answer.json()
    assert (problem["error"], problem["code"], problem["status"]) == (error, error, 400)
    assert problem["error_description"]


async def test_refusals_follow_the_language_asked_for(public: httpx.AsyncClient) -> None:
    answer = await public.post(
        "/v1/auth/token", data={"grant_type": "other"}, headers={"Accept-Language": "ar"}
    )
    assert "الرموز" in answer.json()["detail"]


async def test_another_company_cannot_be_named(company: Company) -> None:
    stranger = await sign_up(company.http)
    answer = await token(
        company.http, grant_type="password", username=company.email, password=PASSWORD,
        tenant=stranger.id,
    )  # fmt: skip
    assert answer.json()["error"] == "invalid_grant"


async def test_a_refresh_token_gives_the_next_one(company: Company) -> None:
    tokens = await company.sign_in()
    following = (await refresh(company.http, tokens)).json()
    assert following["refresh_token"] != tokens["refresh_token"]
    old, new = claims(tokens["access_token"]), claims(following["access_token"])
    assert old["sid"] == new["sid"]
    assert (await company.http.get("/v1/me", headers=bearer(following))).status_code == 200
    assert (await refresh(company.http, following)).status_code == 200


async def test_a_refresh_token_used_twice_ends_the_session(company: Company) -> None:
    """GW-05"""
    tokens = await company.sign_in()
    following = (await refresh(company.http, tokens)).json()
    reused = await refresh(company.http, tokens)
    assert (reused.status_code, reused.json()["error"]) == (400, "invalid_grant")
    assert (await refresh(company.http, following)).status_code == 400
    for held in (tokens, following):
        answer = await company.http.get("/v1/me", headers=bearer(held))
        assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")


async def test_of_two_refreshes_at_once_one_wins_and_the_session_is_over(
    company: Company,
) -> None:
    tokens = await company.sign_in()
    answers = await asyncio.gather(*(refresh(company.http, tokens) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400]
    won = next(answer.json() for answer in answers if answer.is_success)
    assert (await refresh(company.http, won)).status_code == 400


async def test_a_made_up_refresh_token_ends_no_session(company: Company) -> None:
    tokens = await company.sign_in()
    raw = bytearray(base64.urlsafe_b64decode(tokens["refresh_token"].removeprefix("dwr_")))
    raw[20] ^= 1  # another family: not one we gave out
    forged = "dwr_" + base64.urlsafe_b64encode(bytes(raw)).decode()
    answer = await token(company.http, grant_type="refresh_token", refresh_token=forged)
    assert answer.status_code == 400
    assert (await refresh(company.http, tokens)).status_code == 200


async def test_signing_out_ends_both_tokens_at_once(company: Company) -> None:
    tokens = await company.sign_in()
    answer = await company.http.post("/v1/auth/logout", headers=bearer(tokens))
    assert answer.status_code == 200
    assert answer.json()["end_reason"] == "signed_out"
    assert (await company.http.get("/v1/me", headers=bearer(tokens))).status_code == 401
    assert (await refresh(company.http, tokens)).status_code == 400


async def test_sessions_are_listed_and_ended_one_by_one(company: Company) -> None:
    here, there = await company.sign_in(), await company.sign_in()
    listed = (await company.http.get("/v1/sessions", headers=bearer(here))).json()["items"]
    assert len(listed) == 2
    assert [one["is_current"] for one in listed if one["id"] == claims(here["access_token"])["sid"]]
    other = claims(there["access_token"])["sid"]
    gone = await company.http.delete(f"/v1/sessions/{other}", headers=bearer(here))
    assert gone.status_code == 204
    assert (await company.http.get("/v1/me", headers=bearer(there))).status_code == 401
    assert (await company.http.get("/v1/me", headers=bearer(here))).status_code == 200


async def test_an_expired_session_cannot_be_refreshed(edge: Harness, company: Company) -> None:
    tokens = await company.sign_in()
    async with edge.context.database.pool("worker").acquire() as connection:
        session = UUID(claims(tokens["access_token"])["sid"])
        await connection.execute("begin")
        await connection.execute(f"select set_config('app.tenant', '{company.id}', true)")
        await connection.execute(
            "update sessions set expires_at = now() - interval '1 minute' where id = $1", session
        )
        await connection.execute("commit")
    assert (await refresh(company.http, tokens)).status_code == 400
