"""The pages, one module for each group; each has a ``router`` and is thin.

``web.app`` takes in every module that stands here.

May import what ``udmelding.web`` may. A page loads, asks the rules, and renders; a form calls one
use case of ``casework`` and sends the browser on (303), so that reloading never does it twice.
"""
