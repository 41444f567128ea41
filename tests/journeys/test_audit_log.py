"""One audit log over all services: who changed what, and who read what is sensitive."""

from uuid import uuid4

from chassis.testing.eventually import eventually
from tests.product import PASSWORD, Json, Person, Product

LOG = "/v1/audit-log"
NATIONAL = "1034567891"


async def auditor(product: Product, owner: Person, **role: object) -> Person:
    """A colleague who may read the log, and see what their role lets them see."""
    permissions = ["audit:read", "clients:read"]
    made = await owner.post("/v1/roles", {"name": "مدقق", "permissions": permissions, **role})
    email = f"auditor-{uuid4().hex[:10]}@example.com"
    invited = await owner.post("/v1/invitations", {"email": email, "role_id": made["id"]})
    acceptance = {"token": invited["token"], "password": PASSWORD}
    joined = await product.http.post("/v1/invitations/accept", json=acceptance)
    assert joined.status_code == 201, joined.text
    return Person(product.http, email, await product.sign_in(email), owner.tenant)


async def busy_client(owner: Person, name: str) -> Json:
    """A client of whom two services have entries, and whose secret was read."""
    made = await owner.post("/v1/clients", {
        "name": name, "national_id": NATIONAL, "emails": [{"address": "c@example.com"}],
    })  # fmt: skip
    await owner.post("/v1/notes", {"client_id": made["id"], "body": "ملاحظة"})
    await owner.post(f"/v1/clients/{made['id']}/reveal")
    body = {"client_id": made["id"], "channel": "email", "subject": "أهلا", "body": "نص"}
    await owner.post("/v1/messages", body)
    return made


async def whole(person: Person, **query: object) -> list[Json]:
    """Every entry, page by page."""
    found: list[Json] = []
    cursor: Json = {}
    while True:
        page = await person.get(LOG, **query, **cursor)
        assert page["unavailable"] == []
        found += page["items"]
        if page["next_cursor"] is None:
            return found
        cursor = {"cursor": page["next_cursor"]}


async def at_rest(owner: Person) -> list[Json]:
    """All entries once nothing is added any more: that both have one number is found at the end."""
    seen: list[list[Json]] = [[]]

    async def is_told() -> bool:
        seen.append(await whole(owner, limit=200))
        is_paired = any(one["entity"] == "duplicates" for one in seen[-1])
        return is_paired and seen[-1] == seen[-2]

    await eventually(is_told, every=1)
    return seen[-1]


async def test_one_log_tells_of_all_services_in_the_order_of_time(product: Product) -> None:
    """GW-05, GW-07: writes of every service and reads of secrets, found by all its filters."""
    owner = await product.sign_up("شركة السجل")
    client = await busy_client(owner, "عميل أول")
    other = await busy_client(owner, "عميل ثان")
    entries = await at_rest(owner)
    assert {one["service"] for one in entries} >= {"edge", "clients", "comms"}
    order = [(one["at"], one["id"]) for one in entries]
    assert order == sorted(order, reverse=True)
    assert await whole(owner, limit=3) == entries
    assert await whole(owner, limit=7, sort="at") == entries[::-1]
    about = await whole(owner, client_id=client["id"])
    assert [one for one in entries if one["client_id"] == client["id"]] == about
    assert {(one["service"], one["entity"], one["action"]) for one in about} >= {
        ("clients", "clients", "created"), ("clients", "notes", "created"),
        ("clients", "clients", "revealed"), ("comms", "messages", "created"),
    }  # fmt: skip
    assert {one["url"] for one in about} == {client["url"]}
    me = (await owner.get("/v1/me"))["user"]["id"]
    read = await whole(owner, action="revealed", actor=f"user:{me}")
    assert [one["client_id"] for one in read] == [other["id"], client["id"]]
    middle = entries[len(entries) // 2]["at"]
    newer, older = await whole(owner, at_from=middle), await whole(owner, at_to=middle)
    assert newer + older == entries
    mails = await whole(owner, service="comms", entity=["messages", "notes"])
    assert {one["entity"] for one in mails} == {"messages"}
    counted = await owner.get(LOG, limit=1, count="true")
    assert counted["total"] == len(entries)
    assert NATIONAL not in str(entries)
    for wrong in ({"service": "nobody"}, {"sort": "actor"}, {"entity_id": "x"}, {"at_to": "x"}):
        refused = await owner.ask("GET", LOG, params=wrong)
        assert refused.status_code == 422, refused.text
    mixed = await owner.get(LOG, limit=1)
    refused = await owner.ask("GET", LOG, params={"cursor": mixed["next_cursor"], "sort": "at"})
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_cursor")


async def test_entries_about_hidden_clients_are_not_there(product: Product) -> None:
    """GW-03, GW-04, GW-05: of seen ones it tells which fields changed, not what they became."""
    owner = await product.sign_up("شركة الستر")
    agent = await auditor(product, owner, visibility="assigned")
    me = (await agent.get("/v1/me"))["user"]["id"]
    hidden, seen = await busy_client(owner, "مخفي"), await busy_client(owner, "ظاهر")
    await owner.post(f"/v1/clients/{seen['id']}/staff", {"add": [{"user_id": me}]})

    async def heard() -> bool:
        found = await whole(agent)
        return {"clients", "comms"} <= {one["service"] for one in found if one["client_id"]}

    await eventually(heard)
    entries = await whole(agent)
    assert {one["client_id"] for one in entries} == {seen["id"], None}
    assert {one["service"] for one in entries if one["client_id"] is None} == {"edge"}
    created = next(
        one for one in entries if (one["entity"], one["action"]) == ("clients", "created")
    )
    assert "name" in created["changes"] and set(created["changes"].values()) == {None}
    assert (await agent.get(LOG, client_id=hidden["id"]))["items"] == []
    assert (await agent.get(LOG, entity_id=hidden["id"], count="true"))["total"] == 0


async def test_values_that_a_folder_hides_are_not_in_its_clients_entries(product: Product) -> None:
    """CL-71, GW-05: who sees every client and manages none reads what was changed, no more."""
    owner = await product.sign_up("شركة الحقول")
    folder = await owner.folder("Active")
    shown = {"visible_fields": ["phones"]}
    listed = await owner.ask("PATCH", f"/v1/folders/{folder['id']}", json=shown)
    assert listed.status_code == 200, listed.text
    client = await owner.post("/v1/clients", {
        "name": "عميل", "folder_id": folder["id"], "tax_number": "300000000000003",
    })  # fmt: skip
    person = await auditor(product, owner, visibility="all")
    read = await person.get(f"/v1/clients/{client['id']}")
    assert "tax_number" not in read
    for text in (str(await whole(person, limit=200)), await exported(person)):
        assert client["id"] in text and "tax_number" in text and "300000000000003" not in text
    folders = await whole(person, entity="folders", action="updated")
    assert folders[0]["changes"]["visible_fields"] == ["phones"]
    assert "300000000000003" in str(await whole(owner, limit=200))


async def exported(person: Person, **query: object) -> str:
    """The log as a file."""
    english = {"Accept-Language": "en"}
    answer = await person.ask("GET", f"{LOG}/export", params=query, headers=english)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/csv")
    return str(answer.text)


async def test_who_has_a_folder_hidden_reads_of_no_folder(product: Product) -> None:
    """GW-02, GW-05: entries about no client may name what is hidden."""
    owner = await product.sign_up("شركة المجلدات")
    person = await auditor(product, owner, visibility="all")
    assert "folders" in {one["entity"] for one in await whole(person, limit=200)}
    me = (await person.get("/v1/me"))["user"]["id"]
    folder = await owner.folder("Closed")
    access = [{"principal": f"user:{me}", "level": "none"}]
    shut = await owner.ask("PUT", f"/v1/folders/{folder['id']}/access", json=access)
    assert shut.status_code == 200, shut.text

    async def is_shut() -> bool:
        entries = await whole(person, limit=200)
        return {one["service"] for one in entries} == {"edge"}

    await eventually(is_shut)
    assert folder["id"] not in str(await whole(person, limit=200))
