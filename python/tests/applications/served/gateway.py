"""Served by the tests: calls the shop with each of three HTTP clients, once in another thread."""

import logging
import os
from concurrent.futures import ThreadPoolExecutor
from urllib.request import urlopen

import httpx
import requests
from fastapi import FastAPI

from ml_otel_bridge import instrument_app

app = instrument_app(FastAPI(), 'gateway')
SHOP = os.environ.get('SHOP', '')


@app.get('/httpx')
async def by_httpx() -> int:
    logging.getLogger('gateway').info('asking by httpx')
    async with httpx.AsyncClient() as client:
        return (await client.get(f'{SHOP}/items/1')).status_code


@app.get('/requests')
def by_requests() -> int:
    logging.getLogger('gateway').info('asking by requests')
    return requests.get(f'{SHOP}/items/2', timeout=30).status_code


@app.get('/urllib')
def by_urllib() -> int:
    logging.getLogger('gateway').info('asking by urllib')
    with ThreadPoolExecutor() as pool:
        return pool.submit(lambda: urlopen(f'{SHOP}/items/3').status).result()  # noqa: S310
