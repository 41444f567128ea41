"""The second factor: set up, asked for, used once, lost and turned off."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.testing.harness import Harness
from edge.second_factors import rules
from gateway.edge.tests.factories import (
    PASSWORD,
    Company,
    bearer,
    code_at,
    enabled,
    make_member,
    sign_up,
    token,
)  # fmt: skip

SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
Clock = Callable[[float], None]


@pytest.fixture
def later(edge: Harness, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Move the clock of the edge."""

    def move(seconds: float) -> None:
        moment = lambda: datetime.now(UTC) + timedelta(seconds=seconds)  # noqa: E731
        monkeypatch.setattr(edge.context.database, "clock", moment)

    return move


async def sign_in(company: Company, otp: str = "", password: str = PASSWORD) -> httpx.Response:
    given = {"otp": otp} if otp else {}
    return await token(
        company.http, grant_type="password", username=company.email, password=password, **given
    )


@given(st.integers(0, 2**33), st.integers(-5, 5), st.booleans())
def test_a_code_holds_for_its_step_and_its_neighbours(at: int, shift: int, arabic: bool) -> None:
    """GW-05"""
    now = datetime.fromtimestamp(at, UTC)
    step = at // rules.STEP_SECONDS + shift
    if step < 0:
        return
    code = pyotp.TOTP(SEED).generate_otp(step)
    typed = f"{code[:3]} {code[3:]}".translate(ARABIC) if arabic else code
    steps = range(at // 30 - 1, at // 30 + 2)
    same = [s for s in steps if s >= 0 and pyotp.TOTP(SEED).generate_otp(s) == code]
    if at < 30:
        return
    assert rules.step_of(SEED, typed, now, -1) == (same[0] if same else None)
    if same:
        assert rules.step_of(SEED, typed, now, same[-1]) is None


def test_recovery_codes_differ_and_are_read_however_typed() -> None:
    codes = rules.new_recovery_codes()
    kept = [rules.digest(code) for code in codes]
    assert len(set(kept)) == 10 and all(len(code) == 19 for code in codes)
    left = rules.without(kept, f" {codes[3].upper().replace('-', ' ')} ")
    assert left is not None and len(left) == 9 and rules.without(left, codes[3]) is None
    assert rules.without(kept, "123456") is None


async def test_it_counts_once_it_is_confirmed(company: Company, api: httpx.AsyncClient) -> None:
    """GW-05"""
    begun = (await api.post("/v1/me/mfa")).json()
    uri = pyotp.parse_uri(begun["otpauth_uri"])
    assert uri.secret == begun["secret"] and uri.name == company.email
    assert (await sign_in(company)).status_code == 200  # not confirmed: nothing changes
    wrong = await api.post("/v1/me/mfa/confirm", json={"code": "000000"})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "code")
    on = await api.post("/v1/me/mfa/confirm", json={"code": code_at(begun["secret"])})
    assert on.json()["enabled"] and len(on.json()["recovery_codes"]) == 10
    read = (await api.get("/v1/me/mfa")).json()
    assert (read["enabled"], read["recovery_codes_left"]) == (True, 10)
    assert "secret" not in read and "recovery_codes" not in read
    again = await api.post("/v1/me/mfa")
    assert (again.status_code, again.json()["code"]) == (409, "mfa_enabled")


async def test_signing_in_takes_the_code(
    company: Company, api: httpx.AsyncClient, later: Clock
) -> None:
    """GW-05: missing, wrong, right, and the one that confirmed is used up."""
    secret = (await api.post("/v1/me/mfa")).json()["secret"]
    code = code_at(secret)
    assert (await api.post("/v1/me/mfa/confirm", json={"code": code})).status_code == 200
    missing = await sign_in(company)
    assert (missing.status_code, missing.json()["code"]) == (400, "otp_required")
    wrong = await sign_in(company, "000000")
    assert (wrong.status_code, wrong.json()["code"]) == (400, "invalid_otp")
    used = await sign_in(company, code)
    assert (used.status_code, used.json()["code"]) == (400, "invalid_otp")
    other = await sign_in(company, code_at(secret, 30), "not the password")
    assert other.json()["code"] == "invalid_grant"
    assert (await sign_in(company, code_at(secret, 30).translate(ARABIC))).status_code == 200
    later(120)
    assert (await sign_in(company, code_at(secret, 120))).status_code == 200


async def test_one_code_signs_in_once_also_at_the_same_time(
    company: Company, api: httpx.AsyncClient
) -> None:
    """GW-05"""
    secret, recovery = await enabled(api)
    for code in (code_at(secret, 30), recovery[0]):
        answers = await asyncio.gather(*(sign_in(company, code) for _ in range(6)))
        assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400, 400, 400]


async def test_a_recovery_code_works_once(company: Company, api: httpx.AsyncClient) -> None:
    """GW-05"""
    _, recovery = await enabled(api)
    assert (await sign_in(company, recovery[4].upper())).status_code == 200
    assert (await sign_in(company, recovery[4])).json()["code"] == "invalid_otp"
    assert (await api.get("/v1/me/mfa")).json()["recovery_codes_left"] == 9


async def test_wrong_codes_are_throttled_though_the_password_is_right(
    company: Company, api: httpx.AsyncClient
) -> None:
    """GW-05: whoever has the password cannot try codes without end."""
    secret, _ = await enabled(api)
    for _ in range(10):
        assert (await sign_in(company, "000000")).status_code == 400
        await sign_in(company)  # the right password without a code forgives nothing
    held = await sign_in(company, code_at(secret, 30))
    assert (held.status_code, held.json()["code"]) == (429, "too_many_failed_sign_ins")


async def test_it_is_turned_off_with_both_factors(
    company: Company, api: httpx.AsyncClient, later: Clock
) -> None:
    """GW-05"""
    secret, recovery = await enabled(api)

    async def disable(password: str, code: str) -> tuple[int, str]:
        body = {"password": password, "code": code}
        answer = await api.post("/v1/me/mfa/disable", json=body)
        return answer.status_code, answer.json().get("code", "")

    assert await disable("not the password", code_at(secret, 30)) == (422, "wrong_password")
    assert await disable(PASSWORD, "000000") == (422, "wrong_code")
    body = {"password": PASSWORD, "code": code_at(secret, 30)}
    renewed = await api.post("/v1/me/mfa/recovery-codes", json=body)
    assert renewed.status_code == 200 and not set(renewed.json()["recovery_codes"]) & set(recovery)
    assert await disable(PASSWORD, recovery[0]) == (422, "wrong_code")
    assert (await disable(PASSWORD, renewed.json()["recovery_codes"][0]))[0] == 200
    assert (await sign_in(company)).status_code == 200
    assert await disable(PASSWORD, code_at(secret)) == (409, "mfa_not_enabled")


async def test_it_is_the_users_of_one_company(company: Company, api: httpx.AsyncClient) -> None:
    await enabled(api)
    other = await sign_up(company.http, owner={"email": company.email})
    assert (await other.sign_in())["access_token"]
    assert (await sign_in(company)).status_code == 200  # the company used last asks for no code
    named = await token(
        company.http, grant_type="password", username=company.email, password=PASSWORD,
        tenant=company.id,
    )  # fmt: skip
    assert named.json()["code"] == "otp_required"


async def test_nothing_secret_is_kept_in_the_open(
    edge: Harness, company: Company, api: httpx.AsyncClient
) -> None:
    key = {"Idempotency-Key": "begin-1"}
    begun: Any = await api.post("/v1/me/mfa", headers=key)
    again = await api.post("/v1/me/mfa", headers=key)
    assert again.json() == {"secret": None, "otpauth_uri": None}
    secret = begun.json()["secret"]
    await api.post("/v1/me/mfa/confirm", json={"code": code_at(secret)})
    async with edge.context.database.plumbing() as connection:
        await connection.execute("select set_config('app.tenant', $1, true)", company.id)
        kept = await connection.fetchval("select s::text from second_factors s")
        audits = await connection.fetchval("select string_agg(a::text, ' ') from audit_log a")
    assert secret not in kept and secret.encode().hex() not in kept
    assert secret not in audits and "second_factors" in audits


async def test_a_key_has_no_second_factor(edge: Harness, api: httpx.AsyncClient) -> None:
    made = await api.post("/v1/api-keys", json={"name": "k", "permissions": ["clients:read"]})
    async with edge.http(**bearer({"access_token": made.json()["secret"]})) as partner:
        answer = await partner.post("/v1/me/mfa")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_a_user")


async def test_a_lost_one_is_taken_away_by_who_may_give_its_users_rights(
    edge: Harness, company: Company, api: httpx.AsyncClient
) -> None:
    """GW-05"""
    admin, agent = await make_member(api, "admin"), await make_member(api, "agent")
    async with edge.http(**bearer(await company.sign_in(agent["email"]))) as theirs:
        await enabled(theirs)
    await enabled(api)
    form = {"grant_type": "password", "username": agent["email"], "password": PASSWORD}
    assert (await token(company.http, **form)).json()["code"] == "otp_required"
    async with edge.http(**bearer(await company.sign_in(admin["email"]))) as office:
        beyond = await office.delete(f"/v1/users/{company.owner_id}/mfa")
        assert (beyond.status_code, beyond.json()["code"]) == (403, "beyond_own_rights")
        assert (await office.delete(f"/v1/users/{agent['id']}/mfa")).status_code == 204
    assert (await token(company.http, **form)).status_code == 200
    own = await api.delete(f"/v1/users/{company.owner_id}/mfa")
    assert (own.status_code, own.json()["code"]) == (409, "own_mfa")
