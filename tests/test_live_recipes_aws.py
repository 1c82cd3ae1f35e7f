"""The recipes for AWS: templates, handlers of Lambda functions, and rules of an ALB."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.request import urlopen

import pytest
from crawler import LIMIT, send
from flask import Flask, Response, request
from lambda_gateway import (
    DOMAIN,
    STAGE_HOST,
    Gateway,
    alb_event,
    http_event,
    rest_event,
)
from live import need
from nginx import running_nginx
from pages import faults, home_links, is_the_apps, make_app
from readme import Row, code_in
from recipes import DIRECTORY, mistake, recipe
from symptoms import see

from demo.servers import running
from flask_prefix_urls import PrefixURLs

pytestmark = pytest.mark.live

AWS = DIRECTORY / "aws"
ADAPTERS = {
    "apig-wsgi": "lambda_apig_wsgi",
    "serverless-wsgi": "lambda_serverless_wsgi",
}

#: The ways that call a Lambda function: which event it gets, with the path stripped or
#: not, and what another path is answered.
LAMBDAS: dict[str, dict[str, Any]] = {
    "alb-lambda.yaml": {
        "make_event": alb_event,
        "host": DOMAIN,
        "strips": False,
        "others": Response("The default rule", 404),
    },
    # https://github.com/aws-powertools/powertools-lambda-python/pull/579 has the events
    # of both REST APIs.
    "rest-api.yaml": {
        "make_event": rest_event,
        "host": STAGE_HOST,
        "strips": True,
        "others": Response('{"message":"Forbidden"}', 403),
    },
    "rest-domain.yaml": {
        "make_event": rest_event,
        "host": DOMAIN,
        "strips": False,
        "others": Response('{"message":"Missing Authentication Token"}', 403),
    },
    # https://github.com/aws-powertools/powertools-lambda-python/issues/621
    "http-api.yaml": {
        "make_event": http_event,
        "host": STAGE_HOST,
        "strips": False,
        "others": Response('{"message":"Not Found"}', 404),
    },
    # "rawPath won't provide the API mapping value": a page named in lambda_gateway.py.
    "http-domain.yaml": {
        "make_event": http_event,
        "host": DOMAIN,
        "strips": True,
        "others": Response('{"message":"Missing Authentication Token"}', 403),
    },
}

ALB = ("ALB without a rewrite", "ALB with a rewrite")
LAMBDA = (
    "Lambda behind an ALB",
    "REST API of API Gateway with a stage",
    "REST API with a base path",
    "HTTP API with a stage",
    "HTTP API with a mapping",
)


def template_of(row: Row) -> str:
    """Return the name of the template that a row links to."""
    (name,) = re.findall(r"\(aws/([\w-]+\.yaml)\)", row.cells[0])
    return str(name)


def settings_of(row: Row) -> dict[str, str]:
    """Return the settings that a row says, by their names."""
    return dict(code.split("=") for code in code_in(row.cells[3]))


def resources(template: str) -> dict[str, dict[str, Any]]:
    """Return the resources of a template, by their names."""
    yaml = pytest.importorskip("yaml")

    class Loader(yaml.SafeLoader):  # type: ignore[name-defined,misc]
        """Takes the functions of CloudFormation, such as ``!Ref``."""

    Loader.add_multi_constructor(
        "!", lambda loader, name, node: {name: loader.construct_scalar(node)}
    )
    text = (AWS / template).read_text("utf-8")
    found: dict[str, dict[str, Any]] = yaml.load(text, Loader)["Resources"]
    return found


def resources_of(template: str, kind: str) -> list[dict[str, Any]]:
    """Return the properties of each resource of a kind in a template."""
    return [
        resource["Properties"]
        for resource in resources(template).values()
        if resource["Type"] == kind
    ]


MakeApp = Callable[[dict[str, str]], Flask]
Serve = Callable[[str, str, dict[str, str]], AbstractContextManager[str]]
Alb = Callable[[str, str], AbstractContextManager[str]]


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> MakeApp:
    """Make the app of the recipes with the settings of an environment."""

    def make(settings: dict[str, str]) -> Flask:
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        app = make_app()
        app.config.from_prefixed_env()
        PrefixURLs(app)
        return app

    return make


@pytest.fixture
def serve(app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> Serve:
    """Serve a Lambda function as a template says."""

    @contextmanager
    def serve(template: str, adapter: str, settings: dict[str, str]) -> Iterator[str]:
        pytest.importorskip(adapter.replace("-", "_"))
        wsgi = SimpleNamespace(app=app(settings))
        monkeypatch.setitem(sys.modules, "wsgi", wsgi)
        handler = runpy.run_path(str(AWS / f"{ADAPTERS[adapter]}.py"))["handler"]
        with running(Gateway(handler, **LAMBDAS[template])) as root:
            yield root

    return serve


def variables_of(template: str) -> dict[str, str]:
    """Return the environment that a template gives its function."""
    (properties,) = resources_of(template, "AWS::Serverless::Function")
    assert properties["Handler"] == f"{ADAPTERS['apig-wsgi']}.handler"
    variables: dict[str, str] = properties["Environment"]["Variables"]
    return variables


def without_wrong(row: Row) -> dict[str, str]:
    """Return the settings of a row, but for the one that its wrong setting lacks."""
    (name,) = code_in(row.cells[4])
    settings = settings_of(row)
    del settings[name]
    return settings


def check_symptom(row: Row, root: str) -> None:
    """Assert that a user sees what the last cell of a row says."""
    public = f"{root}/svc"
    home = send(root, "GET", "/svc/")
    symptom = row.cells[-1]
    if symptom == "Every page is a 404 of the app":
        assert see(row, public) == ["404"]
        assert is_the_apps(home)
        return
    assert 'href="/foo/"' in home.text
    link = send(root, "GET", "/foo/")
    if symptom.startswith("A 403 of API Gateway"):
        assert see(row, public, X="/../foo/") == [link.text]
        assert link.status == 403
        assert link.text in {f'{{"message":"{code}"}}' for code in code_in(symptom)}
    else:
        assert see(row, public) == home_links()
        assert symptom.endswith("every link is a 404 of the proxy")
        assert (link.status, "<center>nginx" in link.text) == (404, True)


def test_cloudformation_takes_the_templates(tmp_path: Path) -> None:
    def lint(*files: Path) -> str:
        command = [need("cfn-lint"), "--format", "parseable", *map(str, files)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT)
        return done.stdout + done.stderr

    assert lint(*AWS.glob("*.yaml")) == ""
    # It knows what a transform is.
    wrong = tmp_path / "wrong.yaml"
    text = (AWS / "alb-rewrite.yaml").read_text("utf-8")
    wrong.write_text(text.replace("- Regex:", "- Pattern:"), "utf-8")
    assert "'Regex' is a required property" in lint(wrong)


@pytest.mark.parametrize(
    ("template", "stage", "mapping", "paths"),
    [
        ("rest-api.yaml", "svc", None, ["/", "/{proxy+}"]),
        ("rest-domain.yaml", "live", "svc", ["/", "/{proxy+}"]),
        ("http-api.yaml", "svc", None, ["$default"]),
        ("http-domain.yaml", "$default", "svc", ["$default"]),
    ],
)
def test_a_template_makes_what_the_events_have(
    template: str,
    stage: str,
    mapping: str | None,
    paths: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sam = pytest.importorskip("samtranslator.translator.translator")
    parser = pytest.importorskip("samtranslator.parser.parser").Parser()
    reader = pytest.importorskip("samtranslator.yaml_helper")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    text = (AWS / template).read_text("utf-8")
    # "sam deploy" puts what it has uploaded there.
    document = reader.yaml_parse(text.replace("CodeUri: .", "CodeUri: s3://bucket/key"))
    made = sam.Translator(None, parser).translate(document, {})["Resources"]

    def values(kind: str, name: str) -> list[Any]:
        found = [r["Properties"] for r in made.values() if r["Type"].endswith(kind)]
        return [properties.get(name) for properties in found]

    assert values("::Stage", "StageName") == [stage]
    # SAM may name another stage there.
    assert set(values("::Deployment", "StageName")) <= {None}
    mappings = values("BasePathMapping", "BasePath")
    mappings += values("ApiMapping", "ApiMappingKey")
    assert mappings == ([mapping] if mapping else [])
    (body,) = values("Api", "Body")
    assert sorted(body["paths"]) == paths
    for methods in body["paths"].values():
        call = methods["x-amazon-apigateway-any-method"][
            "x-amazon-apigateway-integration"
        ]
        # The format of the event. A REST API has one only.
        payload = "2.0" if template.startswith("http") else None
        assert (call["type"], call.get("payloadFormatVersion")) == (
            "aws_proxy",
            payload,
        )


@pytest.mark.parametrize("template", LAMBDAS)
def test_a_template_says_how_to_build_and_deploy_it(template: str) -> None:
    command = f"\n#   sam build -t {template} && sam deploy --guided\n"
    assert command in (AWS / template).read_text("utf-8")


def test_the_requirements_name_the_adapters_and_the_wheel() -> None:
    text = (AWS / "requirements.txt").read_text("utf-8")
    adapter, wheel = re.findall("^[^#].*$", text, re.MULTILINE)
    assert adapter == "apig-wsgi"
    assert "For the other handler: serverless-wsgi." in text
    released = version("flask-prefix-urls")
    assert wheel == f"./flask_prefix_urls-{released}-py3-none-any.whl"


def test_an_alb_may_call_its_function_before_it_is_registered() -> None:
    found = resources("alb-lambda.yaml")
    assert found["TargetGroup"]["DependsOn"] == "Permission"
    permission = found["Permission"]["Properties"]
    assert permission["Principal"] == "elasticloadbalancing.amazonaws.com"


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_an_alb_passes_on_what_is_there_twice(serve: Serve, adapter: str) -> None:
    (group,) = resources_of(
        "alb-lambda.yaml", "AWS::ElasticLoadBalancingV2::TargetGroup"
    )
    attribute = {"Key": "lambda.multi_value_headers.enabled", "Value": "true"}
    assert group["TargetGroupAttributes"] == [attribute]

    def foo() -> Response:
        response = Response(" ".join(request.args.getlist("a")))
        response.set_cookie("one", "1")
        response.set_cookie("two", "2")
        return response

    with serve("alb-lambda.yaml", adapter, LEFT_ON) as root:
        sys.modules["wsgi"].app.view_functions["foo"] = foo
        answer = send(root, "GET", "/svc/foo/?a=1&a=2")
    assert answer.text == "1 2"
    cookies = answer.headers.get_all("Set-Cookie")
    assert cookies == ["one=1; Path=/", "two=2; Path=/"]


@recipe(*LAMBDA)
@pytest.mark.parametrize("adapter", ADAPTERS)
def test_a_lambda_function_behind_aws(serve: Serve, row: Row, adapter: str) -> None:
    template = template_of(row)
    settings = variables_of(template)
    assert settings_of(row) == settings
    with serve(template, adapter, settings) as root:
        assert faults(root) == []


@pytest.mark.warns
@mistake(*LAMBDA)
@pytest.mark.parametrize("adapter", ADAPTERS)
def test_a_lambda_function_without_a_setting(
    serve: Serve, row: Row, adapter: str
) -> None:
    with serve(template_of(row), adapter, without_wrong(row)) as root:
        if adapter == "serverless-wsgi" and "sets `SCRIPT_NAME`" in row.cells[0]:
            assert faults(root) == []
        else:
            check_symptom(row, root)


PREFIX = {"FLASK_PREFIX_URLS_PREFIX": "/svc"}
LEFT_ON = {**PREFIX, "FLASK_PREFIX_URLS_PROXY_STRIPS": "false"}
BASE_PATH = {"API_GATEWAY_BASE_PATH": "svc"}


@pytest.mark.parametrize(
    ("template", "settings"),
    [
        ("rest-api.yaml", {}),
        ("rest-api.yaml", {**PREFIX, "STRIP_STAGE_PATH": "true"}),
        ("rest-domain.yaml", BASE_PATH),
        ("rest-domain.yaml", PREFIX | BASE_PATH),
        ("rest-domain.yaml", LEFT_ON | BASE_PATH),
        ("http-api.yaml", BASE_PATH),
        ("http-api.yaml", LEFT_ON | BASE_PATH),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value) or "none",
)
def test_a_prefix_that_serverless_wsgi_adds_is_there_once(
    serve: Serve, template: str, settings: dict[str, str]
) -> None:
    with serve(template, "serverless-wsgi", settings) as root:
        assert faults(root) == []


@pytest.mark.warns
def test_serverless_wsgi_leaves_a_stage_in_the_path(serve: Serve) -> None:
    settings = variables_of("http-api.yaml")
    assert settings == {**LEFT_ON, "STRIP_STAGE_PATH": "true"}
    with serve("http-api.yaml", "serverless-wsgi", LEFT_ON) as root:
        assert send(root, "GET", "/svc/").status == 404


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_a_rest_api_answers_what_is_not_text(serve: Serve, adapter: str) -> None:
    (properties,) = resources_of("rest-api.yaml", "AWS::Serverless::Api")
    assert properties["BinaryMediaTypes"] == ["*~1*"]
    with serve("rest-api.yaml", adapter, PREFIX) as root:
        picture = Response(b"\x89PNG", mimetype="image/png")
        sys.modules["wsgi"].app.view_functions["picture"] = lambda: picture
        with urlopen(f"{root}/svc/picture", timeout=LIMIT) as answer:
            assert answer.read() == b"\x89PNG"


RULE = "AWS::ElasticLoadBalancingV2::ListenerRule"


def rewrite_of(rule: dict[str, Any]) -> tuple[str, str] | None:
    """Return the regular expression and the replacement of a rule's transform."""
    for transform in rule.get("Transforms", ()):
        assert transform["Type"] == "url-rewrite"
        (rewrite,) = transform["UrlRewriteConfig"]["Rewrites"]
        return rewrite["Regex"], rewrite["Replace"]
    return None


@pytest.fixture
def alb(tmp_path: Path) -> Alb:
    """Run nginx with the rules of a template."""

    def alb(template: str, address: str) -> AbstractContextManager[str]:
        locations = "location / { return 404; }"
        for rule in resources_of(template, RULE):
            (condition,), (action,) = rule["Conditions"], rule["Actions"]
            steps = f"proxy_pass {address};"
            if rewrite := rewrite_of(rule):
                steps = f"rewrite {' '.join(rewrite)} break; {steps}"
            elif action["Type"] == "redirect":
                redirect = action["RedirectConfig"]
                code = redirect["StatusCode"].removeprefix("HTTP_")
                steps = f"return {code} {redirect['Path']};"
            for pattern in condition["PathPatternConfig"]["Values"]:
                # A "*" stands for any number of characters.
                path = re.escape(pattern).replace(r"\*", ".*")
                locations += f"location ~ ^{path}$ {{ {steps} }}"
        return running_nginx(locations, tmp_path)

    return alb


@recipe(*ALB)
def test_an_app_behind_a_rule_of_an_alb(app: MakeApp, alb: Alb, row: Row) -> None:
    template = template_of(row)
    settings = settings_of(row)
    text = (AWS / template).read_text("utf-8")
    assert settings == dict(re.findall(r"^#   (\w+)=(.*)$", text, re.MULTILINE))
    with running(app(settings)) as address, alb(template, address) as root:
        assert faults(root) == []
        assert send(root, "GET", "/svc").location == f"{root}/svc/"
        assert "<center>nginx" in send(root, "GET", "/svc2/").text


@pytest.mark.warns
@mistake(*ALB)
def test_an_app_behind_a_rule_of_an_alb_without_a_setting(
    app: MakeApp, alb: Alb, row: Row
) -> None:
    with (
        running(app(without_wrong(row))) as address,
        alb(template_of(row), address) as root,
    ):
        check_symptom(row, root)


@pytest.mark.parametrize(
    ("url", "rewritten"),
    [
        ("/svc/", "/"),
        ("/svc/foo", "/foo"),
        ("/svc/svc/foo", "/svc/foo"),
        ("/svc/foo?page=/svc/2", "/foo?page=/svc/2"),
        # "If there is no pattern match, the original request is sent to the target."
        ("/svc", "/svc"),
        ("/svc2/foo", "/svc2/foo"),
        ("/other/svc/foo", "/other/svc/foo"),
    ],
)
def test_the_transform_strips_the_prefix_and_keeps_the_query(
    url: str, rewritten: str
) -> None:
    # https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-transforms.html
    regex, replacement = rewrite_of(resources_of("alb-rewrite.yaml", RULE)[0]) or (
        "",
        "",
    )
    # A group is "$1" there, and "\1" in Python.
    assert re.sub(regex, replacement.replace("$", "\\"), url, count=1) == rewritten


def test_a_health_check_asks_without_the_prefix(app: MakeApp) -> None:
    with running(app(LEFT_ON)) as address:
        assert send(address, "GET", "/foo/").text == "foo"
