"""By what a row's client is found: the very keys by which the API finds and compares clients."""

from background.imports.rules.bodies import Body
from chassis.folding import fold_compact
from clients.clients.rules import contacts


def of(body: Body, key: str | None, country: str) -> list[str]:
    """The keys in a row; numbers are read as dialled in its own country, else in this one."""
    values = body.values
    if key == "phone":
        home = values.get("country_code", country)
        typed = [{**one, "primary": False} for one in values.get("phones", ())]
        return contacts.phone_keys(contacts.stored_phones(typed, home))
    if key == "email":
        return contacts.email_keys(values.get("emails", ()))
    found = values.get(key or "")
    if not found:
        return []
    return [fold_compact(found) if key == "code" else found]
