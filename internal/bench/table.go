package main

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
)

// A row is one contender's line in a table.
type row struct {
	name string
	cost series
}

// table writes the rows beside the first one, which is the reference. All have the same number of rounds.
func table(w io.Writer, title string, rows []row) error {
	fmt.Fprintf(w, "\n%s\n", title)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "min\tmedian\tratio\tlowest\thighest\t")
	for _, r := range rows {
		q := r.cost.over(rows[0].cost)
		fmt.Fprintf(t, "%.0f\t%.0f\t%.2f\t%.2f\t%.2f\t  %s\n",
			slices.Min(r.cost), r.cost.median(), q.median(), slices.Min(q), slices.Max(q), r.name)
	}
	return t.Flush()
}
