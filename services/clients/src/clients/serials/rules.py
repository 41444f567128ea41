"""Client numbers: reserved in blocks, so that no two creates wait for one row."""

from dataclasses import dataclass
from typing import Final

# Doubled with each block, so that small companies get few gaps and imports few reservations.
FIRST_BLOCK, LARGEST_BLOCK = 4, 256
CODE_PREFIX: Final = "C-"
CODE_DIGITS: Final = 6


@dataclass(slots=True)
class Block:
    """Numbers that only this process gives out."""

    next: int = 0
    beyond: int = 0
    size: int = 0

    def take(self) -> int | None:
        """The next number, or None where the block is used up."""
        if self.next >= self.beyond:
            return None
        self.next += 1
        return self.next - 1

    def grown(self) -> int:
        """How large the next block shall be."""
        return min(max(self.size * 2, FIRST_BLOCK), LARGEST_BLOCK)


def code_of(serial: int) -> str:
    """The code a client gets unless another is typed: C-000123."""
    return f"{CODE_PREFIX}{serial:0{CODE_DIGITS}}"
