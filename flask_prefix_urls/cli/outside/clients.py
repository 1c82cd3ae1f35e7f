"""What the answers tell of what clients keep, and what they may say."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie

from ...asking import Unseen
from ...prefix import starts_with
from ..report import Mistake, Step
from .asking import Answer
from .fixes import fix
from .routing import Layer, unseen
from .seen import Forgery, Seen, proxy_behind, repeats
from .speakers import PROXIES, speaker

# What a proxy's own answers say, whatever was asked for.
_NO_MATTER_OF_WEBSOCKETS = {
    404: "unreachable",
    **dict.fromkeys((502, 503, 504), "bad-gateway"),
}


def cookie(seen: Seen) -> Layer:
    """Tell whether the browser sends cookies back."""
    prefix = seen.site.prefix
    paths: dict[str, str] = {}
    for answer in (seen.first, *seen.answers.values()):
        if isinstance(answer, Answer) and seen.site.below(answer.path):
            paths |= _cookies_of(answer)
    if not paths:
        return unseen("cookie", Unseen("no answer sets one"))
    text = [f"{name!r} has the path {path!r}." for name, path in paths.items()]
    if prefix and "/" in paths.values():
        text.append(
            "Another app of this host overwrites one of '/' with one of the same name:"
            " cookie_path=True in both."
        )
    mistakes = []
    for name, path in paths.items():
        own = path.rstrip("/")
        if not starts_with(own, prefix) and not starts_with(prefix, own):
            sentence = f"The cookie {name!r} has the path {path!r}, so no browser sends"
            sentence += f" it to {prefix!r}."
            mistakes.append(seen.mistake("cookie-path", sentence))
    return Step("cookie", tuple(text), {"paths": paths}), tuple(mistakes)


def _cookies_of(answer: Answer) -> dict[str, str]:
    """Return the path of each cookie that an answer sets, by its name."""
    paths = {}
    for header in answer.headers.get_all("Set-Cookie", []):
        cookies: SimpleCookie = SimpleCookie()
        try:
            cookies.load(str(header))
        except CookieError:
            continue
        for name, morsel in cookies.items():
            path = morsel["path"]
            if not path.startswith("/"):
                # RFC 6265, section 5.1.4: that of the page, without its last segment.
                path = answer.path.rpartition("/")[0] or "/"
            # One without a value is being deleted.
            if morsel.value:
                paths[name] = path
    return paths


def client_headers(seen: Seen) -> Layer:
    """Tell whether an answer repeats what a client says."""
    found = [forgery for forgery in seen.forgeries if isinstance(forgery, Forgery)]
    missed = [forgery for forgery in seen.forgeries if isinstance(forgery, Unseen)]
    if not found:
        return unseen("client", missed[0])
    repeated = [forgery for forgery in found if repeats(forgery.answer, forgery.value)]
    names = sorted({forgery.header for forgery in repeated})
    sent = sorted({forgery.header for forgery in found})
    facts = {"sent": sent, "repeated": names}
    text = [f"A client was played that sends its own {', '.join(sent)}."]
    text += [f"What {name} says is in a link or a redirect." for name in names]
    if not names:
        text.append("No link and no redirect repeats them.")
    if missed:
        text.append(f"Not everywhere: {missed[0].reason}.")
    judged = (_trusted(seen, forgery) for forgery in repeated)
    mistakes = tuple(mistake for mistake in judged if mistake is not None)
    return Step("client", tuple(text), facts), mistakes


def _trusted(seen: Seen, forgery: Forgery) -> Mistake | None:
    header, path = forgery.header, forgery.answer.path
    if header == "X-Forwarded-Prefix":
        text = f"{path!r} has the {header} that a client sends in its URLs."
        return seen.mistake("client-prefix-trusted", text)
    # Who asks for another host gets it, and nobody else, but for a cache.
    if isinstance(forgery.again, Answer) and repeats(forgery.again, forgery.value):
        text = f"A cache keeps what {path!r} answers to the {header} of one client"
        text += " for all others."
        return seen.mistake("client-host-trusted", text)
    return None


def caching(seen: Seen) -> Layer:
    """Tell what caches are told."""
    headers = seen.page.headers
    vary = ", ".join(map(str, headers.get_all("Vary", [])))
    control = str(headers.get("Cache-Control", ""))
    said = [f"Vary is {vary!r}." if vary else "The page has no Vary."]
    if control:
        said.append(f"Cache-Control is {control!r}.")
    if "Age" in headers:
        said.append("It comes from a cache.")
    facts = {"vary": vary or None, "cache_control": control or None}
    return Step("caching", tuple(said), facts), ()


def websocket(answer: Answer, outside: Answer | Unseen, target: str) -> Layer:
    """Tell whether a WebSocket opens.

    :param answer: The answer to the handshake.
    :param outside: What a path answers that nobody can know.
    :param target: The path of the handshake.
    """
    who = speaker(answer)
    by = f", by {who}" if who else ""
    text = f"The handshake of {target!r} is answered {answer.status}{by}."
    step = Step("websocket", (text,), {"status": answer.status, "made_by": who})
    # An app that wants a login first has understood.
    if answer.status == 101 or (answer.status in (401, 403) and who not in PROXIES):
        return step, ()
    code = "websocket-refused"
    if who in PROXIES:
        code = _NO_MATTER_OF_WEBSOCKETS.get(answer.status, code)
    line = fix(code, proxy_behind(outside, answer), target)
    sentence = f"No WebSocket opens at {target!r}: the answer is {answer.status}{by}."
    return step, (Mistake(code, sentence, line),)
