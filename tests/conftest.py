"""Fixtures that several test files share."""

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
