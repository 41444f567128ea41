"""The mailbox: mail in Arabic arrives, is kept, and can be read by people and tests."""

import smtplib
from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest

from local.servers.mailbox import Mailbox

SUBJECT = "فاتورة رقم ٤٢ لعميلنا العزيز"
TEXT = "مرحبًا نورة،\nمرفق الفاتورة <b>شكرًا</b>.\n"


@pytest.fixture
async def mailbox(tmp_path: Path) -> AsyncIterator[Mailbox]:
    running = Mailbox(tmp_path / "mail")
    await running.start()
    yield running
    await running.stop()


@pytest.fixture
async def web(mailbox: Mailbox) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=mailbox.url) as client:
        yield client


def send(mailbox: Mailbox, to: str = "noura@mail.example", **parts: str) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "الديوان <crm@diwan.example>", to, SUBJECT
    mail.set_content(TEXT)
    if "html" in parts:
        mail.add_alternative(parts["html"], subtype="html")
    if "attachment" in parts:
        mail.add_attachment(b"12345", maintype="application", subtype="pdf",
                            filename=parts["attachment"])  # fmt: skip
    with smtplib.SMTP("127.0.0.1", mailbox.ports["smtp"]) as smtp:
        smtp.send_message(mail)


async def test_arabic_mail_is_listed_decoded(mailbox: Mailbox, web: httpx.AsyncClient) -> None:
    send(mailbox, attachment="فاتورة.pdf")
    (mail,) = (await web.get("/messages.json")).json()
    assert (mail["subject"], mail["text"]) == (SUBJECT, TEXT)
    assert mail["sender"] == "الديوان <crm@diwan.example>"
    assert mail["recipients"] == ["noura@mail.example"]
    assert mail["attachments"] == [{"name": "فاتورة.pdf", "type": "application/pdf", "size": 5}]
    assert mail["headers"]["To"] == "noura@mail.example"


async def test_a_person_reads_mail_in_the_browser(mailbox: Mailbox, web: httpx.AsyncClient) -> None:
    send(mailbox)
    send(mailbox, html="<h1 dir=rtl>أهلًا</h1><script>alert(1)</script>")
    assert SUBJECT in (await web.get("/")).text
    newest, oldest = (await web.get("/messages.json")).json()
    page = (await web.get(f"/messages/{newest['id']}")).text
    assert "أهلًا" in page
    assert "<script>" not in page
    page = (await web.get(f"/messages/{oldest['id']}")).text
    assert "مرحبًا نورة" in page
    assert "<b>" not in page
    assert "Subject:" in (await web.get(f"/messages/{oldest['id']}.eml")).text


async def test_list_is_filtered_limited_and_cleared(
    mailbox: Mailbox, web: httpx.AsyncClient
) -> None:
    for name in ("a", "b", "a"):
        send(mailbox, to=f"{name}@mail.example")
    assert len((await web.get("/messages.json?to=A@mail.example")).json()) == 2
    assert len((await web.get("/messages.json?limit=1")).json()) == 1
    await web.delete("/messages.json")
    assert (await web.get("/messages.json")).json() == []
    assert "No mail yet" in (await web.get("/")).text


async def test_mail_survives_a_restart(mailbox: Mailbox, web: httpx.AsyncClient) -> None:
    send(mailbox)
    await mailbox.stop()
    await mailbox.start()
    assert len((await web.get("/messages.json")).json()) == 1


def test_some_addresses_are_refused_for_tests_of_senders(mailbox: Mailbox) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(mailbox, to="reject@mail.example")
    assert refused.value.recipients["reject@mail.example"][0] == 550
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(mailbox, to="busy@mail.example")
    assert refused.value.recipients["busy@mail.example"][0] == 451


@pytest.mark.parametrize("path", ["/nothing", "/messages/none", "/messages/..%2f..%2fx.eml"])
async def test_unknown_pages_are_404(web: httpx.AsyncClient, path: str) -> None:
    assert (await web.get(path)).status_code == 404
