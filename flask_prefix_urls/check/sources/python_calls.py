"""What a call in Python does with its strings, by its name."""

from __future__ import annotations

#: A browser is sent to the first argument, or to ``location``.
REDIRECTS = ("redirect", "RequestRedirect", "HTTPRedirect")
#: The arguments are body, status and headers.
RESPONSES = ("Response", "make_response", "response_class", "BaseResponse")
#: A template is the first argument, or ``source``.
TEMPLATES = ("render_template_string", "from_string", "Template")
#: The first argument is HTML.
MARKUPS = ("Markup",)
#: The arguments, but for the first, are variables for a template.
RENDERS = ("render_template", "render_template_string", "render")
#: The lambdas in the arguments answer requests.
ADDS_VIEWS = ("add_url_rule", "register_error_handler")
#: In a dict or a pair, these stand before the value of a header. What begins in lower
#: case may be anything, unless the dict is called ``headers``.
HEADER_NAMES = (
    *("Location", "Content-Location", "Refresh", "Link", "HX-Redirect", "HX-Location"),
    *("HX-Push-Url", "HX-Replace-Url", "SourceMap", "X-SourceMap"),
)
#: ``headers.add("Location", ...)``
HEADER_CALLS = ("add", "set", "setdefault", "add_header")
#: Attributes of a response that are headers.
HEADERS = {"location": "Location", "content_location": "Content-Location"}
#: Attributes of Flask-Login's manager that are an endpoint or a path.
VIEWS = ("login_view", "refresh_view")
#: The decorated function answers a request.
VIEW_DECORATORS = (
    "route",
    "get",
    "post",
    "put",
    "patch",
    "delete",
    "errorhandler",
    "app_errorhandler",
    "before_request",
    "before_app_request",
    "unauthorized_handler",
)
#: The decorated function returns variables for each template.
CONTEXT_DECORATORS = ("context_processor", "app_context_processor")
#: Methods of a class that answer a request.
VIEW_METHODS = ("dispatch_request", "get", "post", "put", "patch", "delete")

#: They ask whether a string has another.
ASKS = ("startswith", "endswith", "index", "rindex", "find", "rfind", "count")
#: The first argument is what somebody else is asked for: ``requests.get("/x")``.
REQUESTS = ("get", "post", "put", "patch", "delete", "head", "options")
#: The arguments are rules, names, files, patterns, messages: no URLs.
NO_URL_CALLS = frozenset(
    (
        *("url_for", "route", "add_url_rule", "Rule", "Submount", "endpoint"),
        *("Flask", "Blueprint", "register_blueprint", "DispatcherMiddleware"),
        *("add_resource", "add_namespace", "namespace", "Namespace"),
        *(
            "open",
            "Path",
            "PurePath",
            "PosixPath",
            "joinpath",
            "exists",
            "isfile",
            "isdir",
        ),
        *("abspath", "dirname", "basename", "chdir", "mkdir", "makedirs", "listdir"),
        *("remove", "unlink", "rmtree", "copy", "copyfile", "move", "glob", "rglob"),
        *("send_file", "send_from_directory", "open_resource", "safe_join", "iglob"),
        *("run", "Popen", "call", "check_call", "check_output", "system", "getenv"),
        *("debug", "info", "warning", "warn", "error", "exception", "critical", "log"),
        *("print", "echo", "secho", "execute", "executescript", "text", "connect"),
        *("compile", "match", "fullmatch", "search", "sub", "subn", "findall", "split"),
        *("finditer", "rsplit", "replace", "removeprefix", "removesuffix", "partition"),
        *("rpartition", "translate", "import_module", "add_argument", "option"),
        *("set_cookie", "delete_cookie"),
    )
)
#: The same for arguments by name.
NO_URL_WORDS = frozenset(
    (
        *("url_prefix", "static_url_path", "static_folder", "template_folder"),
        *("root_path", "instance_path", "import_name", "subdomain", "host", "path"),
        *("prefix", "rule"),
    )
)
#: The arguments by name that are prose, or HTML.
PROSE_WORDS = frozenset(("doc", "help", "description", "title", "summary"))
