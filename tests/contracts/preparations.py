"""Operations whose example needs a state or a secret of its own, made just before."""

import hmac
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp

from chassis.testing.eventually import eventually
from tests.contracts import of_members, of_scheduling
from tests.contracts.prepared import Preparation, Prepared
from tests.insured import claim_after
from tests.openapi import Operation
from tests.own_accounts import signed_in_elsewhere
from tests.product import PASSWORD, Person, form_of
from tests.sold import (
    WEBHOOK_SECRET,
    active_device,
    begun_token,
    cheque,
    e_invoice,
    issued_invoice,
    new_day,
    new_prefix,
    payment,
)
from tests.world import (
    Asked,
    World,
    failed_run,
    joined,
    message_to,
    new_passkey,
)

# A picture of one pixel.
_DOT = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9Qz0AEYBxV"
    "SF+FABJADveWkH6oAAAAAElFTkSuQmCC"
)


async def _sign_in(world: World, operation: Operation) -> Prepared:
    asked = await world.ask(operation)
    form = {"grant_type": "password", "username": world.person.email, "password": PASSWORD}
    return Prepared(replace(asked, body=form), world.person)


async def _as_somebody_else(world: World, operation: Operation) -> Prepared:
    """Ends the session or changes the password, so not the owner's own."""
    _, person = await joined(world, world.ids["role_id"])
    asked = await world.ask(operation)
    if isinstance(asked.body, dict) and "current_password" in asked.body:
        asked.body["current_password"] = PASSWORD
    return Prepared(asked, person)


async def _accept_invitation(world: World, operation: Operation) -> Prepared:
    body = {"email": world.address(), "role_id": world.ids["role_id"]}
    invitation = await world.person.post("/v1/invitations", body)
    asked = await world.ask(operation)
    return Prepared(replace(asked, body={**asked.body, "token": invitation["token"]}), world.person)


async def _mailed(world: World, operation: Operation) -> Prepared:
    """The token of the mail that somebody got who joined and forgot their password."""
    _, person = await joined(world, world.ids["role_id"])
    await world.product.http.post("/v1/auth/password-reset", json={"email": person.email})
    is_reset = "password-reset" in operation.path
    page = "reset-password" if is_reset else "verify-email"
    token = await world.product.link_to(person.email, page)
    asked = await world.ask(operation)
    return Prepared(replace(asked, body={**asked.body, "token": token}), person)


async def _second_factor(world: World, operation: Operation) -> Prepared:
    """Somebody's authenticator: begun, or turned on, so not the owner's own."""
    _, person = await joined(world, world.ids["role_id"])
    generator = pyotp.TOTP((await person.post("/v1/me/mfa"))["secret"])
    now = datetime.now(UTC)
    code = generator.at(now)
    if not operation.path.endswith("/confirm"):
        await person.post("/v1/me/mfa/confirm", {"code": code})
        code = generator.at(now + timedelta(seconds=30))
    asked = await world.ask(operation)
    own = {"code": code, "password": PASSWORD}
    return Prepared(replace(asked, body={name: own[name] for name in asked.body}), person)


async def _with_password(world: World, operation: Operation) -> Prepared:
    asked = await world.ask(operation)
    return Prepared(replace(asked, body={"password": PASSWORD}), world.person)


async def _passkey(world: World, operation: Operation) -> Prepared:
    _, body = await new_passkey(world)
    return Prepared(replace(await world.ask(operation), body=body), world.person)


async def _sign_in_with_passkey(world: World, operation: Operation) -> Prepared:
    device, body = await new_passkey(world)
    await world.person.post("/v1/me/passkeys", body)
    asked = await world.product.http.post("/v1/auth/passkeys/options")
    body = {"credential": device.get(asked.json()["public_key"])}
    return Prepared(replace(await world.ask(operation), body=body), world.person)


async def _oidc(world: World, operation: Operation) -> Prepared:
    """The world's owner has been at the company's provider, or is on the way back."""
    until = "callback" if operation.path.endswith("/callback") else ""
    said = await signed_in_elsewhere(world, until=until)
    return Prepared(replace(await world.ask(operation), query=said), world.person)


async def _paused(world: World, operation: Operation) -> Prepared:
    subscription = await world.fresh("subscription_id")
    await world.person.post(f"/v1/subscriptions/{subscription}/pause")
    return Prepared(await world.ask(operation, subscription_id=subscription), world.person)


async def _rate(world: World, operation: Operation) -> Prepared:
    """A currency has one rate of a day."""
    asked = await world.ask(operation)
    return Prepared(replace(asked, body={**asked.body, "on": new_day()}), world.person)


async def _allocate(world: World, operation: Operation) -> Prepared:
    """What has more left than is asked for, and an invoice of which as much is owed."""
    given = {"payment_id": await payment(world), "invoice_id": await issued_invoice(world)}
    asked = await world.ask(operation, payment_id=given["payment_id"])
    [share] = asked.body["allocations"]
    body = {"allocations": [{**share, "invoice_id": given["invoice_id"]}]}
    return Prepared(replace(asked, body=body), world.person)


async def _restore(world: World, operation: Operation) -> Prepared:
    client = await world.fresh("client_id")
    await world.person.post(f"/v1/clients/{client}/archive")
    return Prepared(await world.ask(operation, client_id=client), world.person)


async def _reactivate(world: World, operation: Operation) -> Prepared:
    user = await world.fresh("user_id")
    await world.person.post(f"/v1/users/{user}/deactivate")
    return Prepared(await world.ask(operation, user_id=user), world.person)


async def _cancel_message(world: World, operation: Operation) -> Prepared:
    """Only what waits for its time can be called back."""
    message = await message_to(world, world.address(), scheduled_at="2040-01-01T00:00:00Z")
    return Prepared(await world.ask(operation, message_id=message), world.person)


async def _retry_message(world: World, operation: Operation) -> Prepared:
    """The mail server knows nobody of this name, so the message has failed."""
    message = await message_to(world, "reject@example.com")

    async def failed() -> bool:
        return bool((await world.person.get(f"/v1/messages/{message}"))["status"] == "failed")

    await eventually(failed)
    return Prepared(await world.ask(operation, message_id=message), world.person)


async def _retry(world: World, operation: Operation) -> Prepared:
    run = await failed_run(world)
    return Prepared(await world.ask(operation, run_id=run), world.person)


async def _decide(world: World, operation: Operation) -> Prepared:
    """On a claim that the insurer has, or has granted."""
    steps = ("submit", "approve") if operation.path.endswith("/pay") else ("submit",)
    claim = await claim_after(world, *steps)
    return Prepared(await world.ask(operation, claim_id=claim), world.person)


async def _cancel_job(world: World, operation: Operation) -> Prepared:
    """Stopped already: one that runs might end before it is stopped."""
    body = {"filter": {}, "action": {"type": "restore"}}

    async def stopped() -> str:
        job = await world.made("/v1/clients/bulk", body, key="job_id")
        answer = await world.person.ask("POST", f"/v1/jobs/{job}/cancel")
        return job if answer.is_success else ""

    return Prepared(await world.ask(operation, job_id=await eventually(stopped)), world.person)


async def _by_link(world: World, operation: Operation) -> Prepared:
    """Somebody outside, with the token of a link."""
    file = f"/v1/files/{world.ids['file_id']}"
    is_share = operation.path.startswith("/v1/public/files/")
    made = await world.person.post(f"{file}/shares" if is_share else f"{file}/download-links")
    link = made["share_url" if is_share else "download_url"]
    return Prepared(await world.ask(operation, token=link.rpartition("/")[2]), world.person)


async def _cheque(world: World, operation: Operation) -> Prepared:
    """Not by cash, and at the bank before that says anything."""
    steps = () if operation.path.endswith("/deposit") else ("deposit",)
    return Prepared(
        await world.ask(operation, payment_id=await cheque(world, *steps)), world.person
    )


async def _sent(world: World, operation: Operation) -> Prepared:
    """An estimate that its client has."""
    estimate = await world.fresh("estimate_id")
    await world.person.post(f"/v1/estimates/{estimate}/send")
    return Prepared(await world.ask(operation, estimate_id=estimate), world.person)


async def _confirmed(world: World, operation: Operation) -> Prepared:
    """An order that was agreed to."""
    order = await world.fresh("order_id")
    await world.person.post(f"/v1/orders/{order}/confirm")
    return Prepared(await world.ask(operation, order_id=order), world.person)


async def _issued(world: World, operation: Operation) -> Prepared:
    """A draft is not owed yet."""
    invoice = await issued_invoice(world)
    return Prepared(await world.ask(operation, invoice_id=invoice), world.person)


async def _begun(world: World, operation: Operation) -> Prepared:
    """Somebody has begun to pay by the link."""
    asked = await world.ask(operation, invoice_token=await begun_token(world))
    return Prepared(asked, world.person)


class _Signed(Asked):
    """Comes from Stripe."""

    async def by(self, person: Person, **headers: str) -> Any:
        """Send it with a signature."""
        now = int(datetime.now(UTC).timestamp())
        content = b'{"type":"charge.updated","data":{"object":{"id":"ch_1"}}}'
        signed = hmac.new(WEBHOOK_SECRET.encode(), b"%d." % now + content, "sha256").hexdigest()
        headers |= {"Stripe-Signature": f"t={now},v1={signed}", "Content-Type": "application/json"}
        return await person.ask("POST", self.path, content=content, headers=headers)


async def _stripe_event(world: World, operation: Operation) -> Prepared:
    asked = await world.ask(operation)
    return Prepared(_Signed(asked.operation, asked.path, asked.body, asked.query), world.person)


async def _series(world: World, operation: Operation) -> Prepared:
    """A prefix is one series' own."""
    asked = await world.ask(operation)
    return Prepared(replace(asked, body={**asked.body, "prefix": new_prefix()}), world.person)


async def _with_logo(world: World, operation: Operation) -> Prepared:
    asked = await world.ask(operation)
    answer = await world.person.ask("PUT", asked.path, **form_of({"file": _DOT}))
    assert answer.status_code == 200, answer.text
    return Prepared(asked, world.person)


async def _device(world: World, operation: Operation) -> Prepared:
    """Each branch has one."""
    asked, branch_id = await world.ask(operation), await world.fresh("branch_id")
    return Prepared(replace(asked, body={**asked.body, "branch_id": branch_id}), world.person)


async def _whole_company(world: World, operation: Operation) -> Prepared:
    """A certificate says who sells."""
    await active_device(world)
    device = await world.fresh("device_id")
    return Prepared(await world.ask(operation, device_id=device), world.person)


async def _active_device(world: World, operation: Operation) -> Prepared:
    device, _ = await active_device(world)
    return Prepared(await world.ask(operation, device_id=device), world.person)


async def _e_invoice(world: World, operation: Operation) -> Prepared:
    """One that is to be told."""
    invoice, note = await e_invoice(world)
    asked = await world.ask(operation, invoice_id=invoice, credit_note_id=note)
    return Prepared(asked, world.person)


PREPARATIONS: dict[str, Preparation] = {
    **of_members.PREPARATIONS,
    **of_scheduling.PREPARATIONS,
    "POST /v1/auth/token": _sign_in,
    "POST /v1/auth/logout": _as_somebody_else,
    "POST /v1/me/password": _as_somebody_else,
    "POST /v1/auth/password-reset/confirm": _mailed,
    "POST /v1/auth/email-verification": _mailed,
    "POST /v1/me/mfa": _as_somebody_else,
    "POST /v1/me/mfa/confirm": _second_factor,
    "POST /v1/me/mfa/disable": _second_factor,
    "POST /v1/me/mfa/recovery-codes": _second_factor,
    "POST /v1/me/passkeys": _passkey,
    "POST /v1/me/passkeys/options": _with_password,
    "POST /v1/auth/passkeys": _sign_in_with_passkey,
    "GET /v1/auth/oidc/{oidc_provider_id}/callback": _oidc,
    "POST /v1/auth/oidc": _oidc,
    "POST /v1/invitations/accept": _accept_invitation,
    "POST /v1/clients/{client_id}/restore": _restore,
    "GET /v1/public/files/{token}": _by_link,
    "GET /v1/public/downloads/{token}": _by_link,
    "POST /v1/insurance/claims/{claim_id}/approve": _decide,
    "POST /v1/insurance/claims/{claim_id}/reject": _decide,
    "POST /v1/insurance/claims/{claim_id}/pay": _decide,
    "POST /v1/users/{user_id}/reactivate": _reactivate,
    "POST /v1/series": _series,
    "POST /v1/e-invoicing/devices": _device,
    "POST /v1/e-invoicing/devices/{device_id}/onboard": _whole_company,
    "POST /v1/e-invoicing/devices/{device_id}/renew": _active_device,
    "POST /v1/invoices/{invoice_id}/submit": _e_invoice,
    "POST /v1/credit-notes/{credit_note_id}/submit": _e_invoice,
    "POST /v1/invoices/{invoice_id}/void": _issued,
    "POST /v1/invoices/{invoice_id}/write-off": _issued,
    "POST /v1/invoices/{invoice_id}/send": _issued,
    "POST /v1/invoices/{invoice_id}/link": _issued,
    "POST /v1/invoices/{invoice_id}/checkout": _issued,
    "POST /v1/public/invoices/{invoice_token}/checkout/refresh": _begun,
    "POST /v1/public/payments/stripe/{payment_provider_id}": _stripe_event,
    "POST /v1/invoices/{invoice_id}/credit-notes": _issued,
    "POST /v1/payments": _issued,
    "POST /v1/subscriptions/{subscription_id}/resume": _paused,
    "POST /v1/exchange-rates": _rate,
    "POST /v1/payments/{payment_id}/allocations": _allocate,
    "POST /v1/payments/{payment_id}/deposit": _cheque,
    "POST /v1/payments/{payment_id}/clear": _cheque,
    "POST /v1/payments/{payment_id}/bounce": _cheque,
    "POST /v1/estimates/{estimate_id}/reopen": _sent,
    "POST /v1/orders/{order_id}/fulfill": _confirmed,
    "GET /v1/settings/billing/logo": _with_logo,
    "POST /v1/jobs/{job_id}/cancel": _cancel_job,
    "POST /v1/messages/{message_id}/cancel": _cancel_message,
    "POST /v1/messages/{message_id}/retry": _retry_message,
    "POST /v1/runs/{run_id}/retry": _retry,
}


async def prepared(world: World, operation: Operation) -> Prepared:
    """Ready to be sent."""
    prepare = PREPARATIONS.get(operation.name)
    if prepare:
        return await prepare(world, operation)
    return Prepared(await world.ask(operation), world.person)
