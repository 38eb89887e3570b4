-- A province that did not report itself is the sum of the organisations that its sources hear from; a group of all
-- organisations of one level is the sum of them.
{{ with_sums_of_children(ref('int_district_counts'), ['province', 'group']) }}
