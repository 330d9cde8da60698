"""Why no more schools can be served: a cut of the network (König's theorem), found after the fact and checked."""

from dataclasses import dataclass

import numpy as np

from mayak.matching.algorithms.network import Bools, Flow, Network


@dataclass(frozen=True, slots=True)
class Cut:
    """`mentees` wait or could change places with those that wait; all places of `leads`, their only leads, are taken.

    `bound`: at most so many places of the first classes can be served at all; equal to `served` = proven.
    """

    mentees: Bools
    leads: Bools
    served: int
    bound: int

    @property
    def is_proof(self) -> bool:
        """Is the number of served places proven to be the greatest?"""
        return self.served == self.bound


def cut_of(network: Network, flow: Flow, upto: int) -> Cut:
    """The cut that proves the counts of the first `upto` classes."""
    graph, chosen = flow.graph, flow.chosen
    source = graph.tail < graph.first_mentee
    class_of = graph.tail[source]
    mentee_of = graph.head[source] - graph.first_mentee
    waits = (graph.capacity[source] > flow.flow[source]) & (class_of < upto)
    mentees = np.zeros(network.slots.shape[1], dtype=np.bool_)
    mentees[mentee_of[waits]] = True
    leads = np.zeros(len(network.capacity), dtype=np.bool_)
    arcs = network.arcs
    while True:
        reached = leads.copy()
        reached[arcs.lead[mentees[arcs.mentee] & ~chosen]] = True
        wider = mentees.copy()
        wider[arcs.mentee[reached[arcs.lead] & chosen]] = True
        if (reached == leads).all() and (wider == mentees).all():
            break
        leads, mentees = reached, wider
    outside = network.slots[:upto, ~mentees].sum()
    crossing = (mentees[arcs.mentee] & ~leads[arcs.lead]).sum()
    bound = int(outside + network.capacity[leads].sum() + crossing)
    return Cut(mentees, leads, sum(flow.served[:upto]), bound)
