"""Words as people typed them, made fit to be stored: what no database holds is dropped, and the ends are trimmed."""


def storable(text: str) -> str:
    r"""Return text without NUL and without half characters, with one kind of line end, so that a limit counts what a page counts.

    >>> storable("第一行\r\n第二行\x00 ")
    '第一行\n第二行 '
    """
    whole = text.encode("utf-8", "ignore").decode("utf-8")
    return whole.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")


def typed_words(text: str) -> str:
    r"""Return words of several lines as stored: trimmed.

    >>> typed_words("  第一行\r\n第二行\x00 ")
    '第一行\n第二行'
    """
    return storable(text).strip()


def typed_line(text: str) -> str:
    r"""Return words of one line as stored: every gap one blank.

    >>> typed_line("  传错\x00 文件\n，已换 ")
    '传错 文件 ，已换'
    """
    return " ".join(storable(text).split())


def needed(words: str, most: int, refusal: Exception) -> str:
    """Return words that have to be there and not be too long. Raises the given refusal for none and for too many.

    >>> needed("属实", 10, ValueError("请写明理由"))
    '属实'
    """
    if not words or len(words) > most:
        raise refusal
    return words
