"""What a password must be."""

from chassis.errors import Invalid

SHORTEST = 10
# Longer ones only cost memory: argon2 takes any length.
LONGEST = 200


class WeakPassword(Invalid):
    """Too short, or the address itself."""

    code = "weak_password"
    detail = "A password has at least 10 characters and is not your e-mail address."


def check(password: str, email: str, field: str = "password") -> None:
    """Length counts more than kinds of characters (NIST SP 800-63B-4, 3.1.1.2)."""
    too_plain = password.strip().casefold() == email.casefold() or len(set(password)) == 1
    if not SHORTEST <= len(password) <= LONGEST or too_plain:
        raise WeakPassword(field=field)
