"""Series: how documents are numbered, and what holds once a number was given."""

from typing import Any
from uuid import UUID

import pytest

from billing.series.rules import DocumentType, NoSeries
from billing.series.use_cases import take_number
from chassis.ids import new_id
from services.billing.tests.factories import Json, Person

SERIES = "/v1/series"


async def begin(person: Person, prefix: str, **fields: Any) -> Json:
    return await person.post(SERIES, {"document_type": "invoice", "prefix": prefix, **fields})


async def taken(
    person: Person, branch: Json | None = None, document_type: DocumentType = "invoice"
) -> str:
    """The next number, kept."""
    branch_id = UUID(branch["id"]) if branch else None
    async with person.service.context.database.work(person.caller) as work:
        return (await take_number(work, document_type, branch_id)).number


async def test_each_document_type_has_numbers_from_the_start(owner: Person) -> None:
    """BI-04, BI-07: of its own, in a series that is made with the first."""
    assert await owner.ids(SERIES) == []
    assert [await taken(owner) for _ in range(2)] == ["INV-000001", "INV-000002"]
    assert await taken(owner, document_type="estimate") == "EST-000001"
    assert await taken(owner, document_type="credit_note") == "CN-000001"
    [series] = (await owner.get(SERIES, document_type="invoice"))["items"]
    assert (series["prefix"], series["digits"], series["next_number"]) == ("INV-", 6, 3)
    assert (series["branch_id"], series["current"], series["version"]) == (None, True, 1)


async def test_a_branch_has_a_series_of_its_own_or_the_companys(owner: Person) -> None:
    """BI-07"""
    riyadh = await owner.post("/v1/branches", {"name": "Riyadh"})
    jeddah = await owner.post("/v1/branches", {"name": "Jeddah"})
    series = await begin(owner, "R/", branch_id=riyadh["id"], digits=4, next_number=17)
    await begin(owner, "C-", next_number=5)
    assert [await taken(owner, riyadh), await taken(owner, riyadh)] == ["R/0017", "R/0018"]
    assert [await taken(owner, jeddah), await taken(owner)] == ["C-000005", "C-000006"]
    assert await owner.ids(SERIES, branch_id=riyadh["id"]) == [series["id"]]
    assert len(await owner.ids(SERIES, branch_id="none")) == 1
    await owner.patch(f"{SERIES}/{series['id']}", {"current": False})
    assert await taken(owner, riyadh) == "C-000007"


async def test_a_new_series_takes_the_place_of_the_old(owner: Person) -> None:
    """BI-07: as at the turn of a year, and back again."""
    old = await begin(owner, "2026-")
    assert await taken(owner) == "2026-000001"
    new = await begin(owner, "2027-")
    assert await taken(owner) == "2027-000001"
    assert (await owner.get(f"{SERIES}/{old['id']}"))["current"] is False
    assert await owner.ids(SERIES, current=True) == [new["id"]]
    await owner.patch(f"{SERIES}/{old['id']}", {"current": True})
    assert await taken(owner) == "2026-000002"
    assert await owner.ids(SERIES, current=True) == [old["id"]]
    ended = {"current": False}
    assert await owner.refused("PATCH", f"{SERIES}/{old['id']}", ended) == (409, "series_needed")


async def test_what_was_given_is_not_given_again(owner: Person) -> None:
    """BI-07: prefix and next number stay once a number is on a document."""
    series = await begin(owner, "A-")
    path = f"{SERIES}/{series['id']}"
    changed = await owner.patch(path, {"prefix": "B-", "next_number": 40, "digits": 3})
    assert (changed["prefix"], changed["next_number"], changed["version"]) == ("B-", 40, 2)
    assert await taken(owner) == "B-040"
    for fixed in ({"prefix": "A-"}, {"next_number": 40}, {"next_number": 100}):
        assert await owner.refused("PATCH", path, fixed) == (409, "series_in_use")
    assert await owner.refused("DELETE", path) == (409, "series_in_use")
    await owner.patch(path, {"prefix": "B-", "digits": 5})
    assert await taken(owner) == "B-00041"
    body = {"document_type": "invoice", "prefix": "B-"}
    assert await owner.refused("POST", SERIES, body) == (409, "prefix_taken")
    await begin(owner, "B-", document_type="order")


async def test_a_type_without_a_series_begins_anew_if_it_can(owner: Person) -> None:
    """Where the usual prefix was given already nothing is made up."""
    unused = await begin(owner, "X-")
    await owner.delete(f"{SERIES}/{unused['id']}")
    assert await taken(owner) == "INV-000001"
    second = await begin(owner, "Y-")
    await owner.delete(f"{SERIES}/{second['id']}")
    async with owner.service.context.database.work(owner.caller) as work:
        with pytest.raises(NoSeries):
            await take_number(work, "invoice", None)


async def test_the_same_id_begins_one_series(owner: Person) -> None:
    body = {"id": str(new_id()), "document_type": "invoice", "prefix": "A-"}
    made = (await owner.http.post(SERIES, json=body)).json()
    await taken(owner)
    again = await owner.http.post(SERIES, json=body)
    assert (again.status_code, again.json()) == (200, made | {"next_number": 2})
    assert await owner.refused("POST", SERIES, body | {"prefix": "B-"}) == (409, "id_taken")


async def test_what_does_not_hold_names_its_field(owner: Person) -> None:
    whole = {"document_type": "invoice", "prefix": "A-"}
    path = f"{SERIES}/{(await owner.post(SERIES, whole))['id']}"
    away = await owner.post("/v1/branches", {"name": "A", "active": False})
    for changes, field in (
        ({"prefix": "INV1"}, "prefix"), ({"prefix": ""}, "prefix"), ({"prefix": "ف-"}, "prefix"),
        ({"digits": 0}, "digits"), ({"digits": 13}, "digits"), ({"next_number": 0}, "next_number"),
    ):  # fmt: skip
        for method, place, body in (("POST", SERIES, whole | changes), ("PATCH", path, changes)):
            assert await owner.wrong(method, place, body) == ("validation_failed", [field])
    for branch_id in (away["id"], str(new_id())):
        body = whole | {"prefix": "B-", "branch_id": branch_id}
        assert await owner.wrong("POST", SERIES, body) == ("unknown_branch", ["branch_id"])
    unknown = whole | {"document_type": "letter"}
    assert await owner.wrong("POST", SERIES, unknown) == ("validation_failed", ["document_type"])


async def test_who_may_read_series_need_not_be_able_to_change_them(owner: Person) -> None:
    """GW-01"""
    series = await begin(owner, "A-")
    path = f"{SERIES}/{series['id']}"
    async with owner.colleague("billing:read", "billing:write", "billing:delete") as reader:
        assert await reader.get(path) == series
        body = {"document_type": "invoice", "prefix": "B-"}
        assert await reader.refused("POST", SERIES, body) == (403, "forbidden")
        assert await reader.refused("PATCH", path, {"digits": 7}) == (403, "forbidden")
        assert await reader.refused("DELETE", path) == (403, "forbidden")
