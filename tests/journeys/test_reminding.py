"""A client is reminded: who has not paid by a flow that hears of it and by the rule itself, and
who has an appointment.
"""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from chassis.testing.eventually import eventually
from tests.product import Product


async def test_a_rule_reminds_through_a_flow_and_by_mail(product: Product) -> None:
    """BI-16: rule, event, flow, mail; and the rule's own mail; both stand on the timeline."""
    owner = await product.sign_up()
    address = f"client-{uuid4().hex[:10]}@example.com"
    client = await owner.post("/v1/clients", {
        "name": "سارة", "language": "ar", "emails": [{"address": address}],
    })  # fmt: skip
    await owner.post("/v1/flows", {
        "name": "متابعة", "enabled": True, "trigger": {"event": "billing.invoice.reminder_due"},
        "steps": [{
            "type": "send_message", "channel": "email",
            "subject": "{{ event.rule_name }}: {{ event.invoice.number }}",
            "body": "{{ event.invoice.balance }} {{ event.invoice.currency }}"
                    " · {{ event.invoice.due_date }} · {{ event.days }}",
        }],
    })  # fmt: skip
    line = {"description": "استشارة", "quantity": "1", "unit_price": "75.00"}
    made = await owner.post("/v1/invoices", {"client_id": client["id"], "lines": [line]})
    sold = await owner.post(f"/v1/invoices/{made['id']}/issue")
    rule = {"name": "يوم الاستحقاق", "days": 0, "hour": 0, "send": True}
    await owner.post("/v1/dunning-rules", rule)

    async def mails() -> dict[str, str] | None:
        found = await product.mails_to(address)
        return {one["subject"]: one["text"] for one in found} if len(found) == 2 else None

    received = await eventually(mails)
    assert received is not None
    by_flow = received[f"يوم الاستحقاق: {sold['number']}"]
    assert f"75.00 {sold['currency']} · {sold['due_date']} · 0" in by_flow
    by_rule = received[f"تذكير بالفاتورة {sold['number']}"]
    assert f"75.00 {sold['currency']}" in by_rule and sold["due_date"] in by_rule
    await owner.sees(client["id"], "billing.invoice.reminder_due", "comms.message.sent")
    [shown] = (await owner.get(f"/v1/invoices/{made['id']}/reminders"))["items"]
    assert shown["message_id"] and shown["rule_name"] == rule["name"]


async def test_client_and_staff_are_reminded_of_an_appointment(product: Product) -> None:
    """SC-04: by a rule in its words, by the appointment's own minutes, and not of what is called
    off; what was sent and what was not stands in the list and on the timeline.
    """
    owner = await product.sign_up()
    me = (await owner.get("/v1/me"))["user"]["id"]
    address = f"client-{uuid4().hex[:10]}@example.com"
    client = await owner.post("/v1/clients", {
        "name": "سارة", "language": "ar", "emails": [{"address": address}],
    })  # fmt: skip
    await owner.post("/v1/reminder-rules", {
        "name": "عند الحجز", "relation": "after_creation", "minutes": 0,
        "subject": "حُجز {{ appointment.what }}", "body": "{{ client.name }}: {{ staff.name }}",
    })  # fmt: skip
    starts_at = (datetime.now(UTC) + timedelta(minutes=45)).isoformat()
    made = await owner.post("/v1/appointments", {
        "client_id": client["id"], "starts_at": starts_at, "staff_ids": [me], "title": "فحص",
        "reminders": [45, 10],
    })  # fmt: skip

    async def reminded() -> dict[str, str] | None:
        found = await product.mails_to(address)
        return {one["subject"]: one["text"] for one in found} if len(found) == 2 else None

    received = await eventually(reminded) or {}
    assert "سارة: نورة العتيبي" in received["حُجز فحص"]
    assert "(Asia/Riyadh)" in received["تذكير بموعدك مع شركة النور"]
    await eventually(lambda: _has_mail(product, owner.email, "تذكير بموعد مع سارة"))
    await owner.post(f"/v1/appointments/{made['id']}/cancel")

    async def settled() -> list[tuple[str, str, str]]:
        found = (await owner.get("/v1/reminders", appointment_id=made["id"]))["items"]
        told = sorted((one["to"], one["state"], one["reason"] or "") for one in found)
        return told if all(state in ("sent", "skipped") for _, state, _ in told) else []

    assert await eventually(settled) == [
        ("client", "sent", ""), ("client", "sent", ""), ("client", "skipped", "cancelled"),
        ("staff", "sent", ""), ("staff", "skipped", "cancelled"),
    ]  # fmt: skip
    await owner.sees(client["id"], "scheduling.reminder.sent", "scheduling.reminder.skipped")


async def _has_mail(product: Product, address: str, subject: str) -> bool:
    return any(one["subject"] == subject for one in await product.mails_to(address))
