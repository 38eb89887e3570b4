-- A district that did not report itself is the sum of its communes.
{{ with_sums_of_children(ref('int_stated_counts'), ['district']) }}
