"""What an assignment rule must say."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import pycountry

from chassis.errors import Invalid

FIELDS: Final = {"order": "position", "enabled": "is_enabled"}


class NobodyToAssign(Invalid):
    """A rule names users or a team."""

    code = "nobody_to_assign"
    detail = "A rule names either users or one team."


class UnknownCountry(Invalid):
    """Not a code of ISO 3166-1."""

    code = "unknown_country"
    detail = "A country is written with the two letters of ISO 3166-1, like SA."


def check_target(user_ids: Sequence[UUID], team_id: UUID | None) -> None:
    """Users or a team, never both; raises NobodyToAssign."""
    if bool(user_ids) == bool(team_id):
        raise NobodyToAssign(field="team_id" if user_ids else "user_ids")


def check_country(code: str | None) -> None:
    """Raises UnknownCountry."""
    if code is not None and pycountry.countries.get(alpha_2=code) is None:
        raise UnknownCountry(field="country_code")
