"""Styles of paper: which kind of paper each is for."""

from collections.abc import Iterable
from typing import Literal, Protocol, TypeVar

from chassis.errors import Conflict, Invalid, NotFound

# Work cycles are scheduling's, which asks how their papers look.
Kind = Literal[
    "invoice", "estimate", "order", "credit_note", "receipt", "statement", "work_cycle"
]  # fmt: skip


class PaperTemplateNotFound(NotFound):
    """No such template in this company."""

    code = "paper_template_not_found"
    detail = "There is no such paper template."


class UnknownTemplate(Invalid):
    """A document names a template that is not there, put away, or for other papers."""

    code = "unknown_reference"
    detail = "There is no such paper template in use for this kind of paper."


class PaperTemplateInUse(Conflict):
    """Documents are printed by it: put it away instead."""

    code = "in_use"
    detail = "Documents use this paper template: make it inactive instead."


class NotForUse(Invalid):
    """What is put away is nobody's default."""

    code = "default_not_active"
    detail = "A default paper template is active."


class Styled(Protocol):
    """A template, as far as it matters which one is taken."""

    @property
    def kind(self) -> str | None:
        """None: every kind."""


StyledT = TypeVar("StyledT", bound=Styled)


def is_for(kind: str | None, wanted: str) -> bool:
    """Whether a template is for a kind of paper."""
    return kind is None or kind == wanted


def preferred(defaults: Iterable[StyledT], kind: str) -> StyledT | None:
    """Of the company's defaults the one for this kind of paper, else the one for all."""
    found = {one.kind: one for one in defaults}
    return found.get(kind) or found.get(None)


def check_default(*, is_default: bool, is_active: bool) -> None:
    """Raises NotForUse."""
    if is_default and not is_active:
        raise NotForUse(field="is_default")
