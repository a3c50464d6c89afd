"""The parts of the page of releases, a module for each: the timeline, refused folders, and how publishers and replicas are."""
