"""Rules of reminders are made, changed and removed."""

from chassis.ids import new_id
from services.scheduling.tests.factories import Json, Person, make_action

RULES = "/v1/reminder-rules"


async def test_a_rule_is_made_changed_and_removed(owner: Person) -> None:
    """SC-04"""
    action = (await make_action(owner, subject="appointment"))["id"]
    body: Json = {
        "id": str(new_id()), "name": "قبل الموعد", "kind": "linked", "linked_type": "invoice",
        "action_ids": [action], "relation": "before", "minutes": 1440, "channel": "sms",
        "to": "both", "subject": {"ar": "موعدك", "en": "Your appointment"},
        "body": {"ar": "{{ appointment.when }}"},
    }  # fmt: skip
    made = await owner.post(RULES, body)
    assert made["active"] and made["body"] == {"ar": "{{ appointment.when }}", "en": None}
    again = await owner.http.post(RULES, json=body)
    assert (again.status_code, again.json()["id"]) == (200, made["id"])
    path = f"{RULES}/{made['id']}"
    changed = await owner.patch(
        path, {"linked_type": None, "subject": None, "body": None, "template_id": str(new_id())}
    )
    assert changed["subject"] is None and changed["version"] == 2
    assert await owner.ids(RULES, active=True, kind="linked") == [made["id"]]
    assert await owner.ids(RULES, active=False) == []
    await owner.delete(path)
    assert await owner.refused("GET", path) == (404, "reminder_rule_not_found")


async def test_what_does_not_hold_names_its_field(owner: Person) -> None:
    """SC-04"""
    of_cycles = (await make_action(owner, subject="work_cycle"))["id"]
    words = {"subject": "x", "body": "y"}
    for wrong, code, field in (
        ({"name": " "}, "validation_failed", "name"),
        ({"minutes": -1}, "validation_failed", "minutes"),
        ({"relation": "during"}, "validation_failed", "relation"),
        ({"channel": "pigeon"}, "validation_failed", "channel"),
        ({"to": "all"}, "validation_failed", "to"),
        ({"linked_type": "invoice"}, "rule_not_of_linked", "linked_type"),
        ({"action_ids": [str(new_id())]}, "unknown_reference", "action_ids.0"),
        ({"action_ids": [of_cycles]}, "unknown_reference", "action_ids.0"),
        ({"kind": "booking", "action_ids": [str(new_id())]}, "rule_without_actions", "action_ids"),
        ({"subject": "x"}, "one_text", "body"),
        ({"body": "x"}, "one_text", "subject"),
        ({**words, "template_id": str(new_id())}, "one_text", "template_id"),
        ({**words, "body": "{% if %}"}, "invalid_template", "body.en"),
        ({"sent_to": "client"}, "validation_failed", "sent_to"),
    ):  # fmt: skip
        assert await owner.wrong("POST", RULES, {"name": "x"} | wrong) == (code, [field]), wrong


async def test_there_are_so_many_rules_at_most(owner: Person) -> None:
    """SC-04: each appointment is held against all of them."""
    made = [await owner.post(RULES, {"name": "x", "active": False}) for _ in range(50)]
    assert await owner.refused("POST", RULES, {"name": "x"}) == (409, "too_many_reminder_rules")
    await owner.delete(f"{RULES}/{made[0]['id']}")
    await owner.post(RULES, {"name": "x"})


async def test_who_does_not_manage_reads_them(owner: Person) -> None:
    made = await owner.post(RULES, {"name": "x"})
    async with owner.colleague("scheduling:read", "scheduling:write") as agent:
        assert await agent.ids(RULES) == [made["id"]]
        assert await agent.refused("POST", RULES, {"name": "x"}) == (403, "forbidden")
        path = f"{RULES}/{made['id']}"
        assert await agent.refused("DELETE", path) == (403, "forbidden")
