"""The desktop app: one window over the same study files, runner and charts as the command line. The only room for Qt.

Who does what, from the inside out:

* ``recovery``, ``checks``: plain Python, no Qt; so are ``planner.study_tree`` and ``study_text``, studies as edited.
* ``document``: the one open study with undo; ``jobs``: work in other processes; ``desk``: both, and what pages share.
* ``theme``, ``icons``, ``fields``, ``forms``, ``cards``, ``dialogs``: what pages are made of.
* ``pages/``: one file per page, each a ``Page``; ``pages/__init__`` lists them for the rail.
* ``actions``, ``window``, ``app``: menus and shortcuts as data, the window around the pages, and the start.

Rules: the study changes through ``document.edit`` only; nothing that takes longer than 50 ms runs in this process;
slots that other threads call are ``@Slot`` methods; bound methods are connected, never lambdas that hold ``self``.
"""
