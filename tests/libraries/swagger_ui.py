"""A person who tries an API out on its page, which Swagger UI makes in Chromium."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from selenium.webdriver.common.by import By

from .person import Person


def try_it_out(person: Person, page: str, operation: str) -> str:
    """Open the page of an API, send a GET of it there, and return what is shown then.

    :param page: The path of the page, below the prefix.
    :param operation: The path of the GET, as the page shows it.
    """
    with person.chromium(page) as driver:

        def element(selector: str) -> Any:
            selector = f".opblock-get:has([data-path='{operation}']) {selector}"
            return person.wait(
                driver, lambda _: driver.find_elements(By.CSS_SELECTOR, selector)
            )[0]

        element(".opblock-summary").click()
        element(".try-out__btn").click()
        element(".execute").click()
        answer = element(".live-responses-table tbody").text
        path = urlsplit(element(".request-url pre").text).path
        assert path.startswith(f"{person.prefix}/"), f"the page of the API calls {path}"
        return str(answer)
