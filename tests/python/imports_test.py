"""Fails on modules of the package that import each other in a circle at run time, and on an import inside a function,
which would hide one. What only type checkers import (if TYPE_CHECKING) does not count."""
import ast
import pathlib
import sys
import unittest

PACKAGE = pathlib.Path(__file__).resolve().parents[2] / "bindings" / "python" / "contextpack"


def read_modules(package):
    """Dotted name below the package ("" is the package itself) -> path."""
    names = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package).with_suffix("").parts
        names[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return names


def is_for_types(node):
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def find_imports(tree):
    """(import, whether it stands in a function) for each relative import that runs."""
    pending = [(tree, False)]
    while pending:
        node, in_function = pending.pop()
        if is_for_types(node):
            pending += [(child, in_function) for child in node.orelse]
            continue
        if isinstance(node, ast.ImportFrom) and node.level > 0:
            yield node, in_function
        inside = in_function or isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        pending += [(child, inside) for child in ast.iter_child_nodes(node)]


def targets_of(node, name, path, modules):
    """The modules that a relative import in the module `name` needs."""
    here = name.split(".") if name else []
    here = here if path.name == "__init__.py" else here[:-1]
    base = here[:len(here) - (node.level - 1)] + (node.module.split(".") if node.module else [])
    for alias in node.names:
        longer = ".".join(base + [alias.name])
        yield longer if longer in modules else ".".join(base)


def read_graph(package):
    """Module -> modules that it imports; and the imports that stand in functions."""
    modules = read_modules(package)
    graph, hidden = {}, []
    for name, path in modules.items():
        graph[name] = set()
        for node, in_function in find_imports(ast.parse(path.read_text(encoding="utf-8"))):
            if in_function:
                hidden.append(f"{path.relative_to(package)}:{node.lineno}")
            # A package is being imported already while its own modules are.
            graph[name] |= {target for target in targets_of(node, name, path, modules)
                            if target and not name.startswith(target + ".")}
    return graph, hidden


def find_circle(graph):
    """The modules of one circle, in order; [] when there is none."""
    done = set()

    def visit(name, trail):
        if name in trail:
            return trail[trail.index(name):] + [name]
        if name in done:
            return []
        done.add(name)
        for target in sorted(graph[name]):
            circle = visit(target, trail + [name])
            if circle:
                return circle
        return []

    for name in sorted(graph):
        circle = visit(name, [])
        if circle:
            return circle
    return []


class ImportsTest(unittest.TestCase):
    def test_no_module_imports_itself_through_others(self):
        graph, _ = read_graph(PACKAGE)
        self.assertGreater(sum(map(len, graph.values())), 100)
        self.assertEqual(find_circle(graph), [])

    def test_no_import_of_the_package_stands_in_a_function(self):
        self.assertEqual(read_graph(PACKAGE)[1], [])

    def test_a_circle_is_found(self):
        self.assertEqual(find_circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}), ["b", "c", "b"])


if __name__ == "__main__":
    if len(sys.argv) > 1:
        PACKAGE = pathlib.Path(sys.argv.pop())
    unittest.main()
