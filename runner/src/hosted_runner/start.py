"""python -P start.py JOB_JSON EVENTS_JSONL [--wait]: starts the runner, apart from an environment's modules.

Its folder is on no search path, and its name in this process is none that an import statement can have: an
environment may have a module of any name. Imports within the runner are relative for that reason.
"""

import importlib.util
import os
import sys

NAME = "hosted-runner"

# Outside of the condition below: what an environment starts with multiprocessing runs this file as well, and
# objects that it is given may be of classes in here.
_folder = os.path.dirname(os.path.abspath(__file__))
_spec = importlib.util.spec_from_file_location(
    NAME, os.path.join(_folder, "__init__.py"), submodule_search_locations=[_folder]
)
_package = sys.modules[NAME] = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_package)

if __name__ == "__main__":
    importlib.import_module(f"{NAME}.main").main()
