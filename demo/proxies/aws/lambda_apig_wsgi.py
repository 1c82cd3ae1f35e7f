"""The handler of a Lambda function, by apig-wsgi. It leaves ``SCRIPT_NAME`` empty."""

from apig_wsgi import make_lambda_handler
from wsgi import app

# Without binary_support, a REST API fails for what is not text, such as a picture.
handler = make_lambda_handler(app, binary_support=True)
