"""Fixtures that several test files share."""

import os
import shutil
from pathlib import Path

import pytest

from geo.theatre import list_theatres

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared():
    """Folder of real data, which is not part of the project."""
    if not (SHARED / "data").is_dir():
        pytest.skip(f"real data absent: no folder {SHARED.name}/data beside the project")
    return SHARED


@pytest.fixture(params=list_theatres())
def theatre_id(request):
    """Id of every theatre that the package carries, one test each."""
    return request.param


@pytest.fixture(scope="session")
def chromium():
    """Path of this machine's Chromium; its absence is a failure where CONFLICTMAP_REQUIRE_BROWSER is set."""
    found = next((p for p in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if p), None)
    if found is None and os.environ.get("CONFLICTMAP_REQUIRE_BROWSER"):
        pytest.fail("no Chromium on this machine, and it is required here")
    if found is None:
        pytest.skip("no Chromium on this machine")
    return found
