"""Automatic checks of diagnosis, one file per noun; importing the package registers them."""

from mayak.diagnosis.checks import measures, schools, surveys

__all__ = ["measures", "schools", "surveys"]
