"""What is probably a mistake, and was not certain enough for a warning in the log.

Each function looks at one thing and changes nothing. A sentence says "if" where the
same may be right.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from flask import Flask

from ....hints import hints
from ...report import Mistake
from .cookies import cookie_that_is_not_sent, host_cookie
from .headers import (
    mistrusted_header,
    too_few_values,
    unread_header,
    unread_prefix_header,
)
from .missing import (
    no_prefix,
    nothing_outside,
    script_name_of_server,
    unread_environment,
)
from .overrides import replaced_adapter, replaced_url_for
from .paths import absolute_redirect, client_without_proxy, path_by_hand
from .specs import base_path_of_swagger, bases_in_config
from .subject import Subject
from .twice import application_root, prefix_in_rule, two_prefixes


def mistakes(app: Flask, endpoint: str | None, path: str | None) -> Iterator[Mistake]:
    """Yield what is probably a mistake, in the context of the request being played.

    :param app: The app.
    :param endpoint: The endpoint that is explained; ``None`` if a path leads to none.
    :param path: The path that was given, not percent-encoded; ``None`` for an endpoint.
    """
    subject = Subject(app, endpoint, path)
    if subject.state is not None:
        for sentence in hints(app, subject.state, os.environ):
            yield Mistake("set-up", sentence)
    for look in (
        unread_environment,
        script_name_of_server,
        no_prefix,
        replaced_adapter,
        replaced_url_for,
        prefix_in_rule,
        application_root,
        two_prefixes,
        unread_prefix_header,
        mistrusted_header,
        unread_header,
        too_few_values,
        cookie_that_is_not_sent,
        host_cookie,
        absolute_redirect,
        path_by_hand,
        client_without_proxy,
        nothing_outside,
        base_path_of_swagger,
        bases_in_config,
    ):
        yield from look(subject)
