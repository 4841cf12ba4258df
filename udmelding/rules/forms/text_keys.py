"""What do the keys mean that stand in a question set's text? In Danish, for whoever edits it so."""

from __future__ import annotations

TEXT_KEYS: tuple[tuple[str, str], ...] = (
    ("id", "kode; svarene gemmes under den, så ret den ikke, når nogen har svaret"),
    ("version", "skemaets nummer; det skal være højere for hver ændring"),
    ("title", "overskrift på skemaet, et afsnit, en række eller en kolonne"),
    ("intro", "tekst øverst i skemaet"),
    ("no_citizens", "ordene i svaret «ingen borgere»; tomt: det kan ikke svares"),
    ("sections", "afsnit"),
    ("questions", "spørgsmål i et afsnit"),
    ("asks", "hvem afsnittet stilles til: municipality (kommuner), provider (tilbud), region"),
    ("base", "spørgsmålet, der tæller de borgere, som afsnittets tal handler om"),
    ("text", "spørgsmålet, et svar at vælge, eller hvad der siges, når tal ikke stemmer"),
    ("short", "kort navn i tabeller"),
    ("help", "hjælp under spørgsmålet eller overskriften"),
    (
        "kind",
        "svarets slags: integer (helt tal), number (tal med decimaler), amount (beløb), yes_no (ja "
        "eller nej), choice (vælg én), choices (vælg flere), table (tabel), text (tekst), date "
        "(dato), file (fil)",
    ),
    ("counts", "hvad et helt tal tæller: citizens (borgere: små tal skjules), places (pladser)"),
    ("unit", "enhed, fx dage"),
    ("decimals", "højeste antal decimaler"),
    ("minimum", "mindste tal, der kan skrives"),
    ("maximum", "største tal, der kan skrives"),
    ("at_most", "må højst være så stort som svaret på det spørgsmål (eller i den kolonne)"),
    ("gather", "hvordan svarene samles: sum (lagt sammen) eller mean (gennemsnit)"),
    ("options", "svar at vælge mellem"),
    ("is_required", "false: må springes over"),
    ("required_if", "vises kun efter et svar: question er spørgsmålet, og så equals eller above"),
    ("question", "spørgsmålet, som required_if ser på"),
    ("equals", "et af disse svar: ja, nej eller koder for svar at vælge"),
    ("above", "et tal, der er større end dette"),
    ("compare", "true: svaret fra sidst vises ved siden af"),
    ("based_on", "tallet handler om de borgere, som det spørgsmål tæller"),
    ("longest", "højeste antal tegn i en tekst"),
    ("columns", "tabellens kolonner"),
    ("rows", "tabellens faste rækker"),
    ("most_rows", "så mange linjer kan kommunen højst tilføje; uden rows"),
    ("row_title", "hvad en tilføjet linje hedder, fx Tilbud"),
    ("is_per_person", "true: hver linje er én borger, og kun antallet af linjer vises for andre"),
    ("sums", "tal, der skal stemme"),
    ("total", "det, delene tilsammen skal give: et spørgsmål, eller spørgsmål.række.kolonne"),
    ("parts", "det, der lægges sammen; spørgsmål.*.kolonne er en hel kolonne"),
)
"""Every key of ``config/forms/*.yaml`` (a test holds it) and what it says."""
