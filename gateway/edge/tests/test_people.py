"""Users, teams, roles and invitations; what they may do changes at once."""

import asyncio
from typing import Any

import httpx
import pytest

from chassis.testing.harness import Harness
from gateway.edge.tests.factories import (
    PASSWORD,
    Company,
    bearer,
    make_email,
    make_member,
    role_named,
    sign_up,
)  # fmt: skip


async def events_of(edge: Harness, kind: str) -> list[dict[str, Any]]:
    async with edge.context.database.plumbing() as connection:
        rows = await connection.fetch(
            "select event::jsonb as event from outbox where subject like $1 order by position",
            f"events.{kind}.%",
        )
    return [row["event"] for row in rows]


async def test_a_new_company_has_the_built_in_roles(api: httpx.AsyncClient) -> None:
    """GW-01"""
    roles = (await api.get("/v1/roles")).json()["items"]
    assert [role["name"] for role in roles] == ["owner", "admin", "manager", "agent", "viewer"]
    agent = roles[3]
    assert (agent["visibility"], "clients:write" in agent["permissions"]) == ("folders", True)
    assert "identity:manage" not in agent["permissions"]
    refused = await api.patch(f"/v1/roles/{agent['id']}", json={"name": "other"})
    assert (refused.status_code, refused.json()["code"]) == (409, "builtin_role")


async def test_one_event_makes_a_remembered_company_complete(
    edge: Harness, company: Company
) -> None:
    [created] = [
        event for event in await events_of(edge, "edge.tenant.created")
        if event["tenantid"] == company.id
    ]  # fmt: skip
    tenant = created["data"]["tenant"]
    assert (tenant["currency"], tenant["vat_rate"]) == ("SAR", "0.15")
    assert [user["id"] for user in tenant["users"]] == [company.owner_id]
    assert len(tenant["roles"]) == 5
    assert tenant["users"][0]["role_id"] == next(r["id"] for r in tenant["roles"] if r["is_owner"])


async def test_somebody_invited_joins_with_the_role_given(
    api: httpx.AsyncClient, company: Company
) -> None:
    """GW-06"""
    member = await make_member(api, "agent")
    tokens = await company.sign_in(member["email"])
    me = (await company.http.get("/v1/me", headers=bearer(tokens))).json()
    assert me["user"]["id"] == member["id"]
    assert "clients:write" in me["permissions"] and "identity:manage" not in me["permissions"]
    again = await api.post(
        "/v1/invitations", json={"email": member["email"], "role_id": member["role_id"]}
    )
    assert (again.status_code, again.json()["code"]) == (409, "email_taken")


async def test_an_invitation_is_accepted_once(api: httpx.AsyncClient, company: Company) -> None:
    role_id = await role_named(api, "viewer")
    made = await api.post("/v1/invitations", json={"email": make_email(), "role_id": role_id})
    assert made.json()["accept_url"].endswith(made.json()["token"])
    acceptance = {"token": made.json()["token"], "password": PASSWORD}
    first = await company.http.post("/v1/invitations/accept", json=acceptance)
    again = await company.http.post("/v1/invitations/accept", json=acceptance)
    assert first.json()["user"]["id"] == again.json()["user"]["id"]
    other = await company.http.post(
        "/v1/invitations/accept", json={**acceptance, "password": "another password"}
    )
    assert (other.status_code, other.json()["code"]) == (409, "email_taken")


async def test_whoever_invites_cannot_take_over_an_identity(api: httpx.AsyncClient) -> None:
    stranger = await sign_up(api)
    role_id = await role_named(api, "viewer")
    invited = await api.post("/v1/invitations", json={"email": stranger.email, "role_id": role_id})
    taken = await api.post(
        "/v1/invitations/accept",
        json={"token": invited.json()["token"], "password": "chosen by the inviter"},
    )
    assert taken.status_code == 409
    assert (await stranger.sign_in())["access_token"]


async def test_a_withdrawn_invitation_is_gone(api: httpx.AsyncClient) -> None:
    role_id = await role_named(api, "viewer")
    made = await api.post("/v1/invitations", json={"email": make_email(), "role_id": role_id})
    assert (await api.delete(f"/v1/invitations/{made.json()['id']}")).status_code == 204
    answer = await api.post(
        "/v1/invitations/accept", json={"token": made.json()["token"], "password": PASSWORD}
    )
    assert (answer.status_code, answer.json()["code"]) == (404, "invitation_gone")


async def test_the_mail_of_an_invitation_hides_its_token(
    edge: Harness, api: httpx.AsyncClient
) -> None:
    role_id = await role_named(api, "viewer")
    made = await api.post("/v1/invitations", json={"email": make_email(), "role_id": role_id})
    async with edge.context.database.plumbing() as connection:
        found = await connection.fetchval(
            "select count(*) from outbox where event like $1", f"%{made.json()['token']}%"
        )
    assert found == 0


async def test_a_changed_role_changes_its_holders_rights_at_once(
    api: httpx.AsyncClient, company: Company
) -> None:
    """GW-01"""
    made = await api.post(
        "/v1/roles",
        json={"name": "Sales", "permissions": ["clients:read"], "visibility": "team"},
    )
    role = made.json()
    member = await make_member(api, role_id=role["id"])
    tokens = await company.sign_in(member["email"])
    changed = await api.patch(
        f"/v1/roles/{role['id']}", json={"permissions": ["clients:read", "comms:read"]},
        headers={"If-Match": made.headers["etag"]},
    )  # fmt: skip
    assert changed.status_code == 200
    me = await company.http.get("/v1/me", headers=bearer(tokens))
    assert me.json()["permissions"] == ["clients:read", "comms:read"]
    kept = await api.delete(f"/v1/roles/{role['id']}")
    assert (kept.status_code, kept.json()["code"]) == (409, "role_in_use")


async def test_nobody_hands_out_more_than_they_hold(
    api: httpx.AsyncClient, company: Company
) -> None:
    """GW-01"""
    weak = await api.post(
        "/v1/roles",
        json={"name": "Office", "permissions": ["identity:manage"], "visibility": "assigned"},
    )
    member = await make_member(api, role_id=weak.json()["id"])
    office = bearer(await company.sign_in(member["email"]))
    more = {"name": "More", "permissions": ["clients:read"]}
    guest = {"email": make_email(), "role_id": await role_named(api, "owner")}
    attempts = [
        ("POST", "/v1/roles", more | {"visibility": "all"}),
        ("POST", "/v1/api-keys", more),
        ("POST", "/v1/invitations", guest),
        ("PATCH", f"/v1/users/{member['id']}", {"role_id": await role_named(api, "admin")}),
        ("POST", f"/v1/users/{company.owner_id}/deactivate", {}),
    ]  # fmt: skip
    for method, path, body in attempts:
        answer = await company.http.request(method, path, json=body, headers=office)
        assert (answer.status_code, answer.json()["code"]) == (403, "beyond_own_rights"), path


async def test_somebody_deactivated_is_out_at_once(
    edge: Harness, api: httpx.AsyncClient, company: Company
) -> None:
    member, heir = await make_member(api), await make_member(api)
    tokens = await company.sign_in(member["email"])
    answer = await api.post(
        f"/v1/users/{member['id']}/deactivate", json={"hand_over_to": heir["id"]}
    )
    assert answer.json()["is_active"] is False
    assert (await company.http.get("/v1/me", headers=bearer(tokens))).status_code == 401
    refused = await company.http.post(
        "/v1/auth/token",
        data={"grant_type": "password", "username": member["email"], "password": PASSWORD},
    )
    assert refused.status_code == 400
    [event] = [
        one for one in await events_of(edge, "edge.user.deactivated")
        if one["subject"] == member["id"]
    ]  # fmt: skip
    assert event["data"]["hand_over_to_id"] == heir["id"]
    await api.post(f"/v1/users/{member['id']}/reactivate")
    assert (await company.sign_in(member["email"]))["access_token"]


async def test_the_keys_of_somebody_who_leaves_end_with_them(
    edge: Harness, api: httpx.AsyncClient, company: Company
) -> None:
    """GW-05: they know the secrets."""
    member = await make_member(api, "admin")
    key = {"name": "Theirs", "permissions": ["clients:read"]}
    async with edge.http(**bearer(await company.sign_in(member["email"]))) as office:
        theirs = (await office.post("/v1/api-keys", json=key)).json()
    ours = (await api.post("/v1/api-keys", json=key | {"name": "Ours"})).json()
    await api.post(f"/v1/users/{member['id']}/deactivate")
    for made, status in ((theirs, 401), (ours, 200)):
        asking = {"Authorization": f"Bearer {made['secret']}"}
        assert (await company.http.get("/v1/me", headers=asking)).status_code == status
    told = [event["subject"] for event in await events_of(edge, "edge.api_key.revoked")]
    assert theirs["id"] in told and ours["id"] not in told


async def test_what_is_deleted_is_told_as_newer_than_its_last_change(
    edge: Harness, api: httpx.AsyncClient
) -> None:
    """Whoever follows ignores what is not newer than what it has."""
    role = {"name": "Gone", "permissions": [], "visibility": "all"}
    for path, body in (("/v1/roles", role), ("/v1/teams", {"name": "Gone"})):
        made = (await api.post(path, json=body)).json()
        assert (await api.delete(f"{path}/{made['id']}")).status_code == 204
        kind = path.removeprefix("/v1/").removesuffix("s")
        told = [
            (event["version"], event["data"][kind]["version"])
            for event in await events_of(edge, f"edge.{kind}.%")
            if event["subject"] == made["id"]
        ]
        assert told == [(1, 1), (2, 2)]


async def test_the_last_owner_stays(api: httpx.AsyncClient, company: Company) -> None:
    leaving = await api.post(f"/v1/users/{company.owner_id}/deactivate")
    viewer = await role_named(api, "viewer")
    lowered = await api.patch(f"/v1/users/{company.owner_id}", json={"role_id": viewer})
    for answer in (leaving, lowered):
        assert (answer.status_code, answer.json()["code"]) == (409, "last_owner")


async def test_of_two_owners_who_end_each_other_at_once_one_stays(
    api: httpx.AsyncClient, company: Company
) -> None:
    """GW-05"""
    for _ in range(5):
        other = await make_member(api, "owner")
        theirs = bearer(await company.sign_in(other["email"]))
        mine = bearer(await company.sign_in())
        first, second = await asyncio.gather(
            company.http.post(f"/v1/users/{other['id']}/deactivate", headers=mine),
            company.http.post(f"/v1/users/{company.owner_id}/deactivate", headers=theirs),
        )
        assert sum(answer.is_success for answer in (first, second)) == 1
        left = mine if first.is_success else theirs
        owners = await company.http.get("/v1/users", params={"is_active": True}, headers=left)
        assert len(owners.json()["items"]) == 1
        if second.is_success:  # the founder is out: let them in again for the next turn
            back = f"/v1/users/{company.owner_id}/reactivate"
            assert (await company.http.post(back, headers=theirs)).is_success
            ended = f"/v1/users/{other['id']}/deactivate"
            api.headers.update(bearer(await company.sign_in()))
            assert (await api.post(ended)).is_success


async def test_teams_and_users_tell_the_same_of_who_is_where(
    edge: Harness, api: httpx.AsyncClient, company: Company
) -> None:
    """GW-06"""
    member = await make_member(api)
    made = await api.post("/v1/teams", json={"name": "الرياض", "member_ids": [member["id"]]})
    team = made.json()
    assert team["member_ids"] == [member["id"]]
    user = (await api.get(f"/v1/users/{member['id']}")).json()
    assert user["team_ids"] == [team["id"]]
    listed = await api.get("/v1/users", params={"team_id": team["id"], "count": True})
    assert listed.json()["total"] == 1

    await api.patch(f"/v1/users/{member['id']}", json={"team_ids": []})
    assert (await api.get(f"/v1/teams/{team['id']}")).json()["member_ids"] == []
    told = [
        event["data"]["team"]["member_ids"]
        for event in await events_of(edge, "edge.team.%")
        if event["subject"] == team["id"]
    ]
    assert told == [[member["id"]], []]

    joined = await api.patch(f"/v1/teams/{team['id']}", json={"member_ids": [company.owner_id]})
    assert joined.json()["member_ids"] == [company.owner_id]
    assert (await api.delete(f"/v1/teams/{team['id']}")).status_code == 204
    assert (await api.get(f"/v1/users/{company.owner_id}")).json()["team_ids"] == []


@pytest.mark.parametrize("path", ["/v1/roles", "/v1/teams"])
async def test_an_id_of_the_callers_makes_a_resource_once(
    api: httpx.AsyncClient, path: str
) -> None:
    extra = {"permissions": [], "visibility": "all"} if path == "/v1/roles" else {}
    body = {"id": "01900000-0000-7000-8000-000000000001", "name": "Once", **extra}
    first, again = await api.post(path, json=body), await api.post(path, json=body)
    assert (first.status_code, again.status_code) == (201, 200)
    other = await api.post(path, json=body | {"name": "Other"})
    assert (other.status_code, other.json()["code"]) == (409, "id_taken")
    same_name = await api.post(path, json={"name": "Once", **extra})
    assert (same_name.status_code, same_name.json()["code"]) == (409, "name_taken")


async def test_nobody_lets_others_or_a_key_see_more_than_they_do(
    api: httpx.AsyncClient, company: Company
) -> None:
    """GW-03: a role that manages people and sees only its own clients stays with those."""
    words = ["identity:manage", "clients:read"]
    role = {"name": "Office", "permissions": words, "visibility": "folders"}
    made = (await api.post("/v1/roles", json=role)).json()
    member = await make_member(api, role_id=made["id"])
    office = bearer(await company.sign_in(member["email"]))
    wide = (await api.post("/v1/roles", json=role | {"name": "W", "visibility": "all"})).json()
    folder = "0190a5d0-0000-7000-8000-000000000001"
    key = {"name": "Key", "permissions": ["clients:read"]}
    attempts = [
        ("POST", "/v1/roles", role | {"name": "More", "visibility": "all"}),
        ("POST", "/v1/roles", role | {"name": "More", "visibility": "team"}),
        ("PATCH", f"/v1/roles/{made['id']}", {"visibility": "all"}),
        ("PATCH", f"/v1/users/{member['id']}", {"role_id": wide["id"]}),
        ("POST", "/v1/invitations", {"email": make_email(), "role_id": wide["id"]}),
        ("POST", "/v1/api-keys", key), ("POST", "/v1/api-keys", key | {"folder_ids": [folder]}),
    ]  # fmt: skip
    for method, path, body in attempts:
        answer = await company.http.request(method, path, json=body, headers=office)
        assert (answer.status_code, answer.json()["code"]) == (403, "beyond_own_rights"), path
    less = role | {"name": "Less", "visibility": "assigned"}
    assert (await company.http.post("/v1/roles", json=less, headers=office)).status_code == 201


async def test_a_key_for_some_folders_makes_keys_for_no_others(
    api: httpx.AsyncClient, company: Company
) -> None:
    """GW-08"""
    folder = "0190a5d0-0000-7000-8000-000000000001"
    key = {"name": "Key", "permissions": ["identity:manage"], "folder_ids": [folder]}
    made = (await api.post("/v1/api-keys", json=key)).json()
    asking = {"Authorization": f"Bearer {made['secret']}"}
    for folder_ids, status in (([], 403), (["0190a5d0-0000-7000-8000-000000000002"], 403),
                               ([folder], 201)):  # fmt: skip
        body = key | {"folder_ids": folder_ids}
        answer = await company.http.post("/v1/api-keys", json=body, headers=asking)
        assert answer.status_code == status, answer.text
