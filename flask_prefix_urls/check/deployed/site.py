"""Where a deployed app is for a browser, and which of its host's URLs are its own."""

from __future__ import annotations

from urllib.parse import unquote

import ada_url

from ...prefix import starts_with
from ..texts.reference import Reference
from ..verdicts.address import Address, address_of, host_of

# Leads to the same from each page of a host.
_ABSOLUTE = ("/", "http://", "https://")


class Site:
    """The place of a deployed app.

    A target is path and query, percent-encoded as a browser asks for them.

    :param scheme: ``http`` or ``https``.
    :param host: The host, with a port that is not the scheme's own.
    :param prefix: The path of the root without its last slash, percent-encoded.
    """

    def __init__(self, scheme: str, host: str, prefix: str) -> None:
        self.scheme = scheme
        self.host = host
        self.prefix = prefix
        # The pages of an app have most of their links in common.
        self._targets: dict[tuple[str, str, str], str | None] = {}

    def url(self, target: str) -> str:
        """Return the URL of a target."""
        return f"{self.scheme}://{self.host}{target}"

    def address_of(self, reference: Reference, page_url: str) -> Address | None:
        """Return where a URL leads; ``None`` for another host.

        :param reference: The URL.
        :param page_url: The URL of the page that it stands on.
        """
        return address_of(reference.url, page_url, [self.host], reference.base)

    def target_of(self, reference: Reference, page_url: str) -> str | None:
        """Return what a browser asks this host for, if it follows a URL.

        :param reference: As for :meth:`address_of`, as is ``page_url``.
        """
        url, base = reference.url, reference.base
        is_absolute = url.startswith(_ABSOLUTE) and not base
        key = (url, base, "" if is_absolute else page_url)
        if key not in self._targets:
            self._targets[key] = self._target_of(reference, page_url)
        return self._targets[key]

    def _target_of(self, reference: Reference, page_url: str) -> str | None:
        if self.address_of(reference, page_url) is None:
            return None
        if reference.base:
            page_url = ada_url.join_url(page_url, reference.base)
        url = ada_url.URL(reference.url, page_url)
        return f"{url.pathname}{url.search}"

    def is_below(self, target: str) -> bool:
        """Tell whether a target begins with the prefix."""
        path = target.partition("?")[0]
        return starts_with(unquote(path), unquote(self.prefix))

    def below(self, target: str) -> str:
        """Return a target with the prefix in front."""
        return f"{self.prefix}{target}"

    def without(self, target: str) -> str:
        """Return a target that is below the prefix, without it."""
        path, mark, query = target.partition("?")
        segments = path.split("/")[self.prefix.count("/") + 1 :]
        return f"/{'/'.join(segments)}{mark}{query}"


def site_of(root: str) -> Site:
    """Return the place of an app by the public URL of its root."""
    url = ada_url.URL(root)
    scheme = url.protocol.removesuffix(":")
    return Site(scheme, host_of(root), url.pathname.rstrip("/"))
