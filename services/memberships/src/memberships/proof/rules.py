"""What does not fit, as it is told."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """The first thing found that does not fit, of one kind."""

    # "membership 0189…" or "charge 0189…", say, and what of it.
    about: str
    figure: str
    expected: str
    found: str
    # The first entry that is part of it, if there is one.
    entry: str | None = None

    def __str__(self) -> str:
        told = f"{self.about}: {self.figure} is {self.found} and should be {self.expected}"
        return f"{told}; first entry: {self.entry}" if self.entry else told


def first_difference(about: str, figures: Iterable[tuple[str, Any, Any]]) -> Fault | None:
    """The first of these figures, each with what is kept and what it should be, that differs."""
    for figure, found, expected in figures:
        if found != expected:
            return Fault(about=about, figure=figure, expected=str(expected), found=str(found))
    return None
