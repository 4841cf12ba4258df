"""How are a mail's headers read, when nothing about them can be trusted?

The standard parser is given a policy under which every value is plain text of a limited length:
raw bytes beyond ASCII are read as UTF-8 or else as Windows-1252, as other mail programs do, and an
encoded word (RFC 2047) that is broken stays as it stands. Nothing here raises.
"""

from __future__ import annotations

import codecs
import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from email.header import decode_header
from email.message import Message
from email.policy import Compat32
from email.utils import collapse_rfc2231_value, getaddresses, parsedate_to_datetime
from urllib.parse import unquote

MOST_OF_A_HEADER = 10_000
MOST_IDS = 100
MOST_ADDRESSES = 200

_MESSAGE_ID = re.compile(r"<[^<>\s]{1,994}>")
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\\\"]{1,64}@[^\s@<>()\[\],;:\\\"]{1,255}")
_WRONG_CODECS = frozenset(
    {"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "mbcs", "oem"}
)
_AS_BROWSERS_DO = {"ascii": "cp1252", "iso8859-1": "cp1252", "us-ascii": "cp1252"}


class LenientPolicy(Compat32):
    """Gives every header value as a plain string, whatever its bytes."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        """The value without its raw bytes; the parser itself asks for some values this way."""
        return _readable(str(value)[:MOST_OF_A_HEADER])


POLICY = LenientPolicy()


def text_in_charset(content: bytes, charset: str) -> str:
    """``content`` as text: in ``charset`` if that is one, else UTF-8, else Windows-1252."""
    for name in (_codec(charset), "utf-8", "cp1252"):
        try:
            if name:
                return content.decode(name)
        except (UnicodeError, LookupError, ValueError, OverflowError):
            continue
    return content.decode("cp1252", "replace")


def _codec(charset: str) -> str:
    """Python's name of ``charset``; empty where it is none that a mail should be in."""
    try:
        name = codecs.lookup(charset.strip("'\" ")[:40]).name
    except (LookupError, ValueError, TypeError):
        return ""
    if name in _WRONG_CODECS:
        return ""
    return "" if name == "ascii" else _AS_BROWSERS_DO.get(name, name)


def _readable(value: str) -> str:
    """``value`` with its raw bytes (the parser's lone surrogates) read as letters."""
    if value.isascii():
        return value
    try:
        return text_in_charset(value.encode("utf-8", "surrogateescape"), "utf-8")
    except UnicodeError:
        return value.encode("ascii", "replace").decode("ascii")


def without_signs(text: str, *, is_line: bool = False) -> str:
    """``text`` without what no database or page wants: control signs and lone surrogates.

    ``is_line`` puts it on one line and takes away the signs that turn the direction of writing.
    """
    taken = {"Cc", "Cs", "Cn"} | ({"Cf"} if is_line else set())
    kept = "".join(s if " " <= s < "\x7f" or s in "\n\t" else _kept(s, taken) for s in text)
    return " ".join(kept.split()) if is_line else kept


def _kept(sign: str, taken: set[str]) -> str:
    if sign in "\u00a0\u2028\u2029\r\x0b\x0c\x85":
        return " "
    return "" if sign in "\ufeff\u200b" or unicodedata.category(sign) in taken else sign


def first_headers(message: Message) -> dict[str, str]:
    """The headers by their names in lower case, undecoded; of each the first."""
    found: dict[str, str] = {}
    for name, value in list(message.raw_items())[:2_000]:
        found.setdefault(name.lower(), _readable(str(value)[:MOST_OF_A_HEADER]))
    return found


def words(value: str) -> str:
    """A header's value with its encoded words read, on one line, without control signs."""
    try:
        pieces = decode_header(value)
        read = "".join(
            piece if isinstance(piece, str) else text_in_charset(piece, charset or "utf-8")
            for piece, charset in pieces
        )
    except Exception:  # the standard library has no one error for a broken encoded word
        read = value
    return without_signs(read, is_line=True)


def ids(*values: str) -> tuple[str, ...]:
    """The Message-IDs in the ``values``, each once."""
    found = [one for value in values for one in _MESSAGE_ID.findall(value[:MOST_OF_A_HEADER])]
    return tuple(dict.fromkeys(without_signs(one, is_line=True) for one in found))[:MOST_IDS]


def addresses(value: str) -> tuple[tuple[str, str], ...]:
    """Name and address (in lower case) of each mailbox in ``value`` that looks like one."""
    try:
        pairs = getaddresses([value[:MOST_OF_A_HEADER]])[:MOST_ADDRESSES]
    except Exception:
        pairs = []
    found = [(words(name), without_signs(a, is_line=True).lower()) for name, a in pairs]
    sound = tuple((name, a) for name, a in found if _ADDRESS.fullmatch(a))
    return sound or tuple(("", a) for a in addresses_in(value))


def addresses_in(text: str) -> tuple[str, ...]:
    """What looks like an address in ``text``, in lower case, each once."""
    found = (one.strip(".'`").lower() for one in _ADDRESS.findall(without_signs(text)))
    return tuple(dict.fromkeys(a for a in found if _ADDRESS.fullmatch(a)))[:MOST_ADDRESSES]


def moment(value: str) -> dt.datetime | None:
    """The moment a ``Date`` names, aware (UTC where it says no zone); None where none can be."""
    try:
        found = parsedate_to_datetime(value[:200])
        aware = found if found.tzinfo else found.replace(tzinfo=dt.UTC)
        aware.astimezone(dt.UTC)
    except Exception:
        return None
    return aware if 1990 <= aware.year <= 2200 else None


def key_of(headers: Mapping[str, str]) -> str:
    """Our own key of a mail from its headers, decoded; empty where it has none."""
    value = "".join(headers.get("x-udmelding-key", "").split())
    return without_signs(unquote(value), is_line=True)[:200]


def parameter(value: str, name: str) -> str:
    """The parameter ``name`` of a header such as Content-Type, decoded (RFC 2231 and 2047)."""
    try:
        holder: Message = Message(policy=POLICY)
        holder["content-type"] = value if ";" in value else f"x/x; {value}"
        found = holder.get_param(name, "")
        return words(collapse_rfc2231_value(found, errors="replace")) if found else ""
    except Exception:
        return ""
