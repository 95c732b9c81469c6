"""Work on other machines: a Dask cluster as an executor."""

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager

from compression.errors import RemediedError

SECONDS = 15


class ClusterError(RemediedError):
    """A cluster cannot be used."""


@contextmanager
def dask(address: str) -> Iterator[tuple[Executor, int]]:
    """Lend the executor of a running Dask cluster, and how many tasks keep it busy.

    Its processes need this project installed in the same versions, and see the study's files and the store under the
    same paths (or the store on S3).

    Parameters
    ----------
    address
        Of the scheduler, such as ``tcp://10.0.0.5:8786``.

    Raises
    ------
    ClusterError
        When Dask is not installed, nobody answers, or the cluster has no processes.
    """
    try:
        from distributed import Client, KilledWorker
    except ImportError as error:
        raise ClusterError("Dask is not installed", "pip install -r requirements-cluster.txt") from error
    try:
        client = Client(address, timeout=SECONDS, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TypeError) as error:
        remedy = "start one (dask scheduler, dask worker), or correct the address"
        raise ClusterError(f"no Dask scheduler answers at {address} ({type(error).__name__})", remedy) from error
    with client:
        threads = sum(client.ncores().values())  # type: ignore[no-untyped-call]
        if not threads:
            raise ClusterError(f"the cluster at {address} has no processes", "start some: dask worker ADDRESS")
        try:
            yield client.get_executor(pure=False), 2 * threads  # type: ignore[no-untyped-call]
        except KilledWorker as error:
            remedy = "look at its log (memory?), then run the build again: finished work is kept"
            raise ClusterError(f"a process of the cluster at {address} died at a task, repeatedly", remedy) from error
