"""Shapes of what documents are given as."""

from uuid import UUID

from chassis.shapes import View


class QrView(View):
    """The code that Saudi law asks for on an invoice: TLV in base64, null for a draft."""

    client_id: UUID | None
    url: str | None
    qr: str | None
