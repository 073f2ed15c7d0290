"""The examples of README.md and docs/, with what each is to send.

A comment above a block says it: `<!-- arrives: metric ml.training.loss; event ml.run.finished -->`, with
`span`, `metric`, `log` (by its text) and `event` (by its name), or `nothing`. A block of the shell is run
where it calls `ml-otel-py`. The blocks of a page are run one after the other in one folder, as a reader
would.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PROJECT: Final = Path(__file__).resolve().parents[2]
PAGES: Final = (PROJECT / 'README.md', *sorted((PROJECT / 'docs').rglob('*.md')))
_BLOCK = re.compile(
    r'(?:<!-- (?P<note>.*?) -->\n\n)?^```(?P<language>\w+)\n(?P<code>(?:.*\n)*?)^```$', re.MULTILINE
)
_KINDS = {'span', 'metric', 'log', 'event'}


@dataclass(frozen=True)
class Example:
    """A fenced block of a page."""

    page: Path
    line: int
    language: str
    code: str
    note: str | None

    @property
    def title(self) -> str:
        """Where it is, for messages."""
        return f'{self.page.relative_to(PROJECT)}:{self.line}'

    @property
    def commands(self) -> bool:
        """Whether it is a block of the shell that uses our program."""
        return self.language == 'sh' and 'ml-otel-py ' in self.code

    @property
    def served(self) -> str | None:
        """Of a web application: the test that serves and asks it; a path from the root of the repository."""
        return self._part('served')

    @property
    def arrives(self) -> list[tuple[str, str]]:
        """Kind and name of what the example sends.

        Raises:
            ValueError: the page does not say so, or in words that there are not.
        """
        said = self._part('arrives')
        if said is None:
            raise ValueError(f'{self.title}: a comment above the block is to say what arrives, or nothing')
        if said == 'nothing':
            return []
        found: list[tuple[str, str]] = []
        for part in said.split('; '):
            kind, _, name = part.partition(' ')
            if kind not in _KINDS or not name:
                raise ValueError(f'{self.title}: {part!r} is no kind ({", ".join(sorted(_KINDS))}) and name')
            found.append((kind, name))
        return found

    def _part(self, name: str) -> str | None:
        for part in (self.note or '').split(' | '):
            key, _, value = part.partition(': ')
            if key.strip() == name:
                return value.strip()
        return None


def examples_of(page: Path) -> list[Example]:
    """The fenced blocks of a page, in order."""
    text = page.read_text(encoding='utf-8')
    return [
        Example(page, text.count('\n', 0, found.start()) + 1, found['language'], found['code'], found['note'])
        for found in _BLOCK.finditer(text)
    ]
