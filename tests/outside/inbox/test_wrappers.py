"""A mail that is wrapped as one file is read like any other, or says why it cannot be."""

from __future__ import annotations

import base64
import struct
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.incoming import IncomingKind
from tests.outside.inbox.test_reading_anything import SLOW, assert_sound
from udmelding.outside.inbox.reading import read
from udmelding.outside.inbox.tnef import winmail
from udmelding.outside.inbox.wrappers import BrokenWrapperError, opened
from udmelding.rules.inbox.incoming import Wrapper

# --- S/MIME (RFC 5652) ---

SIGNED, ENVELOPED, DATA = "2a864886f70d010702", "2a864886f70d010703", "2a864886f70d010701"
ANSWER = b"Content-Type: text/plain; charset=utf-8\r\n\r\nVi har 3 borgere i m\xc3\xa5lgruppen.\r\n"
ANSWER_WITH_FILE = (
    b"Content-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\nContent-Type: text/plain\r\n\r\n"
    b"Hermed svaret.\r\n--i\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment;"
    b' filename="svar.pdf"\r\n\r\n%PDF-1.7\r\n--i--\r\n'
)


def tlv(tag: int, *content: bytes) -> bytes:
    """One element of DER."""
    value = b"".join(content)
    size = len(value)
    if size < 0x80:
        return bytes([tag, size]) + value
    count = (size.bit_length() + 7) // 8
    return bytes([tag, 0x80 | count]) + size.to_bytes(count, "big") + value


def open_ended(tag: int, *content: bytes) -> bytes:
    """One element of BER whose length only its end tells, as programs write that do not wait."""
    return bytes([tag, 0x80]) + b"".join(content) + b"\x00\x00"


def oid(name: str) -> bytes:
    return tlv(6, bytes.fromhex(name))


def signed(content: bytes | None) -> bytes:
    """A mail inside its signature; None: a signature that stands apart."""
    inner = [oid(DATA)] + ([] if content is None else [tlv(0xA0, tlv(4, content))])
    signature = tlv(0x30, tlv(2, b"\x01"), tlv(0x31), tlv(0x30, *inner), tlv(0x31))
    return tlv(0x30, oid(SIGNED), tlv(0xA0, signature))


def signed_in_pieces(content: bytes) -> bytes:
    pieces = [tlv(4, content[at : at + 20]) for at in range(0, len(content), 20)]
    inner = open_ended(0x30, oid(DATA), open_ended(0xA0, open_ended(0x24, *pieces)))
    signature = open_ended(0x30, tlv(2, b"\x01"), tlv(0x31), inner, tlv(0x31))
    return open_ended(0x30, oid(SIGNED), open_ended(0xA0, signature))


def encrypted() -> bytes:
    return tlv(0x30, oid(ENVELOPED), tlv(0xA0, tlv(0x30, tlv(2, b"\x00"), tlv(0x31))))


# --- winmail.dat (MS-OXTNEF) ---


def attribute(number: int, value: bytes) -> bytes:
    return struct.pack("<BHHI", 1, number, 0, len(value)) + value + b"\x00\x00"


def properties(*some: tuple[int, int, bytes]) -> bytes:
    """Properties of a mail or file: number, type, value."""
    found = struct.pack("<I", len(some))
    for number, kind, value in some:
        found += struct.pack("<HHII", kind, number, 1, len(value)) + value
        found += b"\x00" * (-len(value) % 4)
    return found


def outlook(*attributes: bytes) -> bytes:
    page = attribute(0x9007, struct.pack("<II", 1252, 0))
    return struct.pack("<IH", 0x223E9F78, 1) + page + b"".join(attributes)


BINARY, UNICODE, OBJECT = 0x0102, 0x001F, 0x000D


def file(name: str, content: bytes, *more: tuple[int, int, bytes]) -> bytes:
    return b"".join(
        (
            attribute(0x9002, b"\x00" * 14),
            attribute(0x8010, b"KORT~1.PDF\x00"),
            attribute(0x800F, content),
            attribute(0x9005, properties((0x3707, UNICODE, name.encode("utf-16-le")), *more)),
        )
    )


def words(text: str) -> bytes:
    return attribute(0x800C, text.encode("cp1252") + b"\x00")


def html(text: str) -> bytes:
    return attribute(0x9003, properties((0x1013, BINARY, text.encode("cp1252"))))


RICH = attribute(0x9003, properties((0x1009, BINARY, b"LZFu")))
A_MAIL = bytes.fromhex("0703020000000000c000000000000046")
ENCLOSED = attribute(0x9002, b"") + attribute(
    0x9005,
    properties((0x3701, OBJECT, A_MAIL + outlook(words("Fra chefen."), file("a.pdf", b"%PDF")))),
)
LOGO = file("logo.png", b"\x89PNG", (0x370E, 0x1E, b"image/png\x00"), (0x3712, 0x1E, b"x\x00"))


def wrapped(content: bytes, kind: str, text: str = "") -> bytes:
    """A mail with one part, or with a text before it."""
    head = (
        "From: Anna <social@greve.example>\r\nTo: sekretariat@udmelding.example\r\n"
        "Subject: SV: Vi beder om jeres svar\r\nMessage-ID: <s@greve.example>\r\n"
        "Date: Tue, 20 Aug 2024 10:00:00 +0200\r\nMIME-Version: 1.0\r\n"
    )
    part = f"Content-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    part += base64.encodebytes(content).decode().replace("\n", "\r\n")
    if not text:
        return (head + part).encode()
    return (
        f'{head}Content-Type: multipart/mixed; boundary="y"\r\n\r\n--y\r\n'
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n--y\r\n{part}--y--\r\n"
    ).encode()


SMIME = 'application/pkcs7-mime; smime-type=signed-data; name="smime.p7m"'
OLD_SMIME = 'application/x-pkcs7-mime; name="smime.p7m"'
SEALED_SMIME = 'application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"'
TNEF = 'application/ms-tnef; name="winmail.dat"'
P7S = 'application/pkcs7-signature; name="smime.p7s"'


@dataclass(frozen=True, slots=True)
class Row:
    """A mail and what is read from it."""

    name: str
    raw: bytes
    text: str = ""
    files: tuple[str, ...] = ()
    sealed: Wrapper | None = None


WRAPPED = [
    Row("signed", wrapped(signed(ANSWER), SMIME), "Vi har 3 borgere i målgruppen."),
    Row(
        "signed, in pieces",
        wrapped(signed_in_pieces(ANSWER), SMIME),
        "Vi har 3 borgere i målgruppen.",
    ),
    Row(
        "signed, by an old program",
        wrapped(signed(ANSWER), OLD_SMIME),
        "Vi har 3 borgere i målgruppen.",
    ),
    Row(
        "signed, with a file",
        wrapped(signed(ANSWER_WITH_FILE), SMIME),
        "Hermed svaret.",
        ("svar.pdf",),
    ),
    Row(
        "signed twice",
        wrapped(
            signed(
                b"Content-Type: application/pkcs7-mime; smime-type=signed-data\r\n"
                b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(signed(ANSWER))
            ),
            SMIME,
        ),
        "Vi har 3 borgere i målgruppen.",
    ),
    Row(
        "signed below the footer of a mail gateway",
        wrapped(signed(ANSWER), SMIME, "Mailen kommer udefra."),
        "Mailen kommer udefra.\n\nVi har 3 borgere i målgruppen.",
    ),
    Row("encrypted", wrapped(encrypted(), SEALED_SMIME), "", ("smime.p7m",), Wrapper.ENCRYPTED),
    Row(
        "signed and cut off",
        wrapped(signed(ANSWER)[:60], SMIME),
        "",
        ("smime.p7m",),
        Wrapper.SIGNED,
    ),
    Row(
        "called signed, but no such thing",
        wrapped(b"Hej", SMIME),
        "",
        ("smime.p7m",),
        Wrapper.SIGNED,
    ),
    Row(
        "encrypted by PGP",
        wrapped(b"Version: 1", "application/pgp-encrypted"),
        "",
        ("bilag-1.pgp",),
        Wrapper.ENCRYPTED,
    ),
    Row(
        "Outlook's file with a file in it",
        wrapped(outlook(file("Svar fra Køge.pdf", b"%PDF")), TNEF, "Svar vedlagt."),
        "Svar vedlagt.",
        ("Svar fra Køge.pdf",),
    ),
    Row(
        "Outlook's file with the text in it",
        wrapped(outlook(words("Vi har 4 borgere i målgruppen.")), TNEF),
        "Vi har 4 borgere i målgruppen.",
    ),
    Row(
        "Outlook's file with the text as HTML",
        wrapped(outlook(html("<p>Vi har <b>5</b> borgere.</p>")), TNEF),
        "Vi har 5 borgere.",
    ),
    Row(
        "Outlook's file where the text is rich text alone",
        wrapped(outlook(RICH, file("svar.pdf", b"%PDF")), TNEF),
        "",
        ("svar.pdf",),
        Wrapper.OUTLOOK,
    ),
    Row(
        "Outlook's file with a mail enclosed",
        wrapped(outlook(words("Se den vedlagte."), ENCLOSED), TNEF),
        "Se den vedlagte.",
        ("bilag-1.txt", "a.pdf"),
    ),
    Row(
        "Outlook's file that is cut off",
        wrapped(outlook(file("a.pdf", b"%PDF"))[:40], TNEF, "Svar vedlagt."),
        "Svar vedlagt.",
        ("winmail.dat",),
        Wrapper.OUTLOOK,
    ),
]
LEFT_ALONE = [
    Row(
        "a signature that stands apart",
        wrapped(signed(None), P7S, "Hermed svaret."),
        "Hermed svaret.",
        ("smime.p7s",),
    ),
    Row(
        "certificates alone",
        wrapped(
            signed(None), 'application/pkcs7-mime; smime-type=certs-only; name="smime.p7c"', "Her."
        ),
        "Her.",
        ("smime.p7c",),
    ),
    Row(
        "a file that somebody has signed",
        wrapped(signed(b"%PDF"), 'application/pkcs7-mime; name="aftale.pdf.p7m"', "Aftalen."),
        "Aftalen.",
        ("aftale.pdf.p7m",),
    ),
    Row(
        "an ordinary file",
        wrapped(b"%PDF", 'application/pdf; name="svar.pdf"', "Hermed svaret."),
        "Hermed svaret.",
        ("svar.pdf",),
    ),
    Row(
        "another file with the extension of Outlook's",
        wrapped(b"1;2;3", 'application/octet-stream; name="tal.dat"', "Tallene."),
        "Tallene.",
        ("tal.dat",),
    ),
    Row(
        "rich text of Outlook's beside the words",
        wrapped(outlook(RICH), TNEF, "Vi er med."),
        "Vi er med.",
    ),
    Row(
        "words of Outlook's that the mail has itself",
        wrapped(outlook(words("Vi er med.")), TNEF, "Vi er med."),
        "Vi er med.",
    ),
    Row(
        "a person who writes of encryption",
        wrapped(b"%PDF", 'application/pdf; name="a.pdf"', "Mailen er krypteret med smime.p7m."),
        "Mailen er krypteret med smime.p7m.",
        ("a.pdf",),
    ),
]
ROWS = WRAPPED + LEFT_ALONE


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_a_wrapped_mail_is_read_like_any_other(row: Row) -> None:
    mail = read(row.raw)

    found = Row(row.name, row.raw, mail.text, tuple(f.file_name for f in mail.files), mail.sealed)
    assert found == row
    assert mail.kind is IncomingKind.REPLY


def test_the_files_in_a_wrapper_come_out_whole() -> None:
    content = bytes(range(256)) * 40

    (found,) = read(wrapped(outlook(file("tal.bin", content)), TNEF)).files
    assert (found.file_name, found.content) == ("tal.bin", content)


def test_a_logo_of_outlooks_is_no_file() -> None:
    hidden = file(
        "logo.png",
        b"\x89PNG",
        (0x370E, 0x1E, b"image/png\x00"),
        (0x3712, 0x1E, b"x\x00"),
        (0x7FFE, 0x1E, b"\x01\x00"),
    )
    inside = outlook(hidden, LOGO, file("svar.pdf", b"%PDF"))

    assert [f.file_name for f in winmail(inside).files] == ["logo.png", "svar.pdf"]


@SLOW
@given(st.binary(max_size=400))
def test_any_bytes_are_opened_or_refused_and_nothing_else(content: bytes) -> None:
    for begin in (b"", signed(ANSWER)[:20], struct.pack("<IH", 0x223E9F78, 1)):
        for read_it in (opened, winmail):
            try:
                read_it(begin + content)
            except BrokenWrapperError:
                continue


@SLOW
@given(
    st.sampled_from([row.raw for row in ROWS]),
    st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=8)), max_size=8),
    st.floats(0, 1),
)
def test_a_wrapped_mail_that_is_broken_or_cut_off_is_read(
    raw: bytes, wounds: list[tuple[float, bytes]], share: float
) -> None:
    broken = bytearray(raw)
    for place, wound in wounds:
        at = int(len(broken) * place)
        broken[at : at + len(wound)] = wound

    assert_sound(read(bytes(broken[: int(len(broken) * share)])))


@SLOW
@given(
    st.sampled_from([signed(ANSWER), signed_in_pieces(ANSWER), outlook(words("Hej"), ENCLOSED)]),
    st.data(),
)
def test_a_wound_in_the_wrapper_itself_is_survived(content: bytes, data: st.DataObject) -> None:
    wound = data.draw(st.binary(min_size=1, max_size=4))
    at = data.draw(st.integers(0, len(content) - 1))
    hurt = content[:at] + wound + content[at + len(wound) :]

    for kind in (SMIME, TNEF):
        assert_sound(read(wrapped(hurt, kind)))


@pytest.mark.parametrize(
    "content",
    [
        b"\x30\x80" * 50_000,
        b"\x24\x80" * 50_000,
        tlv(0x30, oid(SIGNED), tlv(0xA0, tlv(0x30, b"\x30\x80" * 20_000))),
        open_ended(0x30, oid(SIGNED), open_ended(0xA0, open_ended(0x30, b"\x04\x00" * 300_000))),
        b"\x30\x84\xff\xff\xff\xff",
    ],
    ids=lambda content: f"{content[:12]!r}",
)
def test_a_wrapper_made_to_do_harm_is_refused(content: bytes) -> None:
    with pytest.raises(BrokenWrapperError):
        opened(content)


def test_mails_that_are_signed_over_and_over_come_to_an_end() -> None:
    inner = ANSWER
    for _ in range(40):
        inner = b"Content-Type: application/pkcs7-mime; smime-type=signed-data\r\n\r\n" + signed(
            inner
        )

    assert_sound(read(b"From: a@b.example\r\n" + inner))
