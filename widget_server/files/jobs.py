"""What the worker does for attachments."""

from widget_server.files.service import FileService
from widget_server.jobs.model import Handler, Payload


class FileJobs:
    """The handlers of ``files.…``; each may be repeated."""

    def __init__(self, files: FileService) -> None:
        self._files = files

    def handlers(self) -> dict[str, Handler]:
        return {
            "files.drop": Handler(self.drop, repeatable=True, slow=True),
            "files.sweep": Handler(self.sweep, repeatable=True, slow=True),
        }

    def drop(self, payload: Payload) -> None:
        self._files.erase(payload["file_id"])

    def sweep(self, _payload: Payload) -> None:
        self._files.sweep()
