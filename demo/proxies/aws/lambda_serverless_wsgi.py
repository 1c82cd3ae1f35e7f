"""The handler of a Lambda function, by serverless-wsgi.

Under a host of amazonaws.com, it sets ``SCRIPT_NAME`` to the stage. The prefix in the
settings is not added to that once more.
"""

from serverless_wsgi import handle_request
from wsgi import app


def handler(event, context):
    """Answer an event of API Gateway, or of an ALB."""
    return handle_request(app, event, context)
