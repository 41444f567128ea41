"""No two clients have one external id: by whatever way it is given, and whatever races."""

import asyncio
from collections import Counter
from typing import Any

from chassis.testing.races import deadlocks
from services.clients.tests.clients.test_upserts import BY, share
from services.clients.tests.conftest import Worker
from services.clients.tests.factories import Json, Person
from services.clients.tests.imports.test_imports import counts, faults, imported, table

TAKEN = (409, "external_id_taken")
CLIENTS = "/v1/clients"


async def _living(owner: Person, external_id: str) -> list[str]:
    found = (await owner.get(CLIENTS, external_id=external_id, archived=False))["items"]
    return [one["id"] for one in found]


async def test_an_id_that_another_one_has_is_refused_by_its_field(owner: Person) -> None:
    """CL-22: made or changed; in both languages."""
    await owner.make_client(external_id="crm-1")
    other = await owner.make_client(external_id="crm-2")
    body = {"name": "x", "external_id": "crm-1"}
    for language in ("en", "ar"):
        answer = await owner.http.post(CLIENTS, json=body, headers={"Accept-Language": language})
        refused = answer.json()
        assert (answer.status_code, refused["code"]) == TAKEN
        assert [one["field"] for one in refused["errors"]] == ["external_id"]
        assert ("Another client" in refused["detail"]) == (language == "en")
    assert await owner.refused("PATCH", other["url"], {"external_id": "crm-1"}) == TAKEN
    same = await owner.patch(other["url"], {"external_id": "crm-2"})
    assert same["version"] == other["version"]


async def test_archived_and_merged_clients_leave_it_to_others_until_they_come_back(
    owner: Person,
) -> None:
    """CL-22, CL-78: restoring and undoing are refused as long as another one has it."""
    archived = await owner.make_client(external_id="crm-3")
    merged = await owner.make_client(external_id="crm-4")
    survivor = await owner.make_client(external_id="shop-4")
    await owner.post(f"{archived['url']}/archive")
    merge = await owner.post(f"{merged['url']}/merge", {"into_id": survivor["id"]})
    taken = [await owner.make_client(external_id=one) for one in ("crm-3", "crm-4")]
    undo = f"/v1/merges/{merge['merge_id']}/undo"
    assert await owner.refused("POST", f"{archived['url']}/restore") == TAKEN
    assert await owner.refused("POST", undo) == TAKEN
    for one in taken:
        await owner.patch(one["url"], {"external_id": None})
    await owner.post(f"{archived['url']}/restore")
    await owner.post(undo)
    assert (await owner.get(merged["url"]))["external_id"] == "crm-4"


async def test_what_a_survivor_takes_over_goes_back_with_the_undoing(owner: Person) -> None:
    """CL-78"""
    for _ in range(2):
        merged = await owner.make_client(external_id="crm-5")
        survivor = await owner.make_client()
        merge = await owner.post(f"{merged['url']}/merge", {"into_id": survivor["id"]})
        assert (await owner.get(survivor["url"]))["external_id"] == "crm-5"
        assert await owner.refused("POST", CLIENTS, {"name": "x", "external_id": "crm-5"}) == TAKEN
        await owner.post(f"/v1/merges/{merge['merge_id']}/undo")
        assert (await owner.get(merged["url"]))["external_id"] == "crm-5"
        assert (await owner.get(survivor["url"]))["external_id"] is None
        await owner.post(f"{merged['url']}/archive")


async def test_whoever_shared_one_before_keeps_it_through_all_that_is_done(owner: Person) -> None:
    """CL-22, CL-78: until they are given another one; then they have that for themselves."""
    first = await owner.make_client(external_id="crm-6")
    second, third = await owner.make_client(), await owner.make_client()
    await share(owner, second, "crm-6")
    await owner.patch(second["url"], {"name": "y"})
    for action in ("archive", "restore"):
        await owner.post(f"{second['url']}/{action}")
    merge = await owner.post(f"{second['url']}/merge", {"into_id": third["id"]})
    assert (await owner.get(third["url"]))["external_id"] == "crm-6"
    await owner.post(f"/v1/merges/{merge['merge_id']}/undo")
    assert sorted(await _living(owner, "crm-6")) == sorted([first["id"], second["id"]])
    await owner.patch(second["url"], {"external_id": "crm-7"})
    assert await owner.refused("PATCH", second["url"], {"external_id": "crm-6"}) == TAKEN
    assert await owner.refused("PATCH", first["url"], {"external_id": "crm-7"}) == TAKEN


async def test_what_was_shared_is_had_by_one_once_they_are_one(owner: Person) -> None:
    """CL-22, CL-78: whichever survives; an id that nobody shared stays so, also after undoing."""
    for turn, way in enumerate(((0, 1), (1, 0), (1, 2))):
        name, own = f"crm-8{turn}", f"shop-{turn}"
        three = [await owner.make_client(external_id=name), await owner.make_client()]
        three.append(await owner.make_client(external_id=own))
        await share(owner, three[1], name)
        merged, survivor = (three[place] for place in way)
        merge = await owner.post(f"{merged['url']}/merge", {"into_id": survivor["id"]})
        for undo in (False, True):
            if undo:
                await owner.post(f"/v1/merges/{merge['merge_id']}/undo")
                assert len(await _living(owner, name)) == 2
            for taken in (name, own):
                body = {"name": "x", "external_id": taken}
                assert await owner.refused("POST", CLIENTS, body) == TAKEN


async def test_rows_with_an_id_that_another_one_has_are_told_and_left_out(
    owner: Person, worker: Worker
) -> None:
    """CL-24: also twice in one file; those beside them are taken in, and a key finds as before."""
    await owner.make_client("قديم", external_id="a")
    rows = [("سارة", "a"), ("نورة", "b"), ("ريم", "b"), ("هند", "c")]
    file = table(*rows, headings=("name", "external_id"))
    done = await imported(owner, worker, file, mode="create")
    assert counts(done) == (2, 0, 0, 2)
    field = "external_id"
    assert await faults(owner, done) == [(row, field, field, TAKEN[1]) for row in (2, 4)]
    done = await imported(owner, worker, file, mode="upsert", key="external_id")
    assert done["result"]["failed"] == 0
    for name in ("a", "b", "c"):
        assert len(await _living(owner, name)) == 1


async def test_of_many_ways_at_once_one_gives_it(owner: Person) -> None:
    """BI-14, CL-22: POST, PUT, PATCH, restore and undo race; one client has it, none waits."""
    database = owner.service.context.database
    before = await deadlocks(database)
    for turn in range(8):
        name = f"race-{turn}"
        body: Json = {"name": "x", "external_id": name}
        archived = await owner.make_client(external_id=name)
        await owner.post(f"{archived['url']}/archive")
        others = [await owner.make_client() for _ in range(3)]

        async def ask(method: str, path: str, body: Any = None) -> int:
            return (await owner.http.request(method, path, json=body)).status_code

        answers = await asyncio.gather(
            *(ask("POST", CLIENTS, body) for _ in range(4)),
            *(ask("PATCH", one["url"], {"external_id": name}) for one in others),
            ask("POST", f"{archived['url']}/restore"),
        )
        assert Counter(answers)[409] == 7, answers
        assert len(await _living(owner, name)) == 1
        fresh = f"fresh-{turn}"
        answers = await asyncio.gather(
            *(ask("PUT", f"{BY}/{fresh}", {"name": "y"}) for _ in range(4)),
            *(ask("POST", CLIENTS, {"name": "x", "external_id": fresh}) for _ in range(4)),
        )
        assert set(answers[:4]) <= {200, 201}
        assert Counter(answers)[201] == 1, answers
        assert len(await _living(owner, fresh)) == 1
    assert await deadlocks(database) == before
