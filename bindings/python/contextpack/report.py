"""Reports on credits and money: statements, revenue, usage."""
import datetime
from ctypes import byref
from typing import Any, Optional, Union

from . import _raw
from ._arguments import optional_id
from ._enums import OpenEnum
from ._library import lib
from ._resource import Resource
from ._snapshot import microseconds_of
from ._stream import OutputLike, opened, read_all, writer
from .user import User

__all__ = ["ReportFormat", "Reports"]

MINUTE = datetime.timedelta(minutes=1)


class ReportFormat(OpenEnum):
    """Formats of a report."""

    CSV = _raw.CPK_REPORT_CSV
    JSON = _raw.CPK_REPORT_JSON


def _options(format: ReportFormat, start: Optional[datetime.datetime], until: Optional[datetime.datetime],
             utc_offset: datetime.timedelta) -> Any:
    options = _raw.cpk_report_options()
    lib.cpk_report_options_init(byref(options), _raw.STRUCT_SIZES["cpk_report_options"])
    if utc_offset % MINUTE or abs(utc_offset) > 840 * MINUTE:
        raise ValueError("utc_offset must be whole minutes, at most 14 hours")
    options.format = format
    options.utc_offset_minutes = utc_offset // MINUTE
    options.from_us = 0 if start is None else microseconds_of(start)
    options.until_us = 0 if until is None else microseconds_of(until)
    return options


class Reports(Resource):
    """Session.reports: returns CSV or JSON (docs/guide/report.md) as bytes, or streams it to `output`, a path or a binary
    file. The period begins at `start` and ends before `until`, both with a time zone; None: no limit.
    """

    __slots__ = ()

    def _make(self, function: Any, args: Any, options: Any, output: Optional[OutputLike]) -> Optional[bytes]:
        if output is None:
            return read_all(lambda write: self._session._call(function, *args, byref(options), write, None))
        with opened(output) as file:
            self._session._call(function, *args, byref(options), writer(file), None)
        return None

    def statement(self, user: Union[User, str, None] = None, *, format: ReportFormat = ReportFormat.CSV,
                  start: Optional[datetime.datetime] = None, until: Optional[datetime.datetime] = None,
                  output: Optional[OutputLike] = None) -> Optional[bytes]:
        """A user's statement; by default of the session's own user."""
        options = _options(format, start, until, datetime.timedelta())
        return self._make(lib.cpk_report_statement, (optional_id(user),), options, output)

    def revenue(self, *, format: ReportFormat = ReportFormat.CSV, start: Optional[datetime.datetime] = None,
                until: Optional[datetime.datetime] = None, utc_offset: datetime.timedelta = datetime.timedelta(),
                output: Optional[OutputLike] = None) -> Optional[bytes]:
        """Revenue by day, package and currency; for the service and administrators. utc_offset is the time zone of the
        days.
        """
        return self._make(lib.cpk_report_revenue, (), _options(format, start, until, utc_offset), output)

    def usage(self, *, format: ReportFormat = ReportFormat.CSV, start: Optional[datetime.datetime] = None,
              until: Optional[datetime.datetime] = None, utc_offset: datetime.timedelta = datetime.timedelta(),
              output: Optional[OutputLike] = None) -> Optional[bytes]:
        """Usage by day; for the service and administrators."""
        return self._make(lib.cpk_report_usage, (), _options(format, start, until, utc_offset), output)
