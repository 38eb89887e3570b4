-- A year that a source did not count as such is what its quarters make of it.
{{ with_longer_periods(ref('int_quarter_counts'), 'year') }}
