"""How a public adapter routes: unstripped paths, and redirects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from flask import current_app
from werkzeug.exceptions import NotFound
from werkzeug.routing import RequestRedirect

from .hints import hint_at_404
from .redirects import STAND_IN, PublicRedirect, Target, target_of
from .request import PublicRequest, ask_in_request
from .routes import routes_at
from .siblings import PublicAdapter, matching
from .state import AppState, log_of
from .unstripped import match_unstripped

# How many 404s of an app are looked at for a prefix that the proxy left on.
_MOST_404S = 10


class PublicRouter(PublicAdapter):
    """An adapter that routes requests, and whose redirects are public.

    It stands behind an application's own adapter class, so that the class sees
    redirects as they leave the app.
    """

    #: The state of the app. Its scopes are kept apart, since each URL asks for them.
    public_state: AppState
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
        :raise RequestRedirect: With the public URL, if it leads into the app.
        """
        if path_info is None and self.unstripped_request is not None:
            # Forgotten first, since a redirect_to function may call this method, too.
            request, self.unstripped_request = self.unstripped_request, None
            path = f"/{self.path_info.lstrip('/')}"
            if prefixes := self.public_scopes.prefixes_on(path):
                rule, values = match_unstripped(
                    path,
                    prefixes,
                    self,
                    request,
                    # Not self.match: the app's own class sees one match.
                    lambda part: PublicRouter.match(
                        self, part, method, True, query_args, websocket
                    ),
                )
                return (rule if return_rule else rule.endpoint), values
        token = matching.set(self)
        try:
            return super().match(path_info, method, return_rule, query_args, websocket)  # type: ignore[call-overload]
        except RequestRedirect as redirect:
            public = self._public_redirect(redirect, method, websocket)
        except NotFound:
            if path_info is None:
                _warn_if_unstripped(self)
            raise
        finally:
            matching.reset(token)
        raise public

    # Internal to Werkzeug. It uses build, which would write the real root, so a sibling
    # writes the stand-in.
    def make_alias_redirect_url(self, *args: Any, **kwargs: Any) -> str:
        """Make the URL of a redirect to the endpoint that a rule is an alias of."""
        return self.make_sibling(STAND_IN).make_alias_redirect_url(*args, **kwargs)

    def _public_redirect(
        self, redirect: RequestRedirect, method: str | None, websocket: bool | None
    ) -> RequestRedirect:
        """Return what to raise for a redirect that was made under the stand-in.

        :param method: The method that was matched, as for :meth:`match`.
        :param websocket: Likewise.
        """
        if isinstance(redirect, PublicRedirect):
            return redirect
        made = redirect.new_url
        target = target_of(made)
        if target is None and STAND_IN[1:] not in made:
            return redirect
        endpoint = ""
        if target is not None:
            endpoint = self._endpoint_at(target, method, websocket)

        def new_url() -> str:
            prefix = self.public_scopes.prefix_of(endpoint, ask_in_request)
            root = self.script_name_for(prefix).strip("/")
            url = made if target is None else target.under(f"/{root}".rstrip("/"))
            # A redirect_to function may put script_name anywhere, a query for example.
            # Where there is no host, urljoin drops its leading slash.
            return url.replace(STAND_IN[1:], f"{root}/".lstrip("/"))

        if type(redirect) is RequestRedirect:
            return PublicRedirect(new_url)
        # A converter or a redirect_to function raised a class of its own: keep it, and
        # its status code.
        redirect.new_url = redirect.description = new_url()
        return redirect

    def _endpoint_at(
        self, target: Target, method: str | None, websocket: bool | None
    ) -> str:
        """Return the endpoint that a redirect leads to, or ``""`` for the app."""
        if target.climbed or self.public_scopes.only_app:
            return ""
        try:
            path, domain = f"/{unquote(target.path)}", self._domain_of(target)
            routes = routes_at(path, self, domain, method, websocket)
            return next((route.endpoint for route in routes), "")
        except Exception:
            # A converter failed. It will again where the redirect leads to, and what
            # the app answers there is what plain Flask would answer.
            return ""

    def _domain_of(self, target: Target) -> str | None:
        """Return the subdomain or host that a redirect leads to, if it is another."""
        host = target.host.rpartition("//")[2]
        if host == self.get_host(None):
            return None
        return host if self.map.host_matching else host[: -len(self.server_name) - 1]


def _warn_if_unstripped(adapter: PublicRouter) -> None:
    """Warn once if a path that no rule matches has a prefix that it should not have."""
    state = adapter.public_state
    if state.looked_at_404s >= _MOST_404S or not current_app:
        return
    state.looked_at_404s += 1
    hint = hint_at_404(f"/{adapter.path_info.lstrip('/')}", adapter)
    if hint is not None:
        state.looked_at_404s = _MOST_404S
        log_of(current_app).warning(hint)
