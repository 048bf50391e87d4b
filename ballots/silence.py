"""Logs that cannot speak: the line is always the same, so no address, request, statement or ballot gets into one."""

import logging

from gunicorn.glogging import Logger

LINE = "booth: a request failed"


class ConstantFormatter(logging.Formatter):
    def format(self, record):
        return LINE


class GunicornLogger(Logger):
    """Start and stop are told as ever; of a request, only that one failed."""

    def exception(self, *args, **kwargs):
        self.error_log.error(LINE)

    warning = exception  # "Invalid request from ip=…"

    def debug(self, *args, **kwargs):
        """Debug lines name addresses."""

    def access(self, *args, **kwargs):
        """There is no access log, whatever the command line says."""
