"""The program's settings with all middleware taken off and one address, for the same production server."""

from qiangji.settings import *  # noqa: F403

MIDDLEWARE: list[str] = []
ROOT_URLCONF = "benchmarks.bare.urls"
