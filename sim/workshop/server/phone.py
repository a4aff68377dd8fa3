"""The page of a phone: one file, with its style and script inside, and a policy that names both by their hash."""

from pathlib import Path

from sim.report.markup import by_hashes, filled

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"


def phone() -> tuple[str, str]:
    """The page, and its policy: nothing from elsewhere, and none but its own style and script."""
    style, script = _text("phone.css"), _text("phone.js")
    allowed = {
        "default-src": "'none'",
        "img-src": "data:",
        "style-src": by_hashes([style]),
        "script-src": by_hashes([script]),
        "connect-src": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    page = filled(TEMPLATES / "phone.html", style=style, script=script)
    return page, "; ".join(f"{what} {where}" for what, where in allowed.items())


def _text(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")
