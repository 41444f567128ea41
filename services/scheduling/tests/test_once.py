"""The same request, sent many times at once without a key, is done once."""

import asyncio
from typing import Any

import pytest

from chassis.ids import new_id
from services.scheduling.tests.factories import Json, Person, remember_client
from services.scheduling.tests.work_cycles.test_work_cycles import make_type

WORK: Json = {"started_at": "2026-01-15T07:00:00Z", "duration_minutes": 50}


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/v1/tasks", {"title": "x"}), ("/v1/time-entries", WORK), ("/v1/time-entries/start", {}),
        ("/v1/appointments", {"starts_at": "2031-03-10T09:00:00Z"}),
        ("/v1/follow-ups", {"at": "2031-03-10T09:00:00Z", "note": "x"}),
        ("/v1/checklists", {"name": "x", "items": [{"name": "y"}]}),
        ("/v1/work-cycles", {"title": "x", "work_cycle_type_id": ""}),
    ],
)  # fmt: skip
async def test_of_many_that_say_the_same_at_once_one_is_done(
    owner: Person, path: str, fields: dict[str, Any]
) -> None:
    """CL-59, SC-01: by the id of its maker; all are answered by what the first one made."""
    body = {"id": str(new_id()), "client_id": str(await remember_client(owner)), **fields}
    if "work_cycle_type_id" in body:
        body["work_cycle_type_id"] = (await make_type(owner))["id"]
    answers = await asyncio.gather(*(owner.http.post(path, json=body) for _ in range(8)))
    assert sorted(one.status_code for one in answers) == [200] * 7 + [201], answers[0].text
    assert {one.json()["id"] for one in answers} == {body["id"]}
    other = await owner.refused("POST", path, {**body, "client_id": str(
        await remember_client(owner)
    )})  # fmt: skip
    assert other == (409, "id_taken")
