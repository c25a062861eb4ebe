"""Names of currencies as they stand beside amounts, and whether several of them can be one. Knows no amounts."""

from __future__ import annotations

from collections.abc import Iterable

_CODES = (
    "AED ARS AUD BDT BGN BHD BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP GHS HKD HRK HUF IDR ILS INR ISK JOD JPY KES "
    "KRW KWD LKR MAD MXN MYR NGN NOK NZD OMR PEN PHP PKR PLN QAR RON RSD RUB SAR SEK SGD THB TND TRY TWD UAH USD UYU "
    "VND ZAR"
)
_KNOWN = frozenset(_CODES.split())
_SIGNS = {
    "€": "EUR", "£": "GBP", "₹": "INR", "₽": "RUB", "₩": "KRW", "₺": "TRY", "₪": "ILS", "₫": "VND", "฿": "THB",
    "₴": "UAH", "zł": "PLN", "us$": "USD", "a$": "AUD", "c$": "CAD", "hk$": "HKD", "nz$": "NZD", "s$": "SGD",
    "r$": "BRL", "$": "$", "¥": "¥", "kr": "kr", "kr.": "kr",
}  # fmt: skip
_SHARED = {
    "$": frozenset({"USD", "AUD", "CAD", "NZD", "SGD", "HKD", "MXN", "CLP", "COP", "ARS", "TWD"}),
    "¥": frozenset({"JPY", "CNY"}),
    "kr": frozenset({"SEK", "NOK", "DKK", "ISK"}),
}


def currency_of(text: str) -> str | None:
    """Return the code of a sign or code ("€" and "eur" give "EUR"; "$", "¥" and "kr" stay), None if it is neither."""
    code = text.upper()
    return code if code in _KNOWN else _SIGNS.get(text.lower())


def united(found: Iterable[str]) -> list[str]:
    """Return the different currencies among those found; a sign shared by many counts as the one code beside it."""
    names = set(found)
    for sign, codes in _SHARED.items():
        if sign in names and len(names) == 2 and names & codes:
            names.discard(sign)
    return sorted(names)
