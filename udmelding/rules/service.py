"""Is an installation as it should be? Findings, judged from what was seen of files and database.

Nothing is looked at or changed here: ``udmelding.outside.service`` looks and closes, the use case
puts the two together. What is not right says what to do about it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from udmelding.rules.words.lists import join_names

OTHERS = 0o077
"""The bits of a file's mode that give group and others anything."""
OWNER = 0o700
STICKY = 0o1000
MOST_NAMED = 5


class State(StrEnum):
    """How a thing was found."""

    RIGHT = "right"
    REPAIRED = "repaired"
    TO_DO = "to_do"


class About(StrEnum):
    """What was looked at."""

    HOME = "home"
    MODES = "modes"
    SETTINGS = "settings"
    DATABASE = "database"
    FOLDERS = "folders"
    DOCUMENTS = "documents"
    SCANNER = "scanner"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of what was found; ``text`` is Danish."""

    about: About
    state: State
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A folder or file of ours on the disk.

    Attributes:
        path: where it is.
        mode: its permission bits.
        owner: number of the user who owns it.
        is_folder: whether it is a folder.
    """

    path: str
    mode: int
    owner: int
    is_folder: bool


class Trouble(StrEnum):
    """Why an entry could not be closed."""

    NOT_OURS = "not_ours"
    NO_MODES = "no_modes"
    READ_ONLY = "read_only"
    SHARED = "shared"


@dataclass(frozen=True, slots=True)
class HomeSeen:
    """What was seen of the home folder.

    Attributes:
        path: where it is, or should be.
        user: number and name of the user who runs this program.
        owner: name of the home's owner; empty where there is no such folder.
        entries: the home first, then what of ours is in it, and the database's files elsewhere.
        unseen: folders that nobody let us look into.
        closed: what became of those that stood open, by path: None for closed; None as a whole
            where nothing was to be changed.
    """

    path: str
    user: tuple[int, str]
    owner: str
    entries: tuple[Entry, ...] = ()
    unseen: tuple[str, ...] = ()
    closed: Mapping[str, Trouble | None] | None = None


@dataclass(frozen=True, slots=True)
class SettingsSeen:
    """What was seen of the settings file.

    Attributes:
        path: where it is.
        secrets: its keys with something secret.
        was_open: others could read it before anything was closed; ``is_open``: they still can.
    """

    path: str
    secrets: tuple[str, ...]
    was_open: bool
    is_open: bool


@dataclass(frozen=True, slots=True)
class DocumentNamed:
    """A document that the database names; ``size`` is None where the database does not know it."""

    sha256: str
    size: int | None
    name: str


class Flaw(StrEnum):
    """What is wrong with a stored document."""

    MISSING = "missing"
    ALTERED = "altered"
    UNREADABLE = "unreadable"


def stands_open(entry: Entry) -> bool:
    """Whether anybody but the owner has any access."""
    return bool(entry.mode & OTHERS)


def is_shared(entry: Entry) -> bool:
    """Whether a folder is there for everybody, as ``/tmp`` is: to close it would harm others."""
    return entry.is_folder and bool(entry.mode & STICKY)


def of_home(seen: HomeSeen, where_missing: str) -> tuple[Finding, ...]:
    """Is the home there, and is it ours?

    Args:
        seen: what was seen of it.
        where_missing: what is told where there is no such folder.
    """
    if not seen.entries:
        return (_to_do(About.HOME, where_missing),)
    me, name = seen.user
    home = seen.entries[0]
    if home.owner != me:
        text = (
            f"Mappen {seen.path} ejes af brugeren «{seen.owner}», men kommandoen er kørt af "
            f"«{name}». Kør den som «{seen.owner}»; ellers får filerne to ejere."
        )
        return (_to_do(About.HOME, text),)
    others = [entry for entry in seen.entries if entry.owner != me]
    if others:
        text = (
            f"{_counted(others)} i mappen {seen.path} ejes af en anden bruger end «{name}»: "
            f"{_named([entry.path for entry in others])}. Ret det med chown."
        )
        return (_to_do(About.HOME, text),)
    return (Finding(About.HOME, State.RIGHT, f"Mappen {seen.path} er der og ejes af «{name}»."),)


def of_modes(seen: HomeSeen) -> tuple[Finding, ...]:
    """Can anybody but the owner get at what is kept?"""
    found = [
        _to_do(About.MODES, f"Mappen {path} må programmet ikke se i; dens ejer kan give lov.")
        for path in seen.unseen
    ]
    is_open = [entry for entry in seen.entries if stands_open(entry)]
    if seen.closed is None:
        if is_open:
            text = (
                f"Andre brugere på maskinen har adgang til {_counted(is_open)}: "
                f"{_named([entry.path for entry in is_open])}. «udmelding check» lukker for det."
            )
            found.append(_to_do(About.MODES, text))
    else:
        found += _after_closing(seen.path, is_open, seen.closed)
    if not found and seen.entries:
        text = f"Kun «{seen.owner}» kan læse mappen {seen.path} og det, programmet gemmer."
        found.append(Finding(About.MODES, State.RIGHT, text))
    return tuple(found)


def _after_closing(
    home: str, was_open: Sequence[Entry], closed: Mapping[str, Trouble | None]
) -> list[Finding]:
    found = []
    done = [entry for entry in was_open if closed.get(entry.path) is None]
    if done:
        text = (
            f"Andre brugere på maskinen havde adgang til {_counted(done)}, og der er nu lukket: "
            f"{_named([entry.path for entry in done])}."
        )
        found.append(Finding(About.MODES, State.REPAIRED, text))
    told = {
        Trouble.NOT_OURS: "Kun ejeren kan lukke for det: chmod go-rwx.",
        Trouble.READ_ONLY: "Der kan ikke lukkes for det, for disken kan kun læses.",
        Trouble.NO_MODES: "Der kan ikke lukkes for det, for filsystemet kender ikke adgang for den "
        f"enkelte bruger. Flyt {home} til et andet, eller få disken koblet til, så kun ejeren kan "
        "læse den.",
        Trouble.SHARED: "Mappen er for alle på maskinen. Vælg en mappe for programmet alene med "
        "UDMELDING_HOME.",
    }
    for trouble, why in told.items():
        left = [entry for entry in was_open if closed.get(entry.path) is trouble]
        if left:
            names = _named([entry.path for entry in left])
            text = f"Andre brugere på maskinen har adgang til {_counted(left)} ({names}). {why}"
            found.append(_to_do(About.MODES, text))
    return found


def of_settings(seen: SettingsSeen | None) -> tuple[Finding, ...]:
    """Can others read a file with a password?"""
    if seen is None:
        text = "Der er ingen opsætningsfil; alt er som fra begyndelsen eller sat i miljøet."
    elif not seen.secrets:
        text = f"Opsætningsfilen {seen.path} indeholder ingen adgangskoder."
    elif seen.is_open:
        text = (
            f"Opsætningsfilen {seen.path} indeholder {join_names(seen.secrets)} og kan læses af "
            f"andre brugere på maskinen. Luk den med: chmod 600 {seen.path}"
        )
        return (_to_do(About.SETTINGS, text),)
    elif seen.was_open:
        text = (
            f"Opsætningsfilen {seen.path} indeholder {join_names(seen.secrets)} og stod åben for "
            "andre brugere på maskinen. Den er nu lukket. Har andre brugt maskinen, så skift det, "
            "der skal være hemmeligt."
        )
        return (Finding(About.SETTINGS, State.REPAIRED, text),)
    else:
        text = f"Opsætningsfilen {seen.path} med {join_names(seen.secrets)} kan andre ikke læse."
    return (Finding(About.SETTINGS, State.RIGHT, text),)


def of_decided(lost: Mapping[str, str]) -> tuple[Finding, ...]:
    """What the server's settings say of what people have decided otherwise.

    Args:
        lost: by the setting's key, where it stands and means nothing.
    """
    if not lost:
        return ()
    told = join_names([f"{key} ({place})" for key, place in sorted(lost.items())])
    text = f"Det gælder ikke mere, for I har bestemt det under Indstillinger: {told}."
    return (Finding(About.SETTINGS, State.RIGHT, text),)


def of_database(where: str, version: str | None, wanted: str, trouble: str) -> tuple[Finding, ...]:
    """Is the database there, and does the program fit it?

    Args:
        where: which database, for people.
        version: the schema that it stands at.
        wanted: the one that this program uses.
        trouble: why it cannot be used, as a Danish sentence; empty for nothing.
    """
    if trouble:
        return (_to_do(About.DATABASE, trouble),)
    if version == wanted:
        text = f"Databasen {where} er der og har skema {version}, som programmet bruger."
        return (Finding(About.DATABASE, State.RIGHT, text),)
    text = f"Databasen {where} har skema {version}, men programmet bruger {wanted}. "
    is_newer = (version or "") > wanted
    text += "Opdatér programmet." if is_newer else "Kør «udmelding init», der opdaterer den."
    return (_to_do(About.DATABASE, text),)


def of_folders(needed: Iterable[tuple[str, str]], missing: Iterable[str]) -> tuple[Finding, ...]:
    """Is every folder there that must hold something?

    Args:
        needed: the folders, each with why there should be something in it.
        missing: those that are not there.
    """
    absent = frozenset(missing)
    return tuple(
        _to_do(About.FOLDERS, f"Mappen {path} mangler, men {why}. Hent den fra sikkerhedskopien.")
        for path, why in needed
        if path in absent
    )


def of_documents(
    named: Sequence[DocumentNamed], flaws: Mapping[str, Flaw], *, is_whole: bool
) -> tuple[Finding, ...]:
    """Is every document that the database names in the store, and as it was?

    Args:
        named: the documents, each once.
        flaws: what is wrong, by checksum.
        is_whole: every byte was read; else only whether each is there, and its size.
    """
    if not named:
        text = "Databasen nævner ingen dokumenter endnu."
        return (Finding(About.DOCUMENTS, State.RIGHT, text),)
    if not flaws:
        how = (
            "og hver byte er, som da de blev gemt"
            if is_whole
            else "i deres fulde størrelse («udmelding check --documents» læser dem helt)"
        )
        count = "Det ene dokument" if len(named) == 1 else f"Alle {len(named)} dokumenter"
        text = f"{count}, som databasen nævner, er i lageret, {how}."
        return (Finding(About.DOCUMENTS, State.RIGHT, text),)
    told = {
        Flaw.MISSING: "er ikke i lageret",
        Flaw.ALTERED: "er ændret eller beskadiget, siden det blev gemt",
        Flaw.UNREADABLE: "kan ikke læses",
    }
    return tuple(
        _to_do(
            About.DOCUMENTS,
            f"Dokumentet «{one.name}» ({one.sha256[:12]}) {told[flaws[one.sha256]]}. Hent det fra "
            "sikkerhedskopien.",
        )
        for one in named
        if one.sha256 in flaws
    )


def of_scanner(address: str, trouble: str) -> tuple[Finding, ...]:
    """Does the scanner for viruses answer?

    Args:
        address: where it should; empty where none is set up.
        trouble: why it does not, as a Danish sentence; empty for nothing.
    """
    if not address:
        return ()
    if trouble:
        more = "Imens tages ingen filer imod. Start clamd, eller ret files.clamd."
        return (_to_do(About.SCANNER, f"{trouble} {more}"),)
    return (Finding(About.SCANNER, State.RIGHT, f"Virusscanneren på {address} svarer."),)


def is_all_right(findings: Iterable[Finding]) -> bool:
    """Whether nothing is left for a person to do."""
    return all(finding.state is not State.TO_DO for finding in findings)


def _to_do(about: About, text: str) -> Finding:
    return Finding(about, State.TO_DO, text)


def _counted(entries: Sequence[Entry]) -> str:
    """How many of each kind, such as ``1 mappe og 12 filer``."""
    count = Counter(entry.is_folder for entry in entries)
    words = {True: ("mappe", "mapper"), False: ("fil", "filer")}
    return join_names(
        [f"{count[kind]} {words[kind][count[kind] != 1]}" for kind in words if count[kind]]
    )


def _named(paths: Sequence[str]) -> str:
    return ", ".join(paths[:MOST_NAMED]) + (" …" if len(paths) > MOST_NAMED else "")
