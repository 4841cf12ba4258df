"""What is wrong in a mail's text, in Danish: the sentences, and Jinja's own messages translated."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from udmelding.config.flaw_wording import suggestion
from udmelding.rules.words.texts import first_upper


@dataclass(frozen=True, slots=True, order=True)
class TextFlaw:
    """One thing wrong in a mail's text.

    Attributes:
        template: the file's name, such as ``invitation/body.md``.
        line: where in it; 0 where the whole file is meant.
        problem: what is wrong and what to write instead, a Danish sentence.
    """

    template: str
    line: int
    problem: str

    def __str__(self) -> str:
        """One line: file, line, problem."""
        where = f"«{self.template}», linje {self.line}" if self.line else f"«{self.template}»"
        return f"{where}: {self.problem}"


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """There is nothing of that name; the nearest one that there is, or all of them."""
    allowed = sorted(known)
    near = suggestion(name, allowed).strip()
    if near:
        return f"{what} «{name}» findes ikke; {near}"
    return f"{what} «{name}» findes ikke. Kendte: {', '.join(allowed)}."


_LANGUAGE: tuple[tuple[str, str], ...] = (
    (
        r"Encountered unknown tag '(end(?:if|for|block|set|macro)|else|elif)'"
        r".*innermost block that needs to be closed is '(.+?)'.*",
        "«{1}» skal lukkes med {{% end{1} %}}, før «{0}» kan stå.",
    ),
    (r"Encountered unknown tag '(.+?)'.*", "«{0}» er ikke et ord, der kan stå i {{% … %}}."),
    (
        r"Unexpected end of template.*innermost block that needs to be closed is '(.+?)'.*",
        "«{0}» er åbnet, men ikke lukket med {{% end{0} %}}.",
    ),
    (
        r"unexpected end of template, expected '.+?'",
        "Teksten slutter midt i en {{{{ … }}}} eller {{% … %}}.",
    ),
    (r"unexpected '(.+?)', expected '(.+?)'", "Her skulle stå «{1}», men her står «{0}»."),
    (r"unexpected (?:char )?'(.+?)'(?: at \d+)?", "«{0}» kan ikke stå her."),
    (r"expected token '(.+?)', got '(.+?)'", "Her skulle stå «{0}», men her står «{1}»."),
    (r"Expected an expression, got '(.+?)'", "Her mangler et navn før «{0}»."),
    (r"can't assign to '(.+?)'", "Kun et navn kan få en værdi med set."),
    (r"Missing end of (comment|raw) (?:tag|directive)", "En kommentar {{# … #}} er ikke lukket."),
    (r"block '(.+?)' defined twice", "Blokken «{0}» står her to gange."),
    (r"Required block '(.+?)' not found", "Blokken «{0}» mangler."),
    (r"'.*?(\w+) object' has no attribute '(.+?)'", "«{1}» findes ikke her."),
    (r"'(.+?)' is undefined", "Navnet «{0}» findes ikke."),
    (
        r"'NoneType' object has no attribute '.+?'",
        "En værdi kan mangle. Sæt {{% if … %}} og {{% endif %}} om det, der bruger den.",
    ),
    (
        r"en værdi af typen date skal skrives ud med et filter",
        "En dato skal skrives med et filter, fx {{{{ due_on|long_date }}}}.",
    ),
    (
        r"en værdi af typen NoneType skal skrives ud med et filter",
        "En værdi kan mangle. Sæt {{% if … %}} og {{% endif %}} om det, der bruger den.",
    ),
    (
        r"en værdi af typen tuple skal skrives ud med et filter",
        "En liste skal skrives ud med {{% for … %}}, eller med filteret «enumerated».",
    ),
    (
        r"en værdi af typen bool skal skrives ud med et filter",
        "Et ja eller nej kan kun bruges i {{% if … %}}; skriv, hvad der skal stå.",
    ),
    (r"access to attribute '(.+?)' of .* is unsafe.*", "«{0}» kan ikke bruges i en mail."),
    (r"maximum recursion depth exceeded.*", "Teksterne bygger på hinanden i ring."),
    (r"(filen .*|teksten fylder .*)", "{0}."),
)


_SIGNS = {
    "'end of print statement'": "'}}'",
    "'end of statement block'": "'%}'",
    "'name'": "'et navn'",
}


def in_danish(message: str) -> str:
    """A message of the template language as a Danish sentence."""
    plain = message.rstrip(".")
    for sign, written in _SIGNS.items():
        plain = plain.replace(sign, written)
    for pattern, sentence in _LANGUAGE:
        matched = re.fullmatch(pattern, plain, re.DOTALL)
        if matched:
            told = sentence.format(*(part or "" for part in matched.groups()))
            return first_upper(told)
    return f"Kan ikke bruges sådan ({plain})."
