"""Notes on clients: who may change them, whom they may name, and how much of them is told."""

from typing import Final

from chassis.errors import Forbidden, Invalid, NotFound

MOST_MENTIONS: Final = 20
MOST_FILES: Final = 20
# What a timeline entry or a notification shows of a note.
_PREVIEW: Final = 140


class NoteNotFound(NotFound):
    """No such note, or one on a client that the caller does not see."""

    code = "note_not_found"
    detail = "There is no such note."


class NoteOfSomebodyElse(Forbidden):
    """Only who wrote a note and who manages clients may change it."""

    code = "note_of_somebody_else"
    detail = "Only who wrote this note and managers may change it."


class UnknownMention(Invalid):
    """Nobody who works here, or somebody who does not see the client: both alike."""

    code = "unknown_mention"
    detail = "There is nobody like this who may see the client."


def check_author(author: str, principal: str, *, is_manager: bool) -> None:
    """Raises NoteOfSomebodyElse."""
    if author != principal and not is_manager:
        raise NoteOfSomebodyElse()


def preview(body: str) -> str:
    """The beginning of a note in one line, cut at a word where there is one."""
    line = " ".join(body.split())
    if len(line) <= _PREVIEW:
        return line
    cut = line[: _PREVIEW - 1]
    return (cut.rpartition(" ")[0] or cut) + "…"
