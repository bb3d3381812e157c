"""What can go wrong with a file; each message is Chinese, gives the reason and says what to do."""


class FileRefused(Exception):
    """The file is not taken: wrong kind, damaged, encrypted, with macros, too big or empty."""


class BytesMissing(Exception):
    """The content's bytes are not on disk: swept as promised, or lost."""
