/** `make docs-python`: the documentation of the Python SDK, out of its pages and docstrings. A warning is a failure; `--quiet` would hide it. */
import { join } from 'node:path';
import { pythonForTests } from './python-tests.ts';
import { exitCodeOf } from './run-command.ts';

const ROOT = join(import.meta.dir, '..');
const OUT = 'out/python-docs';

const command = [await pythonForTests(), '-m', 'mkdocs', 'build', '--strict'];
const code = await exitCodeOf([...command, '--site-dir', join(ROOT, OUT)], {
  cwd: join(ROOT, 'python'),
  env: { NO_MKDOCS_2_WARNING: '1' },
});
if (code === 0) console.log(`${OUT}/index.html`);
process.exitCode = code;
