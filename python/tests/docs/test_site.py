import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

from tests.docs.examples import PROJECT

import ml_otel_bridge

ELSEWHERE = (
    'ml_otel_bridge.keras.Callback',
    'ml_otel_bridge.testing.capture_telemetry',
    'ml_otel_bridge.transformers.Callback',
)


def test_the_site_is_built_without_a_warning_and_asks_nobody_else(tmp_path: Path) -> None:
    command = [sys.executable, '-m', 'mkdocs', 'build', '--strict', '--site-dir', str(tmp_path)]
    environment = {**os.environ, 'NO_MKDOCS_2_WARNING': '1'}
    done = subprocess.run(
        command, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr

    reference = (tmp_path / 'reference.html').read_text()
    own = [f'ml_otel_bridge.{name}' for name in ml_otel_bridge.__all__ if name != '__version__']
    for name in (*own, *ELSEWHERE):
        assert f'id="{name}"' in reference, name
    # An option that is not indented is text.
    assert 'heading_level' not in reference

    pages = list(tmp_path.rglob('*.html'))
    assert len(pages) > 5
    for page in pages:
        loaded = Loaded()
        loaded.feed(page.read_text())
        assert not [url for url in loaded.urls if re.match(r'(https?:)?//', url)], page.name
    for style in tmp_path.rglob('*.css'):
        assert not re.findall(r'url\(["\']?(?:https?:)?//[^)]+', style.read_text()), style.name


class Loaded(HTMLParser):
    """What a browser loads with a page, not what a reader may follow."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        self.urls += [
            held[name] or '' for name in ('src', 'srcset', 'data', 'poster') if name in held and tag != 'a'
        ]
        # A canonical address is told, not loaded.
        if tag == 'link' and held.get('rel') != 'canonical':
            self.urls.append(held.get('href') or '')
