"""Comparing place names across spellings and scripts, and reading what coders write around a name.

Three keys of rising tolerance: ``fold`` (case, accents, marks), ``article_free`` (Arabic article gone) and ``skeleton``
(consonants only, the same for Latin, Arabic and Cyrillic spellings). Rules are about scripts and languages only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

Relation = Literal["", "near", "countryside", "direction", "part", "front", "spot", "neighbourhood"]
UnitHint = Literal["", "populated", "admin1", "admin2", "admin3", "country", "spot", "camp"]

_LONGEST = 300  # no place name is longer; hostile cells are

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
_DIGITS = re.compile(r"[^\D0-9]")


def fold(text: str) -> str:
    """Bring a name to one form: case, accents, ayn and hamza marks, Arabic letter forms, punctuation, digits.

    >>> fold("Ma‘arrat an-Nu‘mān"), fold("معرّة النُّعمان")
    ('maarrat an numan', 'معره النعمان')
    """
    if text.isascii():
        return _BREAKS.sub(" ", text.translate(_BEFORE).lower()).strip()
    folded = _bare(_bare(text.translate(_BEFORE)).casefold()).translate(_LETTERS).translate(_BEFORE)
    folded = _DIGITS.sub(lambda digit: str(unicodedata.decimal(digit[0], 0)), folded)
    return _BREAKS.sub(" ", folded).strip()


def _bare(text: str) -> str:
    """Without combining marks and invisible format characters (right-to-left marks, zero-width joiners)."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if unicodedata.category(c) not in ("Mn", "Me", "Cf"))


# The Arabic article before a sun letter takes its sound: ash-Shaykh, an-Nabk, az-Zabadani.
_PLAIN_ARTICLES = frozenset({"al", "el", "ul", "il"})
_SUN_ARTICLES = frozenset(v + c for v in "aeiu" for c in ("t", "th", "d", "dh", "r", "z", "s", "sh", "ch", "n", "l"))
_ARABIC = re.compile(r"[؀-ۿ]")
_ARABIC_ARTICLE = re.compile(r"^(?:ال)(?=\w{2,}$)")


def article_free(text: str) -> str:
    """A folded name without Arabic articles, assimilated or not; a name that is only an article stays.

    >>> article_free(fold("Tall as-Sultan")), article_free(fold("السفيرة"))
    ('tall sultan', 'سفيره')
    """
    tokens = text.split()
    kept = [t for t in (_without_article(tokens, i) for i in range(len(tokens))) if t]
    return " ".join(kept) or text


def _without_article(tokens: list[str], position: int) -> str:
    token = tokens[position]
    if _ARABIC.match(token):
        return _ARABIC_ARTICLE.sub("", token)
    following = tokens[position + 1] if position + 1 < len(tokens) else ""
    if following and (token in _PLAIN_ARTICLES or (token in _SUN_ARTICLES and following.startswith(token[1:]))):
        return ""
    # Written as one word: "Tal Elaghar"; never at the start, where a name of its own may begin so.
    if position and len(token) > 4 and token[:2] in ("el", "al"):
        return token[2:]
    return token


# Words with several spellings that the consonants alone do not bring together.
_WORDS = {
    "shih": "shaykh",
    "shekh": "shaykh",
    "abul": "abu",
    "aboul": "abu",
    "abol": "abu",
    "abil": "abu",
    "albu": "abu",
    "bu": "abu",
    "ibn": "bin",
    "saint": "st",
}
# Qualifiers are compared by meaning: "Eastern X" is "X Sharqi", "Big X" is "X al-Kabir".
_QUALIFIERS = {
    "e": "eastern east sharqi sharqia sharqiya sharqiyah sharqieh sharqiyeh sharki sharkia شرقي شرقيه",
    "w": "western west gharbi gharbia gharbiya gharbiyah gharbieh gharbiyeh garbi غربي غربيه",
    "n": "northern north shamali shamalia shamaliya shamaliyah shamaliyeh shmali shimali شمالي شماليه",
    "s": "southern south janubi janubiya janubiyah janubiyeh jnubi qibli qibliyah qibliyeh جنوبي جنوبيه قبلي قبليه",
    "b": "big great greater large kabir kabira kabirah kabireh kbir kbireh kebir kabeer kubra buyuk كبير كبيره كبري",
    "l": "small little lesser saghir saghira saghirah saghireh zghir sghir sghireh sughra kucuk صغير صغيره صغري",
    "u": "upper fawqani fawqaniya fawqaniyah fawqaniyeh foqani fokani fuqani yukari فوقاني فوقانيه عليا",
    "d": "lower tahtani tahtaniya tahtaniyah tahtaniyeh tehtani asagi تحتاني تحتانيه سفلي",
    "m": "middle central wastani wustani wastaniya wastaniyah wusta orta وسطاني وسطانيه وسطي",
}
_QUALIFIER = {word: letter for letter, words in _QUALIFIERS.items() for word in words.split()}

_ARABIC_SOUNDS = str.maketrans(
    {
        "ب": "b", "ت": "t", "ث": "t", "ج": "g", "ح": "h", "خ": "k", "د": "d", "ذ": "d", "ر": "r", "ز": "z",
        "س": "s", "ش": "s", "ص": "s", "ض": "d", "ط": "t", "ظ": "z", "غ": "g", "ف": "f", "ق": "k", "ك": "k",
        "ل": "l", "م": "m", "ن": "n", "ه": "h", "پ": "b", "چ": "s", "ژ": "g", "گ": "g", "ڤ": "f",
        "ا": "a", "و": "u", "ي": "i", "ع": "a",
    }
)  # fmt: skip
_CYRILLIC_SOUNDS = str.maketrans(
    {
        "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "е": "e", "є": "e", "ж": "zh", "з": "z",
        "и": "i", "і": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s",
        "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y",
        "ь": "", "э": "e", "ю": "iu", "я": "ia",
    }
)  # fmt: skip
_CYRILLIC = re.compile(r"[Ѐ-ӿ]")
_DIGRAPHS = {
    "shch": "s", "sch": "s", "tch": "s", "kh": "k", "gh": "g", "sh": "s", "ch": "s", "dh": "d", "th": "t",
    "ph": "f", "zh": "g", "dj": "g", "ck": "k",
}  # fmt: skip
_DIGRAPH = re.compile("|".join(_DIGRAPHS))
_SINGLES = str.maketrans({"q": "k", "c": "k", "j": "g", "p": "b", "v": "f", "o": "u", "w": "u", "e": "i", "y": "i"})
_DOUBLED = re.compile(r"(\D)\1+")
_FINAL = re.compile(r"(?<=[aiu])h$|(?<=\w\w[ai])t$")
_VOWELS = re.compile(r"[aiu]+")


def sound(token: str) -> str:
    """One folded word as it sounds, roughly: few consonants, three vowels, no doubled letters, no final h or t.

    >>> sound("khuwayn"), sound("خوين"), sound("maarrat")
    ('kuain', 'kuin', 'mara')
    """
    if _ARABIC.match(token):
        heard = token.translate(_ARABIC_SOUNDS)
        heard = heard[:-1] if len(heard) > 1 and heard.endswith("h") else heard
        return _DOUBLED.sub(r"\1", heard)
    if _CYRILLIC.match(token):
        token = token.translate(_CYRILLIC_SOUNDS)
    if token.endswith("eh"):
        token = token[:-2] + "ah"  # one ending, as heard in town or country
    heard = _DIGRAPH.sub(lambda found: _DIGRAPHS[found[0]], _DOUBLED.sub(r"\1", token)).translate(_SINGLES)
    return _FINAL.sub("", _DOUBLED.sub(r"\1", heard))


def _words(text: str) -> tuple[list[str], str]:
    """The words that carry a folded name, and its qualifiers as sorted letters."""
    tokens = [_WORDS.get(t, t) for t in article_free(text).split()]
    letters = "".join(sorted({_QUALIFIER[t] for t in tokens if t in _QUALIFIER}))
    kept = [t for t in tokens if t not in _QUALIFIER]
    return (kept, letters) if kept else (tokens, "")


def sounded(text: str) -> str:
    """A folded name as it sounds, in one word; to compare two names whose skeletons agree."""
    return "".join(sound(t) for t in _words(text)[0])


def skeleton(text: str) -> str:
    """The consonants of a folded name without its article, and its qualifiers after a bar; empty if none are left.

    >>> skeleton(fold("Ma`arrat al-Nu`man")), skeleton(fold("معرة النعمان")), skeleton(fold("Eastern Thalja"))
    ('mrnmn', 'mrnmn', 'tlg|e')
    """
    words, letters = _words(text)
    bones = "".join(_VOWELS.sub("", sound(t)) for t in words)
    return f"{bones}|{letters}" if bones and letters else bones


def deletions(bones: str) -> set[str]:
    """A skeleton and all that it becomes by losing one letter: two that meet here are one edit or two apart."""
    bare = bones.partition("|")[0]
    return {bare} | {bare[:i] + bare[i + 1 :] for i in range(len(bare))}


@dataclass(frozen=True, slots=True)
class ToponymParts:
    """A toponym as coders write it, taken apart.

    ``core`` is the name proper; ``others`` are further names of the same place ("A / B", "A (B)"); ``within`` are
    the larger units it is said to lie in ("A, B"); ``several`` are names of different places ("A or B").
    ``relation`` says how the spot lies to the core and widens its precision; ``unit_hint`` is the kind of thing the
    writer says it is; ``detail`` is the part of a city ("A - Quarter") or the side ("east of A", "southern A").
    ``spot`` is the name with the word that makes it a spot ("A Airport"), and the relation without that word.
    """

    core: str
    others: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    several: tuple[str, ...] = ()
    relation: Relation = ""
    unit_hint: UnitHint = ""
    detail: str = ""
    spot: tuple[str, Relation] = ("", "")


_UNIT_WORDS: dict[UnitHint, str] = {
    "populated": "town village city settlement hamlet municipality township community locality suburb koyu kasabasi "
    "selo misto مدينه بلده قريه",
    "admin1": "governorate province oblast wilaya wilayat wilayah muhafazah muhafazat muhafaza mohafaza mohafazat ili "
    "محافظه ولايه",
    "admin2": "district mantika mintaqat mintaqah mantiqa raion rayon markaz county منطقه قضاء",
    "admin3": "subdistrict nahiya nahiyah nahia nahya ناحيه",
    "camp": "camp camps مخيم",
    "spot": "airport airbase airfield base checkpoint checkpoints crossing junction crossroads roundabout bridge dam "
    "farm farms field fields mountain mountains mount hill hills valley river lake road highway barracks prison "
    "hospital university factory plant silos quarry quarries headquarters port station square market school mosque "
    "forest island heights مطار جسر سد حاجز معبر",
}
_UNITS = {word: hint for hint, words in _UNIT_WORDS.items() for word in words.split()}
_SPOT_WORDS = frozenset({"military", "air", "army", "international", "airforce", "gas", "oil", "defence", "defense"})
_AROUND_WORDS: dict[Relation, str] = {
    "near": "near nearby beside around outside vicinity outskirts surroundings environs area areas "
    "قرب بالقرب محيط اطراف",
    "countryside": "countryside rural ريف بريف",
    "front": "frontline frontlines front fronts axis محور جبهه",
}
_AROUND = {word: relation for relation, words in _AROUND_WORDS.items() for word in words.split()}
_SIDES = "(?:north|south)?[ -]?(?:east|west)|north|south"
_DIRECTION = re.compile(rf"^({_SIDES})(?:ern)?[ -]+(?:side[ -]+)?of[ -]+", re.IGNORECASE)
_ARABIC_DIRECTION = re.compile(r"^(شمال|جنوب|شرق|غرب)(?: (شرق|غرب))? (?=\w)")
_PART = re.compile(rf"^({_SIDES}|central)(?:ern)?[ -]+(?=\w)", re.IGNORECASE)
_DISTANCE = re.compile(r"^\d+(?:[.,]\d+)? ?(?:km|kilomet(?:er|re)s?|miles?|mi|m)\b[ -]*", re.IGNORECASE)
_LINKS = frozenset({"of", "the", "in", "to", "من", "في"})
_SEVERAL = re.compile(r"\s+(?:or|and|&|و|او|أو)\s+|\s*;\s*", re.IGNORECASE)
_COMMA = re.compile(r"\s*[,،]\s*")
_SUBDISTRICT = re.compile(r"\bsub[- ]district\b", re.IGNORECASE)
_SAME = re.compile(r"\s*[/\\|=]\s*|\s+(?:aka|a\.k\.a\.|also known as)\s+", re.IGNORECASE)
_BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
_DASH = re.compile(r"\s+[-–—:]\s+")
_SPACES = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")


def parse_toponym(text: str) -> ToponymParts:
    """Take apart a place name as coders write it; never fails, whatever the text.

    >>> parse_toponym("east of Upper Kafr town").relation, parse_toponym("Abu Tall village").core
    ('direction', 'Abu Tall')
    """
    plain = _SUBDISTRICT.sub("subdistrict", _SPACES.sub(" ", text[:_LONGEST]).strip())
    inside = tuple(a or b for a, b in _BRACKETS.findall(plain))
    plain = _SPACES.sub(" ", _BRACKETS.sub(" ", plain)).strip()
    several = tuple(p for p in _SEVERAL.split(plain.removeprefix("between ")) if fold(p))
    if len(several) > 1:
        pieces = tuple(c for p in several[:5] for c in _COMMA.split(p) if fold(c))
        return ToponymParts(plain, several=tuple(_strip(p).core for p in pieces))
    first, *containers = [p for p in _COMMA.split(plain) if fold(p)] or [""]
    names = [n for n in _SAME.split(first) if fold(n)]
    if not names:
        return ToponymParts("")
    whole, *rest = _DASH.split(names[0], maxsplit=1)
    parts = _strip(whole)
    others = [c for c in (_strip(o).core for o in (*names[1:], *inside)) if c and c != parts.core]
    found = replace(parts, others=tuple(dict.fromkeys(others)), within=tuple(containers[:3]))
    if rest and fold(rest[0]):
        return replace(found, relation="neighbourhood", detail=_strip(rest[0]).core)
    return found


def _strip(name: str) -> ToponymParts:
    """Peel generic words from both ends until the name proper is left; nothing is left of generic words alone."""
    name = _DISTANCE.sub("", name.strip())
    directed = _DIRECTION.match(name) or _ARABIC_DIRECTION.match(name)
    words = name[directed.end() :].split() if directed else name.split()
    folded = [fold(w) for w in words]
    low, high, relation, hint = _peel(folded)
    core = " ".join(words[low:high])
    spot: tuple[str, Relation] = ("", "")
    if hint == "spot":
        first, last, around, _ = _peel(folded, spots=False)
        spot = (" ".join(words[first:last]), "direction" if directed else around)
    if directed:
        side = fold(directed[0]).removesuffix(" of")
        return ToponymParts(core, relation="direction", unit_hint=hint, detail=side, spot=spot)
    if relation == "countryside" or hint in ("admin1", "admin2", "admin3", "country"):
        side, rest = part_of(core)
        if side:
            return ToponymParts(rest, relation="part", unit_hint=hint, detail=side)
    return ToponymParts(core, relation=relation, unit_hint=hint, spot=spot)


def _peel(words: list[str], *, spots: bool = True) -> tuple[int, int, Relation, UnitHint]:
    """Where the name proper begins and ends among folded words, and what the peeled words said."""
    low, high = 0, len(words)
    relation: Relation = ""
    hint: UnitHint = ""
    while low < high:
        last = high - 1
        for at in (low, last):
            word = words[at]
            spot = _UNITS.get(word) == "spot"
            # "Base" or "mountain" before a name belongs to it in most languages; in Arabic it comes first.
            if spot and not (spots and (at == last or _ARABIC.match(word))):
                continue
            if (
                word in _LINKS
                or not word
                or word in _UNITS
                or word in _AROUND
                or (hint == "spot" and word in _SPOT_WORDS)
            ):
                hint = hint or _UNITS.get(word, "")
                relation = relation or ("spot" if spot else _AROUND.get(word, ""))
                low, high = (low + 1, high) if at == low else (low, last)
                break
        else:
            break
    return low, high, relation, hint


def part_of(core: str) -> tuple[str, str]:
    """("southern", "Highland") of "southern Highland", also of "ريف إدلب الجنوبي"; no side: ("", core)."""
    found = _PART.match(core)
    if found:
        return fold(found[0]), core[found.end() :]
    rest, _, last = core.rpartition(" ")
    word = _ARABIC_ARTICLE.sub("", fold(last))
    if rest and _ARABIC.match(word) and _QUALIFIER.get(word, "-") in "ewns":
        return word, rest
    return "", core


def scripts(text: str) -> Iterable[str]:
    """The scripts of a text's letters by their Unicode names: LATIN, ARABIC, CYRILLIC, ..."""
    return {unicodedata.name(c, "?").partition(" ")[0] for c in text if c.isalpha()}
