"""Following identity: events in any order, read-through, rights of users and keys."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from chassis.caller import Caller, system
from chassis.database import Database
from chassis.errors import NotFound
from chassis.events import Event
from chassis.ids import new_id
from refs import consumers, peers, people, reading, rights

Make = Callable[..., Caller]


def user_of(role_id: UUID, version: int = 1, **other: Any) -> dict[str, Any]:
    return {
        "id": str(new_id()), "version": version, "name": "نورة", "email": "n@example.sa",
        "locale": "ar", "role_id": str(role_id), "team_ids": [], "is_active": True,
    } | other  # fmt: skip


def role_of(role_id: UUID, **other: Any) -> dict[str, Any]:
    return {"id": str(role_id), "version": 1, "name": "agent", "permissions": ["clients:read"],
            "visibility": "folders", "is_owner": False} | other  # fmt: skip


def tenant_of(tenant_id: UUID, **other: Any) -> dict[str, Any]:
    return {"id": str(tenant_id), "version": 1, "name": "عيادة النور", "country": "SA",
            "currency": "SAR", "timezone": "Asia/Riyadh", "locale": "ar"} | other  # fmt: skip


async def hear(database: Database, tenant_id: UUID, *told: tuple[str, dict[str, Any]]) -> None:
    for kind, data in told:
        async with database.work(system(tenant_id, "remembering"), role="worker") as work:
            await consumers.on_people_changed(work, Event(kind, new_id(), data))


async def test_an_older_version_that_comes_late_changes_nothing(
    database: Database, caller: Make
) -> None:
    tenant_id, role_id = caller().tenant_id, new_id()
    new = user_of(role_id, version=3, name="نورة الجديدة")
    await hear(
        database, tenant_id, ("edge.user.updated", {"user": new}),
        ("edge.user.created", {"user": new | {"version": 1, "name": "نورة القديمة"}}),
    )  # fmt: skip
    async with database.work(system(tenant_id, "remembering")) as work:
        found = await people.user(work, UUID(new["id"]))
    assert found and found.name == "نورة الجديدة"


async def test_staff_are_found_by_user_team_and_role(database: Database, caller: Make) -> None:
    """AU-17"""
    tenant_id, role_id, team_id = caller().tenant_id, new_id(), new_id()
    by_id, by_team, by_role = user_of(new_id()), user_of(new_id()), user_of(role_id)
    gone = user_of(role_id, is_active=False)
    team = {"id": str(team_id), "version": 1, "name": "A", "member_ids": [by_team["id"]]}
    everybody = (by_id, by_team, by_role, gone, user_of(new_id()))
    await hear(
        database, tenant_id, ("edge.team.created", {"team": team}),
        *(("edge.user.created", {"user": one}) for one in everybody),
    )  # fmt: skip
    async with database.work(system(tenant_id, "remembering")) as work:
        found = await people.staff(
            work, user_ids=[UUID(by_id["id"])], team_ids=[team_id], role_ids=[role_id]
        )
    assert {str(one.id) for one in found} == {by_id["id"], by_team["id"], by_role["id"]}


async def test_rights_are_read_through_on_a_miss_and_end_with_the_user(
    context: Any, caller: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GW-01"""
    tenant_id, role_id, asked = caller().tenant_id, new_id(), []
    user = user_of(role_id)

    async def get_tenant(_: Any, tenant_id: UUID) -> dict[str, Any]:
        asked.append(tenant_id)
        return tenant_of(tenant_id, users=[user], roles=[role_of(role_id)])

    monkeypatch.setattr(peers, "get_tenant", get_tenant)
    monkeypatch.setattr(rights, "USER_SECONDS", 0)
    user_id = UUID(user["id"])
    found = await rights.rights(context, tenant_id, user_id)
    assert found and found.may("clients:read") and found.visibility == "folders"
    assert found.user_id == user_id and found.role_id == role_id
    # Ids that do not exist are asked for once, not at each call.
    assert [await rights.rights(context, tenant_id, new_id()) for _ in range(3)] == [None] * 3
    assert asked == [tenant_id]
    left = user | {"version": 2, "is_active": False}
    await hear(context.database, tenant_id, ("edge.user.deactivated", {"user": left}))
    assert await rights.rights(context, tenant_id, user_id) is None


async def test_a_deleted_role_gives_no_rights_and_an_old_event_does_not_revive_it(
    context: Any, caller: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GW-01"""
    tenant_id, role_id = caller().tenant_id, new_id()
    user, role = user_of(role_id), role_of(role_id)

    async def nothing(_: Any, __: UUID) -> dict[str, Any]:
        raise NotFound()

    monkeypatch.setattr(peers, "get_tenant", nothing)
    await hear(
        context.database, tenant_id, ("edge.user.created", {"user": user}),
        ("edge.role.deleted", {"role": role | {"version": 2}}),
        ("edge.role.created", {"role": role}),
    )  # fmt: skip
    assert await rights.rights(context, tenant_id, UUID(user["id"])) is None


async def test_a_key_is_asked_for_once_until_it_is_revoked(
    context: Any, caller: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GW-01"""
    tenant_id, key_id, folder, role_id = caller().tenant_id, new_id(), new_id(), new_id()
    asked: list[str] = []
    key = {"id": str(key_id), "tenant_id": str(tenant_id), "name": "site",
           "permissions": ["clients:write"], "folder_ids": [str(folder)],
           "role_id": str(role_id)}  # fmt: skip
    answers: list[dict[str, Any] | None] = [key, None]

    async def resolve(_: Any, digest: str) -> dict[str, Any] | None:
        asked.append(digest)
        return answers.pop(0)

    monkeypatch.setattr(peers, "resolve_api_key", resolve)
    first = await rights.key_rights(context, "dwn_secret")
    assert first and first.folder_ids == (folder,) and first.principal == f"key:{key_id}"
    assert first.role_id == role_id
    assert await rights.key_rights(context, "dwn_secret") == first
    assert len(asked) == 1 and len(asked[0]) == 64
    context.tokens.revoke(f"key.{key_id}", float("inf"))
    assert await rights.key_rights(context, "dwn_secret") is None


async def test_a_tenant_is_remembered_once_asked_for(
    context: Any, caller: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant_id, asked = caller().tenant_id, []

    async def get_tenant(_: Any, tenant_id: UUID) -> dict[str, Any]:
        asked.append(tenant_id)
        return tenant_of(tenant_id)

    monkeypatch.setattr(peers, "get_tenant", get_tenant)
    for _ in range(3):
        await reading.ensure_tenant(context, tenant_id)
    async with context.database.work(system(tenant_id, "remembering")) as work:
        found = await people.tenant(work)
    assert found and found.name == "عيادة النور" and asked == [tenant_id]
