"""The golden packs hold to docs/export.schema.json. Needs python3-jsonschema; without it the test is skipped, and
export_document_test still checks every member by hand."""

import json
import pathlib
import sys

try:
    import jsonschema
except ImportError:
    sys.exit(77)

project = pathlib.Path(sys.argv[1])
schema = json.loads((project / "docs/export.schema.json").read_text())
validator = jsonschema.validators.validator_for(schema)
validator.check_schema(schema)

for name in ("compact", "standard", "complete"):
    pack = json.loads((project / f"tests/data/export/{name}.json").read_text())
    validator(schema).validate(pack)
    for member in list(schema["required"]) + ([] if name == "compact" else ["timeline", "sources"]):
        broken = {key: value for key, value in pack.items() if key != member}
        if validator(schema).is_valid(broken):
            sys.exit(f"{name}: the schema does not miss {member}")
