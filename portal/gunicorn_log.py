"""The web server's own log: its lines as the portal writes lines, so without addresses and rows."""

import logging

from gunicorn.config import Config
from gunicorn.glogging import Logger as BaseLogger

from portal.logs import WebServerFormatter


class Logger(BaseLogger):
    """As gunicorn's, with our formatter."""

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        for handler in logging.getLogger("gunicorn.error").handlers:
            handler.setFormatter(WebServerFormatter(self.error_fmt, self.datefmt))
