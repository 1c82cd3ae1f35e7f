"""``flask prefix-urls proxy``: the configuration of a proxy for the app's prefixes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from configurations import DIRECTORY, printed
from flask import Blueprint, Flask

from demo.proxy import PROXIES, configuration_files
from flask_prefix_urls import PrefixURLs, forwarded_prefix
from flask_prefix_urls.cli import prefix_urls
from flask_prefix_urls.cli.proxies.addresses import Address
from flask_prefix_urls.cli.proxies.configuration import Configuration, render
from flask_prefix_urls.cli.proxies.paths import Paths, paths_of
from flask_prefix_urls.scopes import Scopes

STRIPS = pytest.mark.parametrize("strips", [True, False], ids=["strip", "no-strip"])


def invoke(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(prefix_urls, ["proxy", *arguments])


def fault(result: Result) -> str:
    """Return the sentence that a command ends with, and assert that it is all."""
    assert result.exit_code == 2
    lines = result.output.splitlines()
    errors = [line for line in lines if line.startswith("Error: ")]
    assert lines[-1:] == errors
    return errors[0].removeprefix("Error: ")


def svc(**settings: Any) -> Flask:
    """Return an app with a prefix, and nothing but Flask's own static endpoint."""
    app = Flask("tests")
    PrefixURLs(app, "/svc", **settings)
    return app


@STRIPS
@pytest.mark.parametrize("proxy", PROXIES)
def test_the_files_of_the_demo_are_what_the_command_prints(
    proxy: str, strips: bool
) -> None:
    files = printed(proxy, strips=strips)
    names = PROXIES[proxy].files if strips else PROXIES[proxy].unstripped_files
    assert tuple(files) == names
    for name, text in files.items():
        assert (DIRECTORY / name).read_bytes() == text.encode(), (
            f"{name} is not what the command prints: write the files anew with"
            " 'python -m tests.configurations'."
        )


@STRIPS
@pytest.mark.parametrize("proxy", PROXIES)
def test_the_demo_runs_the_same_with_other_ports(proxy: str, strips: bool) -> None:
    files = configuration_files(
        proxy, app_port=5000, port=8000, strips=strips, https_port=8443
    )
    assert files == printed(proxy, strips=strips)


def test_flask_prints_it_and_nothing_else() -> None:
    command = "-m flask --app demo.app:create_app(prefixed=True) prefix-urls proxy"
    done = subprocess.run(
        [sys.executable, *command.split(), "nginx"],
        cwd=DIRECTORY.parents[1],
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert done.stdout == (DIRECTORY / "nginx.conf").read_bytes()
    assert done.stderr == b""


def test_two_files_are_printed_each_below_its_name() -> None:
    result = invoke(svc(), "traefik")
    names = PROXIES["traefik"].files
    texts = [invoke(svc(), "traefik", "--file", name).output for name in names]
    below = [f"# {name}\n{text}" for name, text in zip(names, texts, strict=True)]
    assert result.output == "\n".join(below)


def test_a_file_that_there_is_not_is_refused() -> None:
    result = invoke(svc(proxy_strips=False), "traefik", "--file", "traefik.yaml")
    assert fault(result) == (
        "--file is 'traefik.yaml', but must be one of traefik-unstripped.yaml,"
        " traefik-unstripped-routes.yaml."
    )


def test_json_has_the_form_that_the_help_describes() -> None:
    help_text = invoke(svc(), "--help").output
    described = help_text.partition("The form of --json:\n")[2].partition("\n\n")[0]
    keys = re.findall(r"^ +(\w+)  ", described, flags=re.MULTILINE)
    result = json.loads(invoke(svc(), "traefik", "--json").output)
    assert result["version"] == 1
    assert [*result, *result["files"][0]] == keys
    assert [file["name"] for file in result["files"]] == [*PROXIES["traefik"].files]
    texts = "\n".join(f"# {file['name']}\n{file['text']}" for file in result["files"])
    assert texts == invoke(svc(), "traefik").output


def test_each_option_has_its_default_in_the_help() -> None:
    described = invoke(svc(), "--help").output.partition("Options:\n")[2]
    options = re.split(r"\n(?=  --)", described)
    missing = [text for text in options if "default" not in text]
    assert [text.split()[0] for text in missing] == ["--help"]


# What stands in nginx.conf where the proxy strips, and where it does not.
STRIPPED = "proxy_pass http://127.0.0.1:5000/;"
UNSTRIPPED = "proxy_pass http://127.0.0.1:5000;"


@pytest.mark.parametrize(
    ("proxy_strips", "option", "line", "note"),
    [
        (None, (), STRIPPED, []),
        (True, (), STRIPPED, []),
        (False, (), UNSTRIPPED, []),
        (None, ("--strip",), STRIPPED, []),
        (False, ("--no-strip",), UNSTRIPPED, []),
        (
            None,
            ("--no-strip",),
            UNSTRIPPED,
            ["# The app has proxy_strips=True now (the default): set it to False."],
        ),
        (
            False,
            ("--strip",),
            STRIPPED,
            [
                "# The app has proxy_strips=False now (from the argument"
                " proxy_strips): set it to True."
            ],
        ),
    ],
    ids=[
        "app says nothing",
        "app says so",
        "app says no",
        "strip",
        "no-strip, as the app says",
        "no-strip",
        "strip, and the app says no",
    ],
)
def test_it_strips_as_the_app_says_or_the_option(
    proxy_strips: bool | None, option: tuple[str, ...], line: str, note: list[str]
) -> None:
    text = invoke(svc(proxy_strips=proxy_strips), "nginx", *option).output
    assert line in text
    top = text.partition("# In a directory")[0].splitlines()[1:]
    needs = ["# The app needs proxy_strips=False."] if line == UNSTRIPPED else []
    assert top == [*needs, *note]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        *(
            (
                ("--listen", value),
                f"--listen is {value!r}, but must be an IP address and a port: write it"
                " like '127.0.0.1:8000', '[::1]:8000' or '8000'.",
            )
            for value in (
                *("", "x", "0", "65536", ":8000", "127.0.0.1", "example.com:8000"),
                *("::1:8000", "[127.0.0.1]:8000", "[fe80::1%eth0]:8000"),
            )
        ),
        *(
            (
                ("--server-name", value),
                f"--server-name is {value!r}, but must be the name of a host, without a"
                " scheme or a port: write it like 'example.com'.",
            )
            for value in (
                *("", "example.com:80", "https://example.com", "[::1]", "*.com"),
                *("-a.com", "a-.com", "a..com", "bücher.de", "a b", "a;b"),
            )
        ),
        *(
            (
                ("--upstream", value),
                f"--upstream is {value!r}, but must be the URL of the app: write it"
                " like 'http://127.0.0.1:5000'.",
            )
            for value in (
                *("", "127.0.0.1:5000", "ftp://a", "http://", "http://a:0"),
                *("http://a:x", "http://a:65536", "http://[::1", "http://a b"),
                "http://a\nb",
            )
        ),
        *(
            (
                ("--upstream", value),
                f"--upstream is {value!r}, but is a host and a port alone: leave out"
                " the rest, and give the app its path as a prefix.",
            )
            for value in ("http://a/b", "http://a?b", "http://a#b", "http://u@a")
        ),
        (
            ("--upstream", "https://a"),
            "--upstream is 'https://a', but these configurations speak plain HTTP to"
            " the app: write it with 'http://'.",
        ),
        (
            ("--upstream", "http://a;b"),
            "--upstream is 'http://a;b', but 'a;b' is no host: write it like"
            " 'http://127.0.0.1:5000'.",
        ),
        *(
            (
                ("--upstream", value),
                f"--upstream is {value!r}, but the path of a socket is absolute, of A-Z"
                " a-z 0-9 _ . -: write it like 'unix:/run/app.sock'.",
            )
            for value in ("unix:", "unix:app", "unix:/a b", "unix:/a;b", "unix:/a/")
        ),
        (
            ("--prefix", "/other"),
            "--prefix is '/other', but the app has no prefix function that it could"
            " come from: leave it out.",
        ),
    ],
)
def test_an_option_that_cannot_be_is_refused(
    options: tuple[str, ...], sentence: str
) -> None:
    assert fault(invoke(svc(), "nginx", *options)) == sentence


def test_traefik_has_no_sockets() -> None:
    result = invoke(svc(), "traefik", "--upstream", "unix:/run/app.sock")
    assert fault(result) == (
        "--upstream is 'unix:/run/app.sock', but Traefik knows no Unix sockets: write"
        " it like 'http://127.0.0.1:5000'."
    )


# The lines with where the proxy listens, and with where the app is.
LISTEN, APP = "--listen=[::1]:80", "--upstream=http://[::1]:5001"


@pytest.mark.parametrize(
    ("proxy", "options", "lines"),
    [
        ("nginx", ["--listen=80"], ["listen 127.0.0.1:80;"]),
        ("nginx", [LISTEN, APP], ["listen [::1]:80;", "http://[::1]:5001/;"]),
        ("apache", [LISTEN, APP], ["Listen [::1]:80\n", '"http://[::1]:5001/" ']),
        ("haproxy", [LISTEN, APP], ["bind [::1]:80\n", "server app [::1]:5001\n"]),
        ("caddy", [LISTEN, APP], ["bind ::1\n", "http://:80 {", "proxy [::1]:5001 {"]),
        ("traefik", [LISTEN, APP], ['address: "[::1]:80"', "url: http://[::1]:5001\n"]),
        (
            "envoy",
            [LISTEN, APP],
            [
                'socket_address: {address: "::1", port_value: 80}',
                "type: STATIC\n",
                'socket_address: {address: "::1", port_value: 5001}',
            ],
        ),
        (
            "envoy",
            ["--upstream=http://app_1"],
            ["type: STRICT_DNS\n", "{address: app_1, port_value: 80}"],
        ),
        ("haproxy", ["--server-name=A.example"], [" -i a.example }"]),
        ("apache", ["--server-name=a.example"], [r'"!^a\.example(:[0-9]+)?$"']),
    ],
    ids=lambda given: given if isinstance(given, str) else None,
)
def test_addresses_are_written_as_the_proxy_reads_them(
    proxy: str, options: list[str], lines: list[str]
) -> None:
    text = invoke(svc(), proxy, *options).output
    assert [line for line in lines if line not in text] == []


NO_PREFIX = "The app has no prefix: give it one, like PrefixURLs(app, '/svc')."


@pytest.mark.parametrize("prefix", [None, ""], ids=["none", "empty"])
def test_an_app_without_a_prefix_is_told_what_to_do(prefix: str | None) -> None:
    app = Flask("tests")
    PrefixURLs(app, prefix)
    assert fault(invoke(app, "nginx")) == NO_PREFIX


def test_so_is_an_app_without_the_extension() -> None:
    assert fault(invoke(Flask("tests"), "nginx")) == NO_PREFIX


def tenant() -> str:
    raise AssertionError("A prefix function is not asked without a request.")


NO_TELLING = (
    "and only a request tells what that returns: give each prefix by --prefix, like"
    " '--prefix /svc'."
)


@pytest.mark.parametrize(
    ("prefix", "sentence"),
    [
        (
            tenant,
            "The prefix comes from the function tenant (from the argument prefix),"
            f" {NO_TELLING}",
        ),
        (
            forwarded_prefix(),
            "The prefix comes from forwarded_prefix() (from the argument prefix),"
            f" {NO_TELLING}",
        ),
        (
            forwarded_prefix(header="X-Own", default="/svc"),
            "The prefix comes from forwarded_prefix() (from the argument prefix), but"
            " this proxy sends X-Forwarded-Prefix, not X-Own: leave header= out.",
        ),
        (
            forwarded_prefix(2, allowed=["/svc"]),
            "The prefix comes from forwarded_prefix() (from the argument prefix), but"
            " this proxy is one proxy, not 2: trust one.",
        ),
        (
            "/a%24b",
            "The prefix '/a%24b' has '%24', which some configuration would take for"
            " more than '$': write the prefix without it.",
        ),
    ],
    ids=["function", "header", "another header", "two proxies", "escape"],
)
def test_a_prefix_that_cannot_be_written_says_what_to_do(
    prefix: Any, sentence: str
) -> None:
    app = Flask("tests")
    PrefixURLs(app, prefix)
    assert fault(invoke(app, "nginx")) == sentence


def test_a_header_is_refused_where_nothing_is_stripped() -> None:
    app = Flask("tests")
    PrefixURLs(app, forwarded_prefix(default="/svc"))
    assert fault(invoke(app, "nginx", "--no-strip")) == (
        "The prefix comes from forwarded_prefix() (from the argument prefix), but this"
        " proxy sends no header for it: give the app the prefix itself."
    )


def test_a_prefix_of_the_option_is_checked_as_any_other() -> None:
    app = Flask("tests")
    PrefixURLs(app, tenant)
    assert fault(invoke(app, "nginx", "--prefix", "a?b")) == (
        "--prefix is 'a?b', but a prefix has no query or fragment: write it like"
        " '/svc/v1'."
    )


def test_an_option_that_gives_no_prefix_at_all_is_refused() -> None:
    app = Flask("tests")
    PrefixURLs(app, tenant)
    assert fault(invoke(app, "nginx", "--prefix", "")) == (
        "--prefix is '', and the app has no other prefix, so there is nothing to"
        " forward below one: give one by --prefix too, like '--prefix /svc'."
    )


def by_function(app: Flask) -> None:
    PrefixURLs(app, tenant)


def by_function_and_name(app: Flask) -> None:
    PrefixURLs(app, "/svc", blueprints={"pages": tenant})


def by_allowed(app: Flask) -> None:
    PrefixURLs(app, forwarded_prefix(allowed=["/b", "/a"]))


def by_allowed_with_default(app: Flask) -> None:
    allowed = forwarded_prefix(allowed=["/b", "/a"], default="/c")
    PrefixURLs(app, "/svc", blueprints={"pages": allowed})


def by_default(app: Flask) -> None:
    PrefixURLs(app, forwarded_prefix(default="/svc"))


def by_config(app: Flask) -> None:
    app.config.update(PREFIX_URLS_FORWARDED=1, PREFIX_URLS_PREFIX="/svc")
    PrefixURLs(app)


def by_public_url(app: Flask) -> None:
    PrefixURLs(app, public_url="https://example.com/svc")


def for_the_blueprint_alone(app: Flask) -> None:
    PrefixURLs(app, blueprints={"pages": "/pages", "absent": "/absent"})


def for_all_but_the_blueprint(app: Flask) -> None:
    PrefixURLs(app, "/svc", blueprints={"pages": ""})


@pytest.mark.parametrize(
    ("install", "returned", "expected"),
    [
        (by_function, ["/t", "/u"], Paths(("/t", "/u"), (), ())),
        (by_function_and_name, ["/t"], Paths(("/svc", "/t"), (), ())),
        (by_allowed, [], Paths(("/a", "/b"), (), ())),
        (by_allowed_with_default, [], Paths(("/svc", "/a", "/b", "/c"), (), ())),
        (by_default, [], Paths(("/svc",), (), ())),
        (by_config, [], Paths(("/svc",), (), ())),
        (by_public_url, [], Paths(("/svc",), (), ())),
        (for_the_blueprint_alone, [], Paths(("/pages",), (), ("/static/",))),
        (
            for_all_but_the_blueprint,
            [],
            Paths(
                ("/svc",),
                ("/slash/", "/slash", "/plain", "/both", "/both/", "/caf%C3%A9"),
                ("/item-", "/files/"),
            ),
        ),
    ],
    ids=lambda given: given.__name__ if callable(given) else "",
)
def test_the_paths_are_those_of_the_scopes(
    install: Callable[[Flask], None], returned: list[str], expected: Paths
) -> None:
    app = Flask("tests")
    pages = Blueprint("pages", __name__)
    for rule in ("/slash/", "/plain", "/item-<int:n>", "/files/<path:p>", "/café"):
        pages.add_url_rule(rule, rule[1:])
    pages.add_url_rule("/files/index", "index")
    pages.add_url_rule("/files/<a>/<b>", "deep")
    pages.add_url_rule("/files/deep/<c>", "deeper")
    pages.add_url_rule("/both", "both", strict_slashes=False)
    pages.add_url_rule("/for-url_for-alone", "for_url_for", build_only=True)
    app.register_blueprint(pages)
    install(app)
    scopes: Scopes = app.extensions["prefix_urls"].scopes
    found = paths_of(app, scopes, returned=returned, strips=True)
    assert found.prefixes == expected.prefixes
    assert {*found.paths} == {*expected.paths}
    assert {*found.beginnings} == {*expected.beginnings}


def opted_out(rule: str, **settings: Any) -> Flask:
    """Return an app whose one endpoint that opted out has a rule."""
    app = svc(**settings)
    pages = Blueprint("pages", __name__)
    PrefixURLs(pages, "")
    pages.add_url_rule(rule, "page")
    app.register_blueprint(pages)
    return app


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (
            "/svc/old",
            "The endpoint 'pages.page' has no prefix, but its rule '/svc/old' is below"
            " '/svc', which the proxy strips: give the endpoint a prefix, or change the"
            " rule.",
        ),
        *(
            (
                rule,
                f"The endpoint 'pages.page' has no prefix, and its rule {rule!r} has a"
                " character that means something in a configuration: give the endpoint"
                " a prefix, or change the rule.",
            )
            for rule in ("/a b", "/$a", '/"', "/a%20", "/a\u2028")
        ),
    ],
)
def test_a_path_that_cannot_be_forwarded_is_refused(rule: str, sentence: str) -> None:
    assert fault(invoke(opted_out(rule), "nginx")) == sentence


def test_below_a_prefix_that_is_not_stripped_nothing_else_is_forwarded() -> None:
    app = opted_out("/svc/old", proxy_strips=False)
    assert invoke(app, "nginx").output == (
        invoke(svc(proxy_strips=False), "nginx").output
    )


def test_a_redirect_without_an_endpoint_has_the_prefix_of_the_app() -> None:
    app = svc()
    app.url_map.add(app.url_rule_class("/old", redirect_to="/new"))
    assert invoke(app, "nginx").output == invoke(svc(), "nginx").output


AWKWARD = ("/caf%C3%A9", "/caf%C3%A9/api", "/a.b+c~d@e:f=g", "/my%20app")


@pytest.mark.parametrize(
    ("proxy", "lines"),
    [
        (
            "nginx",
            [
                "location /café/ {",
                "set $prefix /caf%C3%A9;",
                'location "/my app/" {',
                "location /a.b+c~d@e:f=g/ {",
                "return 302 /caf%C3%A9/;",
            ],
        ),
        (
            "apache",
            [
                'ProxyPass "/café/" ',
                'RequestHeader set X-Forwarded-Prefix "/caf%%C3%%A9"',
                r"|/a\.b\+c~d@e:f=g|",
                'ProxyPassMatch "^/café/api$" "!"',
            ],
        ),
        (
            "haproxy",
            [
                "path_beg /caf%C3%A9/api/ /caf%C3%A9/ ",
                "X-Forwarded-Prefix /caf%%C3%%A9 if",
                r"^(/caf%C3%A9/api|/caf%C3%A9|/a\.b\+c~d@e:f=g|/my%20app)(/.*)$",
            ],
        ),
        (
            "caddy",
            [
                "order route before handle",
                'handle "/my app/*" {',
                "uri strip_prefix /my%20app",
                "handle /café/api/* {",
            ],
        ),
        (
            "traefik",
            [
                "rule: PathPrefix(`/café/api/`)\n      priority: 5",
                "rule: PathPrefix(`/café/`)\n      priority: 4",
                'X-Forwarded-Prefix: "/my%20app"',
                '- "/a.b+c~d@e:f=g"',
            ],
        ),
        (
            "envoy",
            ['{prefix: "/caf%C3%A9/api/"}', 'value: "/caf%%C3%%A9/api"}'],
        ),
    ],
    ids=PROXIES,
)
def test_a_prefix_is_spelled_as_the_proxy_reads_it(
    proxy: str, lines: list[str]
) -> None:
    configuration = Configuration(
        AWKWARD, listen=Address("127.0.0.1", 80), upstream=Address("127.0.0.1", 81)
    )
    text = "".join(render(proxy, configuration).values())
    assert [line for line in lines if line not in text] == []


def test_the_templates_are_in_the_package() -> None:
    package = Path(sys.modules[render.__module__].__file__ or "").parent
    templates = {path.name for path in (package / "templates").iterdir()}
    assert templates == {name for proxy in PROXIES.values() for name in proxy.files}
