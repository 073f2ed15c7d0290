"""Served by the tests: one route that logs and says which process it was."""

import logging
import os

from flask import Flask

from ml_otel_bridge import instrument_app

app = instrument_app(Flask('shop'))


@app.get('/items/<int:number>')
def item(number: int) -> dict[str, int]:
    logging.getLogger('shop').info('item %s', number)
    return {'pid': os.getpid(), 'number': number}
