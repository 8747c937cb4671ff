"""The console: registers, counters, and the steps that operators take."""

from __future__ import annotations

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """The app."""

    name = "zhima.city.console"

    def ready(self) -> None:
        """Fill the office, and let rulebooks end on their day."""
        from allauth.account.decorators import secure_admin_login
        from django.contrib import admin

        from zhima.city.console.registers import register
        from zhima.city.console.rulebooks import retire_old

        # The framework's own log-in asks for no second step.
        admin.site.login = secure_admin_login(admin.site.login)
        register()
        self.chores = (retire_old,)
