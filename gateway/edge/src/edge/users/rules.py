"""Who a user is, and what may not happen to the last owner."""

import re
import unicodedata

from email_validator import EmailNotValidError, validate_email

from chassis.errors import Conflict, Invalid


class NotAnEmail(Invalid):
    """Not an address one could write to."""

    code = "invalid_email"
    detail = "This is not an e-mail address."


class LastOwner(Conflict):
    """A company without an owner could never be managed again."""

    code = "last_owner"
    detail = "A company keeps at least one active owner."


class UnknownTeam(Invalid):
    """A team that is not the company's."""

    code = "unknown_team"
    detail = "There is no such team."


class UnknownUser(Invalid):
    """A user that is not the company's, or has left."""

    code = "unknown_user"
    detail = "There is no such user, or they have left."


class AlreadyMember(Conflict):
    """One address is one user of a company."""

    code = "email_taken"
    detail = "Somebody with this e-mail address is in the company already."


_MARKS = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def address(text: str, field: str = "email") -> str:
    """An address as it is compared and kept: normal form, lower case; raises NotAnEmail.

    Marks of writing direction come along when addresses are copied from Arabic text.
    """
    plain = _MARKS.sub("", unicodedata.normalize("NFKC", text)).strip()
    try:
        # Addresses under .test (RFC 2606) are for trying things out, so they may sign up too.
        found = validate_email(plain, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise NotAnEmail(field=field) from error
    return found.normalized.lower()
