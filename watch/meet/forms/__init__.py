"""What people type about meetings, validated and nothing else."""

from watch.meet.forms.neighbour import NeighbourForm, at_now
from watch.meet.forms.plan import PlanForm
from watch.meet.forms.series import SeriesForm
from watch.meet.forms.start import ready_data, saved_data
from watch.meet.forms.venue import VenueForm

__all__ = ["NeighbourForm", "PlanForm", "SeriesForm", "VenueForm", "at_now", "ready_data", "saved_data"]
