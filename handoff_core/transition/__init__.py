"""The moment at which a customer passes from an AI to a person: what he is told, how long it takes, how it begins.

Data flows one way: ``wait.expected_wait`` reads how long people took before; ``announce.announce`` makes of it, of the
packet and of its route what may truly be said now; ``opening.opening_line``, which mappings use too, is built from the
packet as one destination may see it. Pure: Handoff says nothing to a customer, the automation does.
"""
