"""A receiver in a process of its own: prints its address, and at each line it is sent how many steps have come."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / 'python'))

from tests.support.otlp_sink import OtlpSink

with OtlpSink() as sink:
    print(sink.http_endpoint, flush=True)
    for _ in sys.stdin:
        points = (len(seen.item.gauge.data_points) for seen in sink.metrics('ml.training.loss'))
        print(sum(points), flush=True)
