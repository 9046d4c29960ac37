"""The exceptions of bomtool, one small tree. Catch `BomtoolError` to catch them all.

    BomtoolError                  code, message, hint, exit_code
    ├── UsageError                the call itself is wrong: options, ids, settings          exit 2
    │   └── UnknownRecord         no such BOM, program, part, file of ours
    ├── ReadError                 a file could not be read as a BOM                         exit 3
    ├── WriteError                a file could not be written (open elsewhere, full disk)   exit 4
    ├── StoreError                the database could not be opened or written               exit 4
    └── PlatformError             the platform's side failed                                exit 4
        ├── Unreachable           no answer: DNS, refused connection, timeout
        ├── UncertainOutcome      sent, but nobody can tell whether it took effect
        └── ApiError              an error answer; exit 2 (400, 404, 409 ...), 5 (401, 403), 4 (5xx)

Every message is one sentence a user can act on; `hint` says what to do next. `code` is a stable kebab-case word.
"""

from __future__ import annotations

EXIT_DONE = 0
EXIT_PARTLY = 1
EXIT_USAGE = 2
EXIT_UNREADABLE = 3
EXIT_PLATFORM = 4
EXIT_DENIED = 5
EXIT_INTERRUPTED = 130


class BomtoolError(Exception):
    """Base of every error bomtool raises on purpose: what went wrong (`message`) and what to do about it (`hint`)."""

    code = "error"
    exit_code = EXIT_PLATFORM

    def __init__(self, message: str, *, hint: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        if code is not None:
            self.code = code

    def to_json(self) -> dict[str, str | None]:
        """The object printed under `error` by every `--json` command."""
        return {"code": self.code, "message": self.message, "hint": self.hint}


class UsageError(BomtoolError):
    """The call itself is wrong: an option, an id, a setting."""

    code = "usage"
    exit_code = EXIT_USAGE


class UnknownRecord(UsageError):
    """The id or name does not stand for exactly one record."""

    code = "unknown-record"


class ReadError(BomtoolError):
    """A file could not be read as a BOM; `code` is the code of a finding (see templates/findings.csv)."""

    code = "unreadable"
    exit_code = EXIT_UNREADABLE

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        code: str | None = None,
        sheet: str | None = None,
        row: int | None = None,
        column: int | None = None,
    ) -> None:
        super().__init__(message, hint=hint, code=code)
        self.sheet = sheet
        self.row = row
        self.column = column


class WriteError(BomtoolError):
    """A file could not be written: open in another program, no permission, disk full. The old file is untouched."""

    code = "write-failed"


class StoreError(BomtoolError):
    """The database could not be opened, migrated or written."""

    code = "store-failed"


class PlatformError(BomtoolError):
    """The platform's side failed."""

    code = "platform-failed"


class Unreachable(PlatformError):
    """The platform gave no answer; nothing was done, or what was done is safe to repeat."""

    code = "unreachable"


class UncertainOutcome(PlatformError):
    """The request was sent, but whether it took effect cannot be told; sending again could double it."""

    code = "uncertain"


class ApiError(PlatformError):
    """The platform answered with an error.

    `status` is the HTTP status, `body` the decoded JSON body (or None), `request_id` the value of X-Request-Id.
    """

    code = "api-error"

    def __init__(
        self,
        message: str,
        *,
        status: int,
        body: object = None,
        request_id: str | None = None,
        hint: str | None = None,
        code: str | None = None,
    ) -> None:
        super().__init__(message, hint=hint, code=code or f"http-{status}")
        self.status = status
        self.body = body
        self.request_id = request_id

    @property
    def exit_code(self) -> int:  # type: ignore[override]
        if self.status in (401, 403):
            return EXIT_DENIED
        return EXIT_USAGE if 400 <= self.status < 500 and self.status != 429 else EXIT_PLATFORM


def temporary_file_failed(error: OSError) -> WriteError:
    """The sentence for a temporary file that could not be made or written."""
    import errno
    import tempfile

    if error.errno == errno.ENOSPC:
        return WriteError(
            "The disk with the folder for temporary files is full.",
            hint=f"Free some space in {tempfile.gettempdir()}, or set TMPDIR to a folder on another disk.",
            code="disk-full",
        )
    return WriteError(
        f"A temporary file could not be used: {error.strerror or error}.",
        hint="Set TMPDIR to a folder that you may write to.",
    )
