"""Writes the picture of the demo that README shows, ``.github/demo.png``.

As a command: ``python tests/picture.py``. It needs Chromium and its driver.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / ".github" / "demo.png"

# Seconds, for what takes a fraction of one.
LIMIT = 20

# What stands in the picture, whichever port is free.
HOST = "127.0.0.1:8000"

SCREEN = {"width": 1280, "height": 800, "deviceScaleFactor": 1.5, "mobile": False}


def main() -> None:
    """Start the demo, take the picture, and end the demo."""
    demo = subprocess.Popen(
        [sys.executable, "-m", "demo", "--port", "0"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert demo.stdout is not None
        # To the line of the address, and no further: after it come the requests.
        opened = (re.search(r"http://(\S+)/", line) for line in demo.stdout)
        address = next(found[1] for found in opened if found)
        PICTURE.write_bytes(take(address))
    finally:
        demo.terminate()
        demo.communicate()


def take(address: str) -> bytes:
    """Return a picture of the demo's first page, as PNG.

    :param address: The host and the port that the demo listens on.
    """
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or "chromium"
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        f"--host-resolver-rules=MAP {HOST} {address}",
    ):
        options.add_argument(argument)
    with webdriver.Chrome(options, Service(shutil.which("chromedriver"))) as driver:
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", SCREEN)
        driver.get(f"http://{HOST}/")
        # The page has asked for all URLs once it says what came of it.
        WebDriverWait(driver, LIMIT, 0.02).until(
            lambda driver: driver.find_element(By.CSS_SELECTOR, ".outcome").text
        )
        return driver.get_screenshot_as_png()


if __name__ == "__main__":
    main()
