"""What the walks need that runs: nginx, and one browser for all."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from live import chromium
from selenium.webdriver.remote.webdriver import WebDriver

pytest.register_assert_rewrite("libraries.apps", "libraries.person")


@pytest.fixture(scope="session")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebDriver]:
    with chromium(tmp_path_factory.mktemp("chromium")) as driver:
        yield driver
