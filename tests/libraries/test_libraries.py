"""Each library in its app behind nginx, set up in each way, used by a person."""

from __future__ import annotations

import inspect
from contextlib import ExitStack
from pathlib import Path

import pytest
from nginx import running_nginx
from selenium.webdriver.remote.webdriver import WebDriver

from demo.servers import running

from .library import AREA, PREFIX, Library, Way
from .person import Person
from .table import LIBRARIES

pytestmark = pytest.mark.live

HEADERS = """
    proxy_http_version 1.1;
    proxy_set_header X-Forwarded-Prefix $prefix;
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection $http_connection;
"""
STRIPS = "location {prefix}/ {{ set $prefix {prefix}; proxy_pass {app}/; }}"
OTHERS = 'location / { return 404 "The proxy does not know this path."; }'


@pytest.mark.parametrize(
    ("library", "way"),
    [
        pytest.param(library, way, id=f"{library.name}-{way.name.lower()}")
        for library in LIBRARIES
        for way in library.ways
    ],
)
def test_library(
    library: Library,
    way: Way,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def start_browser() -> WebDriver:
        driver: WebDriver = request.getfixturevalue("driver")
        return driver

    def prefix_for(route: str) -> str | None:
        return library.prefix_for(app, route, way)

    prefixes = [AREA, PREFIX] if way is Way.BLUEPRINT else [PREFIX]
    with ExitStack() as stack:
        app = library.set_up(way, stack)
        app_root = stack.enter_context(running(app))
        locations = [STRIPS.format(prefix=p, app=app_root) for p in prefixes]
        text = HEADERS + "".join(locations) + OTHERS
        root = stack.enter_context(running_nginx(text, tmp_path))
        person = Person(root, prefixes[0], app_root, prefix_for, start_browser)
        fault = library.faults.get(way)
        if fault is None:
            library.use(person)
            person.open_links()
        else:
            with pytest.raises(AssertionError) as caught:
                library.use(person)
            assert str(caught.value).splitlines()[0] == fault
    assert [name for name, *_ in caplog.record_tuples if "prefix_urls" in name] == []


@pytest.mark.parametrize("library", LIBRARIES, ids=lambda library: library.name)
def test_the_line_of_a_library_stands_in_its_app(library: Library) -> None:
    assert library.line in " ".join(inspect.getsource(library.make_app).split())
    assert bool(library.line) == (Way.WITHOUT_LINE in library.faults)


def test_no_library_works_better_with_proxy_fix() -> None:
    worse = [x for x in LIBRARIES if x.faults and Way.PROXY_FIX not in x.faults]
    assert worse == []
