import tarfile
import zipfile

from tests.support.installed_wheel import PROJECT, Distributions


def test_the_wheel_holds_the_package_its_types_and_nothing_else(distributions: Distributions) -> None:
    with zipfile.ZipFile(distributions.wheel) as archive:
        names = archive.namelist()
        metadata = next(name for name in names if name.endswith('/METADATA'))
        described = archive.read(metadata).decode()
    package = [name for name in names if name.startswith('ml_otel_bridge/')]
    others = [name.partition('/')[2] for name in names if name not in package]
    source = PROJECT / 'src'
    assert sorted(package) == sorted(
        str(path.relative_to(source))
        for path in source.rglob('*')
        if path.is_file() and path.suffix in {'.py', '.typed'}
    )
    assert 'ml_otel_bridge/py.typed' in package
    assert sorted(others) == ['METADATA', 'RECORD', 'WHEEL', 'entry_points.txt']
    assert 'Requires-Python: >=3.10\n' in described
    assert '# ml-otel-bridge for Python' in described
    assert '==' not in ''.join(
        line for line in described.splitlines() if line.startswith('Requires-Dist') and 'extra ==' not in line
    )


def test_the_source_distribution_holds_what_the_wheel_is_built_from(distributions: Distributions) -> None:
    with tarfile.open(distributions.sdist) as archive:
        names = [name.partition('/')[2] for name in archive.getnames()]
    # Hatchling adds the repository's .gitignore where it finds one.
    tops = {name.partition('/')[0] for name in names} - {'.gitignore', ''}
    assert tops == {'PKG-INFO', 'README.md', 'pyproject.toml', 'src'}
    assert not [name for name in names if name.endswith('.pyc')]
