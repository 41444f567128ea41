"""What is done with e-invoices as documents are issued: checked, and stamped by a device."""

from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from cryptography.x509 import load_der_x509_certificate

from billing.defaults.repository import BillingSettingsRepository
from billing.devices.repository import DeviceRepository
from billing.devices.rules import Stamper, Status, key_of
from billing.devices.use_cases.devices import KEY, lock_devices
from billing.einvoices.repository import EInvoiceRepository
from billing.einvoices.rules import checks
from billing.einvoices.rules.states import EInvoiceStatus, Json, Kind, state
from billing.einvoices.tables import EInvoice
from billing.ubl.rules.document import FIRST, Place, is_simplified, xml
from billing.ubl.rules.qr import issued_at
from billing.ubl.rules.signature import Signed, document_hash, sign
from chassis.work import UnitOfWork

# Named here, run above: it tells documents what became of them.
SUBMIT: Final = "billing.submit_einvoice"


async def is_on(work: UnitOfWork) -> bool:
    """Whether the company issues e-invoices."""
    settings = await BillingSettingsRepository(work).current()
    return settings is not None and settings.is_e_invoicing


def check(says: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]) -> None:
    """Whether a document may take its number, by what it will say; raises EInvoiceIncomplete."""
    checks.check(says["seller"], says["buyer"], lines, says["home_currency"])


async def check_voidable(work: UnitOfWork) -> None:
    """Raises EInvoicing."""
    if await is_on(work):
        raise checks.EInvoicing()


@dataclass(frozen=True, slots=True)
class Stamps:
    """The devices of some documents, locked: what each counts next is theirs."""

    devices: Mapping[UUID | None, Stamper]
    places: Mapping[UUID, int]

    def state(self, document_id: UUID, branch_id: UUID | None) -> Json:
        """What a document tells of its e-invoice."""
        is_active = self.devices[branch_id].status == Status.ACTIVE
        status = EInvoiceStatus.PENDING if is_active else EInvoiceStatus.GENERATED
        return state(status, self.places[document_id])


async def take_stamps(
    work: UnitOfWork, documents: Sequence[tuple[UUID, UUID | None]]
) -> Stamps:  # fmt: skip
    """The next places of documents (with their branches), in this order.

    Whoever else stamps with the same devices waits for the end of this work: ask for it last, with
    the numbers.
    """
    devices = await lock_devices(work, {branch_id for _, branch_id in documents})
    last = {one.id: one.last_counter for one in devices.values()}
    places = {}
    for document_id, branch_id in documents:
        device = devices[branch_id]
        last[device.id] += 1
        places[document_id] = last[device.id]
    return Stamps(devices, places)


async def stamp(
    work: UnitOfWork, stamps: Stamps, documents: Sequence[tuple[Kind, UUID | None, Json]]
) -> None:  # fmt: skip
    """Write documents, as they are shown, as e-invoices; each follows the one before it."""
    groups: dict[UUID, list[tuple[Kind, Json]]] = defaultdict(list)
    for kind, branch_id, told in documents:
        groups[stamps.devices[branch_id].id].append((kind, told))
    by_id = {one.id: one for one in stamps.devices.values()}
    rows: list[Json] = []
    for device_id, those in groups.items():
        made = _made(work, by_id[device_id], those)
        rows += made
        last = made[-1]
        await DeviceRepository(work).count(device_id, last["counter"], last["content_hash"])
    await EInvoiceRepository(work).add_each(rows)
    for row in rows:
        if by_id[row["device_id"]].status == Status.ACTIVE:
            work.enqueue(SUBMIT, {"id": row["id"]}, unique=row["id"])


def _made(work: UnitOfWork, device: Stamper, those: Sequence[tuple[Kind, Json]]) -> list[Json]:
    signing = signer(work, device)
    counter, before = device.last_counter, device.last_hash
    rows = []
    for kind, told in those:
        counter += 1
        signed = signing(xml(told, Place(counter, before)), told)
        rows.append({
            "id": told["id"], "document_type": kind, "device_id": device.id, "counter": counter,
            "previous_hash": before, "content_hash": signed.hash, "xml": signed.xml,
            "is_simplified": is_simplified(told["buyer"]),
        })  # fmt: skip
        before = signed.hash
    return rows


def signer(work: UnitOfWork, device: Stamper) -> Callable[[bytes, Json], Signed]:
    """Puts the device's stamp on a document; without a certificate there is none."""
    if device.certificate is None:
        return lambda content, _: Signed(content, document_hash(content), "")
    key = key_of(work.crypto.open(work.tenant_id, device.private_key, KEY))
    certificate = load_der_x509_certificate(device.certificate)
    return lambda content, told: sign(
        content, key, certificate, issued_at(told).strftime("%Y-%m-%dT%H:%M:%S")
    )


async def given(work: UnitOfWork, document_id: UUID) -> bytes | None:
    """A document as it was told the authority; None where it is no e-invoice."""
    found = await EInvoiceRepository(work).find(document_id)
    return found.given if found else None


async def broken(work: UnitOfWork) -> AsyncIterator[tuple[UUID, str]]:
    """The first document of each device that was changed, or does not follow the one before it."""
    for device in await DeviceRepository(work).every():
        counter, before = 0, FIRST
        async for one in EInvoiceRepository(work).of_device(device.id):
            if (reason := _broken(one, counter, before)) is not None:
                yield one.id, reason
                break
            counter, before = one.counter, one.content_hash
        else:
            if (counter, before) != (device.last_counter, device.last_hash):
                yield device.id, "the last e-invoice"


def _broken(one: EInvoice, counter: int, before: str) -> str | None:
    if one.counter != counter + 1:
        return "the counter"
    if one.previous_hash != before:
        return "the hash before"
    return None if document_hash(one.xml) == one.content_hash else "the e-invoice"
