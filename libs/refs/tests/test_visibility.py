"""What SQL lets through is what the algebra says, for every kind of caller."""

from collections.abc import Callable
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Uuid, bindparam, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.caller import Caller, system
from chassis.database import Database
from chassis.ids import new_id
from chassis.statements import statement
from refs import clients, folders, people, visibility
from refs.levels import Folder, Level
from refs.merges import about_clients, survivor_of
from refs.tables import client_refs
from refs.visibility import Sight, may_write, scope, sight, sight_of

Make = Callable[..., Caller]
VISIBLE = statement(
    select(client_refs.c.id).where(
        client_refs.c.tenant_id == bindparam("tenant_id"), scope(client_refs)
    )
)
ABOUT = statement(
    select(bindparam("about", type_=client_refs.c.id.type)).where(
        visibility.about_visible_client(literal_column("$1::uuid"))
    )
)

OF_CLIENTS = statement(
    select(client_refs.c.id, survivor_of(client_refs, client_refs.c.id).label("now")).where(
        client_refs.c.tenant_id == bindparam("tenant_id"),
        about_clients(client_refs, client_refs.c.id, bindparam("asked", type_=ARRAY(Uuid))),
    )
)


def ref(
    folder_id: UUID, staff: dict[UUID, str] | None = None, **other: object
) -> dict[str, object]:
    assigned = [{"user_id": str(user), "role": role} for user, role in (staff or {}).items()]
    return {"id": str(new_id()), "version": 1, "name": "سارة", "folder_id": str(folder_id),
            "staff": assigned} | other  # fmt: skip


def entry(principal: str, level: str) -> dict[str, str]:
    return {"principal": principal, "level": level}


async def remember(database: Database, tenant_id: UUID, *rows: dict[str, object]) -> None:
    async with database.work(system(tenant_id, "remembering")) as work:
        await clients.remember_clients(work, rows)


async def give(database: Database, tenant_id: UUID, folder: UUID, *entries: dict[str, str],
               parent: UUID | None = None, version: int = 1) -> None:  # fmt: skip
    told = {"folder_id": str(folder), "version": version, "access": list(entries),
            "parent_id": str(parent or "")}  # fmt: skip
    async with database.work(system(tenant_id, "remembering")) as work:
        await folders.remember_access(work, [told])
        work.after_commit(lambda: visibility.forget(work))


async def seen_by(database: Database, caller: Caller) -> set[str]:
    async with database.work(caller) as work:
        values = (await sight_of(work)).values()
        rows = await work.fetch(VISIBLE, tenant_id=work.tenant_id, **values)
    return {str(row["id"]) for row in rows}


async def test_an_agent_sees_readable_folders_and_what_is_assigned(
    database: Database, caller: Make
) -> None:
    """GW-02, GW-03"""
    agent = caller(visibility="folders", role_id=new_id())
    open_folder, closed = new_id(), new_id()
    assert agent.user_id
    await give(database, agent.tenant_id, open_folder, entry(f"role:{agent.role_id}", "read"))
    readable, mine = ref(open_folder), ref(closed, {agent.user_id: "watcher"})
    await remember(database, agent.tenant_id, readable, mine, ref(closed))
    assert await seen_by(database, agent) == {readable["id"], mine["id"]}


async def test_none_hides_from_roles_that_see_all_but_not_from_the_owner(
    database: Database, caller: Make
) -> None:
    """GW-02"""
    admin = caller(visibility="all", role_id=new_id())
    assert admin.user_id
    top, inside = new_id(), new_id()
    await give(database, admin.tenant_id, top, entry(f"user:{admin.user_id}", "none"))
    await give(database, admin.tenant_id, inside, parent=top)
    hidden, other = ref(inside, {admin.user_id: "owner"}), ref(new_id())
    await remember(database, admin.tenant_id, hidden, other)
    assert await seen_by(database, admin) == {other["id"]}
    owner = caller(visibility="all", is_owner=True)
    assert await seen_by(database, owner) == {hidden["id"], other["id"]}


async def test_a_team_role_sees_what_is_assigned_to_team_mates(
    database: Database, caller: Make
) -> None:
    """GW-03"""
    team_id, mate, stranger = new_id(), new_id(), new_id()
    lead = caller(visibility="team", team_ids=(team_id,))
    loner = caller(visibility="team")
    async with database.work(system(lead.tenant_id, "remembering")) as work:
        team = {"id": str(team_id), "version": 1, "name": "A", "member_ids": [str(mate)]}
        await people.remember_teams(work, [team])
    ours, theirs = ref(new_id(), {mate: "owner"}), ref(new_id(), {stranger: "owner"})
    await remember(database, lead.tenant_id, ours, theirs)
    # The loner asks first: what is kept for the tenant must serve both.
    assert await seen_by(database, loner) == set()
    assert await seen_by(database, lead) == {ours["id"]}


@pytest.mark.parametrize("folders", [None, "top"])
async def test_what_is_hidden_from_its_maker_is_hidden_from_a_key(
    database: Database, caller: Make, folders: str | None
) -> None:
    """GW-02, GW-08: by name, role or team; also below the folder that the key is limited to."""
    top, maker, team_id, role_id = new_id(), new_id(), new_id(), new_id()
    key = Caller(
        caller().tenant_id, f"key:{new_id()}", visibility="folders" if folders else "all",
        folder_ids=(top,) if folders else None, made_by=maker, team_ids=(team_id,), role_id=role_id,
    )  # fmt: skip
    await give(database, key.tenant_id, top)
    hidden = []
    for principal in (f"user:{maker}", f"team:{team_id}", f"role:{role_id}"):
        inside = new_id()
        await give(database, key.tenant_id, inside, entry(principal, "none"), parent=top)
        hidden.append(ref(inside))
    seen = ref(top)
    await remember(database, key.tenant_id, seen, *hidden)
    assert await seen_by(database, key) == {seen["id"]}


async def test_a_key_of_one_folder_sees_it_and_what_is_inside(
    database: Database, caller: Make
) -> None:
    """GW-02"""
    top, inside, elsewhere = new_id(), new_id(), new_id()
    key = Caller(caller().tenant_id, f"key:{new_id()}", visibility="folders", folder_ids=(top,))
    await give(database, key.tenant_id, inside, parent=top)
    below = ref(inside)
    await remember(database, key.tenant_id, below, ref(elsewhere))
    assert await seen_by(database, key) == {below["id"]}


async def test_a_change_of_access_holds_within_a_second(database: Database, caller: Make) -> None:
    """GW-02"""
    agent = caller(visibility="folders", role_id=new_id())
    folder = new_id()
    client = ref(folder)
    await remember(database, agent.tenant_id, client)
    assert await seen_by(database, agent) == set()
    told = {"folder_id": str(folder), "version": 1, "parent_id": "",
            "access": [entry(f"user:{agent.user_id}", "read")]}  # fmt: skip
    async with database.work(system(agent.tenant_id, "remembering")) as work:
        await folders.remember_access(work, [told])
    visibility._known[database][agent.tenant_id].read_at -= visibility.FRESH_SECONDS
    assert await seen_by(database, agent) == {client["id"]}


async def test_rows_are_asked_for_by_the_survivor_and_by_whom_it_answers_for(
    database: Database, caller: Make
) -> None:
    """CL-78: rows stay about whom they were about."""
    agent = caller()
    folder = new_id()
    survivor, alone = ref(folder), ref(folder)
    merged = [ref(folder, merged_into=survivor["id"]) for _ in range(2)]
    await remember(database, agent.tenant_id, survivor, alone, *merged)
    family = {survivor["id"], *(one["id"] for one in merged)}
    async with database.work(agent) as work:
        for asked, about in (
            (survivor, family), (merged[0], family), (alone, {alone["id"]}),
        ):  # fmt: skip
            rows = await work.fetch(
                OF_CLIENTS, tenant_id=agent.tenant_id, asked=[UUID(str(asked["id"]))]
            )
            assert {(str(row["id"]), str(row["now"])) for row in rows} == {
                (one, alone["id"] if asked is alone else survivor["id"]) for one in about
            }


async def test_rows_about_a_merged_client_follow_its_survivor(
    database: Database, caller: Make
) -> None:
    """GW-02"""
    agent = caller(visibility="folders", role_id=new_id())
    folder = new_id()
    await give(database, agent.tenant_id, folder, entry(f"role:{agent.role_id}", "read"))
    survivor, alone = ref(folder), ref(new_id())
    merged = ref(new_id(), merged_into=survivor["id"])
    await remember(database, agent.tenant_id, survivor, alone, merged)

    async def shows(about: object) -> bool:
        async with database.work(agent) as work:
            values = (await sight_of(work)).values()
            about_id = UUID(str(about)) if about else None
            return bool(await work.fetch(ABOUT, about=about_id, tenant_id=work.tenant_id, **values))

    assert [await shows(one) for one in (survivor["id"], merged["id"], alone["id"], None)] == [
        True, True, False, True,
    ]  # fmt: skip


FOLDERS = [UUID(int=number) for number in range(1, 5)]
USERS = [UUID(int=number) for number in range(11, 14)]
TEAM, ROLE = UUID(int=21), UUID(int=31)
PRINCIPALS = (f"user:{USERS[0]}", f"team:{TEAM}", f"role:{ROLE}")
callers = st.builds(
    Caller, st.just(UUID(int=99)), st.just("user:x"), st.just(frozenset()),
    st.sampled_from(["all", "team", "folders", "assigned"]), user_id=st.just(USERS[0]),
    role_id=st.just(ROLE), is_owner=st.booleans(), team_ids=st.sampled_from([(), (TEAM,)]),
    folder_ids=st.none() | st.just((FOLDERS[0],)),
)  # fmt: skip
trees = st.dictionaries(
    st.sampled_from(FOLDERS),
    st.builds(
        Folder,
        st.none() | st.sampled_from(FOLDERS),
        st.dictionaries(st.sampled_from(PRINCIPALS), st.sampled_from(Level)),
    ),
)
TEAMS = {TEAM: frozenset(USERS[:2])}
sights = st.builds(sight, callers, trees, st.just(TEAMS))


def way_up(tree: dict[UUID, Folder], folder: UUID) -> list[UUID]:
    path: list[UUID] = []
    at: UUID | None = folder
    while at is not None and at not in path:
        path.append(at)
        at = tree[at].parent_id if at in tree else None
    return path


def naive_level(caller: Caller, tree: dict[UUID, Folder], folder: UUID) -> Level | None:
    for above in way_up(tree, folder):
        access = tree[above].access if above in tree else {}
        teams = [access[f"team:{team}"] for team in caller.team_ids if f"team:{team}" in access]
        for level in (access.get(f"user:{caller.user_id}"), max(teams, default=None),
                      access.get(f"role:{caller.role_id}")):  # fmt: skip
            if level is not None:
                return level
    return None


def naively_seen(
    caller: Caller, tree: dict[UUID, Folder], folder: UUID, staff: UUID | None
) -> bool:
    if caller.is_owner:
        return True
    level = naive_level(caller, tree, folder)
    if level == Level.NONE:
        return False
    if caller.folder_ids is not None:
        return bool(set(caller.folder_ids) & set(way_up(tree, folder)))
    if caller.visibility == "all" or staff == caller.user_id:
        return True
    if caller.visibility == "team":
        return any(staff in TEAMS[team] for team in caller.team_ids)
    return caller.visibility == "folders" and level is not None


@settings(max_examples=500, deadline=None)
@given(callers, trees)
def test_a_sight_is_that_of_the_naive_model(caller: Caller, tree: dict[UUID, Folder]) -> None:
    """GW-02, GW-03"""
    found = sight(caller, tree, TEAMS)
    for folder in FOLDERS:
        for staff in (None, *USERS):
            expected = naively_seen(caller, tree, folder, staff)
            assert found.may_see(folder, [staff] if staff else []) is expected, (folder, staff)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(sights)
async def test_sql_and_memory_agree(database: Database, found: Sight) -> None:
    """GW-02, GW-03"""
    tenant_id = UUID(int=99)
    staffed = [(f, u) for f in FOLDERS for u in (None, *USERS)]
    rows = [
        ref(f, {u: "owner"} if u else {}, id=str(UUID(int=1000 + n)))
        for n, (f, u) in enumerate(staffed)
    ]
    async with database.work(system(tenant_id, "remembering")) as work:
        await clients.remember_clients(work, rows)
        visible = await work.fetch(VISIBLE, tenant_id=tenant_id, **found.values())
    expected = {
        row["id"] for row, (f, u) in zip(rows, staffed, strict=True)
        if found.may_see(f, [u] if u else [])
    }  # fmt: skip
    assert {str(row["id"]) for row in visible} == expected


@pytest.mark.parametrize(
    ("found", "allowed"),
    [
        (Sight(sees_all=True), True),
        (Sight(sees_all=True, hidden_folders=[FOLDERS[0]]), False),
        (Sight(readable_folders=[FOLDERS[0]]), False),
        (Sight(writable_folders=[FOLDERS[0]]), True),
        (Sight(assignees=USERS, user_id=USERS[0]), True),
        (Sight(assignees=USERS, user_id=USERS[1]), False),
    ],
)
def test_may_write(found: Sight, allowed: bool) -> None:
    """GW-02"""
    assert may_write(found, FOLDERS[0], [USERS[0]]) is allowed
