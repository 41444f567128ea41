"""The filters' algebra: a client is in a filtered list exactly when the predicate holds for it."""

import random
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chassis.folding import fold, fold_compact
from chassis.testing.harness import Harness
from refs import phones
from services.clients.tests.factories import Json, Person

CLIENTS: Final = 60
NAMES: Final = ("عبد الله القحطاني", "عبدالله", "سارة", "Sara Ali", "sara", "مؤسسة الأفق")
TAGS: Final = ("VIP", "تسويق", "New 1")
NUMBERS: Final = ("0501234567", "0507654321", "00971501234567")
ADDRESSES: Final = ("sara@example.com", "a.b@acme.sa")
LINKS: Final = ("https://acme.sa/a", "https://example.com")
COLOURS: Final = ("red", "blue")
Predicate = Callable[[Json], bool]


@dataclass
class Company:
    """Clients with anything of everything, and what may be asked about them."""

    owner: Person
    agent: Person
    clients: list[Json]
    ids: dict[str, list[str]]


@pytest.fixture
async def company(service: Harness) -> AsyncIterator[Company]:
    caller, chosen = service.caller(), random.Random(7)
    async with service.http(caller) as http:
        owner = Person(service, caller, http)
        async with owner.colleague(visibility="assigned") as agent:
            ids = await _definitions(owner, agent)
            clients = [await _client(owner, chosen, ids, place) for place in range(CLIENTS)]
            for client in clients[:8]:
                await owner.post(f"{client['url']}/archive")
                client["archived"] = True
            yield Company(owner, agent, clients, ids)


async def _definitions(owner: Person, agent: Person) -> dict[str, list[str]]:
    folders = (await owner.get("/v1/folders"))["items"]
    found = {"folder_id": [folder["id"] for folder in folders], "category_id": []}
    for name in ("ذهبي", "فضي"):
        found["category_id"].append((await owner.post("/v1/categories", {"name": name}))["id"])
    for kind in ("pinned", "variable"):
        status = {"name": kind, "kind": kind}
        found[kind] = [(await owner.post("/v1/follow-up-statuses", status))["id"]]
    found["follow_up_status_id"] = [*found["pinned"], *found["variable"]]
    found["staff_id"] = [str(agent.caller.user_id), str(uuid4())]
    for key, kind in (("colour", "choice"), ("size", "number")):
        field = {"key": key, "label": key, "type": kind}
        await owner.post("/v1/custom-fields", field | ({"options": COLOURS} if key == "colour"
                                                       else {}))  # fmt: skip
    return found


async def _client(
    owner: Person, chosen: random.Random, ids: dict[str, list[str]], place: int
) -> Json:  # fmt: skip
    def some(values: Any) -> list[Any]:
        return chosen.sample(list(values), chosen.choice((0, 0, 1, 2)))

    def one(values: Any) -> Any:
        return chosen.choice([None, *values])

    custom = {"colour": one(COLOURS), "size": one(["1", "5", "9"])}
    return await owner.make_client(
        chosen.choice(NAMES), business_name=one(NAMES), tags=some(TAGS),
        currency=one(("SAR", "KWD")),
        country_code=one(("SA", "AE")), kind=chosen.choice(("lead", "client", "contact")),
        folder_id=chosen.choice(ids["folder_id"]), category_id=one(ids["category_id"]),
        pinned_status_id=one(ids["pinned"]), follow_up_status_id=one(ids["variable"]),
        phones=[{"number": number} for number in some(NUMBERS)], links=some(LINKS),
        emails=[{"address": address} for address in some(ADDRESSES)],
        staff=[{"user_id": user} for user in some(ids["staff_id"])],
        external_id=one([f"x{place}"]),
        custom_fields={key: value for key, value in custom.items() if value},
    )  # fmt: skip


def _words_in(typed: str, text: str) -> bool:
    return all(word in text for word in fold(typed).split())


def _digits(client: Json) -> list[str]:
    return [phone["e164"].removeprefix("+") for phone in client["phones"]]


def _named(client: Json, typed: str) -> bool:
    return _words_in(typed, fold_compact(f"{client['name']}\x1e{client['business_name'] or ''}"))


def _all_text(client: Json) -> str:
    addresses = [email["address"] for email in client["emails"]]
    texts = [client["name"], client["business_name"] or "", client["code"], *client["tags"]]
    return "\x1e".join([*map(fold_compact, texts), *addresses])


def _dialled(client: Json, typed: str) -> bool:
    digits = phones.ascii_digits(typed).removeprefix("00").removeprefix("0")
    return any(digits in number for number in _digits(client))


def _among(client: Json, name: str, wanted: list[str]) -> bool:
    value = client[name]
    values = value if isinstance(value, list) else [] if value is None else [value]
    return any(one in values or (one == "none" and not values) for one in wanted)


def _holds(name: str, wanted: Any, client: Json) -> bool:
    """The naive model of one parameter."""
    staff = [member["user_id"] for member in client["staff"]]
    statuses = [one for one in (client["pinned_status_id"], client["follow_up_status_id"]) if one]
    emails = [email["address"] for email in client["emails"]]
    custom = client["custom_fields"]
    size = float(custom["size"]) if "size" in custom else None
    seen = client | {"staff_id": staff, "tag": client["tags"], "follow_up_status_id": statuses}
    models: dict[str, Predicate] = {
        "name": lambda c: any(_named(c, one) for one in wanted),
        "q": lambda c: _words_in(wanted, _all_text(c)),
        "phone": lambda c: any(
            not c["phones"] if one == "none" else _dialled(c, one) for one in wanted
        ),
        "email": lambda c: any(
            not emails if one == "none" else any(one in email for email in emails) for one in wanted
        ),
        "link": lambda c: any(
            not c["links"] if one == "none" else any(one in link for link in c["links"])
            for one in wanted
        ),
        "tag_all": lambda c: set(wanted) <= set(c["tags"]),
        "tag_none": lambda c: set(wanted).isdisjoint(c["tags"]),
        "serial_from": lambda c: c["serial"] >= wanted,
        "serial_to": lambda c: c["serial"] < wanted,
        "archived": lambda c: c["archived"] is wanted,
        "custom.colour": lambda c: any(
            "colour" not in custom if one == "none" else custom.get("colour") == one
            for one in wanted
        ),
        "custom.size_from": lambda c: size is not None and size >= float(wanted),
        "custom.size_to": lambda c: size is not None and size < float(wanted),
    }
    return models.get(name, lambda _: _among(seen, name, wanted))(client)


def _some(*values: str) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True)


# Ids are drawn by their place in the company's lists: they are made anew for each run.
QUESTIONS: Final = st.fixed_dictionaries({}, optional={
    "name": _some("عبدالله", "عبد الله", "sara", "الافق", "القحطاني عبد", "nobody"),
    "q": st.sampled_from(("عبد الله", "سارة", "SARA ali", "الأفق")),
    "phone": _some("0501234567", "٠٥٠٧٦٥٤٣٢١", "+971 50 123 4567", "1234567", "none"),
    "email": _some("sara@", "acme", "none"), "link": _some("acme", "example", "none"),
    "kind": _some("lead", "client", "contact"),
    "tag": _some(*TAGS, "none"), "tag_all": _some(*TAGS), "tag_none": _some(*TAGS),
    "currency": _some("SAR", "KWD", "none"), "country_code": _some("SA", "AE", "none"),
    "external_id": _some("x1", "x2", "x3", "x4"),
    "folder_id": _some("0", "1", "2"), "category_id": _some("0", "1", "none"),
    "follow_up_status_id": _some("0", "1", "none"), "staff_id": _some("0", "1", "none"),
    "serial_from": st.integers(1, CLIENTS), "serial_to": st.integers(1, CLIENTS + 2),
    "archived": st.booleans(), "custom.colour": _some(*COLOURS, "none"),
    "custom.size_from": st.sampled_from(("0", "5", "6")),
    "custom.size_to": st.sampled_from(("1", "5", "9.5")),
})  # fmt: skip


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(question=QUESTIONS)
async def test_a_client_is_listed_exactly_when_every_filter_holds(
    company: Company, question: Json
) -> None:
    """CL-07, CL-08, CL-09, CL-10, CL-11, CL-13, CL-14, CL-15, CL-16, CL-17, CL-18, CL-19: for who
    sees all clients and for who sees their own, with the total."""
    for name in company.ids.keys() & question.keys():
        question[name] = [
            one if one == "none" else company.ids[name][int(one)] for one in question[name]
        ]
    asked = {"archived": False, **question}
    expected = [
        client for client in company.clients
        if all(_holds(name, wanted, client) for name, wanted in asked.items())
    ]  # fmt: skip
    me = str(company.agent.caller.user_id)
    mine = [c for c in expected if me in [member["user_id"] for member in c["staff"]]]
    for person, found in ((company.owner, expected), (company.agent, mine)):
        page = await person.get("/v1/clients", limit=200, sort="serial", count=True, **question)
        assert [one["serial"] for one in page["items"]] == [one["serial"] for one in found]
        assert page["total"] == len(found)
