"""What is refused about files."""

from chassis.errors import (
    Conflict,
    Forbidden,
    Invalid,
    LeadsNowhere,
    NotFound,
    TooLarge,
    Unauthenticated,
)


class FileNotFound(NotFound):
    """No such file, or one about a client that the caller does not see."""

    code = "file_not_found"
    detail = "There is no such file."


class UnknownFile(Invalid):
    """Named by a body: no file of this client, or none that the caller sees."""

    code = "unknown_file"
    detail = "This client has no such file."


class VersionNotFound(NotFound):
    """A file has no version of this number."""

    code = "file_version_not_found"
    detail = "This file has no such version."


class TypeNotAllowed(Invalid):
    """By its bytes it is of a type that is not taken here."""

    code = "file_type_not_allowed"
    detail = "Files of the type {type} are not taken."


class Executable(TypeNotAllowed):
    """A program is never taken, whatever it is called."""

    code = "file_is_executable"
    detail = "Programs are not taken."


class QuotaExceeded(TooLarge):
    """All files of the company together."""

    code = "quota_exceeded"
    detail = "With this file the company would have more than {most} bytes of files."


class TooManyVersions(Conflict):
    """A file that changes without end is not one file."""

    code = "too_many_versions"
    detail = "A file has at most {most} versions."


class FileOfSomebodyElse(Forbidden):
    """Only who added a file and who manages clients may remove it for good."""

    code = "file_of_somebody_else"
    detail = "Only who added this file and managers may remove it."


class ShareNotFound(LeadsNowhere):
    """No such link, or one that is over: all alike."""

    code = "share_not_found"
    detail = "This link does not lead to a file (any more)."


class PasswordNeeded(Unauthenticated):
    """The link asks for its password."""

    code = "share_password_required"
    detail = "This link asks for a password."
    # Browsers ask for it by themselves, whatever name is given beside it.
    challenge = 'Basic realm="Diwan", charset="UTF-8"'


class TooManyShares(Conflict):
    """More links than anybody can keep an eye on."""

    code = "too_many_shares"
    detail = "A file has at most {most} links at a time."
