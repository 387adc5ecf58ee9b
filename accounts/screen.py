"""Who sits at the screen."""

from django.http import HttpRequest

from accounts.models import User


def person(request: HttpRequest) -> User:
    """The person at the screen; the access table let nobody else in."""
    assert isinstance(request.user, User)
    return request.user
