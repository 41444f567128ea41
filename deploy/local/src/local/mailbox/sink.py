"""An SMTP server that takes every mail and delivers none."""

from aiosmtpd.smtp import SMTP, Envelope, Session

from local.mailbox.store import MailStore

LARGEST = 30_000_000
# What tests of senders need: addresses that are refused for good or for now.
REFUSALS = {"reject": "550 5.1.1 No such mailbox", "busy": "451 4.3.0 Try again later"}


class Sink:
    """Answers aiosmtpd's hooks, whose names and parameters are given by it."""

    def __init__(self, mails: MailStore) -> None:
        self._mails = mails

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        refusal = REFUSALS.get(address.split("@")[0].lower())
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.original_content or b""
        mail_id = self._mails.keep(content, envelope.mail_from or "", envelope.rcpt_tos)
        return f"250 OK kept as {mail_id}"


def protocol(mails: MailStore) -> SMTP:
    """The state of one connection."""
    return SMTP(
        Sink(mails),
        enable_SMTPUTF8=True,
        data_size_limit=LARGEST,
        hostname="mail.diwan.example",
        ident="Diwan mail sink",
    )
