"""Surveys (问卷): questions of all usual kinds with branches, one answer each, truly anonymous."""
