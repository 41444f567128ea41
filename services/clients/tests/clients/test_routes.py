"""The HTTP door of clients: create, read, change, and what is refused."""

import asyncio
from collections import Counter
from typing import Any
from uuid import uuid4

import pytest

from services.clients.tests.conftest import Events
from services.clients.tests.factories import Person

FULL: dict[str, Any] = {
    "kind": "lead", "type": "business", "name": "مؤسسة النور", "business_name": "النور للتجارة",
    "code": "N-7", "tags": ["VIP", "تسويق"],
    "phones": [{"number": "٠٥٠ ١٢٣ ٤٥٦٧", "label": "جوال", "opt_out": True,
                "verified": True}],
    "emails": [{"address": "Info@Example.com", "label": "work", "primary": True}],
    "addresses": [{"building": "12", "street": "شارع العليا", "city": "الرياض",
                   "postal_code": "12211", "country_code": "SA",
                   "location": {"lat": 24.7, "lng": 46.7}}],
    "country_code": "SA", "currency": "SAR", "language": "ar", "links": ["https://example.com/a"],
    "tax_number": "300000000000003", "registration_number": "1010101010", "gender": "male",
    "birth_date": "1990-05-17", "source": "fair", "external_id": "crm-17",
    "availability": {"state": "busy", "until": "2026-12-01T09:00:00Z", "hours": "9-12"},
    "credit_limit": "5000.00", "credit_days": 30, "opening_balance": "-12.50",
    "invoicing_method": "email", "barcode": "6281000000017",
}  # fmt: skip


async def test_a_name_is_enough(owner: Person) -> None:
    """CL-21, CL-23, CL-29, CL-30, CL-33: the answer is the profile, placed and numbered."""
    leads = await owner.folder("Leads")
    response = await owner.http.post("/v1/clients", json={"name": "  عبد الله  "})
    made = response.json()
    assert (response.status_code, response.headers["etag"]) == (201, '"1"')
    assert response.headers["location"] == made["url"] == f"/v1/clients/{made['id']}"
    assert (made["name"], made["kind"], made["type"]) == ("عبد الله", "client", "individual")
    assert made["folder_id"] == leads["id"]
    assert made["status_id"] == next(s["id"] for s in leads["statuses"] if s["is_default"])
    assert (made["source"], made["archived"], made["tags"]) == ("ui", False, [])
    assert made["code"] == f"C-{made['serial']:06}"


async def test_everything_given_is_kept(owner: Person) -> None:
    """CL-01, CL-04, CL-22, CL-31, CL-37, CL-44, CL-57: one call answers with the whole profile."""
    user = str(owner.caller.user_id)
    made = await owner.make_client(**FULL, staff=[{"user_id": user, "role": "owner"}])
    read = await owner.http.get(made["url"])
    assert read.json() == made
    assert read.headers["etag"] == '"1"'
    same = {name: value for name, value in FULL.items() if name not in ("phones", "emails")}
    location = {name: made[name] for name in same if name != "addresses"}
    assert location == {name: same[name] for name in location}
    assert made["addresses"][0]["location"] == {"lat": 24.7, "lng": 46.7}
    assert made["phones"] == [{
        "number": "٠٥٠ ١٢٣ ٤٥٦٧", "e164": "+966501234567", "label": "جوال", "primary": True,
        "opt_out": True, "verified": True,
    }]  # fmt: skip
    assert made["emails"][0]["address"] == "Info@Example.com"
    assert made["emails"][0]["verified"] is False
    assert made["staff"] == [{"user_id": user, "role": "owner"}]


async def test_a_birth_date_may_be_typed_as_hijri(owner: Person) -> None:
    """CL-22, CL-47: by Umm al-Qura, named or not; kept and shown as Gregorian."""
    for typed in ("1410-10-22 هـ", "1410-10-22", "1990-05-17"):
        made = await owner.make_client(birth_date=typed)
        assert made["birth_date"] == "1990-05-17"
    for neither in ("1447-02-30 AH", "1447-02-30", "1342-01-01", "1899-12-31", "1501-01-01"):
        body = {"name": "x", "birth_date": neither}
        refused = await owner.http.post("/v1/clients", json=body)
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["field"] == "birth_date"


async def test_amounts_have_the_digits_of_their_currency(owner: Person) -> None:
    """CL-22: the client's, else the company's; also when another currency is chosen."""
    made = await owner.make_client(credit_limit="100", opening_balance="2.5", barcode="b-1")
    assert (made["credit_limit"], made["opening_balance"]) == ("100.00", "2.50")
    changed = await owner.patch(made["url"], {"currency": "KWD", "credit_limit": "1.125"})
    assert (changed["credit_limit"], changed["opening_balance"]) == ("1.125", "2.500")
    for body in ({"opening_balance": "1.0001"}, {"currency": "JPY"}):
        refused = await owner.http.patch(made["url"], json=body)
        assert (refused.status_code, refused.json()["code"]) == (422, "not_an_amount")
    emptied = await owner.patch(made["url"], {"credit_limit": None, "credit_days": 7})
    assert (emptied["credit_limit"], emptied["credit_days"]) == (None, 7)
    assert await owner.found(barcode="b-1") == ["عميل"]
    assert await owner.found(barcode="b-2") == []


async def test_numbers_are_read_as_dialled_in_the_clients_country(owner: Person) -> None:
    phones = [{"number": "01001234567"}]
    made = await owner.make_client(country_code="eg", phones=phones)
    assert made["country_code"] == "EG"
    assert made["phones"][0]["e164"] == "+201001234567"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"), ({"name": "  "}, "name"), ({"name": "x", "surname": "y"}, "surname"),
        ({"name": "x", "phones": [{"number": "call me"}]}, "phones.0.number"),
        ({"name": "x", "emails": [{"address": "nobody"}]}, "emails.0.address"),
        ({"name": "x", "credit_limit": "-1"}, "credit_limit"),
        ({"name": "x", "credit_days": -1}, "credit_days"),
        ({"name": "x", "opening_balance": "1.001"}, "opening_balance"),
        ({"name": "x", "invoicing_method": "fax"}, "invoicing_method"),
        ({"name": "x", "kind": "friend"}, "kind"), ({"name": "x", "currency": "XYZ"}, "currency"),
        ({"name": "x", "country_code": "QQ"}, "country_code"),
        ({"name": "x", "links": ["javascript:alert(1)"]}, "links.0"),
        ({"name": "x", "birth_date": "17/05/1990"}, "birth_date"),
        ({"name": "x", "birth_date": "9999-12-31"}, "birth_date"),
        ({"name": "x", "national_id": "1"}, "national_id"),
        ({"name": "x", "folder_id": str(uuid4())}, "folder_id"),
        ({"name": "x", "status_id": str(uuid4())}, "status_id"),
        ({"name": "x", "category_id": str(uuid4())}, "category_id"),
        ({"name": "x", "pinned_status_id": str(uuid4())}, "pinned_status_id"),
        ({"name": "x", "tags": ["  "]}, "tags.0"),
        ({"name": "a\u0000b"}, "name"),
    ],
)  # fmt: skip
async def test_a_refusal_names_the_field(owner: Person, body: Any, field: str) -> None:
    """CL-22"""
    response = await owner.http.post("/v1/clients", json=body)
    assert response.status_code == 422, response.text
    assert response.json()["errors"][0]["field"] == field
    arabic = await owner.http.post("/v1/clients", json=body, headers={"Accept-Language": "ar"})
    assert arabic.json()["errors"][0]["message"] != response.json()["errors"][0]["message"]


async def test_a_code_is_had_once_however_it_is_written(owner: Person) -> None:
    """CL-19"""
    await owner.make_client(code="أ-١٧")
    assert await owner.refused("POST", "/v1/clients", {"name": "x", "code": "ا-17"}) == (
        409, "code_taken",
    )  # fmt: skip
    assert await owner.found(code="أ-17") == ["عميل"]


async def test_serials_rise_and_are_had_once(owner: Person) -> None:
    """CL-08"""
    made = await asyncio.gather(*(owner.make_client(str(n)) for n in range(30)))
    serials = sorted(client["serial"] for client in made)
    assert serials == list(range(1, 31))
    assert await owner.found(serial=[3, 4], sort="serial") == [
        c["name"] for c in sorted(made, key=lambda c: c["serial"]) if c["serial"] in (3, 4)
    ]
    page = await owner.get("/v1/clients", serial_from=5, serial_to=8, sort="serial")
    assert [item["serial"] for item in page["items"]] == [5, 6, 7]


async def test_twelve_creates_with_one_key_make_one_client(owner: Person) -> None:
    """CL-24"""
    headers = {"Idempotency-Key": uuid4().hex}
    body = {"name": "واحد"}
    answers = await asyncio.gather(
        *(owner.http.post("/v1/clients", json=body, headers=headers) for _ in range(12))
    )
    assert len({a.json()["id"] for a in answers if a.status_code == 201}) == 1
    assert set(Counter(a.status_code for a in answers)) <= {201, 409}
    assert (await owner.get("/v1/clients", count=True))["total"] == 1
    replayed = await owner.http.post("/v1/clients", json=body, headers=headers)
    assert replayed.headers["idempotency-replayed"] == "true"


async def test_an_id_made_offline_is_one_client(owner: Person) -> None:
    body = {"id": str(uuid4()), "name": "من الجهاز", "tags": ["VIP"]}
    answers = await asyncio.gather(*(owner.http.post("/v1/clients", json=body) for _ in range(6)))
    assert sorted(a.status_code for a in answers) == [200] * 5 + [201]
    await owner.patch(f"/v1/clients/{body['id']}", {"name": "غُيّر بعدها"})
    again = await owner.http.post("/v1/clients", json=body)
    assert (again.status_code, again.json()["name"]) == (200, "غُيّر بعدها")
    assert await owner.refused("POST", "/v1/clients", body | {"name": "غيره"}) == (409, "id_taken")


async def test_a_patch_changes_what_it_names(owner: Person, events: Events) -> None:
    """CL-35"""
    made = await owner.make_client(**FULL)
    changed = await owner.patch(made["url"], {
        "name": "الاسم الجديد", "phones": [], "business_name": None, "tags": ["VIP", "جديد"],
        "availability": {"until": None},
    })  # fmt: skip
    assert (changed["version"], changed["name"], changed["phones"]) == (2, "الاسم الجديد", [])
    assert changed["business_name"] is None
    assert changed["availability"] == {"state": "busy", "until": None, "hours": "9-12"}
    kept = {"emails", "addresses", "code", "serial", "folder_id", "birth_date", "created_at"}
    assert {n: changed[n] for n in kept} == {n: made[n] for n in kept}
    assert await owner.get(made["url"]) == changed
    told = [e for e in await events(owner.caller) if e.get("clientid") == made["id"]]
    assert [e["type"] for e in told] == [
        "clients.client.created", "clients.client.updated", "clients.client.tagged",
        "clients.client.untagged",
    ]  # fmt: skip
    assert told[1]["data"]["changed"] == [
        "availability", "business_name", "name", "phones", "tags",
    ]  # fmt: skip
    assert (told[2]["data"]["tags"], told[3]["data"]["tags"]) == (["جديد"], ["تسويق"])


async def test_a_patch_that_changes_nothing_is_silent(owner: Person, events: Events) -> None:
    made = await owner.make_client()
    assert (await owner.patch(made["url"], {"name": made["name"]}))["version"] == 1
    assert len([e for e in await events(owner.caller) if e.get("clientid") == made["id"]]) == 1


async def test_merge_patch_has_its_own_media_type(owner: Person) -> None:
    made = await owner.make_client()
    headers = {"Content-Type": "application/merge-patch+json"}
    changed = await owner.http.patch(made["url"], content='{"name": "x"}', headers=headers)
    assert changed.json()["name"] == "x"


@pytest.mark.parametrize("field", ["folder_id", "status_id", "staff", "archived"])
async def test_what_has_an_action_is_not_patched(owner: Person, field: str) -> None:
    made = await owner.make_client()
    response = await owner.http.patch(made["url"], json={field: made[field]})
    assert (response.status_code, response.json()["errors"][0]["field"]) == (422, field)


async def test_of_patches_with_one_etag_one_wins(owner: Person) -> None:
    """CL-35"""
    made = await owner.make_client()
    answers = await asyncio.gather(*(
        owner.http.patch(made["url"], json={"name": f"جديد {n}"}, headers={"If-Match": '"1"'})
        for n in range(8)
    ))  # fmt: skip
    assert Counter(a.status_code for a in answers) == {200: 1, 412: 7}


async def test_clients_of_others_do_not_exist(owner: Person) -> None:
    made = await owner.make_client(phones=[{"number": "0501234567"}])
    caller = owner.service.caller()
    async with owner.service.http(caller) as http:
        stranger = Person(owner.service, caller, http)
        assert await stranger.found(q="0501234567") == await stranger.found() == []
        for method, path, body in (
            ("GET", made["url"], None), ("PATCH", made["url"], {"name": "x"}),
            ("GET", f"{made['url']}/timeline", None),
            ("POST", f"{made['url']}/tags", {"add": ["x"]}),
            ("POST", f"{made['url']}/move", {"folder_id": made["folder_id"]}),
            ("POST", f"{made['url']}/status", {"status_id": made["status_id"]}),
            ("POST", f"{made['url']}/archive", None), ("GET", f"/v1/clients/{uuid4()}", None),
        ):  # fmt: skip
            assert (await stranger.refused(method, path, body))[0] == 404, path
        theirs = {"name": "x", "folder_id": made["folder_id"]}
        assert await stranger.refused("POST", "/v1/clients", theirs) == (422, "unknown_folder")
