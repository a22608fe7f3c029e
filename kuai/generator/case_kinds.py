"""Categories of cases: how often, when in the day and year, and how long they are handled."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from kuai.generator import calendar
from kuai.generator.draw import Floats, Ints


class Kind(NamedTuple):
    """One category of cases.

    Parameters
    ----------
    code, zh : str
        Category as the pack names it and as the files write it.
    share : float
        Relative frequency.
    peaks : tuple
        Peaks of the day as (hour, width, height) over a base of 0.3.
    weekend : float
        Factor on Saturday and Sunday.
    peak_month, swing : float
        Season: month of the highest rate and by how much it exceeds the mean.
    report_hours, handling_days : float
        Medians of the delay until reported, and from filed until closed.
    clustering : float
        Standard deviation of the logarithm of the blocks' risk.
    """

    code: str
    zh: str
    share: float
    peaks: tuple[tuple[float, float, float], ...]
    weekend: float
    peak_month: float
    swing: float
    report_hours: float
    handling_days: float
    clustering: float


_EVENING, _NIGHT, _NOON, _RUSH = (20.5, 2.5, 1.0), (1.0, 2.5, 1.0), (12.5, 2.0, 0.7), (8.3, 1.2, 0.8)

KINDS = (
    Kind("theft", "盗窃", 22, (_NOON, (18.0, 3.0, 1.0)), 1.1, 7, 0.15, 5.0, 21, 1.3),
    Kind("electric_bike_theft", "盗窃电动车", 9, ((18.5, 2.5, 1.0), _NIGHT), 0.9, 5, 0.2, 8.0, 25, 1.1),
    Kind("burglary", "入室盗窃", 5, ((3.0, 2.5, 1.0), (14.5, 2.5, 0.6)), 0.8, 1, 0.25, 10.0, 35, 0.9),
    Kind("fraud", "诈骗", 9, ((15.0, 3.5, 1.0),), 0.7, 11, 0.1, 30.0, 60, 0.5),
    Kind("telecom_fraud", "电信网络诈骗", 10, ((11.0, 2.5, 1.0), _EVENING), 0.9, 11, 0.15, 12.0, 75, 0.4),
    Kind("assault", "殴打他人", 10, ((22.5, 2.5, 1.4),), 1.4, 7, 0.2, 0.4, 12, 1.2),
    Kind("robbery", "抢劫抢夺", 1, ((23.0, 3.0, 1.2),), 1.1, 12, 0.2, 0.5, 30, 1.2),
    Kind("vandalism", "故意损毁财物", 4, (_NIGHT, _EVENING), 1.2, 8, 0.1, 6.0, 15, 0.9),
    Kind("public_order", "寻衅滋事", 5, ((22.0, 2.5, 1.3),), 1.4, 7, 0.2, 0.5, 14, 1.2),
    Kind("drunk_driving", "醉酒驾驶", 4, ((22.5, 2.0, 2.0),), 1.5, 2, 0.15, 0.2, 20, 1.0),
    Kind("traffic_accident", "交通事故", 15, (_RUSH, (17.8, 1.5, 1.0)), 0.9, 10, 0.1, 0.3, 9, 1.0),
    Kind("missing_person", "人员走失", 6, ((16.0, 3.5, 1.0),), 1.0, 6, 0.1, 4.0, 4, 0.6),
)


def rates(days: Ints) -> Floats:
    """Relative number of cases per category and day."""
    ends = calendar.weekday(days) >= 5  # noqa: PLR2004
    rows = [k.share * calendar.season(days, k.peak_month, k.swing) * np.where(ends, k.weekend, 1.0) for k in KINDS]
    return np.array(rows)


def hours() -> Floats:
    """Share of every hour per category."""
    return np.array([calendar.hour_profile(kind.peaks, 0.3) for kind in KINDS])
