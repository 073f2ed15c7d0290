"""From plain numbers to encoded OTLP."""
