"""Forgotten passwords and addresses to be proved: links that hold once."""

import asyncio
from typing import Any

import httpx

from chassis.testing.harness import Harness
from gateway.edge.tests.factories import (
    PASSWORD,
    Company,
    bearer,
    mailed,
    make_email,
    make_member,
    run_mailing,
    sign_up,
    token,
)  # fmt: skip

NEW = "quite another password"


async def ask(http: httpx.AsyncClient, email: str) -> httpx.Response:
    return await http.post("/v1/auth/password-reset", json={"email": email})


async def confirm(http: httpx.AsyncClient, given: str, password: str = NEW) -> httpx.Response:
    return await http.post(
        "/v1/auth/password-reset/confirm", json={"token": given, "password": password}
    )


async def forgotten(edge: Harness, company: Company) -> str:
    assert (await ask(company.http, company.email)).status_code == 202
    await run_mailing(edge)
    return (await mailed(edge, company.email))[-1]


async def expire(edge: Harness, tenant_id: str, column: str) -> None:
    async with edge.context.database.plumbing() as connection:
        await connection.execute("select set_config('app.tenant', $1, true)", tenant_id)
        await connection.execute(f"update mail_links set {column} = {column} - interval '3 days'")


async def test_a_forgotten_password_is_replaced_and_every_session_ends(
    edge: Harness, company: Company
) -> None:
    """GW-05"""
    tokens = await company.sign_in()
    link = await forgotten(edge, company)
    assert (await confirm(company.http, link)).json() == {"email": company.email}
    assert (await company.http.get("/v1/me", headers=bearer(tokens))).status_code == 401
    refreshed = await token(
        company.http, grant_type="refresh_token", refresh_token=tokens["refresh_token"]
    )
    assert refreshed.status_code == 400
    old = await token(
        company.http, grant_type="password", username=company.email, password=PASSWORD
    )
    assert old.status_code == 400
    me = await company.http.get("/v1/me", headers=bearer(await company.sign_in(password=NEW)))
    assert me.json()["user"]["email_verified"] is True
    again = await confirm(company.http, link, "a third long password")
    assert (again.status_code, again.json()["code"]) == (404, "link_gone")


async def test_whoever_asks_hears_the_same_whether_or_not_the_address_is_known(
    edge: Harness, company: Company
) -> None:
    """GW-05: same status, same body but for the address, same work: one job."""
    nobody = make_email()
    known, unknown = await ask(company.http, company.email), await ask(company.http, nobody)
    assert known.status_code == unknown.status_code == 202
    assert known.json() == {"email": company.email} and unknown.json() == {"email": nobody}
    assert known.headers.keys() == unknown.headers.keys()
    assert await run_mailing(edge) == 2
    assert (len(await mailed(edge, company.email)), await mailed(edge, nobody)) == (1, [])


async def test_a_link_is_used_once_also_by_many_at_once(edge: Harness, company: Company) -> None:
    """GW-05"""
    link = await forgotten(edge, company)
    answers = await asyncio.gather(
        *(confirm(company.http, link, f"password number {n}") for n in range(6))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 404, 404, 404, 404, 404]
    won = next(n for n, answer in enumerate(answers) if answer.is_success)
    assert (await company.sign_in(password=f"password number {won}"))["access_token"]


async def test_of_two_links_the_second_is_void_once_the_password_is_another(
    edge: Harness, company: Company
) -> None:
    first = await forgotten(edge, company)
    await ask(company.http, company.email)
    await run_mailing(edge)
    assert await mailed(edge, company.email) == [first]  # one is on its way already
    await expire(edge, company.id, "created_at")
    second = await forgotten(edge, company)
    assert second != first
    answers = await asyncio.gather(confirm(company.http, first), confirm(company.http, second))
    assert sorted(answer.status_code for answer in answers) == [200, 404]


async def test_a_link_expires_and_is_for_one_purpose(edge: Harness, company: Company) -> None:
    link = await forgotten(edge, company)
    other = await company.http.post("/v1/auth/email-verification", json={"token": link})
    assert (other.status_code, other.json()["code"]) == (404, "link_gone")
    weak = await confirm(company.http, link, "short")
    assert (weak.status_code, weak.json()["errors"][0]["field"]) == (422, "password")
    await expire(edge, company.id, "expires_at")
    assert (await confirm(company.http, link)).status_code == 404
    assert (await confirm(company.http, "dwm_made-up")).json()["code"] == "link_gone"
    assert (await company.sign_in())["access_token"]


async def test_asking_is_throttled_and_holds_up_no_sign_in(company: Company) -> None:
    """GW-05"""
    for _ in range(10):
        assert (await ask(company.http, company.email)).status_code == 202
    held = await ask(company.http, company.email)
    assert (held.status_code, held.json()["code"]) == (429, "too_many_mails")
    assert int(held.headers["retry-after"]) > 0
    assert (await company.sign_in())["access_token"]


async def test_no_token_stands_in_an_event_or_the_audit_log(
    edge: Harness, company: Company
) -> None:
    link = await forgotten(edge, company)
    async with edge.context.database.plumbing() as connection:
        told = await connection.fetchval(
            "select count(*) from outbox where event like $1", f"%{link}%"
        )
    tokens = bearer(await company.sign_in())
    entries: Any = await company.http.get("/v1/audit-log", headers=tokens)
    [entry] = [
        one for one in entries.json()["items"]
        if one["entity"] == "mail_links" and one["changes"]["purpose"] == "password_reset"
    ]  # fmt: skip
    assert told == 0 and entry["changes"]["token_hash"] == "•••"


async def test_a_new_address_is_proved_by_mail_and_works_before(
    edge: Harness, public: httpx.AsyncClient
) -> None:
    """GW-05"""
    company = await sign_up(public)
    mine = bearer(await company.sign_in())
    assert (await public.get("/v1/me", headers=mine)).json()["user"]["email_verified"] is False
    [first] = await mailed(edge, company.email, "email_check")
    again = await public.post("/v1/me/email-verification", headers=mine)
    assert again.status_code == 200  # the first is on its way: nothing more is sent
    assert await mailed(edge, company.email, "email_check") == [first]
    await expire(edge, company.id, "created_at")
    await public.post("/v1/me/email-verification", headers=mine)
    [_, second] = await mailed(edge, company.email, "email_check")
    checked = await public.post("/v1/auth/email-verification", json={"token": second})
    assert (checked.status_code, checked.json()) == (200, {"email": company.email})
    assert (await public.get("/v1/me", headers=mine)).json()["user"]["email_verified"] is True
    used = await public.post("/v1/auth/email-verification", json={"token": second})
    assert used.status_code == 404
    await expire(edge, company.id, "created_at")
    await public.post("/v1/me/email-verification", headers=mine)
    assert len(await mailed(edge, company.email, "email_check")) == 2


async def test_somebody_who_joins_proves_their_address_too(
    edge: Harness, api: httpx.AsyncClient
) -> None:
    """The token of an invitation was seen by whoever invited."""
    member = await make_member(api)
    assert len(await mailed(edge, member["email"], "email_check")) == 1


async def test_whoever_left_gets_no_mail(edge: Harness, api: httpx.AsyncClient) -> None:
    member = await make_member(api)
    await api.post(f"/v1/users/{member['id']}/deactivate")
    assert (await ask(api, member["email"])).status_code == 202
    await run_mailing(edge)
    assert await mailed(edge, member["email"]) == []
