"""A standalone cluster of Spark on loopback: a master and workers as processes of their own, on ports that are free."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path


class Process:
    """One daemon of Spark, in a process group of its own, which ends with this process, however that ends."""

    def __init__(self, folder: Path, name: str, kind: str, *arguments: str):
        import pyspark

        self.name, self.log = name, folder / f"{name}.log"
        program = Path(pyspark.__file__).parent / "bin" / "spark-class"
        command = [sys.executable, __file__, str(program), f"org.apache.spark.deploy.{kind}", "--host", "127.0.0.1", "--webui-port", "0", *arguments]
        env = os.environ | {"SPARK_LOCAL_IP": "127.0.0.1", "SPARK_DAEMON_MEMORY": "256m", "PYSPARK_PYTHON": sys.executable}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command, env=env, stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True
            )

    def wait_for(self, pattern: str, seconds: float = 60) -> str:
        """What the log says once it matches."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = re.search(pattern, self.log.read_text(errors="replace"))
            if found:
                return found[0]
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise RuntimeError(f"{self.name} did not say {pattern}:\n{self.log.read_text(errors='replace')[-2000:]}")

    def stop(self, how: int = signal.SIGTERM) -> None:
        if self.process.poll() is None:
            # The group is this one's own.
            os.killpg(self.process.pid, how)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Cluster:
    """``with Cluster(folder, workers=2, cores=2) as cluster``: ``cluster.url`` is its master; it is stopped in the end."""

    def __init__(self, folder: Path, workers: int, cores: int, memory: str = "1g"):
        self.folder, self.cores, self.memory, self.processes = folder, cores, memory, []
        self.started = 0
        try:
            master = self._start("master", "master.Master", "--port", "0")
            self.url = master.wait_for(r"spark://127\.0\.0\.1:[1-9]\d*")
            for worker in [self._worker() for _ in range(workers)]:
                worker.wait_for("Successfully registered with master")
        except BaseException:
            self.stop()
            raise

    def replace_dead(self) -> None:
        """Starts a worker for each that is gone."""
        dead = [process for process in self.processes if process.process.poll() is not None]
        for process in dead:
            process.stop()
            self.processes.remove(process)
        for _ in dead:
            self._worker().wait_for("Successfully registered with master")

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_) -> None:
        self.stop()

    def stop(self) -> None:
        for process in reversed(self.processes):
            process.stop()

    def _worker(self) -> Process:
        self.started += 1
        work = self.folder / f"work{self.started}"
        options = ["--cores", str(self.cores), "--memory", self.memory, "--work-dir", str(work)]
        return self._start(f"worker{self.started}", "worker.Worker", *options, self.url)

    def _start(self, name: str, kind: str, *arguments: str) -> Process:
        process = Process(self.folder, name, kind, *arguments)
        self.processes.append(process)
        return process


def guard(command: list[str]) -> int:
    """Runs a program, and ends the whole group when whoever started this is gone: then its standard input ends."""

    def watch() -> None:
        sys.stdin.buffer.read()
        os.killpg(0, signal.SIGKILL)

    program = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    # It goes to the whole group: this one ends after the program.
    signal.signal(signal.SIGTERM, lambda *_: None)
    threading.Thread(target=watch, daemon=True).start()
    return program.wait()


if __name__ == "__main__":
    # Not through the interpreter's end, which would wait for standard input.
    os._exit(guard(sys.argv[1:]) & 255)
