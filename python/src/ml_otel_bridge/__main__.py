"""`python -m ml_otel_bridge`: the program `ml-otel-py`."""

from ml_otel_bridge._internal.cli.main import main

if __name__ == '__main__':
    main()
