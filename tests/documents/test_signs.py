"""Any text can be printed: what the fonts have comes out as itself; nothing stops a document."""

from __future__ import annotations

import hashlib
import re
import tomllib
import unicodedata

import pytest
from fontTools.ttLib import TTFont
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.documents.test_pdf import SVG, paper, text_of
from udmelding import paths
from udmelding.documents.blocks import (
    Grid,
    Heading,
    Items,
    Pairs,
    Picture,
    Right,
    Run,
    Signature,
    Text,
)
from udmelding.documents.signs import SUBSTITUTE, divided, printable, unprintable

FONTS = paths.TYPST / "fonts"
QUICK = (Phase.explicit, Phase.reuse, Phase.generate)
"""Each example is a process: looking for the smallest that fails would take minutes."""

MARKUP = (
    *"#$*_<>@\\`~[](){}=+-/'\".,:;!?", "//", "/*", "--", "---", "...", "#panic()", "@ref", "<lab>",
)  # fmt: skip
PLEX = frozenset(TTFont(FONTS / "IBMPlexSans-Regular.ttf").getBestCmap())


def is_read_back(sign: str) -> bool:
    """Whether PDFium reads it as it stands.

    It turns right-to-left, moves loose accents, and reads some 50 rare letters that DejaVu puts
    together from two (Ǡ, Ḃ) twice; on the page they are right.
    """
    return (
        printable(sign) == sign
        and unicodedata.bidirectional(sign) not in ("R", "AL", "AN")
        and (ord(sign) in PLEX or not unicodedata.decomposition(sign))
        and sign != "\N{BRAILLE PATTERN BLANK}"
    )


SIGNS = st.characters(codec="utf-8", categories=("L", "N", "P", "S"), max_codepoint=0x2FFF).filter(
    is_read_back
)
PRINTABLE = st.lists(st.sampled_from(MARKUP) | SIGNS | st.just(" "), min_size=1, max_size=30).map(
    "".join
)
ANYTHING = st.text(
    st.characters() | st.sampled_from(["\ufeff", "\ue000", "\u202e", "\ud800", "\x00", "😀", "\n"])
)


def as_seen(text: str) -> str:
    """Without what is not seen, and hyphens, which PDFium drops where a line ends."""
    composed = unicodedata.normalize("NFC", text)
    unseen = "\u200b\u00ad\u2010\ufffe\x02-"
    return "".join(sign for sign in composed if not sign.isspace() and sign not in unseen)


@settings(max_examples=25, deadline=None, phases=QUICK)
@given(st.lists(PRINTABLE.filter(str.strip), min_size=20, max_size=20))
def test_any_text_of_signs_that_the_fonts_have_comes_out_as_itself(texts: list[str]) -> None:
    told = as_seen(text_of(paper(*[Text([text]) for text in texts])))

    for text in texts:
        assert as_seen(text) in told


@settings(max_examples=25, deadline=None, phases=QUICK)
@given(ANYTHING, ANYTHING)
def test_no_text_at_all_stops_a_document(text: str, other: str) -> None:
    blocks = (
        Heading(other, 4),
        Heading(text, 1),
        Pairs(((text, other),)),
        Text([text, Run(other, "strong"), Run(text, "link", "https://x.example/")], is_flag=True),
        Items([[text], [other]]),
        Right(other),
        Grid(head=[text, other], rows=[[other, text]], shares=(1, 2), caption=text, note=(text,)),
        Picture(SVG.format(word="x"), 1, text, other),
        Signature((text, other)),
    )

    assert paper(*blocks, title=text).startswith(b"%PDF")


def test_a_drawing_with_a_sign_that_no_font_has_is_drawn() -> None:
    content = paper(Picture(SVG.format(word="\N{CJK UNIFIED IDEOGRAPH-6F22}"), 1, "Figur", "Ord"))

    assert SUBSTITUTE in text_of(content)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("a\tb", "a b"),
        ("a\r\nb", "a \nb"),
        ("\ufeffTekst", "Tekst"),
        ("gnp.\u202etxt", "gnp.txt"),
        ("\ue000\U000f0000", "□□"),
        ("漢\ud800", "□"),
        ("blød\u00adhed", "blød\u00adhed"),
    ],
)
def test_signs_that_stop_a_document_are_left_out_or_shown_as_a_box(text: str, printed: str) -> None:
    assert printable(text) == printed


def test_who_types_can_be_told_which_signs_will_not_be_printed() -> None:
    assert unprintable("Fjord 漢 og 字 og 漢, æøå ☺") == ("漢", "字")


def test_the_box_itself_can_be_printed() -> None:
    assert printable(SUBSTITUTE) == SUBSTITUTE


@given(st.text(), st.integers(min_value=6, max_value=40))
def test_no_word_is_wider_than_its_column_and_nothing_is_lost(text: str, longest: int) -> None:
    def plain(text: str) -> str:
        return re.sub("[\u200b\u00ad]", "", text)

    printed = printable(text, longest=longest)

    assert plain(printed) == plain(printable(text, longest=None))
    words = printed.split()
    assert all(len(part) <= longest for w in words for part in re.split("[\u200b\u00ad]", w))


def test_long_words_of_heads_are_divided_where_danish_divides_them() -> None:
    parts = divided("Kommunalbestyrelsesmedlemsdokumentation, gennemsnitlig, kort").split("\u00ad")

    assert parts[:2] == ["Kommunal", "bestyrelses"]
    assert divided("Antal") == "Antal"


def test_the_list_of_signs_is_what_the_fonts_have() -> None:
    had = set(TTFont(FONTS / "IBMPlexSans-Regular.ttf").getBestCmap())
    had |= set(TTFont(FONTS / "DejaVuSans.ttf").getBestCmap())
    private = {code for code in had if unicodedata.category(chr(code)) == "Co"}
    seen = {code for code in range(0x20, 0x20000) if printable(chr(code)) == chr(code)}

    named = {code for code in seen if unicodedata.category(chr(code)) not in ("Cf", "Mn", "Zs")}
    assert named - had - {ord("\n")} == set()
    gone = {code for code in had - private if printable(chr(code)) == SUBSTITUTE}
    assert gone == {ord(SUBSTITUTE)}


@pytest.mark.parametrize("weight", ["Regular", "Italic", "SemiBold", "SemiBoldItalic", "Bold"])
def test_the_fonts_of_documents_are_those_of_the_pages_in_another_box(weight: str) -> None:
    ours = TTFont(FONTS / f"IBMPlexSans-{weight}.ttf")
    pages = TTFont(paths.FONTS / f"IBMPlexSans-{weight}.woff2")

    assert ours.getGlyphOrder() == pages.getGlyphOrder()
    assert ours.getBestCmap() == pages.getBestCmap()
    for glyph in ("a", "ae", "oslash", "aring", "one"):
        assert ours["glyf"][glyph] == pages["glyf"][glyph]
    for table in ("cmap", "hmtx", "name", "OS/2"):
        assert ours[table].compile(ours) == pages[table].compile(pages)


def test_the_fonts_are_those_of_the_manifest_each_with_its_licence() -> None:
    fonts = tomllib.loads((FONTS / "FONTS.toml").read_text(encoding="utf-8"))["font"]
    named = {name: digest for font in fonts for name, digest in font["files"].items()}

    there = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in FONTS.glob("*.ttf")
    }
    assert there == named
    assert all((FONTS / font["licence"]).is_file() for font in fonts)
