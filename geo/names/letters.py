"""Bringing names to one form of letters: case, accents, marks, scripts, and the Arabic article.

Rules are about scripts and languages only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

# Marks that writers put for ayn and hamza or leave out at will. The spacing acute must go before NFKD makes it a blank.
_MARKS = "'`´ʹʻʼʽʾʿˈ‘’‛′＇՚ꞌ"
_BEFORE = str.maketrans(dict.fromkeys(_MARKS, ""))
_LETTERS = str.maketrans(
    {
        "ı": "i",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ł": "l",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ə": "a",
        "ٱ": "ا",
        "ة": "ه",
        "ى": "ي",
        "ی": "ي",
        "ې": "ي",
        "ک": "ك",
        "ھ": "ه",
        "ہ": "ه",
        "ۀ": "ه",
        "ء": "",
        "ـ": "",
    }
)
_BREAKS = re.compile(r"[\W_]+")
# The same for plain Latin letters, at one go: small letters, no marks, blanks for all that is no letter or digit.
_PLAIN = {n: c.lower() if (c := chr(n)).isalnum() else " " for n in range(128)} | dict.fromkeys(map(ord, "'`"), "")
_REMEMBERED = 20_000
_USUAL = 60  # letters; longer texts are not worth remembering
_DIGITS = re.compile(r"[^\D0-9]")


def fold(text: str) -> str:
    """Bring a name to one form: case, accents, ayn and hamza marks, Arabic letter forms, punctuation, digits.

    >>> fold("Ma‘arrat an-Nu‘mān"), fold("معرّة النُّعمان")
    ('maarrat an numan', 'معره النعمان')
    """
    return _folded(text) if len(text) <= _USUAL else _fold(text)


def _fold(text: str) -> str:
    if not text.isascii():
        text = _bare(text.translate(_BEFORE))
    if text.isascii():  # as most names in Latin letters are without their accents
        return text.lower() if text.isalnum() else " ".join(text.translate(_PLAIN).split())
    folded = _bare(text.casefold()).translate(_LETTERS).translate(_BEFORE)
    folded = _DIGITS.sub(lambda digit: str(unicodedata.decimal(digit[0], 0)), folded)
    return _BREAKS.sub(" ", folded).strip()


_folded = lru_cache(maxsize=_REMEMBERED)(_fold)  # one name, and each of its words, is folded again and again


def _bare(text: str) -> str:
    """Without combining marks and invisible format characters (right-to-left marks, zero-width joiners)."""
    return unicodedata.normalize("NFKD", text).translate(_UNMARKED)


class _Unmarked(dict[int, int | None]):
    """Table for ``str.translate`` that drops marks; what each character is it learns when it first meets it."""

    def __missing__(self, code: int) -> int | None:
        self[code] = None if unicodedata.category(chr(code)) in ("Mn", "Me", "Cf") else code
        return self[code]


_UNMARKED = _Unmarked()


# The Arabic article before a sun letter takes its sound: ash-Shaykh, an-Nabk, az-Zabadani.
_PLAIN_ARTICLES = frozenset({"al", "el", "ul", "il"})
_SUN_ARTICLES = frozenset(v + c for v in "aeiu" for c in ("t", "th", "d", "dh", "r", "z", "s", "sh", "ch", "n", "l"))
_MAYBE_ARTICLE = re.compile(r"\b[aeiu]")
ARABIC = re.compile(r"[؀-ۿ]")
ARABIC_ARTICLE = re.compile(r"^(?:ال)(?=\w{2,}$)")


@lru_cache(maxsize=_REMEMBERED)
def article_free(text: str) -> str:
    """A folded name without Arabic articles, assimilated or not; a name that is only an article stays.

    >>> article_free(fold("Tall as-Sultan")), article_free(fold("السفيرة")), article_free(fold("al-Alani"))
    ('tall sultan', 'سفيره', 'alani')
    """
    if text.isascii() and not _MAYBE_ARTICLE.search(text):
        return text
    tokens = text.split()
    kept = []
    begins = True  # where a name of its own may begin with "el" or "al": at the start, after an article
    for token, following in zip(tokens, [*tokens[1:], ""], strict=True):
        if _is_article(token, following):
            begins = True
            continue
        if not token.isascii() and ARABIC.match(token):
            token = ARABIC_ARTICLE.sub("", token)  # noqa: PLW2901
        elif not begins and len(token) > 4 and token[:2] in ("el", "al"):
            token = token[2:]  # noqa: PLW2901 - written as one word: "Tal Elaghar"
        kept.append(token)
        begins = False
    return " ".join(kept)


def _is_article(token: str, following: str) -> bool:
    if not following:
        return False
    return token in _PLAIN_ARTICLES or (token in _SUN_ARTICLES and following.startswith(token[1:]))


def scripts(text: str) -> Iterable[str]:
    """The scripts of a text's letters by their Unicode names: LATIN, ARABIC, CYRILLIC, ..."""
    return {unicodedata.name(c, "?").partition(" ")[0] for c in text if c.isalpha()}
