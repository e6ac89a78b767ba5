"""Reads what exports wrote as those read it for whom it was written, and says what is wrong. Names of files come as arguments."""

import json
import sys
from pathlib import Path

import jsonschema
import yaml
from huggingface_hub import eval_result_entries_to_yaml, parse_eval_result_entries

fixtures = Path(__file__).parent / "fixtures"


def strict(text: str):
    """JSON without NaN and infinities, which Python would let pass."""

    def refuse(name: str):
        raise ValueError(f"{name} is no JSON")

    return json.loads(text, parse_constant=refuse)


def check(schema: str, value) -> list[str]:
    validator = jsonschema.Draft7Validator(json.loads((fixtures / schema).read_text()))
    return [f"{error.json_path}: {error.message[:300]}" for error in validator.iter_errors(value)]


def problems(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".yaml":
        data = yaml.safe_load(text)
        again = eval_result_entries_to_yaml(parse_eval_result_entries(data))
        return [] if again == data else [f"the Hub reads {again}, which is not {data}"]
    if path.suffix == ".jsonl":
        return [p for line in text.splitlines() for p in check("instance_level_eval.schema.json", strict(line))]
    return check("eval.schema.json", strict(text))


print(json.dumps({name: problems(Path(name)) for name in sys.argv[1:]}))
