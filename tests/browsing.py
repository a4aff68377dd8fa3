"""What tests in a browser share: a page that is listened to."""

from typing import Any


def listened(page: Any) -> tuple[list[str], list[str]]:
    """What a page says in its console or by dialogs, and what it asks for beyond itself; both grow as it does so."""
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda fault: said.append(str(fault)))
    page.on("dialog", lambda dialog: (said.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on("request", lambda request: None if _is_own(request) else asked.append(request.url))
    return said, asked


def _is_own(request: Any) -> bool:
    return request.url.startswith("data:") or (request.is_navigation_request() and request.url.startswith("file:"))
