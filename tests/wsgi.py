"""The demo as WSGI servers load it: ``wsgi:app``, with this directory on the path."""

from __future__ import annotations

import os

from flask import Response

from demo.app import create_app

app = create_app(prefixed=True)
# One key for all worker processes, so that each knows who is logged in.
app.config["SECRET_KEY"] = "the same in every worker process"


@app.after_request
def name_the_process(answer: Response) -> Response:
    """Tell the tests which process it was that answered."""
    answer.headers["X-Process"] = str(os.getpid())
    return answer
