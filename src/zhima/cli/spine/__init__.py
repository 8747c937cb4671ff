"""`zhima spine`: the main job, end to end, on a fictional tool library; ends in a page."""
