"""Compiles a program from bindings/api.json as C11 and as C++17 and runs it against the library: every size, alignment,
offset, field type, signature and constant is as described, every INIT macro gives what its function gives, the library
says the version that the headers say, and every function that can fail refuses a call of nothing but zeros.

Usage: layout_test.py PROJECT LIBRARY
"""
import json
import pathlib
import subprocess
import sys
import tempfile

COMPILERS = [["gcc", "-std=c11", "-x", "c"], ["clang", "-std=c11", "-x", "c"], ["g++", "-std=c++17", "-x", "c++"]]

HEAD = """\
#include <contextpack/contextpack.h>
#include <contextpack/backend/analyzer.h>
#include <contextpack/backend/database.h>
#include <contextpack/backend/extractor.h>
#include <contextpack/backend/storage.h>
#include <stdio.h>
#include <string.h>

static int checks, failures;

static void same(const char *what, long long seen, long long described)
{
    checks++;
    if (seen != described) {
        failures++;
        printf("%s is %lld, and described as %lld\\n", what, seen, described);
    }
}

static void same_text(const char *what, const char *seen, const char *described)
{
    same(what, strcmp(seen, described), 0);
}

#ifdef __cplusplus
#define alignment_of(type) alignof(type)
#else
#define alignment_of(type) _Alignof(type)
#endif
"""


def declare(c_type, name):
    """`name` as a pointer to an object of the type."""
    if "(*)" in c_type:
        return c_type.replace("(*)", f"(**{name})", 1)
    if c_type.endswith("]"):
        return f"{c_type[:c_type.index('[')]} (*{name}){c_type[c_type.index('['):]}"
    return f"{c_type} *{name}"


def literal(value):
    return "(-9223372036854775807LL - 1)" if value == -2**63 else f"{value}LL"


def struct_checks(described):
    name = described["name"]
    yield f'same("sizeof({name})", (long long)sizeof({name}), {described["size"]});'
    yield f'same("the alignment of {name}", (long long)alignment_of({name}), {described["align"]});'
    for field in described["fields"]:
        place = f"{name}.{field['name']}"
        yield f'same("the offset of {place}", (long long)offsetof({name}, {field["name"]}), {field["offset"]});'
        yield f'same("the size of {place}", (long long)sizeof((({name} *)0)->{field["name"]}), {field["size"]});'
        yield f"{{ static {name} whole; {declare(field['type'], 'field')} = &whole.{field['name']}; (void)field; }}"
    if "init_macro" in described:
        macro = described["init_macro"]
        yield f"{{ {name} made = {macro};"
        if "init_function" in described:
            yield f"{name} filled; memset(&filled, 0xA5, sizeof filled);"
            yield f"{described['init_function']}(&filled, sizeof filled);"
            for field in described["fields"]:
                yield f'same("{macro}: {field["name"]}", {difference(field)}, 0);'
        if described["sized"]:
            yield f'same("struct_size of {macro}", (long long)made.struct_size, (long long)sizeof made);'
        yield "(void)made; }"


def difference(field):
    """An expression that is 0 if the field is the same in `made` and in `filled`: texts are compared, not their places."""
    made, filled = f"made.{field['name']}", f"filled.{field['name']}"
    if field["type"] == "const char *":
        return f"{made} == NULL || {filled} == NULL ? {made} != {filled} : strcmp({made}, {filled})"
    return f"memcmp(&{made}, &{filled}, sizeof {made})"


def nothing_checks(function):
    """Calls with zeros only: free and getter functions accept them, all others name the missing argument."""
    zeros = ["&error" if param["type"] == "cpk_error **" else "0" if "*" not in param["type"] and not
             param["type"].endswith("_fn") else "NULL" for param in function["params"]]
    call = f"{function['name']}({', '.join(zeros)})"
    if function["returns"] == "cpk_status" and "&error" in zeros:
        yield f"{{ cpk_error *error = NULL; cpk_status status = {call};"
        yield f'same("{call}", status, CPK_ERROR_INVALID_ARGUMENT);'
        yield f'same("the error of {call}", cpk_error_code(error), status);'
        yield f'same("a message of {call}", cpk_error_message(error)[0] != 0, 1); cpk_error_free(error); }}'
        yield f"(void){call.replace('&error', 'NULL')};"
    elif function.get("returns_ownership") != "owned":
        yield f"(void){call};" if function["returns"] != "void" else f"{call};"


def program(api):
    lines = [HEAD, "int main(void)", "{"]
    for constant in api["constants"]:
        name, value = constant["name"], constant["value"]
        if constant["kind"] == "int":
            lines.append(f'same("{name}", (long long)({name}), {literal(value)});')
        else:
            lines.append(f'same_text("{name}", {name}, {json.dumps(value)});')
    for described in api["types"]:
        if described["kind"] == "struct":
            lines += struct_checks(described)
        elif described["kind"] == "callback":
            params = ", ".join(param["type"] for param in described["params"]) or "void"
            lines.append(f"{{ {described['returns']} (*slot)({params}) = NULL; {described['name']} same_type = slot; "
                         "(void)same_type; }")
        elif described["kind"] == "alias":
            lines.append(f"{{ static {described['type']} one; {described['name']} *same_type = &one; (void)same_type; }}")
    for function in api["functions"]:
        params = ", ".join(param["type"] for param in function["params"]) or "void"
        lines.append(f"{{ {function['returns']} (*call)({params}) = {function['name']}; "
                     f'same("{function["name"]}", call != NULL, 1); }}')
        lines += nothing_checks(function)
    lines += ['same_text("cpk_version()", cpk_version(), CPK_VERSION);',
              'printf("%d checks\\n", checks);', "return failures != 0 || checks < 500;", "}"]
    return "\n".join(lines) + "\n"


def main(project, library):
    api = json.loads((project / "bindings/api.json").read_text(encoding="utf-8"))
    failed = False
    with tempfile.TemporaryDirectory() as name:
        source, binary = pathlib.Path(name) / "layout.c", pathlib.Path(name) / "layout"
        source.write_text(program(api), encoding="utf-8")
        for compiler in COMPILERS:
            command = [*compiler, "-Wall", "-Wextra", "-pedantic", "-Werror", "-Wno-address", "-I",
                       str(project / "include"), str(source), "-x", "none", "-o", str(binary), str(library),
                       f"-Wl,-rpath,{library.parent}"]
            compiled = subprocess.run(command, text=True, capture_output=True)
            if compiled.returncode != 0:
                print(f"{' '.join(compiler)}:\n{compiled.stderr}")
                failed = True
                continue
            ran = subprocess.run([str(binary)], text=True, capture_output=True)
            print(f"{' '.join(compiler[:2])}: {ran.stdout}", end="")
            failed = failed or ran.returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()))
