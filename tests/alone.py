"""The command line where pyarrow cannot be imported, as after `pip install stuckneck` without extras."""

from __future__ import annotations

import sys

HIDDEN = "import sys; sys.modules['pyarrow'] = None"
COMMAND = [sys.executable, "-c", f"{HIDDEN}; from app.main import main; main()"]
