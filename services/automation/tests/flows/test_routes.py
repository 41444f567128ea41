"""The HTTP door of flows."""

from typing import Any

import httpx
import pytest

from automation.flows.routes import EXAMPLE
from chassis.caller import Caller
from chassis.ids import new_id
from chassis.testing.harness import Harness
from services.automation.tests.factories import make_flow


async def test_a_flow_is_made_read_listed_changed_and_removed(api: httpx.AsyncClient) -> None:
    """AU-20: the table of rules."""
    made = await api.post("/v1/flows", json=EXAMPLE)
    assert made.status_code == 201 and made.headers["Location"] == f"/v1/flows/{made.json()['id']}"
    flow = made.json()
    assert flow["trigger"] == EXAMPLE["trigger"] and flow["steps"] == EXAMPLE["steps"]
    assert (flow["run_count"], flow["error_count"], flow["last_run_at"]) == (0, 0, None)
    path = f"/v1/flows/{flow['id']}"
    assert (await api.get(path)).json() == flow
    listed = (await api.get("/v1/flows", params={"count": "true"})).json()
    assert listed["items"] == [flow] and listed["total"] == 1
    off = (await api.patch(path, json={"enabled": False})).json()
    assert (off["enabled"], off["version"], off["flow_version"]) == (False, 2, 1)
    assert (await api.delete(path)).status_code == 204
    assert (await api.get(path)).status_code == 404


async def test_a_trigger_is_merged_and_steps_are_replaced(
    api: httpx.AsyncClient, make: Any
) -> None:
    folder = str(new_id())
    flow = await make(trigger={"event": "clients.client.created", "folder_id": folder})
    path = f"/v1/flows/{flow['id']}"
    merged = (await api.patch(path, json={"trigger": {"event": "clients.client.tagged"}})).json()
    assert merged["trigger"] == {"event": "clients.client.tagged", "folder_id": folder}
    steps = [{"type": "wait", "days": 1}]
    changed = (await api.patch(path, json={"steps": steps, "trigger": {"folder_id": None}})).json()
    assert changed["steps"] == steps and changed["trigger"] == {"event": "clients.client.tagged"}
    assert (changed["version"], changed["flow_version"]) == (3, 3)
    refused = await api.patch(path, json={"trigger": {"event": None}})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "trigger"


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"name": " "}, "name", "too_short"),
        ({"trigger": {}}, "trigger", "invalid"),
        ({"trigger": {"manual": True, "event": "a.b.c"}}, "trigger", "invalid"),
        ({"trigger": {"schedule": "* * * * *"}}, "trigger.schedule", "schedule_not_available"),
        ({"trigger": {"event": "nothing"}}, "trigger.event", "unknown_event_type"),
        ({"trigger": {"event": "clients.client.created", "condition": {"field": "client.x"}}},
         "trigger.condition.field", "unknown_field"),
        ({"steps": []}, "steps", "too_short"),
        ({"steps": [{"type": "add_tags", "tags": ["{{"]}]}, "steps.0.tags.0", "invalid_template"),
        ({"unknown": 1}, "unknown", "unknown_field"),
    ],
)  # fmt: skip
async def test_what_cannot_be_is_refused_at_its_field(
    api: httpx.AsyncClient, body: dict[str, Any], field: str, code: str
) -> None:
    refused = await api.post("/v1/flows", json=make_flow(**body))
    assert refused.status_code == 422, refused.text
    error = refused.json()["errors"][0]
    assert error["field"] == field
    assert code in (error["code"], "too_short")


async def test_refusals_are_in_arabic_too(automation: Harness, owner: Caller) -> None:
    async with automation.http(owner, **{"Accept-Language": "ar"}) as api:
        refused = await api.post("/v1/flows", json=make_flow(trigger={"event": "x"}))
        assert refused.json()["detail"] == "«x» ليس نوع حدث."
        body = make_flow(trigger={"manual": True, "condition": {"all": []}})
        refused = await api.post("/v1/flows", json=body)
        assert refused.json()["errors"][0]["message"].startswith("يجب أن تكون")


async def test_the_same_id_and_body_again_is_the_same_flow(api: httpx.AsyncClient) -> None:
    body = make_flow(id=str(new_id()))
    first, second = await api.post("/v1/flows", json=body), await api.post("/v1/flows", json=body)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()


async def test_flows_of_another_company_are_not_there(automation: Harness, make: Any) -> None:
    flow = await make()
    async with automation.http(automation.caller()) as stranger:
        path, someone = f"/v1/flows/{flow['id']}", {"client_id": str(new_id())}
        for answer in (
            await stranger.get(path), await stranger.patch(path, json={"name": "x"}),
            await stranger.delete(path), await stranger.post(f"{path}/run", json=someone),
            await stranger.post(f"{path}/test", json=someone),
        ):  # fmt: skip
            assert answer.status_code == 404
        assert (await stranger.get("/v1/flows")).json()["items"] == []


async def test_who_may_only_read_may_not_change(
    automation: Harness, owner: Caller, make: Any
) -> None:
    flow = await make()
    viewer = automation.caller(
        owner.tenant_id, permissions=frozenset({"automation:read"}), is_owner=False
    )
    async with automation.http(viewer) as api:
        path = f"/v1/flows/{flow['id']}"
        assert (await api.get(path)).status_code == 200
        assert (await api.patch(path, json={"name": "x"})).status_code == 403
        assert (await api.delete(path)).status_code == 403
        assert (await api.post("/v1/flows", json=make_flow())).status_code == 403


async def test_who_changes_steps_or_switches_on_answers_for_the_flow(
    automation: Harness, owner: Caller, make: Any
) -> None:
    flow = await make(enabled=False)
    path, other = f"/v1/flows/{flow['id']}", automation.caller(owner.tenant_id)
    async with automation.http(other) as api:
        renamed = (await api.patch(path, json={"name": "x"})).json()
        assert renamed["edited_by"] == owner.principal
        enabled = (await api.patch(path, json={"enabled": True})).json()
        assert enabled["edited_by"] == other.principal and enabled["flow_version"] == 2


async def test_the_catalogue_is_published(api: httpx.AsyncClient) -> None:
    """AU-09: what can be chosen."""
    shown = (await api.get("/v1/flows/catalogue")).json()
    types = {event["type"] for event in shown["events"]}
    assert {"clients.client.created", "billing.payment.received", "comms.message.opened",
            "scheduling.appointment.scheduled"} <= types  # fmt: skip
    assert "branch" in {step["type"] for step in shown["steps"]}


async def test_flows_are_filtered(api: httpx.AsyncClient, make: Any) -> None:
    folder = str(new_id())
    one = await make(trigger={"event": "clients.client.created", "folder_id": folder})
    two = await make(trigger={"manual": True}, enabled=False)
    for params, found in (
        ({"enabled": "true"}, one), ({"manual": "true"}, two), ({"folder_id": folder}, one),
        ({"event": "clients.client.created"}, one), ({"enabled": "false"}, two),
    ):  # fmt: skip
        items = (await api.get("/v1/flows", params=params)).json()["items"]
        assert [item["id"] for item in items] == [found["id"]]
