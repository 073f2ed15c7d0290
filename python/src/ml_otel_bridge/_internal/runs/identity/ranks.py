"""Which process of a distributed run this is, and what the others call the run."""

from collections.abc import Mapping

_RANKS = (
    ('RANK', 'WORLD_SIZE'),
    ('SLURM_PROCID', 'SLURM_NTASKS'),
    ('OMPI_COMM_WORLD_RANK', 'OMPI_COMM_WORLD_SIZE'),
)
_SHARED_IDS = ('TORCHELASTIC_RUN_ID', 'SLURM_JOB_ID', 'PBS_JOBID', 'LSB_JOBID')


def rank_from(environ: Mapping[str, str]) -> int | None:
    """The rank that a launcher gave; None where there is one process (a world of 1 has no ranks)."""
    for rank_name, size_name in _RANKS:
        rank, size = environ.get(rank_name, '').strip(), environ.get(size_name, '').strip()
        if rank.isdigit():
            return None if size.isdigit() and int(size) <= 1 else int(rank)
    return None


def shared_id_from(environ: Mapping[str, str]) -> str | None:
    """What a launcher calls the job in each of its processes; None where it says nothing."""
    for name in _SHARED_IDS:
        found = environ.get(name, '').strip()
        if found and found != 'none':
            return found
    return None
