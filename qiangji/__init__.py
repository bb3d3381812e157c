"""Qiangji 强基: assessment of Party-building work in public hospitals."""

__version__ = "0.1.0"
