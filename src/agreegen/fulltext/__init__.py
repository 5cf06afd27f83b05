"""Full text: the whole text of a variant in one Word file, its conditions shown as marked alternatives."""
