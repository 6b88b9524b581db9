"""The main job: plan, rehearse, back up, apply, verify and report, with one consent."""
