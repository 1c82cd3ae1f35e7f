"""Traefik, started so that it ends at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from live import asked, need, running_program

#: How long it gathers changes. It does not end before that, by default 2 s. The command
#: line has no say beside a configuration in a file, so that this has to stand there.
THROTTLE = "providersThrottleDuration: 50ms"


@contextmanager
def running_traefik(
    arguments: Sequence[str], work: Path, address: str, path: str = "/svc/"
) -> Iterator[str]:
    """Run Traefik, wait until it has its routes, and yield the root of its URLs.

    :param work: A directory of its own.
    :param address: Host and port where it listens.
    :param path: What a route of it leads to something that runs.
    """
    root = f"http://{address}"

    def has_routes() -> bool:
        answer = asked(root, path)
        return answer is not None and answer.text != "404 page not found\n"

    with running_program([need("traefik"), *arguments], work, has_routes):
        yield root


@contextmanager
def running_traefik_by_flags(
    flags: Sequence[str], work: Path, address: str
) -> Iterator[str]:
    """Run Traefik without a configuration in a file, in the same way.

    :param work: A directory to be made.
    """
    work.mkdir()
    name, _, value = THROTTLE.partition(": ")
    more = [
        "--global.checknewversion=false",
        "--global.sendanonymoususage=false",
        f"--providers.{name}={value}",
    ]
    with running_traefik([*flags, *more], work, address) as root:
        yield root
