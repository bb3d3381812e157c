"""How a name is typed on a Latin keyboard, for finding people: whole syllables and initials."""

from functools import lru_cache

from pypinyin import Style, pinyin

LONGEST = 120  # the column's length


@lru_cache(maxsize=20_000)
def readings_of(character: str) -> tuple[str, ...]:
    """Return every reading of one character without tones; the character itself where it has none.

    >>> readings_of("曾")
    ('ceng', 'zeng')
    """
    return tuple(dict.fromkeys(pinyin(character, style=Style.NORMAL, heteronym=True)[0]))


def search_text(name: str) -> str:
    """Return what a name is found by: syllables and initials, once for each reading of the surname.

    >>> search_text("张伟")
    'zhangwei zw'
    >>> search_text("曾丽")
    'cengli cl zengli zl'
    """
    letters = "".join(name.split()).lower()
    if not letters:
        return ""
    rest = [readings_of(character)[0] for character in letters[1:]]
    words: list[str] = []
    for first in readings_of(letters[0]):
        syllables = [first, *rest]
        words += ["".join(syllables), "".join(syllable[0] for syllable in syllables)]
    text = ""
    for word in dict.fromkeys(words):
        longer = f"{text} {word}".strip()
        if len(longer) > LONGEST:
            break
        text = longer
    return text
