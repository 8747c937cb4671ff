"""Appointments with a doctor. What for is between the two, and no evidence."""

from __future__ import annotations

from zhima.city.market.installing import MiniApp


class DoctorConfig(MiniApp):
    """The app."""

    name = "zhima.city.apps.doctor"
    default = True
    place = 100
