"""Lists and search: every spelling, every filter, every page."""

from datetime import UTC, datetime

import pytest

from services.clients.tests.factories import Person

# A name, ways in which people write it, and what must not find it.
GOLDEN = {
    "عبدالله الأحمد": (["عبد الله", "عبدالله", "الاحمد", "احمد", "عبد الله الأحمد"], ["عبيد"]),
    "عبد الرحمن": (["عبدالرحمن", "الرحمن", "عبد ال رحمن"], ["الرحيم"]),
    "فاطمة مصطفى": (["فاطمه", "مصطفي", "فَاطِمَة", "فاطـــمة", "مصطفى فاطمة"], ["فطوم"]),
    "مؤمن رؤوف": (["مومن", "رووف"], ["أمين"]),
    "آلاء إبراهيم": (["الاء", "ابراهيم", "أبراهيم"], ["لمى"]),
    "شركة ٢٠٢٠ للتجارة": (["شركة 2020", "۲۰۲۰", "للتجاره"], ["2021"]),
    "ﻣﺤﻤﺪ علی": (["محمد", "علي", "على"], ["محمود"]),
    "کریم ھاشم": (["كريم", "هاشم"], ["هشام"]),
    "Zoë Müller-Öz": (["müller", "MÜLLER", "zoë", "Müller-öz"], ["miller"]),
    "100%_safe\\": (["100%", "%_", "safe\\", "_"], ["100x", "ssafe"]),
}


async def test_a_client_is_found_in_any_spelling(owner: Person) -> None:
    """CL-05, CL-10: hamza forms, ة/ه, ى/ي, marks, tatweel, presentation forms, digits, spaces."""
    for name in GOLDEN:
        await owner.make_client(name)
    for name, (spellings, others) in GOLDEN.items():
        for parameter in ("q", "name"):
            for spelling in spellings:
                assert name in await owner.found(**{parameter: spelling}), (parameter, spelling)
            for other in others:
                assert name not in await owner.found(**{parameter: other}), (parameter, other)


@pytest.mark.parametrize(
    "written",
    ["0501234567", "+966 50 123 4567", "٠٥٠١٢٣٤٥٦٧", "00966501234567", "1234567", "050-123-4567",
     "966501234567", "4567"],
)  # fmt: skip
async def test_a_phone_is_found_however_it_is_written(owner: Person, written: str) -> None:
    """CL-17"""
    await owner.make_client("سلطان", phones=[{"number": "+966501234567"}])
    await owner.make_client("بندر", phones=[{"number": "050 765 4321"}])
    await owner.make_client("بلا هاتف", code="X-1")
    assert await owner.found(q=written) == await owner.found(phone=written) == ["سلطان"]
    assert await owner.found(phone="none") == ["بلا هاتف"]
    assert await owner.found(phone=["7654321", "1234567"]) == ["بندر", "سلطان"]


async def test_one_box_searches_all_that_is_stored(owner: Person) -> None:
    """CL-05, CL-16: business name, e-mail, code, tax and other numbers, tags; several words."""
    await owner.make_client(
        "سارة", business_name="مكتب الأفق", emails=[{"address": "Sara.Q@Example.com"}],
        code="AB-77", tax_number="310122393500003", registration_number="1010998877",
        tags=["عميل ذهبي"], phones=[{"number": "0551112222"}],
    )  # fmt: skip
    await owner.make_client("نورة")
    for text in (
        "الافق", "sara.q@", "EXAMPLE.com", "ab-77", "122393", "998877", "ذهبي", "سارة الأفق",
        "ab-77 0551112222", "55111 سارة",
    ):  # fmt: skip
        assert await owner.found(q=text) == ["سارة"], text
    assert await owner.found(q="سارة نورة") == []
    assert await owner.found(name="ab-77") == []
    assert await owner.found(email="sara.q") == ["سارة"]
    assert await owner.found(email="none") == ["نورة"]
    assert await owner.found(q="  ") == ["نورة", "سارة"]


async def test_filters_join_with_and_their_values_with_or(owner: Person) -> None:
    """CL-07, CL-09, CL-11, CL-14, CL-15, CL-18"""
    category = await owner.post("/v1/categories", {"name": "كبار"})
    await owner.make_client(
        "a", kind="lead", tags=["VIP", "one"], currency="SAR", category_id=category["id"]
    )
    await owner.make_client("b", tags=["VIP"], currency="AED", country_code="AE")
    await owner.make_client("c", kind="lead", tags=["two"], links=["https://Example.com/Page"])
    for expected, filters in (
        ("a", {"tag": "vip", "kind": "lead"}), ("ab", {"tag": "VIP"}),
        ("abc", {"tag": ["VIP", "two"]}), ("a", {"tag_all": ["VIP", "one"]}),
        ("bc", {"tag_none": "one"}), ("", {"tag": "none"}), ("a", {"currency": "sar"}),
        ("ab", {"currency": ["SAR", "AED"]}), ("c", {"currency": "none"}),
        ("b", {"country_code": "AE"}), ("a", {"category_id": category["id"]}),
        ("bc", {"category_id": "none"}), ("abc", {"category_id": ["none", category["id"]]}),
        ("c", {"link": "example.com/page"}), ("a", {"q": "a", "tag": "one"}),
        ("", {"q": "b", "kind": "lead"}), ("ac", {"name": ["a", "c"]}),
    ):  # fmt: skip
        assert sorted(await owner.found(**filters)) == list(expected), filters
    path = f"/v1/categories/{category['id']}"
    assert await owner.refused("DELETE", path) == (409, "category_in_use")


async def test_folder_and_status_filter_too(owner: Person) -> None:
    active = await owner.folder("Active")
    one, two = active["statuses"][0]["id"], active["statuses"][1]["id"]
    await owner.make_client("lead")
    await owner.make_client("one", folder_id=active["id"])
    await owner.make_client("two", status_id=two)
    assert await owner.found(folder_id=active["id"]) == ["two", "one"]
    assert await owner.found(status_id=one) == ["one"]
    assert await owner.found(status_id=[one, two], q="two") == ["two"]


@pytest.mark.parametrize("sort", ["-updated_at", "created_at", "name", "-serial"])
@pytest.mark.parametrize("filters", [{}, {"q": "عميل"}], ids=["all", "search"])
async def test_pages_follow_each_other_without_gap(
    owner: Person, sort: str, filters: dict[str, str]
) -> None:
    """CL-03"""
    for n in range(7):
        await owner.make_client(f"عميل {n % 3}")
    seen: list[str] = []
    page = await owner.get("/v1/clients", sort=sort, limit=3, count=True, **filters)
    assert page["total"] == 7
    while True:
        seen += [item["id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = page["next_cursor"]
        page = await owner.get("/v1/clients", sort=sort, limit=3, cursor=cursor, **filters)
    assert len(seen) == len(set(seen)) == 7
    whole = await owner.get("/v1/clients", sort=sort, **filters)
    assert [item["id"] for item in whole["items"]] == seen


async def test_a_cursor_belongs_to_its_filters(owner: Person) -> None:
    for name in ("a", "b"):
        await owner.make_client(name)
    cursor = (await owner.get("/v1/clients", limit=1))["next_cursor"]
    refused = await owner.http.get("/v1/clients", params={"cursor": cursor, "q": "a"})
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_cursor")
    refused = await owner.http.get("/v1/clients", params={"surname": "a"})
    assert (refused.status_code, refused.json()["code"]) == (422, "unknown_parameter")


async def test_a_list_shows_what_a_read_shows(owner: Person) -> None:
    made = await owner.make_client(phones=[{"number": "0501234567"}], birth_date="2001-02-03")
    (item,) = (await owner.get("/v1/clients", q="0501234567"))["items"]
    assert item | {"possible_duplicates": []} == made == await owner.get(made["url"])
    assert datetime.fromisoformat(item["created_at"]).tzinfo == UTC
