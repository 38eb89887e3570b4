"""Numbers as people write them: 1.257.210 and 49,3012 in Vietnamese, 1,257,210 and 49.3012 in English."""

from decimal import ROUND_HALF_UP, Decimal

SWAPPED = str.maketrans(",.", ".,")


def vietnamese(number: int | float | Decimal, decimals: int | None = None) -> str:
    """Dots between thousands, a decimal comma; without `decimals`, no trailing zeros."""
    return english(number, decimals).translate(SWAPPED)


def english(number: int | float | Decimal, decimals: int | None = None) -> str:
    """Commas between thousands, a decimal point; without `decimals`, no trailing zeros.

    Rounds half up, as the plan does. A float is taken at its shortest decimal form, so 49.3 stays 49.3.
    NaN and infinity are spelled out.
    """
    exact = number if isinstance(number, Decimal) else Decimal(str(number))
    if not exact.is_finite():
        return str(exact)
    if decimals is not None:
        return f"{exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):,f}"
    text = f"{exact:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def rounded(percentage: Decimal, target: Decimal | None = None) -> Decimal:
    """Half up to two decimals, as plans print; as it is where it would come to another side of its target."""
    shown = percentage.quantize(Decimal("0.01"), ROUND_HALF_UP)
    if target is not None and _sign(shown - target) != _sign(percentage - target):
        return percentage
    return shown


def _sign(number: Decimal) -> int:
    return (number > 0) - (number < 0)


SPOKEN = {"vi": vietnamese, "en": english}
