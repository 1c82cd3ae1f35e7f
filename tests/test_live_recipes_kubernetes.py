"""The recipes of Kubernetes: the pod, and what proxies make of the manifests."""

from __future__ import annotations

import json
import re
import runpy
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from containers import Object, cluster, documents, running_container
from crawler import send
from live import listens, need, need_node_package, running_program
from nginx import running_nginx
from pages import faults, headers_sent, home_links, is_the_apps, paths_arrive
from readme import Row
from recipes import DIRECTORY, copy_recipe, headers_of, mistake, recipe
from symptoms import see
from traefik import running_traefik_by_flags

from demo.addresses import HOST
from demo.proxy import free_port

pytestmark = pytest.mark.live

HTTP_ROUTE = "HTTPRoute"
INGRESS = "Ingress of ingress-nginx"
INGRESS_ROUTE = "IngressRoute of Traefik"

FILTERS = """
      filters:
        - type: URLRewrite
          urlRewrite:
            path:
              type: ReplacePrefixMatch
              replacePrefixMatch: /
"""
MIDDLEWARES = """
      middlewares:
        - name: strip-svc
"""

# With manifests, the port of the pod, and a directory of its own.
RunFront = Callable[[list[Object], int, Path], AbstractContextManager[str]]


def manifests(file: str) -> list[Object]:
    return documents(DIRECTORY / "kubernetes" / file)


def changed(file: str, work: Path, changes: Mapping[str, str]) -> list[Object]:
    """Return the manifests of a file, with some of its text replaced."""
    return documents(copy_recipe(f"kubernetes/{file}", work, changes))


def container() -> Object:
    """Return the container of the Deployment."""
    (found,) = manifests("app.yaml")[0]["spec"]["template"]["spec"]["containers"]
    return found


@contextmanager
def running_pod(
    work: Path, environ: list[dict[str, str]] | None = None
) -> Iterator[int]:
    """Run the container of the Deployment; yield its port.

    :param environ: Another ``env`` than its own.
    """
    found = container()
    variables = found["env"] if environ is None else environ
    with running_container(
        found["command"],
        {variable["name"]: variable["value"] for variable in variables},
        work,
    ) as port:
        yield port


@pytest.fixture(scope="module")
def pod(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of the Deployment's container."""
    with running_pod(tmp_path_factory.mktemp("pod") / "app") as port:
        yield port


@contextmanager
def running_traefik_on(
    objects: list[Object], pod: int, work: Path, provider: str
) -> Iterator[str]:
    """Run Traefik on manifests and those of the app; yield the root of its URLs.

    :param provider: Which of its providers for Kubernetes reads them.
    """
    with cluster([*manifests("app.yaml"), *objects], pod) as api:
        port = free_port()
        for thing in objects:
            if thing["kind"] == "Gateway":
                (listener,) = thing["spec"]["listeners"]
                listener["port"] = port
        address = f"{HOST}:{port}"
        flags = [
            f"--providers.{provider}.endpoint=http://{api}",
            f"--entrypoints.web.address={address}",
        ]
        with running_traefik_by_flags(flags, work / "traefik", address) as root:
            yield root


@pytest.mark.parametrize("file", ["app.yaml", "ingress-nginx.yaml"])
def test_the_manifests_of_kubernetes_are_valid(file: str) -> None:
    kubernetes_validate = pytest.importorskip("kubernetes_validate")
    version = kubernetes_validate.latest_version()
    for thing in manifests(file):
        kubernetes_validate.validate(thing, version, strict=True)


MODELS = {
    "gateway.networking.k8s.io/v1": "@kubernetes-models/gateway-api",
    "traefik.io/v1alpha1": "@kubernetes-models/traefik",
}
VALIDATE = """
const [models, kind] = process.argv.slice(1);
const {[kind]: Model} = require(models);
new Model(JSON.parse(require("fs").readFileSync(0, "utf8"))).validate();
"""


@pytest.mark.parametrize("file", ["httproute.yaml", "ingressroute.yaml"])
def test_the_manifests_of_others_are_valid(file: str) -> None:
    for thing in manifests(file):
        models = need_node_package(MODELS[thing["apiVersion"]]) / thing["apiVersion"]
        done = subprocess.run(
            [need("node"), "-e", VALIDATE, str(models), thing["kind"]],
            input=json.dumps(thing),
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr


@recipe("Deployment and Service")
def test_the_pod_knows_its_prefix(row: Row, pod: int) -> None:
    assert see(row, "", f"http://{HOST}:{pod}") == home_links("/svc")


def test_the_probe_asks_the_app_without_the_prefix(pod: int) -> None:
    probe = container()["readinessProbe"]["httpGet"]
    (port,) = container()["ports"]
    assert (probe["port"], port["containerPort"]) == (port["name"], 5000)
    root = f"http://{HOST}:{pod}"
    assert send(root, "GET", probe["path"]).status == 200
    assert send(root, "GET", f"/svc{probe['path']}").status == 404


def test_the_app_of_the_recipes_answers_the_probe(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for variable in container()["env"]:
        monkeypatch.setenv(variable["name"], variable["value"])
    app = runpy.run_path(str(DIRECTORY / "wsgi.py"))["app"]
    path = container()["readinessProbe"]["httpGet"]["path"]
    assert app.test_client().get(path).text == "ok"


def test_the_service_leads_to_the_pod() -> None:
    deployment, service = manifests("app.yaml")
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    assert deployment["spec"]["selector"]["matchLabels"] == labels
    assert service["spec"]["selector"] == labels
    (port,) = service["spec"]["ports"]
    assert port["targetPort"] == container()["ports"][0]["name"]


@mistake("Deployment and Service")
def test_the_pod_does_not_know_its_prefix_without_its_environment(
    row: Row, tmp_path: Path
) -> None:
    assert row.cells[4] == "no `env`"
    with running_pod(tmp_path / "app", environ=[]) as port:
        assert see(row, "", f"http://{HOST}:{port}") == home_links()


@recipe(INGRESS_ROUTE)
def test_the_ingress_route_strips(row: Row, pod: int, tmp_path: Path) -> None:
    objects = manifests("ingressroute.yaml")
    with running_traefik_on(objects, pod, tmp_path, "kubernetescrd") as root:
        assert faults(root) == []
        assert paths_arrive(root)
        assert headers_sent(root) == headers_of(row)


@mistake(INGRESS_ROUTE)
def test_the_ingress_route_does_not_strip_without_its_middleware(
    row: Row, pod: int, tmp_path: Path
) -> None:
    assert row.cells[4] == "no `middlewares`"
    objects = changed("ingressroute.yaml", tmp_path, {MIDDLEWARES: "\n"})
    with running_traefik_on(objects, pod, tmp_path, "kubernetescrd") as root:
        assert see(row, f"{root}/svc") == ["404"]
        assert is_the_apps(send(root, "GET", "/svc/"))


# From ingress-nginx's rootfs/etc/nginx/template/nginx.tmpl, with its own variables
# replaced by the ones of nginx that they are read from.
INGRESS_HEADERS = """
    proxy_set_header Host $http_host;
    proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header X-Forwarded-Host $http_host;
    proxy_set_header X-Forwarded-Port $server_port;
    proxy_set_header X-Forwarded-Proto $scheme;
    proxy_set_header X-Forwarded-Scheme $scheme;
"""


def ingress_location(objects: list[Object], pod: int) -> str:
    """Return the location that ingress-nginx writes, as far as a path needs it.

    As ``buildLocation`` and ``buildProxyPass`` do in its
    ``internal/ingress/controller/template/template.go``.
    """
    (ingress,) = objects
    prefix = "nginx.ingress.kubernetes.io/"
    annotations = ingress["metadata"]["annotations"]
    assert annotations[f"{prefix}use-regex"] == "true"
    target = annotations[f"{prefix}rewrite-target"]
    (rule,) = ingress["spec"]["rules"]
    (path,) = (found["path"] for found in rule["http"]["paths"])
    return (
        f'location ~* "^{path}" {{ {INGRESS_HEADERS}'
        f' rewrite "(?i){path}" {target} break; proxy_pass http://{HOST}:{pod}; }}'
    )


@contextmanager
def running_ingress_nginx(objects: list[Object], pod: int, work: Path) -> Iterator[str]:
    """Run nginx as ingress-nginx does; yield the root of its URLs."""
    location = ingress_location(objects, pod) + "location / { return 404; }"
    with running_nginx(location, work) as root:
        yield root


def running_ingress_traefik(
    objects: list[Object], pod: int, work: Path
) -> AbstractContextManager[str]:
    """Run Traefik, which knows annotations of ingress-nginx."""
    ingress_class = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "IngressClass",
        "metadata": {"name": objects[0]["spec"]["ingressClassName"]},
        "spec": {"controller": "k8s.io/ingress-nginx"},
    }
    objects = [*objects, ingress_class]
    return running_traefik_on(objects, pod, work, "kubernetesingressnginx")


INGRESS_PROXIES = pytest.mark.parametrize(
    "running_front",
    [running_ingress_nginx, running_ingress_traefik],
    ids=["nginx", "traefik"],
)


@recipe(INGRESS)
@INGRESS_PROXIES
def test_the_ingress_strips(
    row: Row, pod: int, tmp_path: Path, running_front: RunFront
) -> None:
    with running_front(manifests("ingress-nginx.yaml"), pod, tmp_path) as root:
        assert faults(root) == []
        assert paths_arrive(root)
        if running_front is running_ingress_nginx:
            assert headers_sent(root) == headers_of(row)


@mistake(INGRESS)
@INGRESS_PROXIES
def test_the_ingress_with_a_bare_target_drops_the_path(
    row: Row, pod: int, tmp_path: Path, running_front: RunFront
) -> None:
    wrong = {"rewrite-target: /$2": "rewrite-target: /"}
    assert f"`{wrong['rewrite-target: /$2']}`" == row.cells[4]
    objects = changed("ingress-nginx.yaml", tmp_path, wrong)
    with running_front(objects, pod, tmp_path) as root:
        first = send(root, "GET", "/svc/").text
        assert see(row, f"{root}/svc") == first.splitlines() != []
        assert send(root, "GET", "/svc/style.css").text == first


def envoy_route(objects: list[Object]) -> Object:
    """Return the route that Envoy Gateway writes for an HTTPRoute.

    As ``buildXdsRouteMatch`` and ``buildXdsURLRewriteAction`` do in its
    ``internal/xds/translator/route.go``.
    """
    (rule,) = objects[0]["spec"]["rules"]
    (match,) = rule["matches"]
    assert match["path"]["type"] == "PathPrefix"
    prefix = match["path"]["value"]
    action: Object = {"cluster": "app"}
    for found in rule.get("filters", []):
        assert found["urlRewrite"]["path"] == {
            "type": "ReplacePrefixMatch",
            "replacePrefixMatch": "/",
        }
        action["regex_rewrite"] = {
            "pattern": {"regex": rf"^{re.escape(prefix)}\/*"},
            "substitution": "/",
        }
    return {"match": {"path_separated_prefix": prefix}, "route": action}


@contextmanager
def running_gateway_envoy(objects: list[Object], pod: int, work: Path) -> Iterator[str]:
    """Run Envoy as Envoy Gateway does; yield the root of its URLs."""
    port = free_port()
    ports = {
        "port_value: 8000": f"port_value: {port}",
        "port_value: 5000": f"port_value: {pod}",
    }
    # The configuration of the demo, but for its routes and the header that it adds.
    (config,) = documents(copy_recipe("envoy.yaml", work, ports))
    (listener,) = config["static_resources"]["listeners"]
    (network_filter,) = listener["filter_chains"][0]["filters"]
    routes = network_filter["typed_config"]["route_config"]
    del routes["request_headers_to_add"]
    routes["virtual_hosts"][0]["routes"] = [envoy_route(objects)]
    (work / "envoy.json").write_text(json.dumps(config), "utf-8")
    with running_program(
        [
            *(need("envoy"), "--config-path", "envoy.json", "--disable-hot-restart"),
            *("--concurrency", "1", "--log-level", "warn"),
        ],
        work,
        lambda: listens(port),
    ):
        yield f"http://{HOST}:{port}"


def running_gateway_traefik(
    objects: list[Object], pod: int, work: Path
) -> AbstractContextManager[str]:
    """Run Traefik as an implementation of the Gateway API."""
    gateway_class = {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "GatewayClass",
        "metadata": {"name": objects[1]["spec"]["gatewayClassName"]},
        "spec": {"controllerName": "traefik.io/gateway-controller"},
    }
    objects = [*objects, gateway_class]
    return running_traefik_on(objects, pod, work, "kubernetesgateway")


GATEWAY_PROXIES = pytest.mark.parametrize(
    "running_front",
    [running_gateway_envoy, running_gateway_traefik],
    ids=["envoy", "traefik"],
)


@recipe(HTTP_ROUTE)
@GATEWAY_PROXIES
def test_the_http_route_strips(
    row: Row, pod: int, tmp_path: Path, running_front: RunFront
) -> None:
    with running_front(manifests("httproute.yaml"), pod, tmp_path) as root:
        assert faults(root) == []
        assert paths_arrive(root)
        if running_front is running_gateway_envoy:
            assert headers_sent(root) == headers_of(row)


@mistake(HTTP_ROUTE)
@GATEWAY_PROXIES
def test_the_http_route_does_not_strip_without_its_filter(
    row: Row, pod: int, tmp_path: Path, running_front: RunFront
) -> None:
    assert row.cells[4] == "no `filters`"
    objects = changed("httproute.yaml", tmp_path, {FILTERS: "\n"})
    with running_front(objects, pod, tmp_path) as root:
        assert see(row, f"{root}/svc") == ["404"]
        assert is_the_apps(send(root, "GET", "/svc/"))
