import ml_otel_bridge


def test_the_package_exports_exactly_these_names() -> None:
    assert sorted(ml_otel_bridge.__all__) == [
        'Client',
        'MissingExtraError',
        'Run',
        'SettingsError',
        '__version__',
        'configure',
        'counter',
        'event',
        'force_flush',
        'gauge',
        'get_logger',
        'histogram',
        'init_run',
        'instrument_app',
        'shutdown',
        'span',
        'traced',
        'uninstrument_app',
    ]
    assert all(hasattr(ml_otel_bridge, name) for name in ml_otel_bridge.__all__)
