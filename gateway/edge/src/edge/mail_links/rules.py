"""Links that are mailed: what they are for, how long they hold, and why one does not."""

from typing import Final, Literal

from chassis import links
from chassis.errors import NotFound, TooMany

Purpose = Literal["password_reset", "email_check"]
PREFIX: Final = "dwm_"
# The pages of the web app that take the token on.
PAGES: Final[dict[Purpose, str]] = {
    "password_reset": "/reset-password", "email_check": "/verify-email",
}  # fmt: skip
# Who asks again and again within moments has a mail on its way.
PAUSE_SECONDS: Final = 60


class LinkGone(NotFound):
    """Unknown, used, too old, or older than the present password."""

    code = "link_gone"
    detail = "This link was used already or holds no longer; ask for another."


class TooManyMails(TooMany):
    """Mails to one address, or asked for from one, within a short time."""

    code = "too_many_mails"
    detail = "Mails were asked for too often; try again later."


def new_token() -> str:
    """256 random bits."""
    return PREFIX + links.new_token()
