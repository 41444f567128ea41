"""Client numbers: blocks grow, every number is given out once."""

from hypothesis import given
from hypothesis import strategies as st

from clients.serials.rules import FIRST_BLOCK, LARGEST_BLOCK, Block, code_of


@given(st.integers(1, 600))
def test_numbers_are_given_out_once_and_in_order(count: int) -> None:
    """CL-08: what a process takes from its blocks, each larger than the one before."""
    block, beyond = Block(), 1
    taken: list[int] = []
    sizes: list[int] = []
    while len(taken) < count:
        if (serial := block.take()) is None:
            sizes.append(block.grown())
            block = Block(beyond, beyond + sizes[-1], sizes[-1])
            beyond = block.beyond
        else:
            taken.append(serial)
    assert taken == list(range(1, count + 1))
    assert sizes == sorted(sizes)
    assert (sizes[0], max(sizes) <= LARGEST_BLOCK) == (FIRST_BLOCK, True)


def test_a_code_has_at_least_six_digits() -> None:
    """CL-19"""
    assert [code_of(n) for n in (7, 1_234_567)] == ["C-000007", "C-1234567"]
