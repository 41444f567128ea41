"""Documents as a client is given them: printed, and as a code to be read by a camera."""

import asyncio
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import orjson
import segno
import typst

from billing.invoices.repository.invoices import InvoiceRepository
from billing.invoices.rules import Status, check_invoice
from billing.papers.rules import invoice as invoice_rules
from billing.papers.rules.words import Language
from billing.parties import use_cases as parties
from billing.ubl.rules import qr
from billing.ubl.rules.document import xml
from chassis.context import Context
from chassis.work import UnitOfWork

Json = dict[str, Any]
_HERE: Final = Path(__file__).parents[1]
_TEMPLATES: Final = _HERE / "templates"
# Each may hold some 200 MB: what it has laid out before it does not lay out again.
_AT_ONCE: Final = 2
_SPOKEN: Final = ("ar", "en")


class Printer:
    """Prints in threads, so many at once: others wait, and the process goes on answering."""

    def __init__(self) -> None:
        # Whoever printed last prints next: it is warm.
        self._idle: asyncio.LifoQueue[typst.Compiler] = asyncio.LifoQueue()
        fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False,
            font_paths=[str(_HERE / "fonts")],
        )  # fmt: skip
        for _place in range(_AT_ONCE):
            self._idle.put_nowait(
                typst.Compiler(_TEMPLATES / "sheet.typ", root=_TEMPLATES, font_paths=fonts)
            )

    async def print(self, sheet: Json, at: datetime) -> bytes:
        """A sheet as a PDF made at this moment: the same bytes for the same sheet."""
        compiler = await self._idle.get()
        printing = asyncio.get_running_loop().run_in_executor(None, _print, compiler, sheet, at)
        # Also when nobody waits for it any more it is not idle before it has ended.
        printing.add_done_callback(lambda _: self._idle.put_nowait(compiler))
        return await asyncio.shield(printing)


async def open_printer(context: Context) -> None:
    """A start hook."""
    context.keep(Printer())


async def print_invoice(
    work: UnitOfWork, context: Context, invoice_id: UUID, language: Language | None
) -> tuple[str, bytes]:
    """The name of the file and the PDF; a draft is printed as one, with who sells and buys now."""
    invoice = await _shown_whole(work, context, invoice_id)
    buyer = invoice["buyer"] or {}
    spoken: Language = "en" if buyer.get("language") == "en" else "ar"
    picture = await asyncio.to_thread(_picture, qr.code(invoice)) if invoice["number"] else None
    sheet = invoice_rules.sheet(invoice, language or spoken, picture)
    at = datetime.fromisoformat(invoice["issued_at"] or invoice["updated_at"])
    name = invoice["number"] or str(invoice_id)
    return f"{name}.pdf", await context.kept(Printer).print(sheet, at)


async def write_invoice(work: UnitOfWork, context: Context, invoice_id: UUID) -> tuple[str, bytes]:
    """The name of the file and the XML; a draft with who sells and buys now."""
    invoice = await _shown_whole(work, context, invoice_id)
    return f"{invoice['number'] or invoice_id}.xml", xml(invoice)


async def code_of(work: UnitOfWork, invoice_id: UUID) -> Json:
    """The code of an issued invoice, and whom it is about; a draft has none."""
    invoice = await _shown(work, invoice_id)
    about = {name: invoice[name] for name in ("client_id", "url")}
    return about | {"qr": qr.code(invoice) if invoice["number"] else None}


async def _shown_whole(work: UnitOfWork, context: Context, invoice_id: UUID) -> Json:
    """The invoice as everybody is shown it; a draft with who sells and buys now."""
    invoice = await _shown(work, invoice_id)
    if invoice["status"] == Status.DRAFT:
        invoice |= await _parties(work, context, invoice)
    return invoice


async def _shown(work: UnitOfWork, invoice_id: UUID) -> Json:
    """The invoice as everybody is shown it; no transaction stays open while it is printed."""
    async with work.database.work(work.caller) as own:
        body, _ = await InvoiceRepository(own).read(invoice_id)
    work.authorize()
    invoice: Json = orjson.loads(body)
    check_invoice(invoice["type"])
    return invoice


async def _parties(work: UnitOfWork, context: Context, invoice: Json) -> Json:
    client_id, branch_id = (
        invoice[name] and UUID(invoice[name]) for name in ("client_id", "branch_id")
    )
    found = await parties.ask(context, work.tenant_id, client_id)
    async with work.database.work(work.caller) as own:
        return {"seller": await found.seller(own, branch_id), "buyer": found.buyer()}


def _picture(code: str) -> str:
    drawn = BytesIO()
    segno.make_qr(code, error="m").save(drawn, kind="svg", border=0, xmldecl=False)
    return drawn.getvalue().decode()


def _print(compiler: typst.Compiler, sheet: Json, at: datetime) -> bytes:
    said = {"sheet": orjson.dumps(sheet).decode()}
    made = compiler.compile(format="pdf", sys_inputs=said, timestamp=int(at.timestamp()))
    if not isinstance(made, bytes):
        raise TypeError("a PDF is one file")
    return made
