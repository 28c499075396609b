"""Format the lines of gunicorn's own log as the portal's, without paths and rows."""

import logging

from gunicorn.config import Config
from gunicorn.glogging import Logger as BaseLogger

from portal.logs import WebServerFormatter


class Logger(BaseLogger):
    """gunicorn's logger with our formatter."""

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        for handler in logging.getLogger("gunicorn.error").handlers:
            handler.setFormatter(WebServerFormatter(self.error_fmt, self.datefmt))
