"""An import undone leaves everything as it was, but for what somebody changed since."""

from typing import Any

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.clients.tests.conftest import Worker
from services.clients.tests.factories import Json, Person
from services.clients.tests.imports.test_imports import imported, table

_MOVING = {"version", "updated_at", "last_activity_at"}
_KEYS = st.sampled_from(["A", "B", "C", "D"])
_NAMES = st.sampled_from(["سارة", "هدى", "Omar"])
_TAGS = st.sampled_from(["", "VIP", "تسويق", "VIP، تسويق"])
_PHONES = st.sampled_from(["", "0501234567", "0507654321"])
_FOLDERS = st.sampled_from(["", "Active", "Closed"])
_ROWS = st.lists(st.tuples(_KEYS, _NAMES, _TAGS, _PHONES, _FOLDERS, _NAMES), min_size=1, max_size=8)
_HEADINGS = ("External id", "Name", "Tags", "Phone", "Folder", "Company")
_EVERYTHING = settings(
    max_examples=12, deadline=None, database=None, derandomize=True,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


async def everybody(person: Person) -> dict[str, Json]:
    """The clients that are shown, without what only tells that they were touched."""
    page = await person.get("/v1/clients", limit=200, sort="serial")
    return {one["id"]: {k: v for k, v in one.items() if k not in _MOVING} for one in page["items"]}


async def _undone(person: Person, worker: Worker, done: Json) -> Json:
    job = (await person.post(f"/v1/imports/{done['id']}/undo"))["job_id"]
    await worker.run(person)
    result: Json = (await person.get(f"/v1/jobs/{job}"))["result"]
    return result


@_EVERYTHING
@given(there=st.sets(_KEYS), rows=_ROWS, edited=st.sets(_KEYS))
async def test_undo_restores_what_was_there(
    owner: Person, worker: Worker, there: set[str], rows: list[Any], edited: set[str]
) -> None:
    """CL-24: import undo, over any rows; clients who were edited meanwhile keep their edits."""
    for client in await everybody(owner):
        await owner.post(f"/v1/clients/{client}/archive")
    for key in sorted(there):
        await owner.make_client(f"قديم {key}", external_id=key, tags=["VIP"])
    before = await everybody(owner)
    mode = {"mode": "upsert", "key": "external_id"}
    done = await imported(owner, worker, table(*rows, headings=_HEADINGS), **mode)
    assert done["result"]["failed"] == 0
    touched = {}
    for one in (await everybody(owner)).values():
        if one["external_id"] in edited:
            path = f"/v1/clients/{one['id']}"
            touched[one["id"]] = await owner.patch(path, {"business_name": "حُرِّر بعد ذلك"})
    await _undone(owner, worker, done)
    after = await everybody(owner)
    assert {i: one for i, one in after.items() if i not in touched} == {
        i: one for i, one in before.items() if i not in touched
    }
    for client_id in touched:
        assert after[client_id]["business_name"] == "حُرِّر بعد ذلك"
        if client_id in before:
            apart = {"business_name"}
            assert {k: v for k, v in after[client_id].items() if k not in apart} == {
                k: v for k, v in before[client_id].items() if k not in apart
            }


async def test_undoing_twice_is_undoing_once(owner: Person, worker: Worker) -> None:
    """CL-24"""
    done = await imported(owner, worker, table(("A", "سارة"), headings=("External id", "Name")))
    assert await _undone(owner, worker, done) == {"undone": 1, "kept": 0}
    assert await _undone(owner, worker, done) == {"undone": 1, "kept": 0}
    assert await owner.found(archived="true") == ["سارة"]


async def test_what_is_exported_can_be_imported(owner: Person, worker: Worker) -> None:
    """CL-24: our own files, Arabic or English, need no mapping; nothing is changed by them."""
    folder = await owner.folder("Active")
    await owner.make_client(
        "عبد الله", folder_id=folder["id"], tags=["VIP", "تسويق"], gender="male", kind="lead",
        phones=[{"number": "0501234567"}, {"number": "0112345678"}], birth_date="1990-05-17",
        emails=[{"address": "a@example.com"}], country_code="SA", external_id="X",
    )  # fmt: skip
    before = await everybody(owner)
    for form in ("csv", "xlsx", "vcf"):
        for locale in ("ar", "en"):
            answer = await owner.http.get(
                "/v1/clients/export", params={"format": form}, headers={"Accept-Language": locale}
            )
            fields = {"mode": "upsert", "key": "phone"}
            done = await imported(owner, worker, answer.content, **fields)
            assert done["result"]["unchanged"] == 1, (form, locale, orjson.dumps(done).decode())
    assert await everybody(owner) == before
