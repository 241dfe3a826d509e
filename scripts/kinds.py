"""Reads what the public headers' C types do not say: src/records/*.def (fields of resources, constants of coded
columns) and bindings/kinds.txt (everything else)."""
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parent.parent
RECORDS = ROOT / "src/records"
KINDS = ROOT / "bindings/kinds.txt"

TEXTS = {"const char *"}
NUMBERS = {"int64_t"}
SHORTS = {"int32_t"}
COUNTS = {"int64_t", "int32_t", "size_t"}
#: The C types that a kind may have: of parameters without the pointer of an `out`.
TYPES = {
    "ID": TEXTS, "TEXT": TEXTS, "JSON": TEXTS, "WORD": TEXTS, "FOLDER": TEXTS,
    "COUNT": COUNTS, "BYTES": NUMBERS, "TOKENS": NUMBERS, "CREDITS": NUMBERS, "AMOUNT": NUMBERS, "MONEY": NUMBERS,
    "TIME": NUMBERS, "NUMBER": NUMBERS, "MILLISECONDS": NUMBERS,
    "FLAG": SHORTS, "PERCENT": SHORTS, "SMALL": {"int32_t", "uint32_t"}, "ENUM": {"int32_t", "cpk_status"},
    "MINUTES": SHORTS, "STOP": SHORTS,
    "FLAGS": {"uint32_t", "uint64_t"}, "NO_FLAGS": {"uint32_t", "uint64_t"}, "VERSION": {"uint32_t"},
    "SIZE": {"uint32_t"}, "RESERVED": {"uint32_t", "int32_t"},
    "DATA": {"const char *", "const void *"}, "LENGTH": {"size_t"}, "CAPACITY": {"size_t"}, "BUFFER": {"void *"},
    "TEXTS": {"const char *const *"}, "TOKEN_IDS": {"uint32_t"}, "INDEX": {"int64_t", "size_t"}, "REAL": {"double"}, "USER": {"void *"},
}
#: What must follow a kind.
FOLLOWED_BY = {"DATA": "LENGTH", "TEXTS": ("COUNT",), "BUFFER": ("CAPACITY", "LENGTH"), "TOKEN_IDS": "CAPACITY"}
OBJECT_ROLES = ("HANDLE", "OBJECT", "SNAPSHOT", "LIST")
STRUCT_ROLES = ("GIVEN", "ANSWER", "DRIVER", "SHOWN", "PART")
THREADS = ("IMMUTABLE", "SYNCHRONISED", "CONFINED")
NULLS = ("NOT_NULL", "NULLABLE", "ZERO_IF_NULL", "NONE_IS_ZERO", "EMPTY_IF_NULL", "UNKNOWN_IF_NULL", "DEFAULT")


class Mistake(Exception):
    """Something in a table that can't be used; the message says what to do."""


def split_arguments(text):
    """The arguments of a macro: commas inside parentheses and texts don't count."""
    parts = [""]
    depth = 0
    for piece in re.findall(r'"(?:\\.|[^"\\])*"|[^"]', text):
        if piece == "," and depth == 0:
            parts.append("")
            continue
        depth += (piece == "(") - (piece == ")")
        parts[-1] += piece
    return [part.strip() for part in parts]


def unquoted(text):
    """The value of C string literals that stand side by side."""
    return "".join(re.sub(r"\\(.)", r"\1", piece) for piece in re.findall(r'"((?:\\.|[^"\\])*)"', text))


def macro_lines(text):
    """(name, arguments) of each line of a table."""
    text = re.sub(r"/\*.*?\*/|^#[^\n]*$", "", text, flags=re.S | re.M)
    for match in re.finditer(r'^([A-Z_]+)\(((?:"(?:\\.|[^"\\])*"|[^"()]|\((?:[^()"]|"(?:\\.|[^"\\])*")*\))*)\)$', text,
                             flags=re.M):
        yield match.group(1), split_arguments(match.group(2))


def kind_of(text):
    """{"kind": ..., and "enum" or "flags" where the kind names one} of `KIND` or `KIND(NAME)`."""
    match = re.fullmatch(r"([A-Z_]+)(?:\((\w+)\))?", text)
    if match is None or match.group(1) not in TYPES:
        raise Mistake(f"{text!r} is not a kind")
    kind, name = match.groups()
    if (name is not None) != (kind in ("WORD", "ENUM", "FLAGS")):
        raise Mistake(f"{text!r}: WORD, ENUM and FLAGS name their set, and no other kind does")
    if kind == "NO_FLAGS":
        return {"kind": "flags"}
    described = {"kind": kind.lower()}
    if name is not None:
        described["flags" if kind == "FLAGS" else "enum"] = name
    return described


def null_of(text):
    rule = text.split("(")[0]
    if rule not in NULLS:
        raise Mistake(f"{text!r} does not say what a null means")
    return rule.lower()


def getter(name, kind, null, since, doc):
    return {"name": name, **kind_of(kind), "null": null_of(null), "since": unquoted(since), "doc": unquoted(doc)}


class Resource:
    """One table: the fields that have a getter, in order, and rows of fields by the name of the rows."""

    def __init__(self, path):
        self.fields, self.rows = [], {}
        for macro, arguments in macro_lines(path.read_text(encoding="utf-8")):
            if macro in ("FIELD", "COMPUTED"):
                self.fields.append(getter(*arguments))
            elif macro == "FIELD_AS":
                self.fields.append(getter(arguments[0], *arguments[2:]))
            elif macro == "CODE":
                name, _, words, since, doc = arguments
                self.fields.append(getter(name, f"ENUM({words})", "NOT_NULL", since, doc))
            elif macro in ("INDEXED", "INDEXED_NULLABLE"):
                rows, name, kind, since, doc = arguments
                null = "NOT_NULL" if macro == "INDEXED" else "NULLABLE"
                self.rows.setdefault(rows, []).append(getter(name, kind, null, since, doc))
            elif macro not in ("COLUMN", "JSON_KEY"):
                raise Mistake(f"{path.name}: {macro} is not a line of a table of fields")
        # A code whose word has a getter, too, is told from the word.
        words = {field["enum"]: field["name"] for field in self.fields if field["kind"] == "word"}
        for field in self.fields:
            if field["kind"] == "enum" and field["enum"] in words:
                field["word"] = words[field["enum"]]


def constants(name, prefix, names, doc=None):
    described = {"name": name, "prefix": prefix, "constants": [prefix + word for word in names.split()]}
    return described if doc is None else {**described, "doc": unquoted(doc)}


def statements(text):
    """The lines of kinds.txt without comments, each with those that go on with it."""
    text = re.sub(r"^#.*\n", "", text, flags=re.M)
    for line in re.sub(r"\n[ \t]+", " ", text).split("\n"):
        if line.strip():
            yield line.strip()


def named_kinds(text, where):
    """{name: kind} of `name: KIND, name: KIND`."""
    found = {}
    for part in text.split(",") if text.strip() else []:
        match = re.fullmatch(r"\s*(\w+): ([A-Z_]+(?:\(\w+\))?)\s*", part)
        if match is None or match.group(1) in found:
            raise Mistake(f"kinds.txt: {where}: {part.strip()!r} is not `name: KIND`")
        found[match.group(1)] = match.group(2)
    return found


class Kinds:
    """All tables together."""

    def __init__(self):
        self.enums, self.flags, self.values = {}, {}, set()
        self.objects, self.structs, self.calls = {}, {}, {}
        for macro, arguments in macro_lines((RECORDS / "enums.def").read_text(encoding="utf-8")):
            if macro != "ENUM":
                raise Mistake(f"enums.def: {macro} is not a line of it")
            self.enums[arguments[0]] = constants(*arguments)
        for line in statements(KINDS.read_text(encoding="utf-8")):
            self.statement(line)
        self.resources = {}
        for name, described in self.objects.items():
            if described["role"] == "snapshot":
                path = RECORDS / (name.removeprefix("cpk_") + ".def")
                if not path.exists():
                    raise Mistake(f"{name} is a SNAPSHOT, and there is no {path.relative_to(ROOT)}")
                self.resources[name] = Resource(path)

    def statement(self, line):
        macro = re.fullmatch(r"(ENUM|FLAGS|VALUES)\((.*)\)", line)
        object_line = re.fullmatch(r"(cpk_\w+): ([A-Z]+)(?:\((\w+)\))? ([A-Z]+)", line)
        struct_line = re.fullmatch(r"(cpk_\w+): ([A-Z]+)( INIT)? \{(.*)\}", line)
        call_line = re.fullmatch(r"(cpk_\w+)\((.*?)\)(?: -> ([A-Z_]+(?:\(\w+\))?))?", line)
        if macro and macro.group(1) == "VALUES":
            self.values |= set(macro.group(2).split())
        elif macro:
            described = constants(*split_arguments(macro.group(2)))
            (self.enums if macro.group(1) == "ENUM" else self.flags)[described["name"]] = described
        elif object_line and object_line.group(2) in OBJECT_ROLES and object_line.group(4) in THREADS:
            name, role, item, threads = object_line.groups()
            self.once(name, self.objects)
            self.objects[name] = {"role": role.lower(), "threads": threads.lower(), **({"item": item} if item else {})}
        elif struct_line and struct_line.group(2) in STRUCT_ROLES:
            name, role, init, fields = struct_line.groups()
            self.once(name, self.structs)
            self.structs[name] = {"role": role.lower(), "init": init is not None, "fields": self.fields(name, fields)}
        elif call_line:
            name, parameters, returns = call_line.groups()
            self.once(name, self.calls)
            self.calls[name] = {"params": named_kinds(parameters, name), "returns": returns}
        else:
            raise Mistake(f"bindings/kinds.txt: {line!r} is not a line of this table")

    @staticmethod
    def fields(name, text):
        """Kinds of a struct's fields; a last `...` stands for the members in the table of the resource."""
        start = re.fullmatch(r"(.*?),?\s*\.\.\.\s*", text)
        if start is None:
            return named_kinds(text, name)
        path = RECORDS / (name.removeprefix("cpk_") + ".def")
        if not path.exists():
            raise Mistake(f"kinds.txt: {name} has ..., and there is no {path.relative_to(ROOT)}")
        found = named_kinds(start.group(1), name)
        for macro, arguments in macro_lines(path.read_text(encoding="utf-8")):
            if macro != "MEMBER" or arguments[0] in found:
                raise Mistake(f"{path.name}: {macro}({arguments[0]}) is not a line of a table of members, or is there twice")
            found[arguments[0]] = arguments[1]
        return found

    @staticmethod
    def once(name, table):
        if name in table:
            raise Mistake(f"bindings/kinds.txt says twice what {name} is")

    def check_kind(self, described, where):
        for key, table in (("enum", self.enums), ("flags", self.flags)):
            if key in described and described[key] not in table:
                raise Mistake(f"{where}: there is no {key} {described[key]}")

    def annotate(self, parts, said, where, pointee_has_role):
        """Puts kinds on parameters or fields, and refuses a table that does not fit them."""
        left = dict(said)
        for index, part in enumerate(parts):
            c_type = part["type"]
            text = left.pop(part["name"], None)
            if text is None:
                if not pointee_has_role(c_type):
                    raise Mistake(f"bindings/kinds.txt does not say what kind {part['name']} of {where} is")
                continue
            described = kind_of(text)
            self.check_kind(described, f"{where}: {part['name']}")
            plain = re.sub(r"^char\[\d+\]$", "const char *", c_type)
            if part.get("direction") == "out":
                plain = plain.removesuffix("*").strip()
            if plain not in TYPES[text.split("(")[0]] and c_type not in TYPES[text.split("(")[0]]:
                raise Mistake(f"{where}: {part['name']} is a {c_type}, which is not {text}")
            following = FOLLOWED_BY.get(text)
            if following:
                after = said.get(parts[index + 1]["name"]) if index + 1 < len(parts) else None
                if after is None or after not in following:
                    raise Mistake(f"{where}: {part['name']} is {text}: {following} must follow")
            part.update(described)
        if left:
            raise Mistake(f"bindings/kinds.txt: {where} has no {', '.join(left)}")
