"""Payment providers: who sets them up, which keys fit, and that secrets are never shown."""

import pytest

from billing.payment_providers.rules.port import ProviderRefused, ProviderUnavailable
from services.billing.tests.checkouts.making import KEYS, PROVIDERS, bank_of, begin, provider
from services.billing.tests.factories import Json, Person
from services.billing.tests.payments.making import client, owed


async def test_one_is_set_up_and_keeps_its_secrets(owner: Person) -> None:
    """BI-09, GW-03: no answer shows them."""
    made = await provider(owner)
    assert (made["kind"], made["test_mode"], made["enabled"]) == ("stripe", True, True)
    assert made["has_webhook_secret"] and made["webhook_url"].endswith(
        f"/v1/public/payments/stripe/{made['id']}"
    )
    path = f"{PROVIDERS}/{made['id']}"
    changed = await owner.patch(path, {"secret_key": "rk_test_other", "webhook_secret": None})
    assert not changed["has_webhook_secret"]
    texts = [str(one) for one in (made, changed, await owner.get(path), await owner.get(PROVIDERS))]
    for secret in ("sk_test_1", "rk_test_other", "whsec_1"):
        assert not any(secret in one for one in texts)
    await owner.delete(path)
    assert await owner.refused("GET", path) == (404, "payment_provider_not_found")


async def test_the_same_id_and_keys_are_the_same_one(owner: Person) -> None:
    """GW-08: made by the caller; other keys are another one."""
    first = await provider(owner, id="01890a5d-ac96-774b-bcce-b302099a80aa")
    body = {"name": "البطاقات", **KEYS, "id": first["id"]}
    again = await owner.http.post(PROVIDERS, json=body)
    assert (again.status_code, again.json()) == (200, first)
    other = body | {"secret_key": "sk_test_2"}
    assert await owner.refused("POST", PROVIDERS, other) == (409, "id_taken")


@pytest.mark.parametrize(("keys", "code", "field"), [
    ({"publishable_key": "sk_test_1"}, "not_such_a_key", "publishable_key"),
    ({"secret_key": "pk_test_1"}, "not_such_a_key", "secret_key"),
    ({"secret_key": "sk_live_1"}, "keys_differ", "secret_key"),
    ({"webhook_secret": "secret"}, "not_such_a_key", "webhook_secret"),
    ({"publishable_key": "pk_test_ 1"}, "validation_failed", "publishable_key"),
    ({"kind": "other"}, "validation_failed", "kind"),
])  # fmt: skip
async def test_keys_that_do_not_fit_are_refused(
    owner: Person, keys: Json, code: str, field: str
) -> None:
    """BI-09: named by their field."""
    found = await owner.wrong("POST", PROVIDERS, {"name": "x", **KEYS, **keys})
    assert found == (code, [field])


async def test_they_are_tested(owner: Person) -> None:
    """BI-09: why it does not work is told as the provider tells it."""
    bank, made = bank_of(owner), await provider(owner)
    path = f"{PROVIDERS}/{made['id']}/test"
    assert await owner.post(path) == {"works": True, "problem": None}
    for failure, problem in ((ProviderRefused(reason="api_key_expired"), "api_key_expired"),
                             (ProviderUnavailable(), "payment_provider_unavailable")):  # fmt: skip
        bank.failure = failure
        assert await owner.post(path) == {"works": False, "problem": problem}


async def test_one_that_was_used_is_switched_off_instead(owner: Person) -> None:
    """BI-09: what was begun with it is ended with it."""
    bank_of(owner)
    made = await provider(owner)
    bill = await owed(owner, "10.00", await client(owner))
    begun = await begin(owner, bill)
    path = f"{PROVIDERS}/{made['id']}"
    assert await owner.refused("DELETE", path) == (409, "payment_provider_used")
    await owner.patch(path, {"enabled": False})
    refused = await owner.refused("POST", f"/v1/invoices/{bill['id']}/checkout")
    assert refused == (409, "no_payment_provider")
    assert (await owner.post(f"/v1/checkouts/{begun['id']}/refresh"))["id"] == begun["id"]


async def test_only_who_manages_billing_sees_them(owner: Person) -> None:
    """GW-02, GW-03"""
    made = await provider(owner)
    async with owner.colleague("billing:read", "billing:write") as clerk:
        assert (await clerk.refused("GET", PROVIDERS))[0] == 403
        assert (await clerk.refused("POST", f"{PROVIDERS}/{made['id']}/test"))[0] == 404
    async with owner.service.http(owner.service.caller()) as http:
        assert (await http.get(f"{PROVIDERS}/{made['id']}")).status_code == 404
        assert (await http.get(PROVIDERS)).json()["items"] == []
