"""The manual: Sphinx, MyST, Furo. Build it with ``make docs``; warnings are errors there."""

project = "Fournets 四网"
author = "Fournets maintainers"
project_copyright = "Fournets maintainers, Apache-2.0"
language = "en"
extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "Fournets 四网"
html_static_path = []
html_show_sourcelink = False
suppress_warnings = [
    "misc.highlighting_failure"
]  # a picture of states is written as mermaid, which code hosts draw
