"""What does not fit, as it is told."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """The first thing found that does not fit, of one kind."""

    # "charge 0189…", say, and what of it.
    about: str
    figure: str
    expected: str
    found: str
    # The first entry that is part of it, if there is one.
    entry: str | None = None

    def __str__(self) -> str:
        told = f"{self.about}: {self.figure} is {self.found} and should be {self.expected}"
        return f"{told}; first entry: {self.entry}" if self.entry else told
