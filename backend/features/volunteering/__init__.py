"""Volunteering (志愿服务): projects with shifts, who comes, whose hours are confirmed."""
