"""Merging clients: one answers for both, and undoing it brings both back."""

from uuid import UUID, uuid4

from diwan.clients.v1 import events_pb2
from google.protobuf.json_format import ParseDict

from clients.clients.use_cases.sweeps import follow_up_due
from clients.timeline.rules.entries import SUMMARIES
from services.clients.tests.conftest import Events
from services.clients.tests.factories import Person
from services.clients.tests.merges.making import merge_refused, pair, same, undo, unite


async def test_one_client_answers_for_both(owner: Person) -> None:
    """CL-01, CL-78: lists are joined, single values the survivor's where it has one."""
    merged, survivor = await pair(owner)
    body = {"into_id": survivor["id"]}
    response = await owner.http.post(f"{merged['url']}/merge", json=body)
    merge = response.json()
    assert (response.status_code, response.headers["Location"]) == (
        201, f"/v1/merges/{merge['merge_id']}",
    )  # fmt: skip
    assert (merge["client_id"], merge["url"]) == (survivor["id"], survivor["url"])
    assert merge["merged"] == {name: merged[name] for name in ("id", "name", "code")}
    one = await owner.get(survivor["url"])
    assert (one["name"], one["gender"], one["birth_date"]) == (
        "Mohamed Alotaibi", "male", "1990-05-01",
    )  # fmt: skip
    assert [(p["number"], p["label"], p["primary"], p["opt_out"]) for p in one["phones"]] == [
        ("+966501234567", "جوال", True, True), ("0112345678", None, False, False),
    ]  # fmt: skip
    assert [e["address"] for e in one["emails"]] == ["mo@example.com", "m@example.com"]
    assert (one["tags"], one["links"], one["external_id"]) == (
        survivor["tags"] + ["نقدي"], merged["links"], "m-1",
    )  # fmt: skip
    assert (one["merged_into"], one["code"], one["serial"]) == (
        None, survivor["code"], survivor["serial"],
    )  # fmt: skip
    asked = await owner.get(merged["url"])
    assert (asked["id"], asked["merged_into"]) == (survivor["id"], survivor["id"])
    assert asked == one | {"merged_into": survivor["id"]}
    again = await owner.http.post(f"{merged['url']}/merge", json=body)
    assert (again.status_code, again.json()) == (200, merge)


async def test_a_merged_client_is_in_no_list_search_count_or_export(owner: Person) -> None:
    """CL-03, CL-05, CL-73, CL-78"""
    merged, survivor = await pair(owner)
    await unite(owner, merged, survivor)
    assert await owner.found() == ["Mohamed Alotaibi"]
    assert await owner.found(q="العتيبي") == []
    assert await owner.found(phone="0112345678") == ["Mohamed Alotaibi"]
    assert (await owner.get("/v1/clients", count=True))["total"] == 1
    folder = await owner.get(f"/v1/folders/{survivor['folder_id']}")
    assert folder["client_count"] == sum(s["client_count"] for s in folder["statuses"]) == 1
    exported = await owner.http.get("/v1/clients/export", params={"format": "csv"})
    assert "Mohamed" in exported.text and "العتيبي" not in exported.text


async def test_the_history_of_both_is_the_survivors(owner: Person) -> None:
    """CL-02, CL-63, CL-78: notes, links, tree, history; new ones by either id are its own."""
    merged, survivor = await pair(owner)
    company, staff = await owner.make_client("شركة"), await owner.make_client("موظف")
    for client in (merged, survivor):
        await owner.post("/v1/notes", {"client_id": client["id"], "body": client["name"]})
    for above, below in ((company, merged), (merged, staff), (survivor, merged)):
        ends = {"from_client_id": above["id"], "to_client_id": below["id"]}
        await owner.post("/v1/client-links", {**ends, "kind": "sub_client"})
    merge = await unite(owner, merged, survivor)
    await owner.post("/v1/notes", {"client_id": merged["id"], "body": "بعد الدمج"})
    for asked in (survivor, merged):
        notes = (await owner.get("/v1/notes", client_id=asked["id"], count=True))["items"]
        assert {n["body"] for n in notes} == {merged["name"], survivor["name"], "بعد الدمج"}
        assert {(n["client_id"], n["url"]) for n in notes} == {(survivor["id"], survivor["url"])}
        links = (await owner.get("/v1/client-links", client_id=asked["id"]))["items"]
        assert {(one["relation"], one["client"]["name"]) for one in links} == {
            ("main_client", "شركة"), ("sub_client", "موظف"),
        }  # fmt: skip
        assert {one["client_id"] for one in links} == {survivor["id"]}
    tree = await owner.get(f"{company['url']}/tree")
    assert [(n["name"], n["parent_id"], n["depth"]) for n in tree["nodes"]] == [
        (survivor["name"], company["id"], 1), ("موظف", survivor["id"], 2),
    ]  # fmt: skip
    history = await owner.get(f"{merged['url']}/history/export")
    assert (history["client"]["id"], len(history["notes"])) == (survivor["id"], 3)
    await undo(owner, merge)
    notes = (await owner.get("/v1/notes", client_id=merged["id"]))["items"]
    assert [n["body"] for n in notes] == [merged["name"]]
    kept = (await owner.get("/v1/notes", client_id=survivor["id"]))["items"]
    assert {n["body"] for n in kept} == {survivor["name"], "بعد الدمج"}


async def test_what_is_written_to_a_merged_client_is_written_to_its_survivor(
    owner: Person,
) -> None:
    """CL-78: an app that was offline still knows the old id; its If-Match holds, too."""
    merged, survivor = await pair(owner)
    await unite(owner, merged, survivor)
    assert (await owner.patch(merged["url"], {"language": "ar"}))["id"] == survivor["id"]
    await owner.post(f"{merged['url']}/tags", {"add": ["جديد"]})
    assert "جديد" in (await owner.get(survivor["url"]))["tags"]
    stale = await owner.http.patch(
        merged["url"], json={"language": "en"}, headers={"If-Match": '"1"'}
    )
    assert stale.status_code == 412
    other = await owner.make_client("آخر", bill_to_id=merged["id"])
    assert other["bill_to_id"] == survivor["id"]


async def test_a_preview_is_what_the_merge_makes(owner: Person) -> None:
    """CL-78: field by field, whichever value is chosen; nothing is kept of it."""
    merged, survivor = await pair(owner)
    chosen = {"name": "merged", "birth_date": "survivor"}
    body = {"into_id": survivor["id"], "fields": chosen}
    preview = await owner.post(f"{merged['url']}/merge/preview", body)
    assert preview["differing"] == ["name"]
    assert await owner.get(survivor["url"]) == survivor
    await unite(owner, merged, survivor, **chosen)
    made = await owner.get(survivor["url"])
    assert (made["name"], made["birth_date"]) == ("محمد العتيبي", None)
    assert preview["client"] | {"updated_at": made["updated_at"]} == made


async def test_undoing_brings_both_back_and_keeps_what_came_since(owner: Person) -> None:
    """CL-78"""
    merged, survivor = await pair(owner)
    merge = await unite(owner, merged, survivor, name="merged")
    undone = await undo(owner, merge)
    assert undone["undone_at"] and await undo(owner, merge) == undone
    assert same(await owner.get(survivor["url"])) == same(survivor)
    assert same(await owner.get(merged["url"])) == same(merged)
    assert sorted(await owner.found()) == sorted([merged["name"], survivor["name"]])
    second = await unite(owner, merged, survivor)
    assert second["merge_id"] != merge["merge_id"]
    phones = (await owner.get(survivor["url"]))["phones"]
    given = [{k: p[k] for k in ("number", "label", "primary", "opt_out")} for p in phones]
    await owner.patch(survivor["url"], {
        "language": "ar", "phones": [*given, {"number": "0559999999"}], "birth_date": "1991-01-01",
    })  # fmt: skip
    await undo(owner, second)
    kept = await owner.get(survivor["url"])
    assert [p["number"] for p in kept["phones"]] == ["+966501234567", "0559999999"]
    assert (kept["language"], kept["birth_date"]) == ("ar", "1991-01-01")
    assert [e["address"] for e in kept["emails"]] == ["mo@example.com"]
    assert await owner.refused("POST", f"/v1/merges/{uuid4()}/undo") == (404, "merge_not_found")
    listed = (await owner.get("/v1/merges", client_id=survivor["id"]))["items"]
    assert [one["id"] for one in listed] == [second["id"], merge["id"]]


async def test_chains_end_at_one_survivor_and_come_apart_again(owner: Person) -> None:
    """CL-78: A → B → C, undone from the end, and one of two in any order."""
    first, second, third = [await owner.make_client(name, links=[f"https://{name}.example"])
                            for name in "abc"]  # fmt: skip
    one = await unite(owner, first, second)
    two = await unite(owner, second, third)
    for client in (first, second):
        assert (await owner.get(client["url"]))["id"] == third["id"]
    assert await owner.refused("POST", f"/v1/merges/{one['id']}/undo") == (409, "survivor_merged")
    assert (await unite(owner, first, second))["merge_id"] == one["merge_id"]
    assert (await merge_refused(owner, first, third)) == (409, "already_merged")
    assert (await merge_refused(owner, third, second)) == (422, "merged_into_itself")
    await undo(owner, two)
    assert (await owner.get(first["url"]))["id"] == second["id"]
    assert (await owner.get(third["url"]))["links"] == third["links"]
    more = await unite(owner, third, second)
    assert len((await owner.get(second["url"]))["links"]) == 3
    await undo(owner, one)
    assert (await owner.get(second["url"]))["links"] == second["links"] + third["links"]
    await undo(owner, more)
    for client in (first, second, third):
        assert same(await owner.get(client["url"])) == same(client)


async def test_what_cannot_be_merged_ismerge_refused(owner: Person) -> None:
    """CL-66, CL-78"""
    merged, survivor = await pair(owner)
    assert await merge_refused(owner, merged, merged) == (422, "merged_into_itself")
    assert await merge_refused(owner, merged, {"id": str(uuid4())}) == (404, "client_not_found")
    wrong = {"into_id": survivor["id"], "fields": {"phones": "merged"}}
    answer = await owner.http.post(f"{merged['url']}/merge", json=wrong)
    assert answer.status_code == 422 and "fields" in answer.json()["errors"][0]["field"]
    await owner.post(f"{survivor['url']}/archive")
    assert await merge_refused(owner, merged, survivor) == (409, "survivor_archived")
    await unite(owner, survivor, merged)
    top, middle, low = [await owner.make_client(name) for name in "abc"]
    for above, below in ((top, middle), (middle, low)):
        ends = {"from_client_id": above["id"], "to_client_id": below["id"]}
        await owner.post("/v1/client-links", {**ends, "kind": "branch"})
    assert await merge_refused(owner, low, top) == (409, "merge_in_circle")
    office = await owner.make_client("d")
    branch = await owner.post(
        f"{office['url']}/sub-clients", {"kind": "branch", "client": {"name": "e"}}
    )
    assert await merge_refused(owner, branch["client"], low) == (409, "two_head_offices")


async def test_who_merges_sees_and_may_change_both(owner: Person) -> None:
    """CL-78, GW-03: a hidden one is an unknown one; so is a survivor that one may not see."""
    mine, hidden = await pair(owner)
    async with owner.colleague(visibility="assigned") as agent:
        watcher = {"user_id": str(agent.caller.user_id), "role": "watcher"}
        member = watcher | {"role": "owner"}
        await owner.post(f"{mine['url']}/staff", {"add": [member]})
        assert await merge_refused(agent, mine, hidden) == (404, "client_not_found")
        assert await merge_refused(agent, hidden, mine) == (404, "client_not_found")
        await owner.post(f"{hidden['url']}/staff", {"add": [watcher]})
        assert await merge_refused(agent, mine, hidden) == (403, "folder_not_writable")
        await owner.post(f"{hidden['url']}/staff", {"add": [member]})
        merge = await unite(agent, mine, hidden)
        await owner.post(f"{hidden['url']}/staff", {"remove": [member["user_id"]]})
        assert (await agent.http.get(mine["url"])).status_code == 404
        assert (await agent.get("/v1/merges"))["items"] == []
        path = f"/v1/merges/{merge['id']}/undo"
        assert await agent.refused("POST", path) == (404, "merge_not_found")
    reader = frozenset({"clients:read"})
    async with owner.colleague(permissions=reader) as viewer:
        assert await viewer.refused("POST", path) == (403, "forbidden")
        other = await owner.make_client("آخر")
        assert await merge_refused(viewer, other, hidden) == (403, "forbidden")
    stranger = owner.service.caller()
    async with owner.service.http(stranger) as http:
        assert (await http.get(f"/v1/merges/{merge['id']}")).status_code == 404


async def test_unique_and_sensitive_values_go_with_the_client(owner: Person) -> None:
    """CL-45, CL-49, CL-78: unique, sealed, found whole, and back where they were."""
    for key, kind in (("card", "text"), ("passport", "id_number")):
        field = {"key": key, "label": key, "type": kind, "unique": True}
        await owner.post("/v1/custom-fields", field)
    fields = {"card": "A-1", "passport": "P1234567"}
    merged = await owner.make_client("أ", national_id="1000000008", custom_fields=fields)
    survivor = await owner.make_client("ب", national_id="2000000006")
    chosen = {"national_id": "merged"}
    merge = await unite(owner, merged, survivor, **chosen)
    revealed = await owner.post(f"{survivor['url']}/reveal")
    assert (revealed["national_id"], revealed["custom_fields"]) == (
        "1000000008", {"passport": "P1234567"},
    )  # fmt: skip
    found = {"national_id": "1000000008", "custom.passport": "P1234567", "custom.card": "A-1"}
    for name, value in found.items():
        assert await owner.found(**{name: value}) == ["ب"], name
    twin = {"name": "ج", "custom_fields": {"card": "a-1"}}
    assert await owner.refused("POST", "/v1/clients", twin) == (409, "custom_field_taken")
    await undo(owner, merge)
    assert same(await owner.get(survivor["url"])) == same(survivor)
    assert same(await owner.get(merged["url"])) == same(merged)
    assert (await owner.post(f"{survivor['url']}/reveal"))["national_id"] == "2000000006"
    assert (await owner.post(f"{merged['url']}/reveal"))["national_id"] == "1000000008"
    for name, value in found.items():
        assert await owner.found(**{name: value}) == ["أ"], name
    assert await owner.refused("POST", "/v1/clients", twin) == (409, "custom_field_taken")
    merge = await unite(owner, merged, survivor)
    await owner.patch(survivor["url"], {"custom_fields": {"card": None}})
    await owner.post("/v1/clients", twin)
    assert await owner.refused("POST", f"/v1/merges/{merge['id']}/undo") == (
        409, "custom_field_taken",
    )  # fmt: skip


async def test_a_follow_up_of_either_falls_due_on_the_survivor(
    owner: Person, events: Events
) -> None:
    """CL-40, CL-78"""
    status = await owner.post("/v1/follow-up-statuses", {
        "name": "اتصل", "color": "#336699", "kind": "variable", "requires_follow_up_after_hours": 2,
    })  # fmt: skip
    merged, survivor = await pair(owner)
    await owner.post(f"{merged['url']}/status", {"follow_up_status_id": status["id"]})
    await unite(owner, merged, survivor)
    assert (await owner.get(survivor["url"]))["follow_up_status_id"] == status["id"]
    database = owner.service.context.database
    async with database.work(owner.caller) as work:
        connection = await work.connection()
        due_at = await connection.fetchval("select due_at from due_follow_ups")
    async with database.work(owner.caller) as work:
        await follow_up_due(work, UUID(merged["id"]), "follow_up_status_id", due_at)
    last = (await events(owner.caller))[-1]
    assert (last["type"], last["clientid"], last["data"]["status_id"]) == (
        "clients.client.follow_up_due", survivor["id"], status["id"],
    )  # fmt: skip


async def test_the_other_services_hear_of_both(owner: Person, events: Events) -> None:
    """CL-78: who answers now, for each client that another one answers for."""
    first, second, third = [await owner.make_client(name) for name in "abc"]
    await unite(owner, first, second)
    merge = await unite(owner, second, third)
    await undo(owner, merge)
    told = [
        (e["type"].rpartition(".")[2], e["data"]["client"]["name"],
         e["data"]["client"]["merged_into"])
        for e in await events(owner.caller) if "merge_id" in e["data"]
    ]  # fmt: skip
    assert told == [
        ("redirected", "a", second["id"]), ("merged", "b", ""),
        ("redirected", "b", third["id"]), ("redirected", "a", third["id"]), ("merged", "c", ""),
        ("redirected", "b", ""), ("redirected", "a", second["id"]), ("unmerged", "c", ""),
    ]  # fmt: skip
    parted = [e["data"]["parted_from_id"] for e in await events(owner.caller)
              if e["type"].endswith("redirected")]  # fmt: skip
    assert parted == ["", "", "", third["id"], third["id"]]
    for event in await events(owner.caller):
        if event["type"].endswith("redirected"):
            ParseDict(event["data"], events_pb2.ClientRedirected())
        if event["type"].endswith(("merged", "unmerged")):
            ParseDict(event["data"], events_pb2.ClientMerged())
            assert event["data"]["merged_id"] in (first["id"], second["id"])
        assert event["type"] in SUMMARIES or ".client." not in event["type"]
