"""How a public adapter routes: unstripped paths, and redirects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn
from urllib.parse import unquote

from werkzeug.routing import RequestRedirect

from .redirects import STAND_IN, PublicRedirect, Target, target_of
from .request import PublicRequest
from .routes import routes_at
from .siblings import PublicAdapter, matching
from .unstripped import match_unstripped


class PublicRouter(PublicAdapter):
    """An adapter that routes requests, and whose redirects are public.

    It stands behind an application's own adapter class, which so sees redirects as they
    leave the app.

    .. versionadded:: 1.0
    """

    #: The request, until its path was routed once; only if the proxy does not strip.
    unstripped_request: PublicRequest | None = None

    def match(
        self,
        path_info: str | None = None,
        method: str | None = None,
        return_rule: bool = False,
        query_args: Mapping[str, Any] | str | None = None,
        websocket: bool | None = None,
    ) -> Any:
        """Match as :meth:`werkzeug.routing.MapAdapter.match` does.

        :param path_info: By default the path of the request, without a prefix that the
            proxy left on it.
        :raise PublicRedirect: For a redirect into the app.
        """
        if path_info is None and self.unstripped_request is not None:
            request, self.unstripped_request = self.unstripped_request, None
            path = f"/{self.path_info.lstrip('/')}"
            if prefixes := self.public_scopes.prefixes_of(path):
                rule, values = match_unstripped(
                    path,
                    prefixes,
                    self,
                    self.public_scopes,
                    request,
                    lambda path: self.match(path, method, True, query_args, websocket),
                )
                return (rule if return_rule else rule.endpoint), values
        token = matching.set(True)
        try:
            return super().match(path_info, method, return_rule, query_args, websocket)  # type: ignore[call-overload]
        except PublicRedirect:
            raise
        except RequestRedirect as redirect:
            target = target_of(redirect.new_url)
            if target is None:
                raise
        finally:
            matching.reset(token)
        raise self._redirect(target)

    # The next two are internal to Werkzeug. It asks them for the URL of each redirect
    # but that of a redirect_to.

    def make_redirect_url(
        self,
        path_info: str,
        query_args: Mapping[str, Any] | str | None = None,
        domain_part: str | None = None,
    ) -> str:
        """Redirect for slashes or defaults."""
        url = super().make_redirect_url(path_info, query_args, domain_part)
        target = target_of(url)
        if target is None:
            return url  # Nothing is being matched.
        raise self._redirect(target, domain=domain_part) from None

    def make_alias_redirect_url(
        self,
        path: str,
        endpoint: str,
        values: Mapping[str, Any],
        method: str,
        query_args: Mapping[str, Any] | str,
    ) -> NoReturn:
        """Redirect to the endpoint that a rule is an alias of."""
        url = self.sibling(STAND_IN).make_alias_redirect_url(
            path, endpoint, values, method, query_args
        )
        raise self._redirect(target_of(url), endpoint) from None

    def _redirect(
        self, target: Target, endpoint: str | None = None, domain: str | None = None
    ) -> PublicRedirect:
        """Return a redirect to a target.

        :param endpoint: The endpoint that it leads to, if that is known.
        :param domain: The subdomain or host of the target, if it is another.
        """

        def public_url() -> str:
            leads_to = endpoint
            if leads_to is None:
                leads_to = self._endpoint_at(target, domain)
            prefix = self.public_scopes.prefix_of(leads_to)
            root = self.script_name_for(prefix)
            return target.under(f"/{root.strip('/')}".rstrip("/"))

        return PublicRedirect(public_url)

    def _endpoint_at(self, target: Target, domain: str | None) -> str:
        """Return the endpoint that a redirect leads to, or ``""`` for the app."""
        if target.climbed or self.public_scopes.only_app:
            return ""
        try:
            routes = routes_at(unquote(target.path), self, domain)
            return next((route.endpoint for route in routes), "")
        except Exception:
            # A converter failed. It will again where the redirect leads to, and what
            # the app answers there is what plain Flask would answer.
            return ""
