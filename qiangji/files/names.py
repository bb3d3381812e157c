"""File names as people gave them, made safe to show, to store and to hand out again.

A name comes from a stranger's computer: it may carry a path, control characters, or marks that turn the
reading direction round so that ``gpj.exe`` looks like ``exe.jpg``. What is left is what a person would have
typed.
"""

import re
import unicodedata

LONGEST = 200
UNNAMED = "未命名"
FORBIDDEN = re.compile(r'[<>:"|?*]')
DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
KNOWN_ENDING = re.compile(
    r"\.(pdf|png|jpe?g|jfif|gif|webp|bmp|tiff?|heic|docx?|docm|dotx?|xlsx?|xlsm|xlsb|xltx?|pptx?|wps|et|dps|rtf|odt|ods|"
    r"ofd|txt|csv|html?|mht|svg|xml|js|exe|bat|cmd|com|scr|vbs|ps1|sh|py|php|zip|rar|7z|gz|tar|dat|tmp|bin)$",
    re.IGNORECASE,
)


def clean_name(name: str) -> str:
    """Return a file name without path, invisible characters and those Windows forbids, at most 200 long.

    >>> clean_name("C:\\\\桌面\\\\三会一课.pdf"), clean_name("a\\u202egpj.exe")
    ('三会一课.pdf', 'agpj.exe')
    """
    base = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    # split() knows every kind of blank, line separators included.
    visible = " ".join("".join(char for char in base if shows(char)).split())
    plain = FORBIDDEN.sub("_", visible).strip(" .")
    if DEVICE.match(plain):
        plain = "_" + plain
    return plain[:LONGEST].strip(" .") or UNNAMED


def shows(char: str) -> bool:
    """Say whether a character has a place in a name: no control, direction, surrogate or private one."""
    return unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co"}


def with_extension(name: str, extensions: tuple[str, ...]) -> str:
    """Return a cleaned name that ends as its content demands; the first extension is the usual one.

    >>> with_extension("扫描件.JPG", (".jpg", ".jpeg")), with_extension("请看.html", (".pdf",))
    ('扫描件.JPG', '请看.pdf')
    >>> with_extension("制度v1.2", (".docx",))
    '制度v1.2.docx'
    """
    name = clean_name(name)
    ending = next((ending for ending in extensions if name.lower().endswith(ending)), None)
    if ending is not None:
        stem, ending = name[: -len(ending)], name[-len(ending) :]
    else:
        stem, ending = KNOWN_ENDING.sub("", name), extensions[0]
    return (stem[: LONGEST - len(ending)].strip(" .") or UNNAMED) + ending
