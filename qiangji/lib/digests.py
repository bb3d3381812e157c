"""Canonical JSON and its digest: the form in which facts are signed and chained."""

import hashlib
import json
from typing import Any


def canonical_json(data: Any) -> str:
    """Return JSON with sorted keys, no blanks and no escapes, so that equal data give equal text.

    Decimals and dates must already be strings: a float or a date would have no single spelling here.

    >>> canonical_json({"b": "2", "a": [1]})
    '{"a":[1],"b":"2"}'
    """
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(data: Any) -> str:
    """Return the SHA-256 of the canonical JSON as lowercase hex."""
    return hashlib.sha256(canonical_json(data).encode("utf-8")).hexdigest()
