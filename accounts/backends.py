"""Login: a leaver stops being able to on the day after the last day at work."""

from typing import Any

from django.contrib.auth.backends import ModelBackend

from core.clock import today


class StaffBackend(ModelBackend):
    def user_can_authenticate(self, user: Any) -> bool:
        return super().user_can_authenticate(user) and not user.is_robot and not user.has_left(today())
