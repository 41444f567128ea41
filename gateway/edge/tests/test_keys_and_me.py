"""API keys, one's own data, the company's settings and the audit log."""

import httpx

from chassis.testing.harness import Harness
from gateway.edge.tests.factories import PASSWORD, Company, bearer, make_member, sign_up, token

KEY = {"name": "Website", "permissions": ["clients:read"]}


async def test_a_key_is_shown_once_used_and_revoked(edge: Harness, api: httpx.AsyncClient) -> None:
    """GW-08"""
    made = await api.post("/v1/api-keys", json=KEY, headers={"Idempotency-Key": "key-1"})
    assert made.status_code == 201
    secret = made.json()["secret"]
    assert secret.startswith("dwn_")
    again = await api.post("/v1/api-keys", json=KEY, headers={"Idempotency-Key": "key-1"})
    assert (again.json()["id"], again.json()["secret"]) == (made.json()["id"], None)
    [listed] = (await api.get("/v1/api-keys")).json()["items"]
    assert secret not in str(listed) and secret.startswith(listed["prefix"])

    async with edge.http(Authorization=f"Bearer {secret}") as partner:
        me = (await partner.get("/v1/me")).json()
        assert (me["user"], me["permissions"]) == (None, ["clients:read"])
        assert (await partner.get("/v1/api-keys")).status_code == 403
        exchanged = await token(partner, grant_type="client_credentials", client_secret=secret)
        tokens = exchanged.json()
        assert "refresh_token" not in tokens
        assert (await partner.get("/v1/me", headers=bearer(tokens))).status_code == 200

        assert (await api.delete(f"/v1/api-keys/{made.json()['id']}")).status_code == 204
        refused = await partner.get("/v1/me")
        assert (refused.status_code, refused.json()["code"]) == (401, "invalid_token")
        assert (await partner.get("/v1/me", headers=bearer(tokens))).status_code == 401


async def test_a_key_bound_to_folders_stays_bound_as_an_access_token(
    edge: Harness, api: httpx.AsyncClient
) -> None:
    folder = "01900000-0000-7000-8000-00000000000f"
    made = await api.post("/v1/api-keys", json=KEY | {"folder_ids": [folder]})
    exchanged = await token(
        api, grant_type="client_credentials", client_secret=made.json()["secret"]
    )
    caller = edge.context.tokens.verify(exchanged.json()["access_token"])
    assert (caller.visibility, [str(one) for one in caller.folder_ids or ()]) == (
        "folders", [folder]
    )  # fmt: skip


async def test_a_key_may_do_no_more_than_its_maker_may_now(
    edge: Harness, api: httpx.AsyncClient, company: Company
) -> None:
    """GW-04, GW-08: by a change of the maker's role, or of the role itself; its tokens too."""
    wide = {"name": "Wide", "visibility": "all",
            "permissions": ["identity:manage", "clients:read", "clients:write"]}  # fmt: skip
    role = (await api.post("/v1/roles", json=wide)).json()
    maker = await make_member(api, role_id=role["id"])
    body = KEY | {"permissions": ["identity:manage", "clients:read", "clients:write"]}
    async with edge.http(**bearer(await company.sign_in(maker["email"]))) as office:
        secret = (await office.post("/v1/api-keys", json=body)).json()["secret"]
    async with edge.http(Authorization=f"Bearer {secret}") as partner:
        child = (await partner.post("/v1/api-keys", json=body)).json()["secret"]

        async def may(of: str = secret) -> list[str] | int:
            asking = {"Authorization": f"Bearer {of}"}
            answer = await partner.get("/v1/me", headers=asking)
            return answer.json()["permissions"] if answer.is_success else answer.status_code

        exchanged = await token(partner, grant_type="client_credentials", client_secret=secret)
        assert await may() == await may(child) == sorted(body["permissions"])
        narrower = {"permissions": ["clients:read"]}
        changed = await api.patch(f"/v1/roles/{role['id']}", json=narrower)
        assert changed.status_code == 200, changed.text
        assert await may() == await may(child) == ["clients:read"]
        assert await may(exchanged.json()["access_token"]) == 401

        less = await api.post("/v1/roles", json=wide | {"name": "Less", "visibility": "team"})
        await api.patch(f"/v1/users/{maker['id']}", json={"role_id": less.json()["id"]})
        assert [await may(), await may(child)] == [401, 401]
        await api.patch(f"/v1/users/{maker['id']}", json={"role_id": role["id"]})
        assert await may() == await may(child) == ["clients:read"]


async def test_keys_made_by_a_key_end_with_it(
    edge: Harness, api: httpx.AsyncClient, company: Company
) -> None:
    """GW-08: who stole the one has made the others."""
    body = KEY | {"permissions": ["identity:manage"]}
    first = (await api.post("/v1/api-keys", json=body)).json()
    async with edge.http(Authorization=f"Bearer {first['secret']}") as partner:
        second = (await partner.post("/v1/api-keys", json=body)).json()
    asking = {"Authorization": f"Bearer {second['secret']}"}
    assert (await company.http.get("/v1/me", headers=asking)).status_code == 200
    assert (await api.delete(f"/v1/api-keys/{first['id']}")).status_code == 204
    assert (await company.http.get("/v1/me", headers=asking)).status_code == 401
    assert (await api.get("/v1/api-keys")).json()["items"] == []


async def test_a_changed_password_ends_the_other_sessions(company: Company) -> None:
    here, there = await company.sign_in(), await company.sign_in()
    wrong = await company.http.post(
        "/v1/me/password", headers=bearer(here),
        json={"current_password": "not this one", "new_password": "another password"},
    )  # fmt: skip
    assert (wrong.status_code, wrong.json()["code"]) == (422, "wrong_password")
    changed = await company.http.post(
        "/v1/me/password", headers=bearer(here),
        json={"current_password": PASSWORD, "new_password": "another password"},
    )  # fmt: skip
    assert changed.status_code == 200
    assert (await company.http.get("/v1/me", headers=bearer(there))).status_code == 401
    assert (await company.http.get("/v1/me", headers=bearer(here))).status_code == 200
    assert (await company.sign_in(password="another password"))["access_token"]
    old = await token(
        company.http, grant_type="password", username=company.email, password=PASSWORD
    )
    assert old.status_code == 400


async def test_one_changes_ones_own_name_and_language(api: httpx.AsyncClient) -> None:
    me = await api.patch("/v1/me", json={"name": "سارة أحمد", "locale": "en"})
    assert me.json()["user"]["name"] == "سارة أحمد"
    refused = await api.patch("/v1/me", json={"role_id": "01900000-0000-7000-8000-000000000001"})
    assert refused.json()["errors"][0]["code"] == "unknown_field"


async def test_settings_are_read_and_merged(api: httpx.AsyncClient) -> None:
    before = await api.get("/v1/settings")
    assert (before.json()["weekend"], before.json()["week_start"]) == (
        ["friday", "saturday"], "sunday"
    )  # fmt: skip
    stale = {"If-Match": '"7"'}
    refused = await api.patch("/v1/settings", json={"phone": "1"}, headers=stale)
    assert (refused.status_code, refused.json()["code"]) == (412, "stale_version")
    await api.patch("/v1/settings", json={"address": {"city": "الرياض", "street": "العليا"}})
    changed = await api.patch(
        "/v1/settings",
        json={"legal_name": "شركة أخرى", "address": {"city": "جدة"}, "hijri_display": True},
        headers={"If-Match": '"2"'},
    )
    assert changed.status_code == 200, changed.text
    assert changed.headers["etag"] == '"3"'
    assert changed.json()["address"]["street"] == "العليا"
    assert (await api.get("/v1/me")).json()["tenant"]["name"] == "شركة أخرى"


async def test_the_audit_log_tells_who_did_what_without_secrets(
    api: httpx.AsyncClient, company: Company
) -> None:
    """GW-05"""
    made = await api.post("/v1/api-keys", json=KEY)
    entries = (await api.get("/v1/audit-log", params={"entity": "api_keys"})).json()["items"]
    [entry] = entries
    assert (entry["actor"], entry["action"]) == (f"user:{company.owner_id}", "created")
    assert entry["entity_id"] == made.json()["id"]
    assert entry["changes"]["secret_hash"] == "•••"
    member = await make_member(api, "agent")
    agent = bearer(await company.sign_in(member["email"]))
    refused = await company.http.get("/v1/audit-log", headers=agent)
    assert refused.status_code == 403


async def test_a_password_changed_in_one_company_ends_sessions_in_the_other(
    edge: Harness, company: Company
) -> None:
    other = await sign_up(company.http, owner={"email": company.email})
    abroad = await other.sign_in()
    here = await company.sign_in()
    await company.http.post(
        "/v1/me/password", headers=bearer(here),
        json={"current_password": PASSWORD, "new_password": "another password"},
    )  # fmt: skip
    async with edge.context.database.plumbing() as connection:
        waiting = await connection.fetch(
            "select payload from pgqueuer where entrypoint = 'sessions.end_elsewhere'"
        )
    assert any(other.id in row["payload"].decode() for row in waiting)
    assert abroad["access_token"]
