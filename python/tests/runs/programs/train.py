"""A training loop that writes down each step after `log` returned from it: `<step> <monotonic
nanoseconds>`.
"""

import os
import sys
import time

from ml_otel_bridge import init_run


def main(endpoint: str, directory: str, run_id: str, side_file: str, *rest: str) -> None:
    pause, mode = rest
    run = init_run(
        'killed',
        id=run_id,
        endpoint=endpoint,
        dir=directory,
        mode='offline' if mode == 'offline' else 'online',
        environment=False,
        system_metrics=False,
    )
    side = os.open(side_file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    step = 0
    while True:
        run.log({'loss': 1 / (step + 1), 'accuracy': step / 2, 'processing_time_ms': 1.0}, step=step)
        os.write(side, f'{step} {time.monotonic_ns()}\n'.encode())
        step += 1
        time.sleep(float(pause))


if __name__ == '__main__':
    main(*sys.argv[1:])
