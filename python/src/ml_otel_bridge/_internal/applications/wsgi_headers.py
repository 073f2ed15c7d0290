"""Request headers as WSGI passes them."""

from collections.abc import Iterator, Mapping
from typing import Any


def request_headers(environ: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Names in lower case with dashes, and values (PEP 3333: `HTTP_…`, and two without that prefix)."""
    for key, value in environ.items():
        if key.startswith('HTTP_'):
            yield key[5:].replace('_', '-').lower(), str(value)
        elif key in {'CONTENT_TYPE', 'CONTENT_LENGTH'} and value:
            yield key.replace('_', '-').lower(), str(value)
