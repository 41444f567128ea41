"""What a preparation gives."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.openapi import Operation
from tests.product import Person
from tests.world import Asked, World


@dataclass(frozen=True)
class Prepared:
    """The operation made concrete, and by whom it is asked."""

    asked: Asked
    person: Person


Preparation = Callable[[World, Operation], Awaitable[Prepared]]
