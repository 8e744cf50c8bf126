"""The product's evidence: what the proof suites found, collected and written as one page. Run `make proof`.

The suites are tests, under ``tests/reliability`` and ``tests/hostile``. Each runs in a short form with every test run,
and in its full form with ``--proof full``. What it counted it hands to the ``evidence`` fixture (``proof.plugin``);
``proof.page`` writes the page.
"""
