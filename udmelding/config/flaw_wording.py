"""How is a problem that pydantic found told in Danish?

Only sentences live here: what is wrong, and what is allowed instead. Where the problem stands is
``udmelding.config.marked``'s business. A sentence never repeats what was written, because that
may be a password put in the wrong place; it names its kind instead ("her står en tekst").
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

_WANTED: Mapping[str, str] = MappingProxyType(
    {
        "bool_parsing": "true eller false",
        "bool_type": "true eller false",
        "bytes_type": "en tekst",
        "date_from_datetime_inexact": "en dato som 2025-01-31",
        "date_from_datetime_parsing": "en dato som 2025-01-31",
        "date_parsing": "en dato som 2025-01-31",
        "date_type": "en dato som 2025-01-31",
        "dict_type": "en gruppe af nøgler og værdier",
        "finite_number": "et tal",
        "float_parsing": "et tal",
        "float_type": "et tal",
        "frozen_set_type": "en liste",
        "int_from_float": "et heltal",
        "int_parsing": "et heltal",
        "int_parsing_size": "et mindre heltal",
        "int_type": "et heltal",
        "list_type": "en liste",
        "mapping_type": "en gruppe af nøgler og værdier",
        "model_attributes_type": "en gruppe af nøgler og værdier",
        "model_type": "en gruppe af nøgler og værdier",
        "none_required": "ingenting",
        "path_type": "en sti til en fil eller mappe",
        "set_type": "en liste",
        "string_sub_type": "en tekst",
        "string_type": "en tekst",
        "tuple_type": "en liste",
    }
)

_BOUNDS: Mapping[str, str] = MappingProxyType(
    {
        "greater_than": "skal være større end {gt}",
        "greater_than_equal": "skal være mindst {ge}",
        "less_than": "skal være mindre end {lt}",
        "less_than_equal": "skal være højst {le}",
        "multiple_of": "skal være et multiplum af {multiple_of}",
        "string_too_long": "skal være på højst {max_length} tegn",
        "string_too_short": "skal være på mindst {min_length} tegn",
        "too_long": "skal have højst {max_length} på listen; her er {actual_length}",
        "too_short": "skal have mindst {min_length} på listen; her er {actual_length}",
    }
)

BOOLEAN_FOR_NUMBER = "skal være et tal; her står true/false"

DAY_PATTERN = r"^\d\d-\d\d$"
TIME_PATTERN = r"^([01]\d|2[0-3]):[0-5]\d$"
EMAIL_PATTERN = r"^[^@\s<>,;]+@[^@\s<>,;]+$"
HOST_PATTERN = r"^[^\s/@]*$"
LINE_PATTERN = r"^[^\r\n]*$"
WEB_PATTERN = r"^https?://\S+$"
MAYBE_WEB_PATTERN = r"^$|^https?://\S+$"
RECEIVER_PATTERN = r"^(\*|[^@\s<>,;*]+)@[^@\s<>,;*]+$"
NAMED_RECEIVER_PATTERN = r"^[^@<>\r\n]*[^@<>\s] <[^@\s<>,;]+@[^@\s<>,;]+>$"
RECEIVER_NAME_PATTERN = r"^[^/<>@\s]([^/<>@\r\n]*[^/<>@\s])?$"
COLOUR_PATTERN = r"^#[0-9a-fA-F]{6}$"
PICTURE_PATTERN = r"^$|^[\w. -]+\.(svg|png|jpg|jpeg)$"
SOCKET_PATTERN = r"^$|^/[^\r\n]+$|^tcp://([^\s/@:\[\]]+|\[[0-9a-fA-F:]+\]):\d{1,5}$"

_PATTERNS: Mapping[str, str] = MappingProxyType(
    {
        DAY_PATTERN: "måned og dag som 12-24",
        TIME_PATTERN: "et klokkeslæt som 07:00",
        EMAIL_PATTERN: "en mailadresse som sekretariat@example.dk",
        HOST_PATTERN: "en servers navn eller adresse, uden mellemrum, / og @",
        LINE_PATTERN: "en tekst på én linje",
        WEB_PATTERN: "en webadresse, der begynder med http:// eller https://",
        MAYBE_WEB_PATTERN: "en webadresse, der begynder med https://",
        RECEIVER_PATTERN: "en mailadresse, eller *@example.dk for alle på et domæne",
        NAMED_RECEIVER_PATTERN: "et navn og en mailadresse som Socialtilsyn Øst <post@example.dk>",
        RECEIVER_NAME_PATTERN: "agency eller et navn som Socialtilsyn Øst, uden / < > og @",
        COLOUR_PATTERN: "en farve som #0b3d5c",
        PICTURE_PATTERN: "navnet på en fil i samme mappe, der ender på .svg, .png eller .jpg",
        SOCKET_PATTERN: "tom, en sti som /run/clamav/clamd.ctl eller tcp://server:3310",
        f"^$|{EMAIL_PATTERN}": "tom eller en mailadresse som sekretariat@example.dk",
        r"^[a-z][a-z0-9-]*$": "små bogstaver a-z, tal og bindestreger, med et bogstav først",
        r"^[a-z][a-z0-9_-]*$": (
            "små bogstaver a-z, tal, bindestreger og understreger, med et bogstav først"
        ),
    }
)

# Most special first: a bool is an int, and a moment is a date.
_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (type(None), "ingenting"),
    (bool, "true/false"),
    (int, "et heltal"),
    (float, "et kommatal"),
    (str, "en tekst"),
    (dt.datetime, "et tidspunkt"),
    (dt.date, "en dato"),
    (dict, "en gruppe af nøgler og værdier"),
    ((list, tuple), "en liste"),
)


def kind_in_danish(value: object) -> str:
    """What kind of thing ``value`` is, in Danish, without telling the value."""
    return next((words for kind, words in _KINDS if isinstance(value, kind)), "noget andet")


def suggestion(written: object, allowed: Iterable[str]) -> str:
    """``«x» (mente du …?)`` in Danish for the closest of ``allowed``, or empty if none is close."""
    names = {name.casefold(): name for name in allowed}
    close = difflib.get_close_matches(str(written).casefold(), names, n=1, cutoff=0.6)
    return f"mente du «{names[close[0]]}»? " if close else ""


def unknown_key(name: object, allowed: Iterable[str]) -> str:
    """The sentence for a key that is not one of ``allowed``; names the closest of them."""
    known = tuple(allowed)
    listed = f"tilladt er: {', '.join(known)}" if known else "her er ingen nøgler tilladt"
    return f"ukendt nøgle; {suggestion(name, known)}{listed}"


def problem_in_danish(error: Mapping[str, Any]) -> str:
    """What is wrong and what is allowed instead, for one entry of ``ValidationError.errors()``.

    Never repeats the value. A ``ValueError`` of a validator of ours is told in its own words.
    """
    kind = error["type"]
    context: dict[str, Any] = error.get("ctx", {})
    if kind == "missing":
        return "mangler"
    if kind == "extra_forbidden":
        return "ukendt nøgle"
    if kind in _WANTED:
        return f"skal være {_WANTED[kind]}; her står {kind_in_danish(error['input'])}"
    if kind in _BOUNDS:
        plain = {k: f"{v:g}" if isinstance(v, float) else v for k, v in context.items()}
        return _BOUNDS[kind].format(**plain)
    return _chosen_or_told(error, context)


def _chosen_or_told(error: Mapping[str, Any], context: Mapping[str, Any]) -> str:
    kind = error["type"]
    if kind in {"enum", "literal_error"}:
        allowed = re.findall(r"'([^']*)'", str(context["expected"]))
        hint = suggestion(error["input"], allowed) if isinstance(error["input"], str) else ""
        return f"er ikke en tilladt værdi; {hint}tilladt er: {', '.join(allowed)}"
    if kind == "string_pattern_mismatch":
        pattern = str(context["pattern"])
        return f"skal være {_PATTERNS.get(pattern, f'en tekst af mønsteret {pattern}')}"
    if kind in {"value_error", "assertion_error"}:
        return str(context["error"])
    return f"kan ikke bruges her (pydantic: {kind}); her står {kind_in_danish(error['input'])}"
