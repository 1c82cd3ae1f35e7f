"""Whether a GET looks as if it changes nothing, as HTTP has it but not every app.

Who follows an app's links must not log its user out or delete what it shows.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote

# A verb counts at the start or the end of a word: "deleteuser", "delete_user",
# "userDelete". Another form of it says what there is: "/deleted" is a list.
_VERBS = (
    "unsubscribe|delete|remove|destroy|reset|purge|create|cancel|revoke|disable"
    "|deactivate|restart|reboot|shutdown|uninstall|truncate|prune|toggle|rollback"
    "|logout|logoff|signout|signoff"
)
# These are a part of other words, too: "backdrop", "nuclear", "stopwatch".
_WHOLE_WORDS = (
    "(?:log|sign)[- ](?:out|off)|shut[- ]down|drop|clear|erase|wipe|kill|stop"
)
_CHANGES = re.compile(
    rf"\b(?:{_VERBS})(?!(?:l?ed|d|s|r)\b)|(?:{_VERBS})\b(?<!\bpreset)"
    rf"|\b(?:{_WHOLE_WORDS})\b"
)
_INNER_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
# A file that is named for what it is about. A picture may be made by a view.
_FILE = re.compile(r"\.(?:css|m?js)\Z")


def is_safe(target: str) -> bool:
    """Tell whether a GET looks as if it changes nothing.

    :param target: A path as it stands in a URL, perhaps with a query, or an endpoint.
    """
    path, _, query = target.partition("?")
    if _FILE.search(path):
        return True
    parts = [unquote(path)]
    for name, value in parse_qsl(query, keep_blank_values=True):
        # The path of another page, such as the one after a login, is not asked for.
        parts += [name] if value.startswith("/") or "://" in value else [name, value]
    # Digits and underscores end a word, too.
    text = re.sub(r"[\d_]", " ", _INNER_CAPITAL.sub(" ", " / ".join(parts)))
    return _CHANGES.search(text.lower()) is None
