"""The PostgreSQL that every side of a comparison uses: its own cluster, durable, with the memory of a small server."""

from tests.faults.postgres import Cluster
from tests.faults.processes import Process, wait_until

# As Debian ships it (fsync, full_page_writes and synchronous_commit on) but for these.
SETTINGS = {
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "work_mem": "16MB",
    "max_connections": "60",
}


class DurableCluster(Cluster):
    """Loses nothing that was committed; started on creation."""

    def start(self) -> Process:
        """Start the server and wait until it answers."""
        options = {"listen_addresses": "127.0.0.1", "unix_socket_directories": str(self.folder), **SETTINGS}
        command = [str(self._bin / "postgres"), "-D", str(self.folder / "data"), "-p", str(self.port)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        server = Process(command, self.folder / "log", cwd=self.folder, **self._whom)
        wait_until(self._answers, 20, "PostgreSQL answers")
        return server
