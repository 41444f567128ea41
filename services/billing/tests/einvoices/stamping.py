"""Devices with a certificate, and the e-invoices they make."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from billing.devices.repository import DeviceRepository
from billing.devices.rules import key_of
from billing.devices.use_cases.devices import KEY
from chassis.caller import system
from services.billing.tests.factories import Json, Person
from services.billing.tests.invoices.making import INVOICES

DEVICES = "/v1/e-invoicing/devices"
_ISSUER = x509.Name([
    x509.NameAttribute(NameOID.COUNTRY_NAME, "SA"),
    x509.NameAttribute(NameOID.COMMON_NAME, "PRZEINVOICESCA4-CA"),
])  # fmt: skip
_AUTHORITY = ec.generate_private_key(ec.SECP256K1())


def certificate_of(public: Any) -> bytes:
    """What the authority makes of a public key, as DER."""
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(_ISSUER).issuer_name(_ISSUER)
        .public_key(public).serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=900))
        .sign(_AUTHORITY, SHA256())
    )  # fmt: skip
    return made.public_bytes(Encoding.DER)


async def certified(person: Person, **fields: Any) -> Json:
    """A device that stamps what is issued from now on, as if it was onboarded."""
    made = await person.post(DEVICES, fields)
    caller = system(person.caller.tenant_id, "billing")
    async with person.service.context.database.work(caller) as work:
        devices = DeviceRepository(work)
        device = await devices.get_for_update(made["id"])
        key = key_of(work.crypto.open(work.tenant_id, device.private_key, KEY))
        await devices.update(device, status="active", certificate=certificate_of(key.public_key()))
    return await person.get(f"{DEVICES}/{made['id']}")


async def file_of(person: Person, invoice: Json, path: str = INVOICES) -> bytes:
    answer = await person.http.get(f"{path}/{invoice['id']}/xml")
    assert answer.status_code == 200, answer.text
    return answer.content


def place_in(content: bytes) -> tuple[int, str]:
    """The counter, and the hash of the one before."""
    text = content.decode()
    counter = re.search(r"<cbc:ID>ICV</cbc:ID><cbc:UUID>(\d+)<", text)
    before = re.search(r"<cbc:ID>PIH</cbc:ID>.*?text/plain\">([^<]+)<", text)
    assert counter and before
    return int(counter[1]), before[1]
