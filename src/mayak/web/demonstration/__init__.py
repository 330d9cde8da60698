"""The demonstration: districts like those of real mentoring projects and a synthetic region, from a seed.

Plans (what there is) are pure data; writers put them into the database through the services of the apps, results as
files through the same import that a region uses. All people and all results are invented.
"""
