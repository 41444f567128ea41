"""Holidays: of countries, and of the company's own."""

from datetime import date
from typing import Any

import pytest

from chassis.caller import system
from scheduling.countries import rules as countries
from scheduling.holidays import rules, use_cases
from services.scheduling.tests.factories import Json, Person

SEPTEMBER: dict[str, str] = {"date_from": "2026-09-01", "date_to": "2026-10-01"}


async def off(owner: Person, first: date, last: date) -> frozenset[date]:
    async with owner.service.context.database.work(
        system(owner.caller.tenant_id, "scheduling")
    ) as work:
        return await use_cases.days_off(work, first, last)


async def test_the_holidays_of_the_country_are_there_in_both_languages(owner: Person) -> None:
    """SC-05: holidays by a library."""
    [day] = (await owner.get("/v1/holidays", **SEPTEMBER))["items"]
    assert day["from"] == day["to"] == "2026-09-23" and day["country"] == "SA"
    assert day["name"] == {"ar": "اليوم الوطني", "en": "National Day Holiday"}
    assert day["source"] == "country" and day["active"] and day["version"] == 0
    assert await owner.get(f"/v1/holidays/{day['id']}") == day


async def test_one_of_them_is_switched_off_and_on_again(owner: Person) -> None:
    [day] = (await owner.get("/v1/holidays", **SEPTEMBER))["items"]
    window = date(2026, 9, 1), date(2026, 9, 30)
    assert await off(owner, *window) == {date(2026, 9, 23)}
    path = f"/v1/holidays/{day['id']}"
    assert not (await owner.patch(path, {"active": False}))["active"]
    assert await off(owner, *window) == frozenset()
    assert (await owner.get("/v1/holidays", active="true", **SEPTEMBER))["items"] == []
    assert (await owner.patch(path, {"active": True}))["active"]
    renamed = await owner.http.patch(path, json={"name": "عيدنا"})
    assert renamed.status_code == 409 and renamed.json()["code"] == "country_holiday"
    assert (await owner.http.delete(path)).status_code == 409


async def test_the_countries_are_chosen_in_the_settings(owner: Person) -> None:
    settings = await owner.patch("/v1/settings/scheduling", {"holiday_countries": ["KW", "eg"]})
    assert settings["holiday_countries"] == ["KW", "EG"]
    found = (await owner.get("/v1/holidays", date_from="2026-02-25", date_to="2026-02-26"))["items"]
    assert {one["country"] for one in found} == {"KW"}
    [saudi] = [countries.id_of("SA", date(2026, 9, 23))]
    assert (await owner.http.get(f"/v1/holidays/{saudi}")).status_code == 404
    refused = await owner.http.patch(
        "/v1/settings/scheduling", json={"holiday_countries": ["KW", "QQ"]}
    )
    assert refused.json()["errors"][0]["field"] == "holiday_countries.1"
    await owner.patch("/v1/settings/scheduling", {"holiday_countries": []})
    assert (await owner.get("/v1/holidays", **SEPTEMBER))["items"] == []


async def test_a_company_has_holidays_of_its_own(owner: Person) -> None:
    body: Json = {"name": "يوم الشركة", "from": "2026-12-24", "repeats": "yearly"}
    made = await owner.post("/v1/holidays", body)
    assert made["to"] == "2026-12-24" and made["source"] == "company"
    window = {"date_from": "2028-12-20", "date_to": "2028-12-31"}
    [again] = (await owner.get("/v1/holidays", **window))["items"]
    assert again["id"] == made["id"] and again["from"] == "2028-12-24"
    longer = await owner.patch(f"/v1/holidays/{made['id']}", {"to": "2026-12-25"})
    assert longer["version"] == 2
    days = await off(owner, date(2028, 12, 20), date(2028, 12, 30))
    assert days == {date(2028, 12, 24), date(2028, 12, 25)}
    early = await owner.http.patch(f"/v1/holidays/{made['id']}", json={"to": "2026-12-01"})
    assert early.json()["errors"][0]["field"] == "to"
    assert (await owner.http.delete(f"/v1/holidays/{made['id']}")).status_code == 204


class Days:
    def __init__(self, from_on: date, to_on: date, repeats: str) -> None:
        self.from_on, self.to_on, self.repeats = from_on, to_on, repeats


@pytest.mark.parametrize(
    ("repeats", "window", "expected"),
    [
        ("never", (date(2026, 1, 1), date(2029, 1, 1)), [date(2026, 2, 18)]),
        ("yearly", (date(2027, 1, 1), date(2028, 12, 31)), [date(2027, 2, 18), date(2028, 2, 18)]),
        # 1 Ramadan of 1447 and 1448.
        ("hijri_yearly", (date(2026, 1, 1), date(2027, 6, 1)),
         [date(2026, 2, 18), date(2027, 2, 8)]),
        ("yearly", (date(2020, 1, 1), date(2025, 12, 31)), []),
    ],
)  # fmt: skip
def test_what_comes_again_comes_by_its_calendar(
    repeats: str, window: tuple[date, date], expected: list[date]
) -> None:
    holiday: Any = Days(date(2026, 2, 18), date(2026, 2, 19), repeats)
    assert [first for first, _ in rules.runs(holiday, *window)] == expected


def test_an_id_tells_the_country_and_the_day() -> None:
    made = countries.id_of("SA", date(2026, 9, 23))
    assert made.version == 8 and countries.read_id(made) == ("SA", date(2026, 9, 23))
    assert countries.read_id(type(made)(int=made.int + 2**40)) is None


async def test_too_long_a_time_is_not_asked_for(owner: Person) -> None:
    answer = await owner.http.get(
        "/v1/holidays", params={"date_from": "2020-01-01", "date_to": "2029-01-01"}
    )
    assert answer.status_code == 422 and answer.json()["errors"][0]["field"] == "date_to"
