"""Devices that stamp e-invoices: their keys, what they ask a certificate with, and their states."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Literal, Protocol
from uuid import UUID

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)
from cryptography.x509.oid import NameOID, ObjectIdentifier

from chassis.errors import Conflict, Invalid, NotFound

Environment = Literal["sandbox", "simulation", "production"]
# ZATCA, security features standard 2.2.2: which certificate is asked for.
_TEMPLATE: Final = ObjectIdentifier("1.3.6.1.4.1.311.20.2")
_TEMPLATES: Final[dict[Environment, str]] = {
    "sandbox": "TSTZATCA-Code-Signing", "simulation": "PREZATCA-Code-Signing",
    "production": "ZATCA-Code-Signing",
}  # fmt: skip
_ADDRESS: Final = ObjectIdentifier("2.5.4.26")
_PRINTABLE: Final = b"\x13"
# Both standard invoices and simplified ones.
_BOTH: Final = "1100"
# Of a name in a certificate (RFC 5280, upper bounds).
_LONGEST: Final = 64
# Who made it, its model, and its number.
SERIAL: Final = "1-Diwan|2-1|3-"
STARTING_NAME: Final = "Diwan"
USUAL_INDUSTRY: Final = "Services"


class Status(StrEnum):
    """Where a device stands: made, asking for its certificate, in use, refused, or put away."""

    NEW = "new"
    ONBOARDING = "onboarding"
    ACTIVE = "active"
    REFUSED = "refused"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a certificate says of a device."""

    name: str
    serial: str
    company: str
    branch: str
    vat_number: str
    address: str
    industry: str


class Stamper(Protocol):
    """A device as documents are stamped with it."""

    @property
    def id(self) -> UUID: ...
    @property
    def status(self) -> str: ...
    @property
    def private_key(self) -> bytes: ...
    @property
    def certificate(self) -> bytes | None: ...
    @property
    def last_counter(self) -> int: ...
    @property
    def last_hash(self) -> str: ...


class Named(Protocol):
    """What somebody called a device."""

    @property
    def name(self) -> str: ...
    @property
    def industry(self) -> str: ...


class DeviceNotFound(NotFound):
    """No such device."""

    code = "device_not_found"
    detail = "There is no such device."


class DeviceTaken(Conflict):
    """Each branch, and the company itself, has one device at a time."""

    code = "device_taken"
    detail = "There is a device of this branch already. Retire it first."


class DeviceInUse(Conflict):
    """What it stamped refers to it."""

    code = "device_in_use"
    detail = "This device has made e-invoices. Retire it instead."


class DeviceNotReady(Conflict):
    """Its state does not allow that."""

    code = "device_not_ready"
    detail = "This device is not in a state for that: it is {status}."


class DeviceIncomplete(Invalid):
    """What a certificate says of the company has to be known."""

    code = "device_incomplete"
    detail = "A certificate needs the VAT number and the address of the company."


def check_status(status: str, *allowed: Status) -> None:
    """Raises DeviceNotReady."""
    if status not in allowed:
        raise DeviceNotReady(status=status)


def new_key() -> bytes:
    """A private key on secp256k1, as DER."""
    key = ec.generate_private_key(ec.SECP256K1())
    return key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def key_of(stored: bytes) -> ec.EllipticCurvePrivateKey:
    """A key as it was stored."""
    key = load_der_private_key(stored, None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("a device has a key on a curve")
    return key


def facts(device_id: object, device: Named, sells: Mapping[str, Any]) -> Facts:
    """What its certificate will say of a device, by who sells; raises DeviceIncomplete."""
    address = sells.get("address") or {}
    place = " ".join(address[one] for one in ("building", "street", "city") if address.get(one))
    if not sells.get("vat_number") or not place:
        raise DeviceIncomplete()
    branch = sells.get("branch") or {}
    return Facts(
        name=device.name, serial=f"{SERIAL}{device_id}", company=sells["name"],
        branch=next((one for one in branch.values() if one), sells["name"]),
        vat_number=sells["vat_number"], address=place, industry=device.industry,
    )  # fmt: skip


def request(key: ec.EllipticCurvePrivateKey, facts: Facts, environment: Environment) -> str:
    """What a certificate is asked with (CSR), as PEM."""
    of = x509.Name([
        x509.NameAttribute(NameOID.COUNTRY_NAME, "SA"),
        x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, facts.branch[:_LONGEST]),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, facts.company[:_LONGEST]),
        x509.NameAttribute(NameOID.COMMON_NAME, facts.name[:_LONGEST]),
    ])  # fmt: skip
    more = x509.Name([
        x509.NameAttribute(NameOID.SURNAME, facts.serial),
        x509.NameAttribute(NameOID.USER_ID, facts.vat_number),
        x509.NameAttribute(NameOID.TITLE, _BOTH),
        x509.NameAttribute(_ADDRESS, facts.address),
        x509.NameAttribute(NameOID.BUSINESS_CATEGORY, facts.industry),
    ])  # fmt: skip
    template = _TEMPLATES[environment].encode()
    named = x509.UnrecognizedExtension(_TEMPLATE, _PRINTABLE + bytes([len(template)]) + template)
    made = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(of)
        .add_extension(named, critical=False)
        .add_extension(x509.SubjectAlternativeName([x509.DirectoryName(more)]), critical=False)
        .sign(key, SHA256())
    )
    return made.public_bytes(Encoding.PEM).decode()
