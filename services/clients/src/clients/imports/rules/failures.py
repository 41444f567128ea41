"""What is refused about imports."""

from chassis.errors import Conflict, Invalid, NotFound, TooLarge


class ImportNotFound(NotFound):
    """No such import, or somebody else's."""

    code = "import_not_found"
    detail = "There is no such import."


class UnreadableFile(Invalid):
    """Neither a table nor an address book, or one that is damaged."""

    code = "unreadable_file"
    detail = "This is not a file that can be imported: CSV, Excel (xlsx) or vCard."


class EmptyFile(Invalid):
    """No heading, or nothing below it."""

    code = "empty_file"
    detail = "This file has no rows."


class FileTooLarge(TooLarge):
    """More than is taken in, packed or unpacked."""

    code = "too_large"
    detail = "This file is too large to be imported."


class UnknownPath(Invalid):
    """A client has no such field, or not one that can be imported."""

    code = "unknown_field"
    detail = "There is no such field."


class UnknownColumn(Invalid):
    """The mapping names a column that the file does not have."""

    code = "unknown_column"
    detail = "The file has no column “{column}”."


class NameMissing(Invalid):
    """New clients need a name."""

    code = "name_not_mapped"
    detail = "Say which column holds the name."


class KeyMissing(Invalid):
    """Existing clients are found by something."""

    code = "key_needed"
    detail = "Say by which key existing clients are found."


class KeyNotMapped(Invalid):
    """The key stands in none of the columns."""

    code = "key_not_mapped"
    detail = "No column is mapped to the key."


class NoMatch(Conflict):
    """A row of an update that stands for no client."""

    code = "no_match"
    detail = "There is no client with this key."


class KeyEmpty(Invalid):
    """A row without its key."""

    code = "key_empty"
    detail = "This row has no key."


class SeveralMatch(Conflict):
    """Whom the row means is not clear."""

    code = "several_match"
    detail = "More than one client has this key."


class ExistsAlready(Conflict):
    """A row of a create that stands for a client who is there."""

    code = "exists_already"
    detail = "There is a client with this key already."


class NothingToUndo(Conflict):
    """A dry run changed nothing."""

    code = "nothing_to_undo"
    detail = "A dry run changed nothing."
