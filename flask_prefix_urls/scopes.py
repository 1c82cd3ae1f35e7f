"""Which prefix an endpoint has: that of the nearest scope that was given one.

A scope is an app, or a blueprint with everything nested in it. One :class:`Scopes`
holds what the scopes of one app were given.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from difflib import get_close_matches


class Scopes:
    """The prefixes given to one app and to its blueprints.

    :param blueprints: The registered names of the app's blueprints, as they are when
        they are asked for.
    :param warn: Called with a sentence for each name that was given a prefix and is
        not registered when the first URL is built.
    """

    def __init__(
        self, blueprints: Collection[str], warn: Callable[[str], object]
    ) -> None:
        #: What is known of endpoints for which a URL was built.
        self.known: dict[str, str | None] = {}
        self._app: str | None = None
        self._by_name: dict[str, str] = {}
        self._by_object: dict[str, str] = {}
        self._blueprints = blueprints
        self._warn = warn
        self._names_are_checked = False

    def give_app(self, prefix: str) -> None:
        """Give the app a prefix.

        :raise ValueError: If the app has another one.
        """
        self._app = agreed("The app", self._app, prefix)
        self.known.clear()

    def give_name(self, name: str, prefix: str) -> None:
        """Give a prefix to the blueprint that is, or will be, registered by a name.

        :raise ValueError: If the name has another one.
        """
        scope = f"The blueprint {name!r}"
        self._by_name[name] = agreed(scope, self._by_name.get(name), prefix)
        self._names_are_checked = False
        self.known.clear()

    def give_blueprint(self, name: str, prefix: str) -> None:
        """Give a blueprint the prefix that its object brought along.

        :param name: The name that it was just registered by.
        """
        self._by_object[name] = prefix
        self.known.clear()

    def prefix_of(self, endpoint: str) -> str | None:
        """Return the prefix of an endpoint; ``None`` if no scope covers it.

        A name wins over a blueprint object, an inner blueprint over an outer one,
        and any blueprint over the app.
        """
        if not self._names_are_checked:
            self._names_are_checked = True
            self._warn_of_unregistered_names()
        name = endpoint
        while "." in name:
            name = name.rpartition(".")[0]
            for given in (self._by_name, self._by_object):
                if name in given:
                    return given[name]
        return self._app

    def _warn_of_unregistered_names(self) -> None:
        registered = list(self._blueprints)
        for name in self._by_name.keys() - set(registered):
            nearest = get_close_matches(name, registered, n=1, cutoff=0)
            hint = f"did you mean {nearest[0]!r}?" if nearest else "there is none."
            self._warn(
                f"The prefix {self._by_name[name]!r} was given to the blueprint"
                f" {name!r}, but no blueprint is registered by that name: {hint}"
            )


def agreed(scope: str, old: str | None, new: str) -> str:
    """Return the prefix of a scope that has one already, or not, and is given one.

    :param scope: The scope, for the error sentence.
    :raise ValueError: If the scope has another one.
    """
    if old not in (None, new):
        raise ValueError(
            f"{scope} has the prefix {old!r} already and is given {new!r}: decide on"
            " one of them."
        )
    return new
