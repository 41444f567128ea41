"""A merged client by what others know it by: they find its survivor, and never make another."""

from services.clients.tests.conftest import Worker
from services.clients.tests.factories import Json, Person
from services.clients.tests.imports.test_imports import counts, imported, table
from services.clients.tests.merges.making import undo, unite

_KEYS = {"external_id": "m-1", "code": "OLD-7", "barcode": "628001"}


async def two(owner: Person) -> tuple[Json, Json]:
    merged = await owner.make_client(
        "محمد", **_KEYS, phones=[{"number": "0501234567"}], emails=[{"address": "m@example.com"}]
    )
    survivor = await owner.make_client("Mohamed", external_id="s-1", code="NEW-7", barcode="628002")
    return merged, survivor


async def test_filters_by_what_a_merged_client_was_known_by_find_its_survivor(
    owner: Person,
) -> None:
    """CL-24, CL-78: its own as before; nobody finds who is not theirs, nor what is hidden."""
    merged, survivor = await two(owner)
    merge = await unite(owner, merged, survivor)
    for name, value in _KEYS.items():
        for asked in (value, survivor[name], [value, survivor[name]]):
            assert await owner.found(**{name: asked}) == ["Mohamed"], name
    assert (await owner.get("/v1/clients", external_id="m-1", count=True))["total"] == 1
    assert await owner.found(external_id="m-1", kind="lead") == []
    twin = {"name": "آخر", "code": "old-7"}
    assert (await owner.refused("POST", "/v1/clients", twin))[0] == 409
    async with owner.colleague(visibility="assigned") as agent:
        assert await agent.found(external_id="m-1") == []
    stranger = owner.service.caller()
    async with owner.service.http(stranger) as http:
        answer = await http.get("/v1/clients", params={"external_id": "m-1"})
        assert answer.json()["items"] == []
    await undo(owner, merge)
    for name, value in _KEYS.items():
        assert await owner.found(**{name: value}) == ["محمد"], name


async def test_an_import_that_knows_the_merged_client_changes_its_survivor(
    owner: Person, worker: Worker
) -> None:
    """CL-24, CL-78: by any of the four keys, which then stay as they are."""
    merged, survivor = await two(owner)
    merge = await unite(owner, merged, survivor)
    keys = {
        "external_id": ("external_id", "m-1"), "code": ("code", "old-7"),
        "phone": ("phones.number", "050 123 4567"), "email": ("emails.address", "M@example.com"),
    }  # fmt: skip
    for key, (path, value) in keys.items():
        for mode in ("upsert", "update"):
            content = table(("Mohamed", f"{key} {mode}", value), headings=("name", "firm", "key"))
            done = await imported(
                owner, worker, content, mode=mode, key=key,
                mapping={"name": "name", "business_name": "firm", path: "key"},
            )  # fmt: skip
            assert counts(done) == (0, 1, 0, 0), (key, mode, done)
            one = await owner.get(survivor["url"])
            assert (one["business_name"], one["external_id"], one["code"]) == (
                f"{key} {mode}", "s-1", "NEW-7",
            ), key  # fmt: skip
    content = table(("x", "m-1"), headings=("name", "key"))
    mapping = {"name": "name", "external_id": "key"}
    done = await imported(owner, worker, content, mode="create", key="external_id", mapping=mapping)
    assert counts(done) == (0, 0, 0, 1)
    assert (await owner.get("/v1/clients", count=True))["total"] == 1
    await undo(owner, merge)
    assert (await owner.get(merged["url"]))["business_name"] is None


async def test_who_has_a_key_today_comes_before_who_had_it(owner: Person, worker: Worker) -> None:
    """CL-24, CL-78: a survivor that has the key itself, too, is one client."""
    merged, survivor = await two(owner)
    await unite(owner, merged, survivor, external_id="merged")
    mapping, content = (
        {"name": "name", "external_id": "key"},
        table(("جديد", "m-1"), headings=("name", "key")),
    )
    options = {"mode": "upsert", "key": "external_id", "mapping": mapping}
    assert counts(await imported(owner, worker, content, **options)) == (0, 1, 0, 0)
    assert (await owner.get(survivor["url"]))["name"] == "جديد"
    await owner.patch(survivor["url"], {"external_id": "s-1"})
    today = await owner.make_client("اليوم", external_id="m-1")
    content = table(("غدًا", "m-1"), headings=("name", "key"))
    assert counts(await imported(owner, worker, content, **options)) == (0, 1, 0, 0)
    assert (await owner.get(today["url"]))["name"] == "غدًا"
