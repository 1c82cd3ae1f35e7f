"""``flask prefix-urls proxy``: the configuration of a proxy for the app's prefixes."""

from __future__ import annotations

import pytest
from configurations import DIRECTORY, printed

from demo.proxy import PROXIES, configuration_files


@pytest.mark.parametrize("strips", [True, False], ids=["strips", "does not strip"])
@pytest.mark.parametrize("proxy", PROXIES)
def test_the_files_of_the_demo_are_what_the_command_prints(
    proxy: str, strips: bool
) -> None:
    files = printed(proxy, strips=strips)
    missing = PROXIES[proxy].files if strips else PROXIES[proxy].unstripped_files
    assert tuple(files) == missing
    for name, text in files.items():
        assert (DIRECTORY / name).read_bytes() == text.encode(), (
            f"{name} is not what the command prints: write the files anew with"
            " 'python -m tests.configurations'."
        )


@pytest.mark.parametrize("strips", [True, False], ids=["strips", "does not strip"])
@pytest.mark.parametrize("proxy", PROXIES)
def test_the_demo_runs_the_same_with_other_ports(proxy: str, strips: bool) -> None:
    files = configuration_files(
        proxy, app_port=5000, port=8000, strips=strips, https_port=8443
    )
    assert files == printed(proxy, strips=strips)
