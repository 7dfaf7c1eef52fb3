"""Gets the text of a file that someone wrote rules in, or says at which place it is no text.

The size is looked at before anything is read, only UTF-8 is taken, and characters that no one can see are refused: a
line that looks different from what it says has no place in a contract. Comes before `yaml_reader` and the readers of
tables; imports diagnostics.
"""

import re
import stat
from pathlib import Path
from typing import Final

from partnerrules.diagnostics import Report, Source, Span

MAXIMUM_BYTES: Final = 4_000_000
"""How large a file of rules may be, unless someone says otherwise."""

_BYTE_ORDER_MARK: Final = "\ufeff"
_NO_TEXT: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]|\r(?!\n)"
)


def read_source(path: Path, shown: str, report: Report, *, maximum_bytes: int = MAXIMUM_BYTES) -> Source | None:
    """The text of a file, shown to people as `shown`; None after reporting why there is none."""
    nothing = Span(Source(shown, ""), 0, 0)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            report.error("unreadable-file", f"`{shown}` is a folder, not a file", nothing)
            return None
        if not stat.S_ISREG(status.st_mode):
            # Reading a pipe or a device might never end.
            report.error("unreadable-file", f"`{shown}` is not an ordinary file", nothing)
            return None
        if status.st_size > maximum_bytes:
            _too_large(report, nothing, status.st_size, maximum_bytes)
            return None
        with path.open("rb") as file:
            # One byte more than allowed shows that the file has grown since.
            content = file.read(maximum_bytes + 1)
    except FileNotFoundError:
        report.error("unreadable-file", f"there is no file `{shown}`", nothing)
        return None
    except (OSError, ValueError) as error:
        # A path with a NUL in it is a ValueError, whose words differ from one Python to the next.
        reason = (error.strerror or str(error)) if isinstance(error, OSError) else "no file can be called so"
        report.error("unreadable-file", f"`{shown}` cannot be read: {reason.lower()}", nothing)
        return None
    if len(content) > maximum_bytes:
        _too_large(report, nothing, len(content), maximum_bytes)
        return None
    return _decoded(content, shown, report)


def _too_large(report: Report, span: Span, size: int, maximum: int) -> None:
    report.error(
        "too-large",
        f"`{span.source.path}` has {size:,} bytes, and at most {maximum:,} are read",
        span,
        help="split it into several files; large tables fit better into a CSV file",
    )


def _decoded(content: bytes, shown: str, report: Report) -> Source | None:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        message = f"`{shown}` is written in UTF-16, not in UTF-8"
        report.error("wrong-encoding", message, Span(Source(shown, ""), 0, 0), help="save the file as UTF-8")
        return None
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        source = Source(shown, content.decode("utf-8", errors="replace").removeprefix(_BYTE_ORDER_MARK))
        start = len(content[: error.start].decode("utf-8").removeprefix(_BYTE_ORDER_MARK))
        message = f"the byte {content[error.start]:02X} here is not UTF-8"
        report.error("wrong-encoding", message, Span(source, start, start + 1), help="save the file as UTF-8")
        return None
    source = Source(shown, text.removeprefix(_BYTE_ORDER_MARK))
    return source if only_text(source, report) else None


def only_text(source: Source, report: Report) -> bool:
    """Whether a source has only characters that belong in a text; if not, the first other one is reported."""
    # A byte order mark at the very start is YAML's own, and passed over.
    at = first_control_character(source.text, start=1 if source.text.startswith(_BYTE_ORDER_MARK) else 0)
    if at is None:
        return True
    report_control_character(source.text[at], Span(source, at, at + 1), report)
    return False


def first_control_character(text: str, *, start: int = 0) -> int | None:
    """Where a text has a character that no one can see, such as NUL; line ends and tabs are fine."""
    found = _NO_TEXT.search(text, start)
    return None if found is None else found.start()


def report_control_character(character: str, span: Span, report: Report) -> None:
    """Say which character does not belong in a text."""
    names = {
        "\x00": "the character NUL",
        "\r": "a carriage return without a line feed",
        "\u2028": "a line separator (U+2028)",
        "\u2029": "a paragraph separator (U+2029)",
        _BYTE_ORDER_MARK: "a byte order mark (U+FEFF) inside the text",
    }
    name = names.get(character, f"the control character U+{ord(character):04X}")
    if "\ud800" <= character <= "\udfff":
        name = f"half a character (U+{ord(character):04X})"
    help = "write the character itself" if "\ud800" <= character <= "\udfff" else "remove it"
    report.error("control-character", f"{name} does not belong in a text", span, help=help)
