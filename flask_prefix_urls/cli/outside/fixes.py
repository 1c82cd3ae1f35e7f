"""The line to change for each mistake: README's, and the line of the proxy seen."""

from __future__ import annotations

# By the code of a mistake: what the app needs, and what each proxy needs, where it has
# a line of its own. PREFIX stands for the prefix.
_APP = {
    "not-stripped": 'PrefixURLs(app, "PREFIX", proxy_strips=False)',
    "no-prefix": 'PrefixURLs(app, "PREFIX"), and url_for for paths written by hand',
    "link-by-hand": 'url_for("...") instead of the path',
    "redirect-by-hand": 'redirect(url_for("...")) instead of the path',
    "prefix-twice-in-location": "the proxy must pass Host on, and must not change"
    " Location",
    "prefix-twice-in-links": "no PREFIX in routes, url_prefix, static_url_path;"
    " url_for(...), not request.script_root + url_for(...)",
    "other-prefix": 'PrefixURLs(app, "PREFIX"), or for several prefixes PrefixURLs(app,'
    ' forwarded_prefix(allowed=["PREFIX", "OTHER"], default="PREFIX"))',
    "http-scheme": "app.wsgi_app = ProxyFix(app.wsgi_app, x_proto=1), and the proxy"
    " must send X-Forwarded-Proto",
    "internal-host": "the proxy must pass Host on, with its port",
    "lost-port": "the proxy must pass Host on, with its port",
    "first-page-everywhere": "the proxy must pass on what follows the prefix",
    "server-error": "look at the app's log",
    "script-name": 'unset SCRIPT_NAME, and PrefixURLs(app, "PREFIX")',
    "gateway-refuses": "FLASK_PREFIX_URLS_PREFIX=PREFIX",
    "bad-gateway": "start the app, and check the address of it in the proxy",
    "double-slash": "the proxy must strip the prefix without its last slash",
    "matches-too-much": "the proxy must match PREFIX/, with the slash",
    "bare-prefix-missing": "the proxy must redirect PREFIX to PREFIX/",
    "query-lost": "the redirect to PREFIX/ must keep the query",
    "encoded-slash": "the proxy must pass %2F on",
    "long-redirect": "the proxy needs a larger buffer for the headers of an answer",
    "cookie-path": 'app.config["SESSION_COOKIE_PATH"] = "PREFIX"',
    "client-prefix-trusted": "the proxy must set X-Forwarded-Prefix itself; app:"
    ' forwarded_prefix(allowed=["PREFIX"])',
    "client-host-trusted": "the proxy must set X-Forwarded-Host itself, and know its"
    " own names",
    "specification-without-prefix": 'Flasgger: swagger.config["basePath"] ='
    ' prefix_of(app) or "/"',
    "websocket-refused": "the proxy must pass the upgrade on",
    "unreachable": "the proxy must forward PREFIX/ to the app",
}
_PROXIES = {
    "not-stripped": {
        "nginx": "the slash at the end of proxy_pass http://127.0.0.1:5000/;",
        "Apache": 'ProxyPass "PREFIX/" "http://127.0.0.1:5000/"',
        "HAProxy": r"http-request replace-path ^PREFIX(/.*)$ \1",
        "Caddy": "handle_path PREFIX/* instead of handle PREFIX/*",
        "Traefik": "stripPrefix: {prefixes: [PREFIX]}",
        "Envoy": "prefix_rewrite: / beside prefix: PREFIX/",
    },
    "prefix-twice-in-location": {
        "nginx": "proxy_set_header Host $http_host;",
        "Apache": "no ProxyPassReverse PREFIX/ /",
    },
    "http-scheme": {
        "nginx": "proxy_set_header X-Forwarded-Proto $scheme;",
        "Apache": "RequestHeader set X-Forwarded-Proto expr=%{REQUEST_SCHEME}",
        "HAProxy": "http-request set-header X-Forwarded-Proto"
        " %[ssl_fc,iif(https,http)]",
    },
    "internal-host": {
        "nginx": "proxy_set_header Host $http_host;",
        "Apache": "ProxyPreserveHost On",
    },
    "lost-port": {
        "nginx": "proxy_set_header Host $http_host; ($host has no port)",
        "Apache": "ProxyPreserveHost On",
    },
    "first-page-everywhere": {
        "nginx": "ingress-nginx: rewrite-target: /$2",
        "HAProxy": r"http-request replace-path ^PREFIX(/.*)$ \1",
    },
    "double-slash": {
        "nginx": "location PREFIX/ { proxy_pass http://127.0.0.1:5000/; }",
        "Apache": 'ProxyPass "PREFIX/" "http://127.0.0.1:5000/"',
        "Envoy": "match: {prefix: PREFIX/}",
    },
    "matches-too-much": {
        "nginx": "location PREFIX/",
        "Apache": 'ProxyPass "PREFIX/" "http://127.0.0.1:5000/"',
        "HAProxy": "path_beg PREFIX/",
        "Caddy": "handle_path PREFIX/*",
        "Traefik": "PathPrefix(`PREFIX/`)",
        "Envoy": "match: {prefix: PREFIX/}",
    },
    "bare-prefix-missing": {
        "nginx": "location = PREFIX { return 301 PREFIX/$is_args$args; }",
        "Apache": 'RedirectMatch permanent "^PREFIX$" "PREFIX/"',
        "HAProxy": "http-request redirect code 301 location PREFIX/ if { path PREFIX }",
        "Caddy": "route PREFIX { rewrite * PREFIX/; redir * {uri} permanent }",
        "Traefik": "Path(`PREFIX`) with a redirectRegex",
        "Envoy": "match: {path: PREFIX}, redirect: {path_redirect: PREFIX/}",
    },
    "query-lost": {
        "nginx": "return 301 PREFIX/$is_args$args;",
        "HAProxy": "http-request redirect code 301 location %[path]/?%[query] if"
        " { path PREFIX } { query -m len gt 0 }",
        "Caddy": "rewrite * {path}/ and redir * {uri} permanent, instead of redir"
        " PREFIX PREFIX/",
    },
    "encoded-slash": {"Apache": "AllowEncodedSlashes On, in each virtual host"},
    "long-redirect": {"nginx": "proxy_buffer_size 8k;"},
    "client-prefix-trusted": {
        "nginx": "proxy_set_header X-Forwarded-Prefix PREFIX;",
        "Apache": 'RequestHeader set X-Forwarded-Prefix "PREFIX"',
        "HAProxy": "http-request set-header X-Forwarded-Prefix PREFIX",
        "Caddy": "header_up X-Forwarded-Prefix PREFIX",
        "Envoy": "request_headers_to_add with OVERWRITE_IF_EXISTS_OR_ADD",
    },
    "client-host-trusted": {
        "nginx": "proxy_set_header X-Forwarded-Host $http_host; and a server_name",
        "HAProxy": "http-request set-header X-Forwarded-Host %[req.hdr(Host)]",
    },
    "websocket-refused": {
        "nginx": "proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade;"
        " proxy_set_header Connection $connection_upgrade;",
        "Apache": "upgrade=websocket at the end of ProxyPass",
        "Envoy": "upgrade_configs: [{upgrade_type: websocket}]",
    },
}
# Where either of them is enough.
_EITHER = {"not-stripped"}


def fix(code: str, proxy: str | None, prefix: str, other: str = "") -> str:
    """Return what to change.

    :param code: The code of a mistake.
    :param proxy: The proxy that was seen, by its name.
    :param prefix: The prefix of the app.
    :param other: The prefix that stands in the links instead.
    """
    line = _PROXIES.get(code, {}).get(proxy or "")
    app = _APP[code]
    if line is None:
        text = app
    elif code == "http-scheme":
        text = f"{proxy}: {line} app: app.wsgi_app = ProxyFix(app.wsgi_app, x_proto=1)"
    elif code == "client-prefix-trusted":
        text = f'{proxy}: {line} app: forwarded_prefix(allowed=["PREFIX"])'
    elif code in _EITHER:
        text = f"{proxy}: {line} or {app}"
    else:
        text = line if line.startswith("ingress-nginx") else f"{proxy}: {line}"
    return text.replace("PREFIX", prefix).replace("OTHER", other)
