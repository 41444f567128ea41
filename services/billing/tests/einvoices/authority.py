"""Stands for the tax authority: an HTTP server that judges what it is sent by its rules.

It has its documented API; it can refuse, be away, and lose its answers.
"""

import threading
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson
from cryptography.x509 import load_pem_x509_csr
from fatoora import invoice_hash_base64_from_xml_str

from services.billing.tests.einvoices.stamping import certificate_of
from services.billing.tests.ubl.judging import faults

OTP = "123345"


@dataclass
class Authority:
    """What it was told, and what it does next."""

    url: str = ""
    # (path, uuid, hash) of each request with a document; also those it gave no answer to.
    heard: list[tuple[str, str, str]] = field(default_factory=list)
    taken: dict[str, str] = field(default_factory=dict)
    requests: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    # Answers given in place of the next ones: a status, or "lost" once it has taken the document.
    next: list[Any] = field(default_factory=list)
    warns: bool = False
    rejects: list[str] = field(default_factory=list)
    # It gives certificates, and takes nothing that is issued.
    is_half_away: bool = False

    def answer(self, method: str, path: str, headers: Any, body: Any) -> tuple[int, Any]:
        assert headers["Accept-Version"] == "V2"
        if path == "/compliance":
            return self._certificate(headers, body["csr"])
        known = self._known(headers)
        if known is None:
            return 401, {"message": "Unauthorized"}
        if path == "/production/csids" and method == "POST":
            if self.requests.get(body["compliance_request_id"], "") != known:
                return 400, {"errors": [{"code": "Invalid-Request", "message": "unknown"}]}
            checked = [one for one in self.heard if one[0] == "/compliance/invoices"]
            if len(checked) < 6:
                return 428, {"errors": [{"code": "Missing-ComplianceSteps", "message": "missing"}]}
            return self._issue(known)
        if path == "/production/csids":
            return self._certificate(headers, body["csr"])
        if self.is_half_away and path.startswith("/invoices/"):
            return 503, {"message": "later"}
        return self._judge(path, headers, body)

    def _certificate(self, headers: Any, csr: str) -> tuple[int, Any]:
        if headers["OTP"] != OTP:
            return 400, {"errors": [{"code": "Invalid-OTP", "message": "رمز غير صحيح"}]}
        return self._issue(csr)

    def _issue(self, csr: str) -> tuple[int, Any]:
        asked = load_pem_x509_csr(b64decode(csr))
        assert asked.is_signature_valid and "ZATCA-Code-Signing" in str(
            [one.value for one in asked.extensions]
        )
        number = str(len(self.requests) + 1)
        token = b64encode(b64encode(certificate_of(asked.public_key()))).decode()
        self.requests[number], self.secrets[token] = csr, f"secret-{number}"
        return 200, {
            "requestID": number, "dispositionMessage": "ISSUED", "binarySecurityToken": token,
            "secret": self.secrets[token],
        }  # fmt: skip

    def _known(self, headers: Any) -> str | None:
        token, _, secret = b64decode(headers["Authorization"][6:]).decode().partition(":")
        if self.secrets.get(token) != secret:
            return None
        number = secret.removeprefix("secret-")
        return self.requests[number]

    def _judge(self, path: str, headers: Any, body: Any) -> tuple[int, Any]:
        self.heard.append((path, body["uuid"], body["invoiceHash"]))
        instead = self.next.pop(0) if self.next else 200
        if instead not in (200, "lost"):
            return instead, {"message": "later"}
        content = b64decode(body["invoice"])
        kind = "clearance" if "clearance" in path else "reporting"
        if kind == "clearance":
            assert headers["Clearance-Status"] == "1" and b'name="01' in content
        if wrong := self._wrong(content, body):
            return 400, self._said(kind, "NOT_", errors=wrong)
        if self.taken.get(body["uuid"]) == body["invoiceHash"]:
            return 409, self._said(kind, "")
        self.taken[body["uuid"]] = body["invoiceHash"]
        if instead == "lost":
            return 0, None
        said = self._said(kind, "", warnings=["BR-KSA-98"] if self.warns else [])
        if kind == "clearance":
            stamped = content.replace(b"</Invoice>", b"<!-- cleared --></Invoice>")
            said["clearedInvoice"] = b64encode(stamped).decode()
        return (202 if self.warns else 200), said

    def _wrong(self, content: bytes, body: Any) -> list[str]:
        found = sorted(faults(content)) + self.rejects
        if invoice_hash_base64_from_xml_str(content.decode()) != body["invoiceHash"]:
            found.append("invalid-hash")
        return found if body["uuid"] in content.decode() else [*found, "invalid-uuid"]

    def _said(self, kind: str, no: str, *, errors: Any = (), warnings: Any = ()) -> Any:
        told = {
            name: [{"type": name, "code": one, "category": "KSA", "message": f"قاعدة {one}",
                    "status": name} for one in codes]
            for name, codes in (("errorMessages", errors), ("warningMessages", warnings))
        }  # fmt: skip
        return {
            "validationResults": {"infoMessages": [], **told, "status": "ERROR" if no else "PASS"},
            f"{kind}Status": f"{no}{'CLEARED' if kind == 'clearance' else 'REPORTED'}",
        }


@contextmanager
def opened() -> Iterator[Authority]:
    """The authority, at an address of this machine."""
    authority = Authority()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            body = orjson.loads(self.rfile.read(length))
            status, answer = authority.answer(self.command, self.path, self.headers, body)
            if not status:
                self.close_connection = True
                return
            content = orjson.dumps(answer)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_PATCH = do_POST

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    authority.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield authority
    finally:
        server.shutdown()
        server.server_close()
