"""What is refused about imports."""

from chassis.errors import Conflict, Invalid, NotFound, TooLarge


class ImportNotFound(NotFound):
    """No such import, or somebody else's."""

    code = "import_not_found"
    detail = "There is no such import."


class UnreadableFile(Invalid):
    """Neither a table nor an address book, or one that is damaged."""

    code = "unreadable_file"
    detail = "This is not a file that can be imported, or it is damaged."


class EmptyFile(Invalid):
    """No heading, or nothing below it."""

    code = "empty_file"
    detail = "This file has no rows."


class FileTooLarge(TooLarge):
    """More than is taken in, packed or unpacked."""

    code = "too_large"
    detail = "This file is too large to be imported."


class UnknownPath(Invalid):
    """There is no such field, or it cannot be imported."""

    code = "unknown_field"
    detail = "There is no such field."


class UnknownColumn(Invalid):
    """The mapping names a column that the file does not have."""

    code = "unknown_column"
    detail = "The file has no column “{column}”."


class KeyMissing(Invalid):
    """Existing records are found by something."""

    code = "key_needed"
    detail = "Say by which key existing records are found."


class KeyNotMapped(Invalid):
    """The key stands in none of the columns."""

    code = "key_not_mapped"
    detail = "No column is mapped to the key."


class NoMatch(Conflict):
    """A row of an update that stands for nothing."""

    code = "no_match"
    detail = "There is no record with this key."


class KeyEmpty(Invalid):
    """A row without its key."""

    code = "key_empty"
    detail = "This row has no key."


class SeveralMatch(Conflict):
    """What the row means is not clear."""

    code = "several_match"
    detail = "More than one record has this key."


class ExistsAlready(Conflict):
    """A row of a create that stands for something that is there."""

    code = "exists_already"
    detail = "There is a record with this key already."


class NothingToUndo(Conflict):
    """A dry run changed nothing."""

    code = "nothing_to_undo"
    detail = "A dry run changed nothing."
