"""Companies, members and keys as tests need them, made through the real doors."""

from base64 import b64decode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import httpx
import pyotp

from chassis import jobs
from chassis.ids import new_id
from chassis.testing.harness import Harness
from edge.mail_links import schedules
from edge.mail_links.use_cases import SEND_RESET
from tests.authenticator import Authenticator

PASSWORD = "a very long password"
_EVENTS = "select event::jsonb as event from outbox where subject like $1 order by position"
_numbers = count(1)


def make_email() -> str:
    return f"person{next(_numbers)}-{new_id().hex[-8:]}@example.com"


def make_sign_up(**given: Any) -> dict[str, Any]:
    owner = {"name": "سارة", "email": make_email(), "password": PASSWORD}
    body = {"name": "شركة المثال", "country": "SA", "owner": owner | given.pop("owner", {})}
    return body | given


@dataclass(frozen=True)
class Company:
    """A company, with the browser that signed it up."""

    http: httpx.AsyncClient
    id: str
    owner_id: str
    email: str

    async def sign_in(self, email: str | None = None, password: str = PASSWORD) -> dict[str, Any]:
        answer = await token(
            self.http, grant_type="password", username=email or self.email, password=password,
            tenant=self.id,
        )  # fmt: skip
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


async def token(http: httpx.AsyncClient, **form: str) -> httpx.Response:
    return await http.post("/v1/auth/token", data=form)


async def sign_up(http: httpx.AsyncClient, **given: Any) -> Company:
    body = make_sign_up(**given)
    answer = await http.post("/v1/tenants", json=body)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    return Company(http, made["tenant"]["id"], made["user"]["id"], made["user"]["email"])


async def role_named(api: httpx.AsyncClient, name: str) -> str:
    answer = await api.get("/v1/roles", params={"name": name})
    found: str = answer.json()["items"][0]["id"]
    return found


async def make_member(api: httpx.AsyncClient, role: str = "agent", **given: Any) -> dict[str, Any]:
    """A user who was invited and accepted, as the API shows them."""
    role_id = given.pop("role_id", None) or await role_named(api, role)
    body = {"email": make_email(), "name": "عمر", "role_id": role_id} | given
    invited = await api.post("/v1/invitations", json=body)
    assert invited.status_code == 201, invited.text
    accepted = await api.post(
        "/v1/invitations/accept", json={"token": invited.json()["token"], "password": PASSWORD}
    )
    assert accepted.status_code == 201, accepted.text
    user: dict[str, Any] = accepted.json()["user"]
    return user


def bearer(tokens: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {tokens['access_token']}"}


async def run_mailing(edge: Harness) -> int:
    """What a worker does with the jobs that wait."""
    async with edge.context.database.plumbing() as connection:
        rows = await connection.fetch(
            "delete from pgqueuer where entrypoint = $1 returning payload", SEND_RESET
        )
    for row in rows:
        tenant_id, _, payload = jobs.read(row["payload"])
        await schedules.send_reset(edge.context, tenant_id, payload)
    return len(rows)


async def mailed(edge: Harness, email: str, kind: str = "password_reset") -> list[str]:
    """The tokens mailed to an address, oldest first."""
    async with edge.context.database.plumbing() as connection:
        rows = await connection.fetch(_EVENTS, f"events.edge.user.{kind}_requested.%")
    found = []
    for event in (row["event"] for row in rows):
        if event["data"]["email"] == email:
            sealed = b64decode(event["data"]["sealed_url"])
            tenant_id = UUID(event["tenantid"])
            url = edge.context.crypto.open(tenant_id, sealed, "identity.mail_link").decode()
            found.append(parse_qs(urlsplit(url).query)["token"][0])
    return found


def code_at(secret: str, shift: float = 0) -> str:
    return pyotp.TOTP(secret).at(datetime.now(UTC) + timedelta(seconds=shift))


async def enabled(api: httpx.AsyncClient) -> tuple[str, list[str]]:
    """The secret and the recovery codes of a second factor just set up."""
    secret = (await api.post("/v1/me/mfa")).json()["secret"]
    answer = await api.post("/v1/me/mfa/confirm", json={"code": code_at(secret)})
    assert answer.status_code == 200, answer.text
    return secret, answer.json()["recovery_codes"]


def device(**traits: Any) -> Authenticator:
    """An authenticator for the address at which the tests' product stands."""
    return Authenticator("http://127.0.0.1:8080", "127.0.0.1", **traits)


async def begin(api: httpx.AsyncClient, code: str = "") -> dict[str, Any]:
    answer = await api.post("/v1/me/passkeys/options", json={"password": PASSWORD, "code": code})
    assert answer.status_code == 200, answer.text
    options: dict[str, Any] = answer.json()["public_key"]
    return options


async def new_passkey(
    api: httpx.AsyncClient, own: Authenticator, code: str = ""
) -> dict[str, Any]:  # fmt: skip
    """What a browser sends of a passkey just made."""
    return {"name": "هاتفي", "credential": own.create(await begin(api, code))}


async def challenge(http: httpx.AsyncClient) -> dict[str, Any]:
    options: dict[str, Any] = (await http.post("/v1/auth/passkeys/options")).json()["public_key"]
    return options
