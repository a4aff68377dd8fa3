"""The C port: a header written from the model's own tables, the compiler called, the tables handed over.

`ward.c` works on the very memory of the NumPy tables. Rows are laid out as C lays out a struct; the
header asserts that, field by field, so a change of the model that the port does not know fails to compile
or ends in other bytes.
"""

import ctypes
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from benchmarks.left_out import LEFT_OUT
from sim.engine.hospital_state import HospitalState
from sim.state import chance, rows, vocabulary
from sim.state.ledgers import LEDGERS
from sim.state.parameters import settings
from sim.state.rows import ROWS

SOURCE = Path(__file__).with_name("ward.c")
COMPILER = "gcc"
FLAGS = ("-std=c17", "-O3", "-march=native", "-ffp-contract=off", "-shared", "-fPIC")

C_NUMBERS = {"i8": "int64_t", "f8": "double"}

# What the tables of `HospitalState` hold, in its order.
ROWS_OF_TABLES = (
    *("Patient", "Staff", "Staff", "Staff", "Staff", "Ward", "Lead", "Division", "Group", "Return"),
    *("True", "Observed", "Staffing", "Series", "int64_t", "Settings"),
)
IN_C = {"true": "happened"}  # `true` is a word of the language

Simulate = Callable[[HospitalState, int, int, int], None]


def compiled_port() -> Simulate:
    """`simulate` of the C port, compiled for this machine; nothing of it stays on the disk.

    Raises:
        FileNotFoundError: there is no C compiler.
        RuntimeError: the compiler refuses the source.
    """
    if compiler() is None:
        raise FileNotFoundError(f"there is no C compiler called {COMPILER}")
    with tempfile.TemporaryDirectory() as folder:
        return _opened(_built(Path(folder)))


def compiler() -> str | None:
    """The path of the C compiler, if there is one."""
    return shutil.which(COMPILER)


def compiler_version() -> str:
    """The first line of what the compiler says about itself."""
    said = subprocess.run([COMPILER, "--version"], capture_output=True, text=True, check=True)
    return said.stdout.splitlines()[0]


def header() -> str:
    """Everything in `layout.h`: words as numbers, rows as structs, and the hospital as pointers to tables."""
    kinds = {row.name.title(): row.dtype for row in (*ROWS, *LEDGERS)} | {"Settings": settings({}, {}).dtype}
    lines = ["#include <stddef.h>", "#include <stdint.h>", *_numbers(), *_lists()]
    for name, layout in kinds.items():
        lines += ["", "typedef struct {", *_members(layout, "    "), f"}} {name};", *_asserts(name, layout)]
    return "\n".join([*lines, "", *_hospital(), ""])


def _numbers() -> Iterator[str]:
    """Decisions with their blocks and lanes, categories, sizes: every name in capitals that is a whole number."""
    found: dict[str, int] = {}
    for module in (chance, vocabulary, rows):
        found |= {name: int(value) for name, value in vars(module).items() if name.isupper() and _is_whole(value)}
    for name in ("MODES", "TASKS", "ERRORS", "SOURCES", "STAGES", "FED_BY_HAZARDS"):
        found[f"{name}_COUNT"] = len(getattr(vocabulary, name))
    for name, value in found.items():
        yield f"enum {{ {name} = {value} }};" if value < 1 << 31 else f"#define {name} INT64_C({value})"


def _is_whole(value: object) -> bool:
    """Whether this is a whole number of Python or of NumPy, and no machine word of the keyed chance."""
    return isinstance(value, int | np.signedinteger)


def _lists() -> Iterator[str]:
    for name in ("FIRST_TASK", "END_TASK", "FED_BY_HAZARDS"):
        values = getattr(vocabulary, name)
        yield f"static const int64_t {name}[{len(values)}] = {{{', '.join(map(str, values))}}};"


def _members(layout: np.dtype, indent: str) -> Iterator[str]:
    for field in layout.names or ():
        kind, shape = layout[field].base, layout[field].shape
        if kind.names:
            yield from (f"{indent}struct {{", *_members(kind, indent + "    "), f"{indent}}} {field};")
        else:
            size = f"[{shape[0]}]" if shape else ""
            yield f"{indent}{C_NUMBERS[kind.str[1:]]} {field}{size};"


def _asserts(name: str, layout: np.dtype) -> Iterator[str]:
    for field, offset in _offsets(layout):
        yield f'_Static_assert(offsetof({name}, {field}) == {offset}, "{name}: {field}");'
    yield f'_Static_assert(sizeof({name}) == {layout.itemsize}, "{name}");'


def _offsets(layout: np.dtype, before: str = "", start: int = 0) -> Iterator[tuple[str, int]]:
    for field in layout.names or ():
        offset = start + layout.fields[field][1]
        yield before + field, offset
        yield from _offsets(layout[field].base, f"{before}{field}.", offset)


def _hospital() -> Iterator[str]:
    """The tables of a hospital, each with the number of its rows."""
    yield "typedef struct {"
    for table, row in zip(HospitalState._fields, ROWS_OF_TABLES, strict=True):
        name = IN_C.get(table, table)
        yield f"    {row} *{name};"
        yield f"    int64_t {name}_count;"
    yield "} Hospital;"


def _built(folder: Path) -> Path:
    (folder / "layout.h").write_text(header(), encoding="utf-8")
    library = folder / "ward.so"
    command = [COMPILER, *FLAGS, f"-I{folder}", str(SOURCE), "-o", str(library), "-lm"]
    said = subprocess.run(command, capture_output=True, text=True)
    if said.returncode:
        raise RuntimeError(f"{COMPILER} refuses {SOURCE.name}:\n{said.stderr}")
    return library


def _opened(library: Path) -> Simulate:
    function = ctypes.CDLL(str(library)).simulate
    function.argtypes = [ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64, ctypes.c_int64]
    function.restype = None

    def simulate(state: HospitalState, seed: int, start: int, stop: int) -> None:
        refuse_unknown(state)
        if stop > len(state.series) * vocabulary.TICKS_PER_DAY:
            raise ValueError("the hospital was built for fewer days")
        pointers = [word for table in state for word in (table.ctypes.data, table.size)]
        function((ctypes.c_int64 * len(pointers))(*pointers), seed, start, stop)

    return simulate


def refuse_unknown(state: HospitalState) -> None:
    """See that the scenario switches off all that the port leaves out, and that its tables lie in one piece.

    Raises:
        ValueError: a mechanism is on that the port does not know, or a table is a slice.
    """
    switches = state.settings["on"][0]
    on = [name for name in LEFT_OUT if switches[name]]
    if on:
        raise ValueError(f"the C port does not know {', '.join(on)}; switch them off")
    if not all(table.flags.c_contiguous for table in state):
        raise ValueError("the C port needs whole tables, not slices of them")


def tables_that_differ(one: HospitalState, other: HospitalState) -> list[str]:
    """Names of the tables of which not every byte is the same."""
    pairs = zip(HospitalState._fields, one, other, strict=True)
    return [name for name, mine, yours in pairs if mine.tobytes() != yours.tobytes()]
