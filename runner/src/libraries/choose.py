"""python -I choose.py WHEEL LINES_JSON PYTHON_VERSION: which verifiers and which Python a package gets.

Runs outside of a sandbox, on a stranger's wheel: its text is read and never imported, and no more of it than
the bounds below. Prints JSON, either {"line", "requirement", "pythons", "why"} or {"refused"}, a sentence.
"""

import json
import re
import sys
import zipfile
from email.parser import Parser

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name

METADATA_BYTES_MAX = 1024 * 1024
SOURCE_BYTES_MAX = 512 * 1024
SOURCES_BYTES_MAX = 32 * 1024 * 1024

_LOADER = re.compile(
    r"^(?:async\s+)?def\s+load_environment\b|^load_environment\s*[:=]"
    r"|^from\s+(?!verifiers\b)\S+\s+import\s+(?:\([^)]*|[^\n(]*)\bload_environment\b",
    re.MULTILINE,
)
_TASKSETS = re.compile(r"\bverifiers\.v1\b|^from\s+verifiers\s+import\s+[^\n]*\bv1\b", re.MULTILINE)


def read_wheel(path):
    """(METADATA as text, which API of verifiers the sources use: "v0", "v1" or None)."""
    metadata, api, left = "", None, SOURCES_BYTES_MAX
    with zipfile.ZipFile(path) as wheel:
        for entry in wheel.infolist():
            if re.fullmatch(r"[^/]+\.dist-info/METADATA", entry.filename):
                with wheel.open(entry) as file:
                    metadata = file.read(METADATA_BYTES_MAX).decode("utf-8", "replace")
            elif entry.filename.endswith(".py") and left > 0 and api != "v0":
                with wheel.open(entry) as file:
                    text = file.read(min(left, SOURCE_BYTES_MAX)).decode("utf-8", "replace")
                left -= len(text)
                # A package with both is v0 to the runner.
                api = "v0" if _LOADER.search(text) else api or ("v1" if _TASKSETS.search(text) else None)
    return metadata, api


def choose(metadata, api, lines, preferred):
    """Choose a line for a package, or say why there is none.

    `lines` are {"verifiers", "pythons", "apis"}, the one that packages get that ask for nothing first;
    `preferred` is the version of the Python that is there anyway.
    """
    fields = Parser().parsestr(metadata, headersonly=True)
    try:
        python = SpecifierSet(fields.get("Requires-Python") or "")
    except InvalidSpecifier:
        python = SpecifierSet()
    wanted, is_elsewhere = _required(fields.get_all("Requires-Dist") or [], preferred)
    # What a line's API comes first in is what the line is for.
    ordered = sorted(lines, key=lambda line: api is not None and line["apis"][0] != api)
    allowed = [one for one in ordered if is_elsewhere or wanted.contains(one["verifiers"], prereleases=True)]
    fitting = [line for line in allowed if api is None or api in line["apis"]] or allowed
    why = [_REASONS[api]]
    if str(wanted) and (not fitting or fitting[0] is not ordered[0]):
        why = [f"it requires verifiers{wanted}"]
    if not fitting:
        oldest = lines[0]["oldest"]
        exact = next((one.version for one in wanted if one.operator == "==" and "*" not in one.version), None)
        if exact and _release(exact) < _release(oldest):
            return {"refused": f"It requires verifiers=={exact}, and runs need {oldest} or newer."}
        minors = sorted({minor for line in lines for minor in line["pythons"]}, key=_release)
        fitting = [{"verifiers": None, "pythons": minors}]
    for line in fitting:
        pythons = _pythons(line["pythons"], python, preferred)
        if pythons:
            if not python.contains(preferred, prereleases=True):
                why.append(f"it requires Python {python}")
            return {
                "line": line["verifiers"],
                "requirement": f"verifiers=={line['verifiers']}"
                if line["verifiers"]
                else f"verifiers{wanted}",
                "pythons": pythons,
                "why": "; ".join(why),
            }
    library = f"verifiers {fitting[0]['verifiers'] or wanted}"
    oldest, newest = fitting[0]["pythons"][0], fitting[0]["pythons"][-1]
    return {"refused": f"It requires Python {python}, and {library} runs on {oldest} to {newest}."}


_REASONS = {
    "v0": "it has load_environment, which is verifiers v0",
    "v1": "it uses verifiers.v1",
    None: "nothing in it asks for another",
}


def _required(texts, python_version):
    """What the package requires of verifiers; and whether it names another place to take it from."""
    wanted, is_elsewhere = SpecifierSet(), False
    environment = {"python_version": ".".join(python_version.split(".")[:2]), "extra": ""}
    for text in texts:
        try:
            requirement = Requirement(text)
            if canonicalize_name(requirement.name) != "verifiers":
                continue
            if requirement.marker and not requirement.marker.evaluate(environment):
                continue
        except InvalidRequirement:  # what the installer will say
            continue
        wanted &= requirement.specifier
        is_elsewhere = is_elsewhere or requirement.url is not None
    return wanted, is_elsewhere


def _pythons(minors, wanted, preferred):
    """The fitting ones of some minor versions, the one of `preferred` first."""
    own = ".".join(preferred.split(".")[:2])
    found = [minor for minor in minors if any(wanted.contains(f"{minor}.{patch}") for patch in range(0, 40))]
    if own in found and not wanted.contains(preferred, prereleases=True):
        found.remove(own)
    return sorted(found, key=lambda minor: minor != own)


def _release(version):
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


if __name__ == "__main__":
    try:
        answer = choose(*read_wheel(sys.argv[1]), json.loads(sys.argv[2]), sys.argv[3])
    except zipfile.BadZipFile as error:
        answer = {"refused": f"Its wheel cannot be read: {error}."}
    print(json.dumps(answer))
