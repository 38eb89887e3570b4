"""How citizen numbers and mobile phones are written: as no figure is."""

from collections.abc import Iterator


def _grouped(first: str, groupings: str) -> Iterator[str]:
    """A number in groups of so many digits between equal marks; `first` is how its first group ends."""
    for sizes in groupings.split():
        for mark in ("[ \u00a0]{1,2}", r"\.", "-", "_"):
            yield first + mark.join(f"[0-9]{{{size}}}" for size in sizes).replace("[0-9]{0}", "")


# Citizen numbers: province 001-096, then sex and century, year of birth, six digits; no count begins with 0.
_CITIZEN = r"0(?:0[1-9]|[1-8][0-9]|9[0-6])"
_CITIZEN_FORMS = (
    rf"{_CITIZEN}[0-9]{{9}}",
    rf"{_CITIZEN}[ .\-][0-9]{{3}}[ .\-](?:[0-9]{{6}}|[0-9]{{3}}[ .\-][0-9]{{3}})",
    *_grouped(_CITIZEN, "036 0333 09 0126 01233 333 126"),
    *(f"{_CITIZEN}[0-9]{mark}[0-9]{{4}}{mark}[0-9]{{4}}" for mark in ("[ \u00a0]{1,2}", r"\.")),
    "0(?:[ \u00a0.][0-9]){11}",
)
_MOBILE = r"(?:\+84|\(\+84\)|0084|0)[ .\-]?[35789][0-9]"
_MOBILE_FORMS = (
    rf"{_MOBILE}[0-9]{{7}}",
    rf"{_MOBILE}[ .\-]?[0-9][ .\-][0-9]{{3}}[ .\-][0-9]{{3}}",
    rf"{_MOBILE}[0-9]{{2}}[ .\-][0-9]{{3}}[ .\-]?[0-9]{{2}}",
    rf"{_MOBILE}[ .\-][0-9]{{3}}[ .\-][0-9]{{2}}[ .\-]?[0-9]{{2}}",
    rf"{_MOBILE}[0-9][ .\-][0-9]{{2}}[ .\-][0-9]{{2}}[ .\-][0-9]{{2}}",
    *_grouped("0[35789]", "02222 0332 233 134 143 26 1223 17 35 1322"),
    *_grouped(r"(?:\+84|\(\+84\)|0084)[ .\-]?[35789]", "233 134 143 26 2222 02222 222222"),
    "0[ \u00a0.][35789](?:[ \u00a0.][0-9]){8}",
)
_BEFORE, _AFTER = r"(?:^|[^0-9.,+])", r"(?:$|[^0-9.,]|[.,](?:$|[^0-9]))"
CITIZEN = _BEFORE + "(?:" + "|".join(_CITIZEN_FORMS) + ")" + _AFTER
MOBILE = _BEFORE + "(?:" + "|".join(_MOBILE_FORMS) + ")" + _AFTER
