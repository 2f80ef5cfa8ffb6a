"""How a name sounds: keys that bring together its spellings in Latin, Arabic and Cyrillic letters.

Rules are about scripts and languages only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from geo.names.letters import ARABIC, article_free, fold

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
    "abo": "abu",
    "ibn": "bin",
    "saint": "st",
}
# Qualifiers are compared by meaning: "Eastern X" is "X Sharqi", "Big X" is "X al-Kabir".
_QUALIFIERS = {
    "e": "eastern east",
    "w": "western west",
    "n": "northern north shmali",
    "s": "southern south",
    "b": "big great greater large kubra buyuk كبري",
    "l": "small little littler lesser sughra kucuk صغري",
    "u": "upper foqani fokani yukari عليا",
    "d": "lower tehtani asagi سفلي",
    "m": "middle central wusta orta وسطي",
    "j": "new",
    "o": "old",
}
_QUALIFIER = {word: letter for letter, words in _QUALIFIERS.items() for word in words.split()}
# The Arabic ones are known by their sound, for every writer has an ending of his own: sharqi, sharqiyah, charkieh.
_ADJECTIVES = {
    "srk": "e", "grb": "w", "sml": "n", "gnb": "s", "kbl": "s", "fkn": "u", "tthn": "d", "thtn": "d", "stn": "m",
    "kbr": "b", "sgr": "l", "zgr": "l", "gdd": "j", "kdm": "o",
}  # fmt: skip
_ADJECTIVE = re.compile(r"^.{2,}ia?$|^[kszq].*ira?$|^g?.*did[ai]?$|^k.*dima?$")
# Words that name a kind of ground or settlement before the name proper, and that writers leave out or exchange.
_KINDS = (
    "tall tell tal tel til tilal tulul kafr kfar kafar kefr kufr khirbet khirbat kherbet kherbat khirba kharbet deir "
    "dayr der ayn ain ein bir bi beer ber bier biar jubb jub jeb jib job hosh hawsh housh huch "
    "rasm resem qasr qala qalat qalaat beit bayt bet mazraat mazraet mazrat mazra mazraah ard khan marj ras "
    "dahr thahr hay hayy qaryat madinat madinet farm farms wadi jabal jebel jebal hersh hirsh harsh sath sahl bustan "
    "karm "
    "تل تلول كفر خربه خربت دير عين بير بئر جب حوش رسم قصر قلعه بيت مزرعه ارض خان مرج راس ظهر "
    "وادي جبل حرش سطح سهل بستان كرم"
)

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
_DIGRAPHS = {
    "shch": "s", "sch": "s", "tch": "s", "kh": "k", "gh": "g", "sh": "s", "ch": "s", "dh": "d", "th": "t",
    "ph": "f", "zh": "g", "dj": "g", "ck": "k",
}  # fmt: skip
_DIGRAPH = re.compile("|".join(_DIGRAPHS))
_SINGLES = str.maketrans({"q": "k", "c": "k", "j": "g", "p": "b", "v": "f", "o": "u", "w": "u", "e": "i", "y": "i"})
_DOUBLED = re.compile(r"([^\d ])\1+")
_EH = re.compile(r"eh(?= |$)")  # one ending, as heard in town or country
_AY = re.compile(r"e[iy](?![aeou])")  # one diphthong, as heard in town or written by the book: Hmeimat, Humaymat
_FINAL = re.compile(r"(?<=[aiu])h(?= |$)|(?<=\w\w\w[ai])t(?= |$)")
_VOWELS = re.compile(r"[aiu ]+")
_SOFT_C = re.compile(r"c(?=[ei])")  # dj in some tongues, s in others, k before e and i in none
_HARD_H = re.compile(r"(?<=\w)h(?= |$)")


def sound(text: str) -> str:
    """Folded words as they sound, roughly: few consonants, three vowels, no doubled letters, no final h or t.

    >>> sound("khuwayn"), sound("خوين"), sound("maarrat")
    ('kuain', 'kuin', 'mara')
    """
    if not text.isascii():
        if ARABIC.search(text):
            text = _DOUBLED.sub(r"\1", _HARD_H.sub("", text.translate(_ARABIC_SOUNDS)))
            return text if text.isascii() else _latin_sound(text)
        text = text.translate(_CYRILLIC_SOUNDS)
    return _latin_sound(text)


@lru_cache(maxsize=20_000)
def _heard_word(word: str) -> str:
    return _latin_sound(word)  # in Latin letters no word changes the sound of the next


def _latin_sound(text: str) -> str:
    if "c" in text:
        text = _SOFT_C.sub("j", text)
    text = _AY.sub("ai", _EH.sub("ah", _DOUBLED.sub(r"\1", text)))
    heard = _DIGRAPH.sub(lambda found: _DIGRAPHS[found[0]], text).translate(_SINGLES)
    return _FINAL.sub("", _DOUBLED.sub(r"\1", heard))


@dataclass(frozen=True, slots=True)
class Heard:
    """A folded name as it is compared: without article, its words as they sound, and its qualifiers as letters."""

    bare: str
    words: tuple[str, ...]
    letters: str = ""

    @property
    def sound(self) -> str:
        return "".join(self.words)

    @property
    def bones(self) -> str:
        return _VOWELS.sub("", "".join(self.words))


def hear(folded: str) -> Heard:
    """Take a folded name apart into what it sounds like and what only qualifies it.

    >>> hear("upper kafr nabl")
    Heard(bare='upper kafr nabl', words=('kafr', 'nabl'), letters='u')
    """
    bare = article_free(folded)
    tokens = [_WORDS.get(t, t) for t in bare.split()]
    words = [_heard_word(t) for t in tokens] if tokens and bare.isascii() else sound(" ".join(tokens)).split(" ")
    if len(tokens) < 2 or len(words) != len(tokens):
        return Heard(bare, tuple(words))
    letters = [_letter(t, w, i) for i, (t, w) in enumerate(zip(tokens, words, strict=True))]
    kept = tuple(w for w, letter in zip(words, letters, strict=True) if not letter)
    return Heard(bare, kept, "".join(sorted({*letters} - {""}))) if kept else Heard(bare, tuple(words))


def _letter(token: str, heard: str, position: int) -> str:
    """The letter of a qualifying word; "" for any other. Arabic adjectives follow what they qualify."""
    if token in _QUALIFIER:
        return _QUALIFIER[token]
    if position and _ADJECTIVE.match(heard):
        return _ADJECTIVES.get(_VOWELS.sub("", heard), "")
    return ""


def qualifier(word: str) -> str:
    """The letter of a folded word that says which of several places of a name is meant; "" for any other word."""
    return _letter(word, sound(word), 1)


_TURKISH = re.compile("[çşğıöüÇŞĞİÖÜ]")
_TURKISH_LETTERS = str.maketrans({"ç": "ch", "Ç": "ch", "ş": "sh", "Ş": "sh", "c": "j", "C": "j", "h": "kh", "H": "kh"})
_TIED_T = re.compile(r"(?<=\w\w[ae]t) (?=(h)?\w)")


def read_otherwise(name: str) -> list[str]:
    """Other ways to read a name aloud, folded.

    In Turkish h stands for two sounds of Arabic, and the t of "Maarat" is heard before another word, so that writers
    part such names elsewhere.

    >>> read_otherwise("Han Şeyhun"), read_otherwise("Maarat Sin")
    (['khan sheykhun'], ['maaratsin'])
    """
    read = [fold(name.translate(_TURKISH_LETTERS))] if _TURKISH.search(name) else []
    bare = article_free(fold(name))
    # A vowel keeps t and h apart, which would be read as one sound.
    tied = _TIED_T.sub(lambda gap: "a" if gap[1] else "", bare)
    return read if tied == bare else [*read, tied]


def sounded(text: str) -> str:
    """A folded name as it sounds, in one word; to compare two names whose skeletons agree."""
    return hear(text).sound


def skeleton(text: str) -> str:
    """The consonants of a folded name without its article, and its qualifiers after a bar; empty if none are left.

    >>> skeleton(fold("Ma`arrat al-Nu`man")), skeleton(fold("معرة النعمان")), skeleton(fold("Eastern Thalja"))
    ('mrnmn', 'mrnmn', 'tlg|e')
    """
    heard = hear(text)
    bones = heard.bones
    return f"{bones}|{heard.letters}" if bones and heard.letters else bones


def deletions(bones: str) -> set[str]:
    """A skeleton and all that it becomes by losing one letter: two that meet here are one edit or two apart."""
    bare = bones.partition("|")[0]
    return {bare} | {bare[:i] + bare[i + 1 :] for i in range(len(bare))}


_CLASSES = str.maketrans("ghdszfm", "kktttbn")


def coarse(bones: str) -> str:
    """A skeleton by kinds of consonants only, for the sounds that ears and tables of letters exchange.

    >>> coarse("gtrn"), coarse("ktrn")
    ('ktrn', 'ktrn')
    """
    return bones.translate(_CLASSES)


_GROUND = frozenset(sound(word) for word in _KINDS.split())


def partial(heard: Heard) -> list[tuple[str, tuple[str, ...]]]:
    """What is left of a name of several words without a word for the ground, without its last, without its first."""
    words = heard.words
    if len(words) < 2:
        return []
    return [("ground" if words[0] in _GROUND else "tail", words[1:]), ("head", words[:-1])]
