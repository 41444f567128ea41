"""Shapes of payment providers."""

from typing import Annotated
from uuid import UUID

from pydantic import StringConstraints

from billing.payment_providers.rules.port import Kind
from chassis.shapes import Name, Resource, Shape, View

Key = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"^[\x21-\x7e]+$")]


class PaymentProviderCreate(Shape):
    """An account at a provider. Its secrets are kept encrypted and never shown again; without a
    `webhook_secret` payments are confirmed as their payers come back, and by a look every few
    minutes.
    """

    id: UUID | None = None
    name: Name
    kind: Kind = "stripe"
    publishable_key: Key
    secret_key: Key
    webhook_secret: Key | None = None
    enabled: bool = True


class PaymentProviderUpdate(Shape):
    """What may change; a secret that is not given stays."""

    name: Name = ""
    publishable_key: Key = ""
    secret_key: Key = ""
    webhook_secret: Key | None = None
    enabled: bool = True


class PaymentProviderView(Resource):
    """An account at a provider. Have it send its events to `webhook_url`; in `test_mode` no real
    money moves.
    """

    name: str
    kind: Kind
    publishable_key: str
    has_webhook_secret: bool
    webhook_url: str
    enabled: bool
    test_mode: bool


class PaymentProviderTested(View):
    """Whether the provider knows the keys; else why not."""

    works: bool
    problem: str | None


class PayMethodView(View):
    """By whom an invoice can be paid online."""

    kind: Kind
    publishable_key: str
    test_mode: bool
