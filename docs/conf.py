"""How Sphinx makes the manual."""

import sys
from pathlib import Path

from seachange import __version__

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "seachange"
author = "the seachange developers"
copyright = f"2026, {author}"
release = version = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "kinds", "rules", "checks"]
exclude_patterns = ["_build", "_ext", "examples"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
nitpicky = False

html_theme = "furo"
html_title = f"seachange {version}"
html_theme_options = {"navigation_with_keys": True}
