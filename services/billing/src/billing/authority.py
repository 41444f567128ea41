"""What is asked of the Saudi tax authority (ZATCA): certificates, and that e-invoices are taken."""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import orjson

from billing.settings import Settings
from chassis.addresses import Unreachable
from chassis.context import Context
from chassis.errors import Conflict, Unavailable
from chassis.outbound import Outbound

Json = dict[str, Any]
Message = dict[str, str]
_PLACES: Final = {
    "sandbox": "developer-portal", "simulation": "simulation", "production": "core",
}  # fmt: skip
_HOST: Final = "https://gw-fatoora.zatca.gov.sa/e-invoicing"
# 303: clearance is off for now, and standard invoices are reported as well.
_TAKEN, _REPORT_INSTEAD, _KNOWN = (200, 202), 303, 409
# 401 too: the authority takes its time to know a new certificate.
_LATER: Final = (401, 403, 404, 406, 408, 413, 425, 429)
_LONGEST: Final = 1_000
_MOST: Final = 50


class AuthorityUnavailable(Unavailable):
    """Asked again later: nothing was decided."""

    code = "tax_authority_unavailable"
    detail = "The tax authority does not answer now; try again."


class AuthorityRefused(Conflict):
    """What the authority says goes along as it is."""

    code = "tax_authority_refused"
    detail = "The tax authority refused this: {reason}"


@dataclass(frozen=True, slots=True)
class Credentials:
    """By which the authority knows a device; `request_id` is that of a compliance certificate."""

    token: str
    secret: str
    request_id: str

    @property
    def certificate(self) -> bytes:
        """The certificate in the token, as DER."""
        return b64decode(b64decode(self.token))

    @property
    def basic(self) -> str:
        """As a request carries them."""
        return "Basic " + b64encode(f"{self.token}:{self.secret}".encode()).decode()


@dataclass(frozen=True, slots=True)
class Sending:
    """A document as it is sent, each time the same."""

    id: str
    hash: str
    xml: bytes
    is_simplified: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the authority made of a document, and what it said, in its own words."""

    outcome: Literal["reported", "cleared", "rejected"]
    warnings: list[Message] = field(default_factory=list)
    errors: list[Message] = field(default_factory=list)
    cleared_xml: bytes | None = None


class Authority:
    """Its documented API, in one of its environments."""

    def __init__(self, settings: Settings) -> None:
        own = settings.einvoice_url
        self.environment = settings.einvoice_environment
        self._url = (own or f"{_HOST}/{_PLACES[self.environment]}").rstrip("/")
        # Who names another address runs it.
        self._outbound = Outbound(allow_private=own is not None)

    async def compliance_certificate(self, csr: str, otp: str) -> Credentials:
        """For the checks of a new device; raises AuthorityRefused and AuthorityUnavailable."""
        body = {"csr": b64encode(csr.encode()).decode()}
        return _credentials(*await self._ask("POST", "/compliance", body, {"OTP": otp}))

    async def production_certificate(self, known: Credentials) -> Credentials:
        """Once all checks went well; raises the same."""
        body = {"compliance_request_id": known.request_id}
        headers = {"Authorization": known.basic}
        return _credentials(*await self._ask("POST", "/production/csids", body, headers))

    async def renewed_certificate(self, known: Credentials, csr: str, otp: str) -> Credentials:
        """Before one ends; raises the same."""
        body = {"csr": b64encode(csr.encode()).decode()}
        headers = {"Authorization": known.basic, "OTP": otp}
        return _credentials(*await self._ask("PATCH", "/production/csids", body, headers))

    async def check(self, known: Credentials, sending: Sending) -> Verdict:
        """Whether a new device writes documents as it has to; raises AuthorityUnavailable."""
        return await self._send("/compliance/invoices", known, sending, {})

    async def tell(self, known: Credentials, sending: Sending) -> Verdict:
        """Report a simplified document, clear a standard one; raises AuthorityUnavailable."""
        if sending.is_simplified:
            return await self._send("/invoices/reporting/single", known, sending, {})
        cleared = {"Clearance-Status": "1"}
        return await self._send("/invoices/clearance/single", known, sending, cleared)

    async def _send(
        self, path: str, known: Credentials, sending: Sending, headers: dict[str, str]
    ) -> Verdict:
        body = {
            "invoiceHash": sending.hash, "uuid": sending.id,
            "invoice": b64encode(sending.xml).decode(),
        }  # fmt: skip
        said = {"Authorization": known.basic, **headers}
        status, answer = await self._ask("POST", path, body, said)
        if status == _REPORT_INSTEAD:
            off = {"Authorization": known.basic, "Clearance-Status": "0"}
            status, answer = await self._ask("POST", "/invoices/reporting/single", body, off)
        return _verdict(status, answer, "cleared" if path.startswith("/invoices/c") else "reported")

    async def _ask(
        self, method: str, path: str, body: Json, headers: dict[str, str]
    ) -> tuple[int, Json]:
        plain = {
            "Content-Type": "application/json", "Accept-Version": "V2", "Accept-Language": "ar",
        }  # fmt: skip
        try:
            status, answer = await self._outbound.ask(
                method, self._url + path, plain | headers, orjson.dumps(body)
            )
        except Unreachable as error:
            raise AuthorityUnavailable() from error
        if status >= 500 or status in _LATER:
            raise AuthorityUnavailable()
        return status, answer


async def open_authority(context: Context) -> None:
    """A start hook."""
    context.keep(Authority(context.settings))


def _credentials(status: int, answer: Json) -> Credentials:
    try:
        found = Credentials(
            str(answer["binarySecurityToken"]), str(answer["secret"]), str(answer["requestID"])
        )
        if status in _TAKEN and found.certificate:
            return found
    except (KeyError, NotBase64, ValueError):
        pass
    told = [one["message"] for one in _messages(answer.get("errors") or [answer])]
    raise AuthorityRefused(reason=" ".join(one for one in told if one)[:_LONGEST] or str(status))


def _verdict(status: int, answer: Json, taken: Literal["reported", "cleared"]) -> Verdict:
    results = answer.get("validationResults")
    results = results if isinstance(results, dict) else {}
    warnings = _messages(results.get("warningMessages"))
    errors = _messages(results.get("errorMessages") or answer.get("errors"))
    if status == _KNOWN or (status in _TAKEN and not errors):
        # Told before: an answer of it was lost on its way.
        return Verdict(taken, warnings, cleared_xml=_cleared(answer))
    return Verdict("rejected", warnings, errors or _messages([answer]))


def _cleared(answer: Json) -> bytes | None:
    try:
        return b64decode(answer.get("clearedInvoice") or "", validate=True) or None
    except (NotBase64, ValueError, TypeError):
        return None


def _messages(given: Any) -> list[Message]:
    """Code and words of each, whatever form they have."""
    some = given if isinstance(given, list) else []
    return [
        {"code": str(one.get("code") or "")[:_LONGEST],
         "message": str(one.get("message") or "")[:_LONGEST]}
        if isinstance(one, dict) else {"code": "", "message": str(one)[:_LONGEST]}
        for one in some[:_MOST]
    ]  # fmt: skip
