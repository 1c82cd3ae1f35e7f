"""Whether a GET looks as if it changes nothing."""

from __future__ import annotations

import pytest

from flask_prefix_urls.safe_get import is_safe


@pytest.mark.parametrize(
    "target",
    [
        *("/logout", "/log-out", "/log_out/", "/sign_off", "/auth/signOut", "/LogOff"),
        *("/1/delete", "/deleteuser/3", "/delete_all", "/userDelete", "/postdelete"),
        *("/reset/", "/reset-password", "/db_reset2", "/recreate", "/post/create"),
        *("/unsubscribe/?user=1", "/unsubscribe.png", "/cart/clear", "/cancel"),
        *("/?action=delete", "/?delete=3", "/?do=remove&id=2", "/%64elete", "/?drop"),
        *("/prune_on_demand", "/toggle/3", "/rollback", "/truncate"),
        *("/shut-down", "/disable2fa", "auth.logout", "post.delete_view", "PostDelete"),
    ],
)
def test_a_verb_may_change_something(target: str) -> None:
    assert not is_safe(target)


@pytest.mark.parametrize(
    "target",
    [
        *("/", "", "/preset", "/presets/1", "/nuclear", "/backdrop", "/stopwatch"),
        *("/deleted", "/created/2024", "/cancelled", "/creator", "/removed-items"),
        *("/blog-output", "/login", "/blog/out", "/log/output", "/skill", "/resets"),
        *("/static/reset.css", "/delete-item.js?v=2", "/static/logout.mjs"),
        *("/login?next=%2Fcreate", "/login?next=https://a.example/logout"),
        *("/?q=", "/?page=2&sort=created", "post.show", "/%FF"),
    ],
)
def test_another_word_changes_nothing(target: str) -> None:
    assert is_safe(target)
