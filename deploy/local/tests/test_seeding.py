"""The demo tenant: believable, and harmless to seed twice."""

import json
from typing import Any
from uuid import UUID

import httpx
import pytest

from local.crowd import Shop, crowd
from local.people import PEOPLE
from local.seeding import CROWD, PACKS, Demo, NotSeeded, made_up_id

FOLDERS = ("patients", "referrals", "tenders", "owners", "subcontractors", "trials", "members",
           "guests", "brides")  # fmt: skip
PARTS = [{"kind": kind, "key": key, "id": key, "name": {"ar": key, "en": key}} for kind, key in (
    *(("folders", key) for key in FOLDERS), ("categories", "plain"), ("tags", "loud"),
    ("follow_up_statuses", "call"), ("follow_up_statuses", "wait"),
)]  # fmt: skip


class Api:
    """The few routes that seeding calls, with what was sent to them."""

    def __init__(self) -> None:
        self.sent: dict[str, list[dict]] = {}
        self.has_tenant = False

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path == "/v1/auth/token":
            answer = {"access_token": "t"} if self.has_tenant else {"error": "invalid_grant"}
            return httpx.Response(200 if self.has_tenant else 400, json=answer)
        if path == "/v1/folders":
            names = ("Leads", "Active", "Closed", *FOLDERS)
            items = [{"id": name.lower(), "name": {"ar": "م", "en": name},
                      "statuses": [{"id": f"{name}-new"}]} for name in names]  # fmt: skip
            return httpx.Response(200, json={"items": items})
        if path.startswith("/v1/packs/"):
            return httpx.Response(200, json={"parts": PARTS})
        if request.method == "GET":
            ids = {body["id"] for body in self.sent.get("/v1/clients", [])}
            return httpx.Response(200 if path.rpartition("/")[2] in ids else 404, json={})
        return self.create(path, json.loads(request.content))

    def create(self, path: str, body: dict) -> httpx.Response:
        self.has_tenant = self.has_tenant or path == "/v1/tenants"
        self.sent.setdefault(path, []).append(body)
        return httpx.Response(201, json={"id": body.get("id", "new")})


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.fixture
def demo(api: Api) -> Demo:
    return Demo(httpx.Client(base_url="http://gateway", transport=httpx.MockTransport(api)))


def test_demo_is_made_through_the_public_api_and_greets_the_last_client(
    api: Api, demo: Demo
) -> None:
    assert not demo.sign_in()
    demo.sign_up()
    assert not demo.is_filled()
    assert demo.fill() == len(api.sent["/v1/clients"]) == len(PEOPLE) + CROWD
    assert demo.is_filled()
    assert list(api.sent) == ["/v1/tenants", "/v1/clients", "/v1/templates", "/v1/flows"]
    assert api.sent["/v1/clients"][-1]["name"] == PEOPLE[-1].name
    flow = api.sent["/v1/flows"][0]
    assert [step["type"] for step in flow["steps"]] == ["add_tags", "send_message"]
    assert flow["steps"][1]["template_id"] == api.sent["/v1/templates"][0]["id"]


def test_second_filling_sends_the_same_bodies(api: Api, demo: Demo) -> None:
    demo.sign_up()
    demo.fill()
    first = list(api.sent["/v1/clients"])
    demo.fill()
    again = api.sent["/v1/clients"][len(first) :]
    # Several are sent at a time.
    assert sorted(again, key=_id) == sorted(first, key=_id)


def _id(body: dict[str, Any]) -> str:
    return str(body["id"])


def test_the_crowd_is_large_distinct_and_of_four_trades() -> None:
    members = list(crowd(CROWD))
    shop = Shop(
        dict.fromkeys(FOLDERS, "f"), {"plain": "c"}, ["call", "wait"], ["loud"], {"f": ["new"]}
    )
    bodies = [member.as_client(shop) for member in members]
    assert CROWD + len(PEOPLE) == 2_000
    assert {member.pack for member in members} == set(PACKS)
    for distinct in ({m.email for m in members}, {b["phones"][0]["number"] for b in bodies}):
        assert len(distinct) == CROWD
    assert len({body["name"] for body in bodies}) > CROWD * 0.9
    assert all(body["custom_fields"] for body in bodies)


def test_people_are_many_and_distinct_in_both_languages() -> None:
    assert len(PEOPLE) >= 40
    for field in ("name", "email", "local_phone"):
        assert len({getattr(person, field) for person in PEOPLE}) == len(PEOPLE)
    assert {person.language for person in PEOPLE} == {"ar", "en"}
    assert {person.folder for person in PEOPLE} == {"Leads", "Active", "Closed"}
    assert all(len(person.local_phone) == 10 for person in PEOPLE)


def test_made_up_ids_are_version_7_and_stable() -> None:
    made = made_up_id("key")
    assert isinstance(made, UUID)
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert made == made_up_id("key") != made_up_id("other")


def test_refusal_is_told_in_full() -> None:
    refuse = httpx.MockTransport(lambda request: httpx.Response(503, text="later"))
    with pytest.raises(NotSeeded, match="POST /v1/auth/token → 503 later"):
        Demo(httpx.Client(base_url="http://gateway", transport=refuse)).sign_in()
