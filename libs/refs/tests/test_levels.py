"""The access algebra against a naive model, over random trees."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from refs.levels import Folder, Level, Principals, below, levels

IDS = [UUID(int=number) for number in range(1, 8)]
ME = Principals("user:me", ("team:a", "team:b"), "role:agent")
NAMES = ("user:me", "user:other", "team:a", "team:b", "team:c", "role:agent", "role:viewer")

folders_of_any_shape = st.dictionaries(
    st.sampled_from(IDS),
    st.builds(
        Folder,
        st.none() | st.sampled_from(IDS),
        st.dictionaries(st.sampled_from(NAMES), st.sampled_from(Level), max_size=3),
    ),
)  # fmt: skip


def naive(folders: dict[UUID, Folder], folder_id: UUID) -> Level | None:
    seen: set[UUID] = set()
    at: UUID | None = folder_id
    while at in folders and at not in seen:
        seen.add(at)
        access = folders[at].access
        if "user:me" in access:
            return access["user:me"]
        if "team:a" in access or "team:b" in access:
            return max(access.get("team:a", Level.NONE), access.get("team:b", Level.NONE))
        if "role:agent" in access:
            return access["role:agent"]
        at = folders[at].parent_id
    return None


@given(folders_of_any_shape)
def test_levels_are_those_of_the_naive_model(folders: dict[UUID, Folder]) -> None:
    """GW-02"""
    expected = {folder: naive(folders, folder) for folder in folders}
    assert levels(folders, ME) == {f: level for f, level in expected.items() if level is not None}


@given(folders_of_any_shape, st.frozensets(st.sampled_from(IDS)))
def test_below_is_every_folder_with_a_chosen_ancestor(
    folders: dict[UUID, Folder], roots: frozenset[UUID]
) -> None:
    found = below(folders, roots)
    assert roots <= found
    for folder_id in folders:
        path = set[UUID]()
        at: UUID | None = folder_id
        while at is not None and at not in path:
            path.add(at)
            at = folders[at].parent_id if at in folders else None
        assert (folder_id in found) == bool(path & roots)


def test_the_user_beats_the_team_which_beats_the_role() -> None:
    """GW-02"""
    one = UUID(int=1)
    entries = {"role:agent": Level.MANAGE, "team:a": Level.READ, "user:me": Level.NONE}
    for level in (Level.NONE, Level.READ, Level.MANAGE):
        assert levels({one: Folder(None, dict(entries))}, ME) == {one: level}
        entries.pop(next(reversed(entries)))


def test_the_nearest_folder_decides_even_against_a_stronger_principal_above() -> None:
    """GW-02"""
    top, inside = UUID(int=1), UUID(int=2)
    tree = {
        top: Folder(None, {"user:me": Level.NONE}),
        inside: Folder(top, {"role:agent": Level.READ}),
    }
    assert levels(tree, ME) == {top: Level.NONE, inside: Level.READ}


def test_of_several_teams_the_most_generous_counts() -> None:
    """GW-02"""
    one = UUID(int=1)
    assert levels({one: Folder(None, {"team:a": Level.NONE, "team:b": Level.WRITE})}, ME) == {
        one: Level.WRITE
    }
