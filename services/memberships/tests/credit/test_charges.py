"""Credit that is charged by hand."""

from services.memberships.tests.factories import Person, make_credit_type, remember_client

CHARGES = "/v1/credit-charges"


async def test_a_charge_is_kept_stopped_resumed_extended_and_refunded(owner: Person) -> None:
    """ME-13, ME-16"""
    client, kind = str(await remember_client(owner)), (await make_credit_type(owner))["id"]
    body = {"client_id": client, "credit_type_id": kind, "amount": "8", "description": "باقة"}
    made = await owner.post(CHARGES, body)
    path = f"{CHARGES}/{made['id']}"
    assert (made["amount"], made["remaining"], made["held"]) == ("8", "8", "0")
    assert (made["status"], made["expires_on"], made["source"]) == ("active", None, "manual")
    assert (made["client_id"], made["url"]) == (client, f"/v1/clients/{client}")
    assert await owner.get(path) == made
    assert (await owner.post(f"{path}/stop"))["status"] == "stopped"
    assert await owner.refused("POST", f"{path}/stop") == (409, "credit_charge_stopped")
    assert (await owner.post(f"{path}/resume"))["status"] == "active"
    assert await owner.refused("POST", f"{path}/resume") == (409, "credit_charge_not_stopped")
    extended = await owner.post(f"{path}/extend", {"expires_on": "2999-01-01"})
    assert (extended["expires_on"], extended["status"]) == ("2999-01-01", "active")
    refunded = await owner.post(f"{path}/refund", {"amount": "3"})
    assert (refunded["remaining"], refunded["version"]) == ("5", 5)
    assert (await owner.post(f"{path}/refund", {}))["status"] == "used_up"
    assert await owner.refused("POST", f"{path}/refund", {}) == (409, "nothing_left")
