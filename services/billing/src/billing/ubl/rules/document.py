"""Invoices and credit notes as XML: UBL 2.1 by EN 16931, with what ZATCA asks for besides."""

from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from lxml import etree

from billing.chains.rules import GENESIS
from billing.totals.rules.engine import totals
from billing.totals.rules.written import document_of
from billing.ubl.rules import figures
from billing.ubl.rules.qr import code, issued_at
from billing.ubl.rules.writing import DOCUMENT, SPACES, Element, Json, cac, cbc

# UNTDID 1001. ZATCA's KSA-2: a tax invoice or a simplified one, and no special case.
_INVOICE, _CREDIT_NOTE, _PRO_FORMA = "388", "381", "325"
_STANDARD, _SIMPLIFIED = "0100000", "0200000"
# UNTDID 4461: by whatever means.
_ANY_MEANS: Final = "1"
# ZATCA, KSA-13: what stands before the first.
FIRST: Final = b64encode(sha256(b"0").hexdigest().encode()).decode()
_ADDRESS: Final = (
    ("street", "StreetName"), ("building", "BuildingNumber"),
    ("additional_number", "PlotIdentification"), ("district", "CitySubdivisionName"),
    ("city", "CityName"), ("postal_code", "PostalZone"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """Where a document stands among those of its device: KSA-16 and KSA-13, in base64."""

    counter: int
    previous_hash: str


def is_simplified(buyer: Json | None) -> bool:
    """Whether who buys has no tax number."""
    return not (buyer or {}).get("tax_number")


def xml(told: Json, place: Place | None = None) -> bytes:
    """An invoice, or a credit note with what `credit_of` tells, as the API shows it.

    Simplified unless its buyer has a tax number. Its figures are the engine's. Not signed; what
    has no place of a device has that of its series. A draft is a pro forma, known by its id.
    """
    root = etree.Element(f"{{{DOCUMENT}}}Invoice", nsmap=SPACES)
    groups = totals(document_of(told["currency"], told["lines"], told)).groups
    _head(root, told)
    if told["number"]:
        # KSA-14: of an e-invoice it is told again by who stamps it.
        _chain(root, place or _of_series(told), code(told, as_written=place is not None))
    for role, party in (("Supplier", told["seller"]), ("Customer", told["buyer"] or {})):
        _party(cac(root, f"Accounting{role}Party", "Party"), party)
    cbc(cac(root, "Delivery"), "ActualDeliveryDate", told["supply_date"])
    _payment(root, told)
    for group in groups:
        figures.adjust(root, told, group, "false", group.discount_minor)
        figures.adjust(root, told, group, "true", group.shipping_minor)
    figures.taxes(root, told, groups)
    figures.sums(root, told)
    for at, line in enumerate(told["lines"], 1):
        figures.line(root, told["currency"], at, line)
    made: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return made


def _head(root: Element, told: Json) -> None:
    number, credit_of = told["number"], told.get("credit_of")
    cbc(root, "ProfileID", "reporting:1.0")
    cbc(root, "ID", number or told["id"])
    cbc(root, "UUID", told["id"])
    cbc(root, "IssueDate", told["issue_date"])
    if number:
        cbc(root, "IssueTime", issued_at(told).strftime("%H:%M:%S"))
    if not credit_of:
        cbc(root, "DueDate", told["due_date"])
    issued = credit_of.get("code", _CREDIT_NOTE) if credit_of else _INVOICE
    kind = _SIMPLIFIED if is_simplified(told["buyer"]) else _STANDARD
    cbc(root, "InvoiceTypeCode", issued if number else _PRO_FORMA, name=kind)
    if told["notes"]:
        cbc(root, "Note", told["notes"])
    cbc(root, "DocumentCurrencyCode", told["currency"])
    cbc(root, "TaxCurrencyCode", told["home_currency"] or told["currency"])
    if credit_of:
        reference = cac(root, "BillingReference", "InvoiceDocumentReference")
        cbc(reference, "ID", credit_of["number"])
        cbc(reference, "IssueDate", credit_of["issue_date"])


def _of_series(told: Json) -> Place:
    before = told["chain"]["previous_hash"]
    hashed = FIRST if before == GENESIS else b64encode(bytes.fromhex(before)).decode()
    return Place(told["chain"]["place"], hashed)


def _chain(root: Element, place: Place, qr: str) -> None:
    """The counter (KSA-16), the hash of the one before (KSA-13), and the code (KSA-14)."""
    counter = cac(root, "AdditionalDocumentReference")
    cbc(counter, "ID", "ICV")
    cbc(counter, "UUID", str(place.counter))
    for name, value in (("PIH", place.previous_hash), ("QR", qr)):
        reference = cac(root, "AdditionalDocumentReference")
        cbc(reference, "ID", name)
        held = cac(reference, "Attachment")
        cbc(held, "EmbeddedDocumentBinaryObject", value, mimeCode="text/plain")


def _payment(root: Element, told: Json) -> None:
    """By which means; of a credit note why it is given (KSA-10)."""
    means = cac(root, "PaymentMeans")
    cbc(means, "PaymentMeansCode", _ANY_MEANS)
    if credit_of := told.get("credit_of"):
        cbc(means, "InstructionNote", credit_of["reason"])
    if told["payment_terms"]:
        cbc(cac(root, "PaymentTerms"), "Note", told["payment_terms"])


def _party(party: Element, told: Json) -> None:
    if told.get("registration_number"):
        cbc(cac(party, "PartyIdentification"), "ID", told["registration_number"], schemeID="CRN")
    address = told.get("address") or {}
    country = address.get("country_code") or told.get("country_code")
    if any(address.values()) or country:
        written_address = cac(party, "PostalAddress")
        for part, name in _ADDRESS:
            if address.get(part):
                cbc(written_address, name, address[part])
        if country:
            cbc(cac(written_address, "Country"), "IdentificationCode", country)
    if number := told.get("vat_number") or told.get("tax_number"):
        scheme = cac(party, "PartyTaxScheme")
        cbc(scheme, "CompanyID", number)
        cbc(cac(scheme, "TaxScheme"), "ID", "VAT")
    if told:
        name = told.get("business_name") or told["name"]
        cbc(cac(party, "PartyLegalEntity"), "RegistrationName", name)
