"""When two records, two organisations or two people are one: pure functions of what the records say."""
