"""The worker process of `planning_kit.studies.work`: ``python -m planning_kit.studies``."""

from planning_kit.studies import work

work.serve()
