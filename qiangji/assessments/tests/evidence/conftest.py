"""The world, and a folder for its files."""

from pathlib import Path

import pytest

from qiangji.assessments.tests.evidence.world import World, make_world


@pytest.fixture(autouse=True)
def media_root(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


@pytest.fixture
def world(db) -> World:
    return make_world()
