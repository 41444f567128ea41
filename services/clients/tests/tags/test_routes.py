"""Tags: one name, one tag, and a new name reaches the clients."""

from clients.clients.schedules import replace_tag
from services.clients.tests.factories import Person


async def test_two_spellings_are_one_tag(owner: Person) -> None:
    """CL-74"""
    made = await owner.post("/v1/tags", {"name": "عملاء المعرض", "color": "#112233"})
    assert await owner.refused("POST", "/v1/tags", {"name": "عملاء  المعرض "}) == (
        409, "name_taken",
    )  # fmt: skip
    client = await owner.make_client(tags=["عملاءالمعرض"])
    assert client["tags"] == ["عملاء المعرض"]
    assert (await owner.get("/v1/tags", name="عُملاء المعرض"))["items"] == [made]
    assert (await owner.get(f"/v1/tags/{made['id']}"))["color"] == "#112233"


async def test_a_new_name_and_a_removal_reach_the_clients(owner: Person) -> None:
    """CL-75"""
    client = await owner.make_client(tags=["VIP", "قديم"])
    tags = (await owner.get("/v1/tags", name="قديم"))["items"]
    path = f"/v1/tags/{tags[0]['id']}"
    await owner.patch(path, {"name": "أحدث"})
    await _run_jobs(owner)
    assert (await owner.get(client["url"]))["tags"] == ["VIP", "أحدث"]
    assert await owner.found(q="احدث") == ["عميل"]
    assert (await owner.http.delete(path)).status_code == 204
    await _run_jobs(owner)
    assert (await owner.get(client["url"]))["tags"] == ["VIP"]
    assert (await owner.refused("GET", path))[0] == 404


async def _run_jobs(owner: Person) -> None:
    """What the worker would do next, with the payload that was stored."""
    query = (
        "delete from pgqueuer where tenant_id = $1 returning convert_from(payload, 'utf8')::jsonb"
    )
    async with owner.service.context.database.plumbing() as connection:
        rows = await connection.fetch(query, owner.caller.tenant_id)
    for row in rows:
        await replace_tag(owner.service.context, owner.caller.tenant_id, row[0]["payload"])
