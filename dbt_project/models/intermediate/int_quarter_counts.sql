-- A quarter that a source did not count as such is what its months make of it.
{{ with_longer_periods(ref('int_source_counts'), 'quarter') }}
