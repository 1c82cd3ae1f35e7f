"""The line to change for each mistake: README's, and the line of the proxy seen."""

from __future__ import annotations

import re

# By the code of a mistake, or of one of its causes: what helps with any proxy. /svc
# stands for the prefix, /old for what is there instead of it, or of a path with it.
_ANY = {
    "bad-gateway": "start the app, and check its address in the proxy",
    "bare-prefix-missing": "the proxy must redirect /svc to /svc/",
    "client-host-trusted": "the proxy must set X-Forwarded-Host itself, and know its"
    " own names",
    "client-prefix-trusted": "the proxy must set X-Forwarded-Prefix itself",
    "cookie-path": '`app.config["SESSION_COOKIE_PATH"] = "/svc"`',
    "double-slash": "the proxy must strip exactly /svc, and leave the slash",
    "encoded-slash": "the proxy must pass %2F on",
    "first-page-everywhere": "the proxy must pass on what follows /svc",
    "gateway-refuses": "`FLASK_PREFIX_URLS_PREFIX=/svc`",
    "http-scheme": "the proxy must send X-Forwarded-Proto",
    "internal-host": "the proxy must pass Host on, with its port",
    "link-by-hand": '`url_for("...")`, not `/old`',
    "long-redirect": "the proxy needs a larger buffer for the headers of an answer",
    "lost-port": "the proxy must pass Host on, with its port",
    "matches-too-much": "the proxy must match /svc/, with the slash",
    "no-prefix": '`PrefixURLs(app, "/svc")`, or `FLASK_PREFIX_URLS_PREFIX=/svc` in the'
    " environment of the service; and `url_for` for paths written by hand",
    "no-page": "give --url the URL of a page that the app has",
    "not-stripped": '`PrefixURLs(app, "/svc", proxy_strips=False)`',
    "other-prefix": '`PrefixURLs(app, "/svc")`, or for several prefixes'
    ' `PrefixURLs(app, forwarded_prefix(allowed=["/svc", "/old"], default="/svc"))`',
    "own-redirect": "the proxy must redirect without a host",
    "prefix-twice-in-links": "no /svc in routes, `url_prefix`, `static_url_path`;"
    " `url_for(...)`, not `request.script_root + url_for(...)`",
    "prefix-twice-in-location": "the proxy must pass Host on, and leave Location alone",
    "query-lost": "the redirect to /svc/ must keep the query",
    "redirect-by-hand": '`redirect(url_for("..."))`, not `redirect("/old")`',
    "script-name": 'unset `SCRIPT_NAME`, and `PrefixURLs(app, "/svc")`',
    "server-error": "the app's log says why",
    "specification-without-prefix": 'Flasgger: `swagger.config["basePath"] ='
    ' prefix_of(app) or "/"`',
    "unreachable": "a link to it needs the prefix, or the proxy must forward it",
    "unreached": "check the scheme, host and port of --url, and that the proxy runs",
    "websocket-refused": "the proxy must pass Upgrade and Connection on",
}
# What each proxy has a line for.
_PROXIES = {
    "bare-prefix-missing": {
        "nginx": "`location = /svc { return 301 /svc/$is_args$args; }`",
        "Apache": '`RedirectMatch permanent "^/svc$" "/svc/"`',
        "HAProxy": "`http-request redirect code 301 location /svc/?%[query] if"
        " { path /svc }`",
        "Caddy": "in `route /svc`: `rewrite * /svc/` and `redir * {uri} permanent`",
        "Traefik": "a router with ``Path(`/svc`)`` and `redirectRegex`",
        "Envoy": "`match: {path: /svc}` with `redirect: {path_redirect: /svc/}`",
    },
    "client-host-trusted": {
        "nginx": "`proxy_set_header X-Forwarded-Host $http_host;`, and a `server_name`",
        "HAProxy": "`http-request set-header X-Forwarded-Host %[req.hdr(Host)]`",
    },
    "client-prefix-trusted": {
        "nginx": "`proxy_set_header X-Forwarded-Prefix /svc;`",
        "Apache": '`RequestHeader set X-Forwarded-Prefix "/svc"`',
        "HAProxy": "`http-request set-header X-Forwarded-Prefix /svc`",
        "Caddy": "`header_up X-Forwarded-Prefix /svc`",
        "Envoy": "`request_headers_to_add` with `header: {key: X-Forwarded-Prefix,"
        " value: /svc}` and `append_action: OVERWRITE_IF_EXISTS_OR_ADD`",
    },
    "double-slash": {
        "Apache": '`ProxyPass "/svc/" "http://127.0.0.1:5000/"`',
    },
    "encoded-slash": {"Apache": "`AllowEncodedSlashes On` in each virtual host"},
    "first-page-everywhere": {
        "nginx": "`rewrite-target: /$2` of ingress-nginx",
        "HAProxy": r"`http-request replace-path ^/svc(/.*)$ \1`",
    },
    "http-scheme": {
        "nginx": "`proxy_set_header X-Forwarded-Proto $scheme;`",
        "Apache": "`RequestHeader set X-Forwarded-Proto expr=%{REQUEST_SCHEME}`",
        "HAProxy": "`http-request set-header X-Forwarded-Proto"
        " %[ssl_fc,iif(https,http)]`",
    },
    "internal-host": {
        "nginx": "`proxy_set_header Host $http_host;`",
        "Apache": "`ProxyPreserveHost On`",
        "Caddy": "no `header_up Host`",
        "Traefik": "no `passHostHeader: false`",
        "Envoy": "no `host_rewrite_literal`",
    },
    "long-redirect": {"nginx": "`proxy_buffer_size 8k;`"},
    "lost-port": {
        "nginx": "`proxy_set_header Host $http_host;` (`$host` has no port)",
        "Apache": "`ProxyPreserveHost On`",
    },
    "matches-too-much": {
        "nginx": "`location /svc/`",
        "Apache": '`ProxyPass "/svc/" "http://127.0.0.1:5000/"`',
        "HAProxy": "`path_beg /svc/`",
        "Caddy": "`handle_path /svc/*`",
        "Traefik": "``PathPrefix(`/svc/`)``",
        "Envoy": "`match: {prefix: /svc/}`",
    },
    "not-stripped": {
        "nginx": "the slash at the end of `proxy_pass http://127.0.0.1:5000/;`",
        "Apache": '`ProxyPass "/svc/" "http://127.0.0.1:5000/"`',
        "HAProxy": r"`http-request replace-path ^/svc(/.*)$ \1`",
        "Caddy": "`handle_path /svc/*`, not `handle`",
        "Traefik": "`stripPrefix: {prefixes: [/svc]}`",
        "Envoy": "`prefix_rewrite: /` beside `prefix: /svc/`",
    },
    "own-redirect": {"nginx": "`absolute_redirect off;`"},
    "prefix-twice-in-location": {
        "nginx": "`proxy_set_header Host $http_host;`",
        "Apache": "no `ProxyPassReverse /svc/ /`",
    },
    "query-lost": {
        "nginx": "`return 301 /svc/$is_args$args;`",
        "HAProxy": "`http-request redirect code 301 location /svc/?%[query] if"
        " { path /svc }`",
        "Caddy": "in `route /svc`: `rewrite * /svc/` and `redir * {uri} permanent`, not"
        " `redir /svc /svc/`",
    },
    "websocket-refused": {
        "nginx": "`proxy_http_version 1.1;`, `proxy_set_header Upgrade $http_upgrade;`,"
        " `proxy_set_header Connection $connection_upgrade;`",
        "Apache": "`upgrade=websocket` at the end of `ProxyPass`",
        "Envoy": "`upgrade_configs: [{upgrade_type: websocket}]`",
    },
}
# What the app needs as well.
_APP = {
    "client-prefix-trusted": '`forwarded_prefix(allowed=["/svc"])`',
    "http-scheme": "`app.wsgi_app = ProxyFix(app.wsgi_app, x_proto=1)`",
}


def fix(code: str, proxy: str | None, prefix: str, other: str = "") -> str:
    """Return what to change.

    :param code: The code of a mistake.
    :param proxy: The proxy that was seen, by its name.
    :param prefix: The prefix of the app.
    :param other: What is there instead of it, or of a path with it.
    """
    line = _PROXIES.get(code, {}).get(proxy or "")
    text = _ANY[code] if line is None else f"{proxy}: {line}"
    if line is not None and code == "not-stripped":
        # The app can do without the proxy, too.
        text += f"; or {_ANY[code]}"
    if code in _APP:
        text += f", app: {_APP[code]}"
    prefixes = {"/svc": prefix, "/old": other}
    return re.sub("/svc|/old", lambda found: prefixes[found[0]], text)
