"""Files that mean harm, or are none: junk, depth, size, numbers, letters, keys and paths that no honest file holds."""

import copy
import random
from collections.abc import Callable
from typing import Any

from tests.fuzzing import valid
from tests.fuzzing.cases import Content, Files, Link
from tests.fuzzing.nearly import FILES
from tests.fuzzing.toml import Literal
from tests.fuzzing.valid import SCENARIO, STYLE, Contents

MOST_BYTES = 1_200_000  # a little more than is read

PIECES = (
    b"[", b"]", b"{", b"}", b"=", b'"', b'"""', b"'", b"'''", b".", b"\n", b"\r", b"\xff", b"\x00", b"\x1b[2J", b",",
    b"nan", b"-inf", b"9" * 5000, b"1e999", b"0x" + b"f" * 999, b"[[wards]]", b"[run]\n", b"a.b.c = 1\n", b"#", b"\\",
    b"07:30:00", b"1979-13-40", b"\\u0000", b"\\ud800", b"extends = 'x'\n", b"[wards.a.b]\n", b"\xe2\x80\xae",
)  # fmt: skip
NUMBERS = (
    "nan", "inf", "-inf", "-0.0", "5e-324", "1e-308", "1.7e+308", "0.30000000000000004", "0.9999999999999999",
    "9007199254740992.0", f"1{'0' * 18}", f"-1{'0' * 18}", f"{2**63}", f"{2**64}",
    *(f"1{'0' * 400}", f"-1{'0' * 400}", f"1{'0' * 4000}", f"1{'0' * 4999}"),
)  # fmt: skip
TEXTS = (
    "\x00", "\x1b[31mred\x1b[0m", "a\nb", "\r\n", "\u202eevil\u202c", "\u200b", "\ufeff", "é" * 199, "🏥" * 200, "\x7f",
    "%s%n%d", "{0.__class__}", "{}", "${HOME}", "$(touch harm)", "`id`", "'; DROP TABLE wards; --", "[bold]x[/bold]",
    "[/]", "<script>alert(1)</script>", "=cmd|' /C calc'!A0", "CON", "nul", "~root", ".", "..", " ", "", "wards", "all",
    "a" * 40, "a" * 41, "a" * 201, "a" * 100_000, "\uff57ard", "w\u0430rd", "\u0301", "ß", "\u0130", "\u2028",
)  # fmt: skip
KEYS = (
    "__class__", "__init__", "__dict__", "__proto__", "constructor", "model_config", "model_fields", "self", "cls",
    "", " ", ".", "..", "a.b", "a\nb", "\x00", "\x1b[2J", "[key]", "kind", "extends", "styles", "function-before", "0",
    "-1", "null", "None", "true", "é", "🏥", "\u202e", "b\u0435ds", "\uff42eds", "BEDS", "beds ", "a" * 300,
    "x" * 100_000, "1e5", "int", "str", "bool", "float", "inf", "nan", "[red]", "%s", "{0}", "\\", '"', "'",
)  # fmt: skip
PATHS = (
    "../../../../../../etc/passwd", "/etc/passwd", "/etc/shadow", "/dev/zero", "/proc/self/environ", "C:\\x.toml",
    "..\\..\\x.toml", "a/../../x.toml", "./../x.toml", "~/x.toml", "file:///etc/passwd", "http://localhost/x.toml",
    "\x00", "ward.toml\x00", "a" * 300, "a/" * 90 + "x", ".", "..", "/", "", " ", "styles", "ward.toml", "./ward.toml",
    "styles/../ward.toml", "//etc/passwd", "\\\\server\\x", "NUL", "x.toml\n", "…", "%2e%2e/x.toml", "{0}", "$HOME/x",
)  # fmt: skip
LINKS = ("/etc/passwd", "/dev/zero", "/dev/stdin", "/proc/self/environ", "/", "..", "nowhere", "mine.toml", "ward.toml")
OTHER_FILES = (
    b"\x7fELF\x02\x01\x01" + bytes(200), b"PK\x03\x04" + bytes(99), b"%PDF-1.7\n", b"<!DOCTYPE html><html></html>",
    b'{"title": "json"}', b"ward,beds\na,6\n", b"- yaml: true\n", b"", b"\n", b"\xef\xbb\xbf", b"\xff\xfe", b"#!/\n",
    b"\r", b"title = 1\r", b"\x0c", b"title = 'a'\x00", b"title = '''", b'title = """', b"[[[]]]", b"= 1", b"[a",
    b"a = 1\na.b = 2", b"[a]\n[[a]]", b"a = {b = 1}\n[a.c]", b"[a]\nb.c = 1\n[a.b]", b"a = [{}]\n[[a]]",
)  # fmt: skip


def spoilt(luck: random.Random, form: str, contents: Contents) -> tuple[str, Files]:
    """What was done, and the files."""
    how = luck.choice(sorted(WAYS))
    return how, WAYS[how](luck, FILES[form], contents)


def _size(luck: random.Random, most: int) -> int:
    """Small as a rule, and large now and then."""
    return int(most ** (luck.random() ** (0.3 if luck.random() < 0.02 else 2)))


def _with(luck: random.Random, file: str, contents: Contents, content: bytes) -> Files:
    return {**valid.files(luck, contents), file: content}


def _junk(luck: random.Random, file: str, contents: Contents) -> Files:
    return _with(luck, file, contents, luck.choice((luck.randbytes(_size(luck, 5_000)), luck.choice(OTHER_FILES))))


def _damage(luck: random.Random, file: str, contents: Contents) -> Files:
    content = valid.files(luck, contents)[file]
    for _ in range(luck.randint(1, 4)):
        at = luck.randrange(len(content) + 1)
        piece = luck.choice((luck.choice(PIECES), luck.randbytes(3), b""))
        content = content[:at] + piece + content[at + luck.choice((0, 0, 1, 7, 60)) :]
    return _with(luck, file, contents, content)


def _depth(luck: random.Random, file: str, contents: Contents) -> Files:
    deep = _size(luck, 200_000)
    way = luck.choice(
        (
            b"a = " + b"[" * deep + b"]" * deep,
            b"a = " + b"{a=" * deep + b"1" + b"}" * deep,
            b"a" + b".a" * deep + b" = 1",
            b"[a" + b".a" * deep + b"]",
            b"[[a" + b".a" * deep + b"]]",
            b"a = " + b"[" * deep,
            b"a = " + b"{a.b=" * deep,
            b"\n".join(b"[a" + b".a" * depth + b"]" for depth in range(min(deep, 300))),
            b'"' * deep,
            b"'" * deep,
            b"a = '''" + b"'" * deep,
            b'a = """' + b"\\" * deep,
            b"a = '" + b"\\'" * deep,
            b"#" * deep + b'"""',
        )
    )
    return _with(luck, file, contents, (way + b"\n")[:MOST_BYTES])


def _length(luck: random.Random, file: str, contents: Contents) -> Files:
    long = _size(luck, MOST_BYTES)
    ways: tuple[Callable[[int], bytes], ...] = (
        lambda many: b"a = [" + b"1," * many + b"]",
        lambda many: b"a = [" + b"{}," * many + b"]",
        lambda many: b"title = '" + b"x" * many + b"'",
        lambda many: b"x" * many + b" = 1",
        lambda many: b"a = " + b"9" * many,
        lambda many: b"a = 0x" + b"f" * many,
        lambda many: b"a = 1e" + b"9" * many,
        lambda many: b"a = 0." + b"9" * many,
        lambda many: b"[[interventions]]\n" * (many // 18),
        lambda many: b"".join(b"[wards.w%d]\n" % at for at in range(many // 12)),
        lambda many: b"".join(b"[arms.w%d]\n" % at for at in range(many // 12)),
        lambda many: b"".join(b"k%d = 1\n" % at for at in range(many // 9)),
        lambda many: b"\n" * many,
        lambda many: b"# " + b"c" * many,
    )
    spoil = luck.choice(ways)(long)[: MOST_BYTES - 1] + b"\n"
    whole = valid.files(luck, contents)[file] if luck.random() < 0.3 else b""
    return _with(luck, file, contents, spoil + whole)


def _somewhere(luck: random.Random, content: Any) -> tuple[Any, Any]:
    """A table or list of the content, and one of its keys."""
    while True:
        key = luck.choice(list(content) if isinstance(content, dict) else range(len(content)))
        below = content[key]
        if not isinstance(below, dict | list) or not below or luck.random() < 0.2:
            return content, key
        content = below


def _number(luck: random.Random, file: str, contents: Contents) -> Files:
    held_by, key = _somewhere(luck, contents[file])
    held_by[key] = Literal(luck.choice(NUMBERS))
    return valid.files(luck, contents)


def _text(luck: random.Random, file: str, contents: Contents) -> Files:
    held_by, key = _somewhere(luck, contents[file])
    held_by[key] = luck.choice(TEXTS)
    return valid.files(luck, contents)


def _key(luck: random.Random, file: str, contents: Contents) -> Files:
    held_by, key = _somewhere(luck, contents[file])
    value = luck.choice((1, "x", {}, [], {"beds": 1}, True, held_by[key]))
    if isinstance(held_by, dict):
        if luck.random() < 0.5:
            del held_by[key]
        held_by[luck.choice(KEYS)] = value
    else:
        held_by.insert(0, value)
    return valid.files(luck, contents)


def _structure(luck: random.Random, file: str, contents: Contents) -> Files:
    """Part of the content stands where another part should."""
    held_by, key = _somewhere(luck, contents[file])
    other, there = _somewhere(luck, contents[file])
    moved = copy.deepcopy(other[there])
    held_by[key] = luck.choice((moved, {}, [], [{}], [[]], {"a": {"b": {"c": [1]}}}, [moved] * _size(luck, 3_000)))
    return valid.files(luck, contents)


def _path(luck: random.Random, file: str, contents: Contents) -> Files:
    content: Content = contents[file]
    path = luck.choice(PATHS)
    if file == SCENARIO and luck.random() < 0.5:
        content["extends"] = path
    elif file == SCENARIO:
        content["leadership"]["style"] = path
    elif file == STYLE:
        contents[SCENARIO]["leadership"]["style"] = luck.choice(("../mine", "./mine", "mine.toml", "styles/mine", path))
    elif luck.random() < 0.7:
        content["scenario"] = path
    else:
        content["styles"] = ["../mine", path]
    return valid.files(luck, contents)


def _link(luck: random.Random, file: str, contents: Contents) -> Files:
    files = valid.files(luck, contents)
    return {**files, luck.choice(list(files)): Link(luck.choice(LINKS))}


def _circle(luck: random.Random, file: str, contents: Contents) -> Files:
    """Files that extend one another, in a circle or very far."""
    long = luck.randint(1, 14)
    chain = {f"e{at}.toml": f'extends = "e{at + 1}.toml"\n'.encode() for at in range(long)}
    last = valid.files(luck, contents)[SCENARIO] if luck.random() < 0.5 else b'extends = "e0.toml"\n'
    return {**valid.files(luck, contents), **chain, f"e{long}.toml": last, SCENARIO: b'extends = "e0.toml"\n'}


def _encoding(luck: random.Random, file: str, contents: Contents) -> Files:
    content = valid.files(luck, contents)[file]
    text = content.decode()
    ways = (
        *(text.encode(name, "replace") for name in ("utf-16", "utf-32", "latin-1", "cp1252", "utf-7", "utf-8-sig")),
        *(text.replace("\n", end).encode() for end in ("\r\n", "\r", "\n\r", "\u2028", "\x0b")),
        *(content.replace(b"=", b"\xef\xbc\x9d", 1), content.replace(b'"', "“".encode(), 2), content + b"\x1a"),
    )
    return _with(luck, file, contents, luck.choice(ways))


WAYS: dict[str, Callable[[random.Random, str, Contents], Files]] = {
    "junk": _junk,
    "damage": _damage,
    "depth": _depth,
    "length": _length,
    "a number": _number,
    "a text": _text,
    "a key": _key,
    "a structure": _structure,
    "a path": _path,
    "a link": _link,
    "a circle": _circle,
    "an encoding": _encoding,
}
