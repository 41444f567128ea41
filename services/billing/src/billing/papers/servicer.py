"""gRPC door of papers: what other services print with."""

from typing import Any, ClassVar, cast

from diwan.billing.v1 import papers_pb2
from google.protobuf.descriptor import ServiceDescriptor

from billing.paper_templates.rules import Kind
from billing.papers.use_cases.letterheads import Dress, letterhead
from chassis.context import Context
from chassis.rpc.declare import SERVICE_ONLY, rpc
from chassis.rpc.reading import id_of

_COMPANY = ("name", "vat_number", "registration_number", "phone", "email", "website")


class Papers:
    """What other services print on paper with."""

    contract: ClassVar[ServiceDescriptor] = papers_pb2.DESCRIPTOR.services_by_name["PapersService"]

    @rpc(SERVICE_ONLY)
    async def GetLetterhead(
        self, context: Context, request: papers_pb2.GetLetterheadRequest
    ) -> papers_pb2.GetLetterheadResponse:
        """Who a company's papers are from, and how those of a kind look."""
        tenant_id = id_of(request.tenant_id, "tenant_id")
        company, dress = await letterhead(context, tenant_id, cast(Kind, request.kind))
        return papers_pb2.GetLetterheadResponse(company=_company(company), **_shown(dress))


def _company(told: dict[str, Any]) -> papers_pb2.LetterheadCompany:
    address = {name: value for name, value in (told["address"] or {}).items() if value}
    said = {name: told[name] or "" for name in _COMPANY}
    return papers_pb2.LetterheadCompany(
        **said, address=papers_pb2.LetterheadAddress(**address) if address else None
    )


def _shown(dress: Dress) -> dict[str, Any]:
    width, height = dress.size
    return {
        "accent_color": dress.accent or "", "language": dress.language or "",
        "shows_hijri": dress.shows_hijri, "header": dress.header, "footer": dress.footer,
        **({"logo": dress.logo, "logo_width": width, "logo_height": height} if dress.logo else {}),
    }  # fmt: skip
