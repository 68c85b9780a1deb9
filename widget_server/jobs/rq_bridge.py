"""With Redis: RQ wakes the workers. It carries ids only; the rows stay the truth, so a flushed Redis loses nothing."""

import logging
import threading
import time
from typing import ClassVar

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer

from widget_server.jobs.model import JobAdded
from widget_server.jobs.runner import Runner
from widget_server.kernel.clock import Clock

log = logging.getLogger(__name__)
QUEUE = "widget-jobs"


class RqWake:
    """Puts the id of a job that is due now on the queue; later ones are found by the workers' own looking.

    There is no Retry: RQ would run a claimed job a second time, and a claim refuses that anyway.
    """

    def __init__(self, redis_url: str, clock: Clock) -> None:
        self._clock = clock
        redis = Redis.from_url(redis_url, socket_timeout=0.5, socket_connect_timeout=0.5)
        self._queue = Queue(QUEUE, connection=redis, serializer=JSONSerializer)

    def on_job_added(self, event: JobAdded) -> None:
        if event.run_at > self._clock.now():
            return
        try:
            self._queue.enqueue_call(run_job, (event.job_id,), timeout=60, result_ttl=0, ttl=60, failure_ttl=3600)
        except RedisError as error:
            log.warning("Redis is away (%s); the workers find the job by themselves", error)


class Here:
    """The runner of this worker process: RQ calls a function by its name and cannot bring one along."""

    runner: ClassVar[Runner | None] = None


def run_job(job_id: str) -> bool:
    assert Here.runner is not None, "run_job is called by RQ inside `widget-server worker` only"
    return Here.runner.run_one(job_id)


def make_worker(redis_url: str) -> SimpleWorker:
    redis = Redis.from_url(redis_url)
    queue = Queue(QUEUE, connection=redis, serializer=JSONSerializer)
    return SimpleWorker([queue], connection=redis, serializer=JSONSerializer, log_job_description=False)


def work(runner: Runner, redis_url: str, stop: threading.Event) -> None:
    """Be a worker until ``stop`` (or SIGTERM): runs what RQ wakes it for; looking and sweeping go on beside."""
    Here.runner = runner
    while not stop.is_set():
        try:
            make_worker(redis_url).work(logging_level="WARNING")
            stop.set()
        except RedisError as error:
            log.warning("Redis is away (%s); looking for work without it", error)
            time.sleep(1)
