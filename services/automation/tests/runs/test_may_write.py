"""Who may run, cancel and retry flows for a client by hand: who may change that client."""

from dataclasses import dataclass
from typing import Any

import httpx

from chassis.caller import Caller, system
from chassis.ids import new_id
from chassis.testing.harness import Harness
from refs import clients as memory
from refs import folders
from refs.visibility import forget
from services.automation.tests.conftest import Deliver
from services.automation.tests.factories import FakePeers, make_client, make_event

WORDS = frozenset({"automation:read", "automation:write"})
REFUSED = (403, "folder_not_writable")


@dataclass(frozen=True)
class Case:
    """Somebody, and whether they see the client and may change it."""

    rights: dict[str, Any]
    level: str = ""
    role: str = ""
    sees: bool = True
    writes: bool = True


CASES = {
    "owner of the company": Case({"is_owner": True, "permissions": frozenset({"*"})}),
    "role that sees all": Case({"visibility": "all"}, level="read"),
    "reader of the folder": Case({"visibility": "folders"}, level="read", writes=False),
    "writer of the folder": Case({"visibility": "folders"}, level="write"),
    "owner of the client": Case({"visibility": "assigned"}, role="owner"),
    "collaborator": Case({"visibility": "assigned"}, role="collaborator"),
    "watcher": Case({"visibility": "assigned"}, role="watcher", writes=False),
    "nobody to the client": Case({"visibility": "assigned"}, sees=False, writes=False),
}


async def placed(automation: Harness, person: Caller, case: Case) -> dict[str, Any]:
    """A client, another one that was merged into it, and the case's access to it."""
    staff = [{"user_id": str(person.user_id), "role": case.role}] if case.role else []
    client = make_client(staff=staff)
    entries = [{"principal": f"user:{person.user_id}", "level": case.level}] if case.level else []
    told = {"folder_id": client["folder_id"], "parent_id": "", "version": 1, "access": entries}
    async with automation.context.database.work(system(person.tenant_id, "automation")) as work:
        await memory.remember_clients(work, [client, make_client(merged_into=client["id"])])
        await folders.remember_access(work, [told])
        forget(work)
    return client


async def answers(
    api: httpx.AsyncClient, flow_id: str, client: dict[str, Any], run_id: str
) -> list[tuple[int, str]]:
    """Of a run by hand, of a cancel and of a retry."""
    body = {"client_id": client["id"]}
    asked = [
        await api.post(f"/v1/flows/{flow_id}/run", json=body),
        await api.post(f"/v1/runs/{run_id}/cancel"),
        await api.post(f"/v1/runs/{run_id}/retry"),
    ]
    return [(one.status_code, one.json().get("code", "")) for one in asked]


async def run_of(api: httpx.AsyncClient, client: dict[str, Any]) -> str:
    """The run that an event about the client began."""
    listed = (await api.get("/v1/runs", params={"client_id": client["id"]})).json()["items"]
    return str(listed[0]["id"])


async def test_who_may_not_change_a_client_runs_cancels_and_retries_nothing_for_it(
    make: Any, deliver: Deliver, automation: Harness, owner: Caller, api: httpx.AsyncClient,
    peers: FakePeers,
) -> None:  # fmt: skip
    """GW-02: seen and not to be changed is 403, not seen 404; a dry run changes nothing."""
    flow = await make(trigger={"manual": True})
    await make(steps=[{"type": "wait", "days": 1}])
    for name, case in CASES.items():
        rights = {"is_owner": False, "permissions": WORDS} | case.rights
        person = automation.caller(owner.tenant_id, **rights)
        client = await placed(automation, person, case)
        peers.clients[client["id"]] = client
        await deliver(make_event(owner, client))
        run_id = await run_of(api, client)
        async with automation.http(person) as theirs:
            read = await theirs.get(f"/v1/runs/{run_id}")
            assert read.status_code == (200 if case.sees else 404), name
            found = await answers(theirs, flow["id"], client, run_id)
            trial = await theirs.post(
                f"/v1/flows/{flow['id']}/test", json={"client_id": client["id"]}
            )
            assert trial.status_code == 200, name
        if case.writes:
            assert found == [(201, ""), (200, ""), (200, "")], name
        elif case.sees:
            assert found == [REFUSED] * 3, name
        else:
            assert found == [(404, "client_not_found"), *[(404, "not_found")] * 2], name


async def test_a_merged_client_is_written_about_as_its_survivor(
    make: Any, deliver: Deliver, automation: Harness, owner: Caller, api: httpx.AsyncClient
) -> None:
    """GW-02: a collaborator of a client that was merged into one they only watch."""
    flow = await make(trigger={"manual": True})
    await make(steps=[{"type": "wait", "days": 1}])
    person = automation.caller(
        owner.tenant_id, is_owner=False, visibility="assigned", permissions=WORDS
    )
    for role, expected in (("watcher", REFUSED), ("collaborator", None)):
        survivor = await placed(automation, person, Case({}, role=role))
        staff = [{"user_id": str(person.user_id), "role": "collaborator"}]
        old = make_client(staff=staff, merged_into=survivor["id"])
        await deliver(make_event(owner, old))
        async with automation.context.database.work(system(owner.tenant_id, "x")) as work:
            await memory.remember_clients(work, [old])
        run_id = await run_of(api, old)
        async with automation.http(person) as theirs:
            found = await answers(theirs, flow["id"], old, run_id)
        assert found == ([expected] * 3 if expected else [(201, ""), (200, ""), (200, "")])


async def test_a_key_runs_flows_in_its_own_folders(
    make: Any, deliver: Deliver, automation: Harness, owner: Caller, api: httpx.AsyncClient
) -> None:
    """GW-02, GW-08"""
    flow = await make(trigger={"manual": True})
    await make(steps=[{"type": "wait", "days": 1}])
    mine, other = [await placed(automation, owner, Case({})) for _ in range(2)]
    key = automation.caller(
        owner.tenant_id, principal=f"key:{new_id()}", is_owner=False, visibility="folders",
        permissions=WORDS, folder_ids=(mine["folder_id"],), role_id=None,
    )  # fmt: skip
    for client, statuses in ((mine, [201, 200, 200]), (other, [404, 404, 404])):
        await deliver(make_event(owner, client))
        run_id = await run_of(api, client)
        async with automation.http(key) as theirs:
            found = await answers(theirs, flow["id"], client, run_id)
        assert [status for status, _ in found] == statuses
