"""A client is followed up: one save in two services, and what a status and a field call for."""

from datetime import UTC, datetime, timedelta

from chassis.testing.eventually import eventually
from local.stack import Stack
from tests.product import Json, Person, Product


async def test_one_save_is_a_status_an_action_and_an_appointment(product: Product) -> None:
    """CL-39, CL-41, CL-43: the client has the status and the appointment; or neither."""
    owner = await product.sign_up()
    active = await owner.folder("Active")
    client = await owner.post("/v1/clients", {"name": "سارة", "folder_id": active["id"]})
    [action, *_] = (await owner.get("/v1/actions?subject=client"))["items"]
    body = {
        "client_id": client["id"], "status_id": active["statuses"][1]["id"],
        "action_id": action["id"], "at": "2999-03-01T09:00:00Z", "duration_minutes": 30,
        "note": "طلبت عرض سعر", "staff_ids": [(await owner.get("/v1/me"))["user"]["id"]],
    }  # fmt: skip
    made = await owner.post("/v1/follow-ups", body)
    done = await _settled(owner, made)
    assert (done["state"], done["problem"]) == ("open", None)
    found = await owner.get(f"/v1/clients/{client['id']}")
    assert found["status_id"] == body["status_id"]
    other = await owner.folder("Closed")
    wrong = {"status_id": other["statuses"][0]["id"], "at": "2999-03-02T09:00:00Z"}
    refused = await _settled(owner, await owner.post("/v1/follow-ups", body | wrong))
    assert (refused["state"], refused["problem"]["field"]) == ("refused", "status_id")
    appointment = await owner.get(f"/v1/appointments/{refused['appointment_id']}")
    assert appointment["status"] == "cancelled"
    await owner.post(f"/v1/follow-ups/{made['id']}/complete")
    await owner.sees(
        client["id"], "clients.client.status_changed", "scheduling.appointment.done",
        *(f"scheduling.follow_up.{verb}" for verb in ("made", "applied", "refused", "completed")),
    )  # fmt: skip


async def test_it_is_saved_while_clients_is_away(stack: Stack, product: Product) -> None:
    """CL-43: accepted, completed once clients is back, and once only."""
    owner = await product.sign_up()
    some = [(await _status(owner, None))["id"] for _ in range(2)]
    client = await owner.post("/v1/clients", {"name": "سارة"})
    body = {"client_id": client["id"], "follow_up_status_id": some[0]}
    await _settled(owner, await owner.post("/v1/follow-ups", body))
    stack.pause("clients")
    try:
        later = {"follow_up_status_id": some[1], "at": "2999-03-02T09:00:00Z"}
        made = await owner.post("/v1/follow-ups", body | later)
        assert made["state"] == "pending"
    finally:
        stack.resume("clients")
    assert (await _settled(owner, made))["state"] == "open"
    found = await owner.get(f"/v1/clients/{client['id']}")
    assert found["follow_up_status_id"] == some[1]

    async def are_told() -> bool:
        told = await owner.events_of(client["id"])
        return told.count("clients.client.status_changed") == 2

    await eventually(are_told)


async def test_what_is_due_is_a_task_that_moves_with_it(product: Product) -> None:
    """CL-40, CL-53, SC-10: of a status that requires it after hours, and of a follow-up time."""
    owner = await product.sign_up()
    me = (await owner.get("/v1/me"))["user"]["id"]
    field = {"key": "call_at", "label": "موعد الاتصال", "type": "follow_up_time"}
    await owner.post("/v1/custom-fields", field)
    due = await _status(owner, 48)
    client = await owner.post("/v1/clients", {
        "name": "سارة", "follow_up_status_id": due["id"],
        "staff": [{"user_id": me, "role": "owner"}],
    })  # fmt: skip
    [task] = await _tasks(owner, client, "open", 1)
    assert (task["kind"], task["assignee_ids"]) == ("follow_up", [me])
    wait = datetime.fromisoformat(task["due_at"]) - datetime.now(UTC)
    assert timedelta(hours=47) < wait <= timedelta(hours=48)
    path = f"/v1/clients/{client['id']}"
    for moment in ("2999-03-01T09:00:00Z", "2999-03-05T09:00:00Z"):
        answer = await owner.ask("PATCH", path, json={"custom_fields": {"call_at": moment}})
        assert answer.is_success, answer.text

    async def moved() -> bool:
        both = await _tasks(owner, client, "open", 2)
        return any(one["due_at"].startswith("2999-03-05T09:00") for one in both)

    await eventually(moved)
    await owner.post(f"{path}/status", {"follow_up_status_id": None})
    [given_up] = await _tasks(owner, client, "cancelled", 1)
    assert given_up["id"] == task["id"]


async def _status(owner: Person, hours: int | None) -> Json:
    body = {"name": {"ar": "اتصل لاحقًا", "en": "Call later"}, "kind": "variable",
            "requires_follow_up_after_hours": hours}  # fmt: skip
    return await owner.post("/v1/follow-up-statuses", body)


async def _settled(owner: Person, made: Json) -> Json:
    """A follow-up once clients has answered."""

    async def answered() -> Json | None:
        found = await owner.get(f"/v1/follow-ups/{made['id']}")
        return found if found["state"] != "pending" else None

    found: Json = await eventually(answered)
    return found


async def _tasks(owner: Person, client: Json, state: str, count: int) -> list[Json]:
    async def there() -> list[Json]:
        found: list[Json] = (await owner.get("/v1/tasks", client_id=client["id"], state=state))[
            "items"
        ]
        return found if len(found) == count else []

    return await eventually(there)
