"""How a device gets its certificate: by a code of the authority's portal, then by its checks."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any, Final
from uuid import UUID

import orjson
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import load_der_x509_certificate

from billing.authority import Authority, AuthorityRefused, Credentials, Sending
from billing.branches.repository import BranchRepository
from billing.devices import rules
from billing.devices.repository import DeviceRepository
from billing.devices.tables import Device
from billing.devices.use_cases.devices import KEY
from billing.parties.rules import seller
from billing.ubl.rules.document import FIRST, Place, xml
from billing.ubl.rules.qr import issued_at
from billing.ubl.rules.samples import samples
from billing.ubl.rules.signature import sign
from chassis.caller import Caller, system
from chassis.context import Context
from chassis.work import UnitOfWork

Json = dict[str, Any]
CERTIFY: Final = "billing.certify_device"
_CREDENTIALS: Final = "billing.device_credentials"
_OPEN: Final = (rules.Status.NEW, rules.Status.ONBOARDING, rules.Status.REFUSED)


async def onboard_device(
    work: UnitOfWork, context: Context, device_id: UUID, otp: str
) -> Device:  # fmt: skip
    """Ask for a device's certificate; a job has it checked and brings the one that counts."""
    device = await _known(work, device_id, *_OPEN)
    sells = await _seller(work.caller, context, device)
    authority = context.kept(Authority)
    key = rules.key_of(work.crypto.open(work.tenant_id, device.private_key, KEY))
    csr = rules.request(key, rules.facts(device.id, device, sells), authority.environment)
    found = await authority.compliance_certificate(csr, otp)
    devices = DeviceRepository(work)
    device = await devices.get_for_update(device_id)
    rules.check_status(device.status, *_OPEN)
    work.enqueue(CERTIFY, {"id": str(device_id)}, unique=str(device_id))
    return await devices.update(
        device, csr=csr, status=rules.Status.ONBOARDING.value, problems=[],
        credentials=_sealed(work, found),
    )  # fmt: skip


async def renew_device(
    work: UnitOfWork, context: Context, device_id: UUID, otp: str
) -> Device:  # fmt: skip
    """Another certificate for a device in use, before its own ends."""
    device = await _known(work, device_id, rules.Status.ACTIVE)
    known = credentials_of(work, device)
    found = await context.kept(Authority).renewed_certificate(known, device.csr or "", otp)
    devices = DeviceRepository(work)
    device = await devices.get_for_update(device_id)
    rules.check_status(device.status, rules.Status.ACTIVE)
    return await devices.update(device, **_certified(work, found))


async def certify_device(context: Context, tenant_id: UUID, payload: dict[str, Any]) -> None:
    """Have a new device checked, then get its certificate; raises AuthorityUnavailable.

    It may run twice: a device that has its certificate is left alone.
    """
    caller = system(tenant_id, context.service)
    async with context.database.work(caller, role="worker") as work:
        device = await DeviceRepository(work).find(UUID(payload["id"]))
        if device is None or device.status != rules.Status.ONBOARDING:
            return
        known = credentials_of(work, device)
        key = rules.key_of(work.crypto.open(tenant_id, device.private_key, KEY))
    sells = await _seller(caller, context, device)
    outcome = await _checked(context.kept(Authority), known, _samples(sells, known, key))
    async with context.database.work(caller, role="worker") as work:
        devices = DeviceRepository(work)
        device = await devices.get_for_update(device.id)
        if device.status != rules.Status.ONBOARDING:
            return
        if isinstance(outcome, Credentials):
            await devices.update(device, **_certified(work, outcome))
        else:
            refused = rules.Status.REFUSED.value
            await devices.update(device, status=refused, problems=outcome)


def credentials_of(work: UnitOfWork, device: Device) -> Credentials:
    """By which the authority knows a device."""
    opened = work.crypto.open(work.tenant_id, device.credentials or b"", _CREDENTIALS)
    return Credentials(**orjson.loads(opened))


async def _known(work: UnitOfWork, device_id: UUID, *states: rules.Status) -> Device:
    async with work.database.work(work.caller) as own:
        device = await DeviceRepository(own).get(device_id)
    work.authorize()
    rules.check_status(device.status, *states)
    return device


async def _seller(caller: Caller, context: Context, device: Device) -> Json:
    """Who sells with a device now; before any statement of a work, as identity is asked."""
    company = await context.peers.company(caller.tenant_id)
    if device.branch_id is None:
        return seller(company, {})
    async with context.database.work(caller) as own:
        branch = await BranchRepository(own).find(device.branch_id)
    return seller(company, asdict(branch) if branch else {})


def _samples(
    sells: Json, known: Credentials, key: ec.EllipticCurvePrivateKey
) -> Iterator[Sending]:  # fmt: skip
    """One of each kind that the device will make, in a chain, under its first certificate."""
    certificate, before = load_der_x509_certificate(known.certificate), FIRST
    for counter, told in enumerate(samples(sells), 1):
        at = issued_at(told).strftime("%Y-%m-%dT%H:%M:%S")
        signed = sign(xml(told, Place(counter, before)), key, certificate, at)
        before = signed.hash
        yield Sending(told["id"], signed.hash, signed.xml, told["buyer"] is None)


async def _checked(
    authority: Authority, known: Credentials, some: Iterable[Sending]
) -> Credentials | list[dict[str, str]]:
    """The certificate that counts, or why there is none."""
    for one in some:
        verdict = await authority.check(known, one)
        if verdict.outcome == "rejected":
            return verdict.errors
    try:
        return await authority.production_certificate(known)
    except AuthorityRefused as refusal:
        return [{"code": refusal.code, "message": str(refusal.params["reason"])}]


def _certified(work: UnitOfWork, found: Credentials) -> Json:
    certificate = load_der_x509_certificate(found.certificate)
    return {
        "status": rules.Status.ACTIVE.value, "certificate": found.certificate, "problems": [],
        "certificate_expires_at": certificate.not_valid_after_utc,
        "credentials": _sealed(work, found),
    }  # fmt: skip


def _sealed(work: UnitOfWork, found: Credentials) -> bytes:
    return work.crypto.seal(work.tenant_id, orjson.dumps(found), _CREDENTIALS)
