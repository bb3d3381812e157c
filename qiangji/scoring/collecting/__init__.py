"""Collectors: one statement per fact for any number of organizations, handed to the engine as plain values."""

from qiangji.scoring.collecting.collect import collect

__all__ = ["collect"]
