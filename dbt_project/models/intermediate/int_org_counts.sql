-- A province that did not report itself is the sum of the organisations that its sources hear from.
{{ with_sums_of_children(ref('int_district_counts'), 'province') }}
