"""What lies inside a mail that is wrapped as one file: signed (S/MIME) or put together by Outlook?

An opaque-signed mail (RFC 8551, ``application/pkcs7-mime; smime-type=signed-data``) carries the
real one inside its signature (RFC 5652). Whose the signature is, is not asked: what is read is
worth what any mail's words are worth. An encrypted one cannot be read without the receiver's key.

The libraries for this are no longer kept (``asn1crypto`` 2022, ``tnefparse`` 2021), and
``cryptography`` gives no content of signed mails; so the few steps that are needed are taken here.
Whatever the bytes are, either a content comes out, or ``BrokenWrapperError``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from udmelding.rules.inbox.incoming import Wrapper

MOST_DEPTH = 12
MOST_PIECES = 200_000

_SIGNED = bytes.fromhex("2a864886f70d010702")
_ENCRYPTED = frozenset(
    {
        bytes.fromhex("2a864886f70d010703"),  # enveloped
        bytes.fromhex("2a864886f70d010704"),  # signed and enveloped
        bytes.fromhex("2a864886f70d010706"),  # encrypted
        bytes.fromhex("2a864886f70d0109100117"),  # enveloped and authenticated
    }
)
_SEQUENCE, _OID, _OCTETS, _OCTETS_IN_PIECES, _INNER = 0x30, 0x06, 0x04, 0x24, 0xA0


class BrokenWrapperError(Exception):
    """The bytes are none that can be unpacked."""


@dataclass(frozen=True, slots=True)
class Unwrapped:
    """What ``opened`` found.

    Attributes:
        content: the mail inside, as bytes; None where there is none.
        sealed: why it cannot be read; None where it could, or where there is nothing to read.
    """

    content: bytes | None = None
    sealed: Wrapper | None = None


def opened(content: bytes) -> Unwrapped:
    """What is in the bytes of a ``.p7m``; neither content nor seal for certificates alone.

    Raises:
        BrokenWrapperError: they are cut off, or no such file at all.
    """
    try:
        return _opened(content)
    except (IndexError, RecursionError) as error:
        raise BrokenWrapperError from error


def _opened(content: bytes) -> Unwrapped:
    outer = _first(content, _element(content, 0, len(content)), _SEQUENCE)
    kind = content[outer[0].start : outer[0].stop] if outer[0].tag == _OID else b""
    if kind in _ENCRYPTED:
        return Unwrapped(sealed=Wrapper.ENCRYPTED)
    if kind != _SIGNED:
        raise BrokenWrapperError
    signed = _first(content, _only(content, outer[1]), _SEQUENCE)
    inner = next(part for part in signed[1:] if part.tag == _SEQUENCE)
    parts = list(_children(content, inner))
    if len(parts) < 2:
        return Unwrapped()
    return Unwrapped(content=b"".join(_octets(content, _only(content, parts[1]), 0)))


@dataclass(frozen=True, slots=True)
class _Element:
    """One element of BER (X.690): ``start`` to ``stop`` is its content, ``end`` what follows it."""

    tag: int
    start: int
    stop: int
    end: int


def _element(content: bytes, at: int, stop: int, depth: int = 0) -> _Element:
    """The element that begins ``at``, of definite or indefinite length."""
    tag, size = content[at], content[at + 1]
    start = at + 2
    if tag & 0x1F == 0x1F or depth > MOST_DEPTH:  # no tag of two bytes stands in a signed mail
        raise BrokenWrapperError
    if size == 0x80:  # of a length that only its end tells, as programs write that do not wait
        end = start
        for _ in range(MOST_PIECES):
            if content[end : end + 2] == b"\x00\x00":
                break
            end = _element(content, end, stop, depth + 1).end
        else:
            raise BrokenWrapperError
        return _Element(tag, start, end, end + 2)
    if size > 0x80:
        count = size & 0x7F
        if count > 8:
            raise BrokenWrapperError
        size = int.from_bytes(content[start : start + count], "big")
        start += count
    if start + size > stop:
        raise BrokenWrapperError
    return _Element(tag, start, start + size, start + size)


def _children(content: bytes, of: _Element) -> Iterator[_Element]:
    at, count = of.start, 0
    while at < of.stop:
        count += 1
        if count > MOST_PIECES:
            raise BrokenWrapperError
        child = _element(content, at, of.stop)
        yield child
        at = child.end


def _first(content: bytes, of: _Element, tag: int) -> list[_Element]:
    """The elements in ``of``, which has to be a ``tag`` with two of them at least."""
    found = list(_children(content, of)) if of.tag == tag else []
    if len(found) < 2:
        raise BrokenWrapperError
    return found


def _only(content: bytes, of: _Element) -> _Element:
    """The one element inside a wrapping tag."""
    if of.tag != _INNER:
        raise BrokenWrapperError
    return _element(content, of.start, of.stop)


def _octets(content: bytes, of: _Element, depth: int) -> Iterator[bytes]:
    """The bytes of a string, which may be in pieces."""
    if of.tag == _OCTETS:
        yield content[of.start : of.stop]
    elif of.tag == _OCTETS_IN_PIECES and depth < MOST_DEPTH:
        for piece in _children(content, of):
            yield from _octets(content, piece, depth + 1)
    else:
        raise BrokenWrapperError
