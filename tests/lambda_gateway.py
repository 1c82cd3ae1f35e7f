"""What AWS has in front of a Lambda function: requests to events, answers to responses.

The events are the samples of the documentation, with the keys that the adapters read.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Event = dict[str, Any]
Handler = Callable[[Event, object], dict[str, Any]]

#: Where a stage is served, and a domain of one's own.
STAGE_HOST = "qeo6tqt75i.execute-api.us-east-1.amazonaws.com"
DOMAIN = "example.com"


def rest_event(path: str, request: Request, host: str) -> Event:
    """Return the event of a REST API.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
    """
    headers = {
        "Host": host,
        "X-Forwarded-For": "192.0.2.1",
        "X-Forwarded-Port": "443",
        "X-Forwarded-Proto": "https",
    }
    proxy = path.removeprefix("/svc/").removeprefix("/")
    return {
        "resource": "/{proxy+}" if proxy else "/",
        "path": path,
        "httpMethod": request.method,
        "headers": headers,
        "multiValueHeaders": {key: [value] for key, value in headers.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": {"proxy": proxy} if proxy else None,
        "stageVariables": None,
        "requestContext": {
            "authorizer": None,
            "domainName": host,
            "httpMethod": request.method,
            "identity": {"sourceIp": "192.0.2.1"},
            "path": request.path,
            "protocol": "HTTP/1.1",
            "resourcePath": "/{proxy+}" if proxy else "/",
            "stage": "svc" if host == STAGE_HOST else "live",
        },
        "body": None,
        "isBase64Encoded": False,
    }


def http_event(path: str, request: Request, host: str) -> Event:
    """Return the event of an HTTP API, whose payload has the format 2.0.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
    """
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {
            "host": host,
            "x-forwarded-for": "192.0.2.1",
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
        },
        "requestContext": {
            "domainName": host,
            "http": {
                "method": request.method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
            },
            "routeKey": "$default",
            "stage": "svc" if host == STAGE_HOST else "$default",
        },
        "isBase64Encoded": False,
    }


def alb_event(path: str, request: Request, host: str) -> Event:
    """Return the event of an ALB, whose target group has multi-value headers.

    https://docs.aws.amazon.com/lambda/latest/dg/services-alb.html
    """
    headers = {
        "host": host,
        "x-forwarded-for": "192.0.2.1",
        "x-forwarded-port": "443",
        "x-forwarded-proto": "https",
    }
    arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/svc/49e9d65c"
    return {
        "requestContext": {"elb": {"targetGroupArn": arn}},
        "httpMethod": request.method,
        "path": path,
        "multiValueQueryStringParameters": dict(request.args.lists()),
        "multiValueHeaders": {key: [value] for key, value in headers.items()},
        "body": "",
        "isBase64Encoded": False,
    }


class Gateway:
    """A WSGI app that calls a Lambda function for what is below ``/svc``.

    :param handler: The function.
    :param make_event: Makes the event of a request from its path.
    :param host: The host that the browser asks, and that URLs have.
    :param strips: Whether the path of the event lacks ``/svc``.
    :param others: What other paths are answered.
    """

    def __init__(
        self,
        handler: Handler,
        make_event: Callable[[str, Request, str], Event],
        host: str,
        *,
        strips: bool,
        others: Response,
    ) -> None:
        self.handler = handler
        self.make_event = make_event
        self.host = host
        self.strips = strips
        self.others = others

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        request = Request(environ)
        return self.respond(request)(environ, start_response)

    def respond(self, request: Request) -> Response:
        if not request.path.startswith("/svc/"):
            return self.others
        path = request.path.removeprefix("/svc") if self.strips else request.path
        event = self.make_event(path, request, self.host)
        # Both go through JSON.
        answer = json.loads(
            json.dumps(self.handler(json.loads(json.dumps(event)), None))
        )
        body = answer.get("body", "").encode()
        if answer.get("isBase64Encoded"):
            body = b64decode(body)
        # The name of the host leads to this server.
        names = (f"https://{self.host}/", request.host_url)
        response = Response(
            body.replace(*(name.encode() for name in names)), answer["statusCode"]
        )
        headers = answer.get("multiValueHeaders") or {
            key: [value] for key, value in answer["headers"].items()
        }
        for key, values in headers.items():
            response.headers.setlist(key, [value.replace(*names) for value in values])
        for cookie in answer.get("cookies", ()):
            response.headers.add("Set-Cookie", cookie)
        # The length of the body may have changed.
        response.content_length = len(response.data)
        return response
