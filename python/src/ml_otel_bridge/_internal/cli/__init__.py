"""The program `ml-otel-py`: a file for each command."""
