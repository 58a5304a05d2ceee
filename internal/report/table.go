package report

import (
	"strings"
	"unicode/utf8"
)

// Column is one column of a Table.
type Column struct {
	Title string
	Width int  // at least so many characters; a column is as wide as its widest cell
	Right bool // numbers: aligned to the right
}

// Table is a block of aligned columns.
type Table struct {
	Columns  []Column
	Rows     [][]string
	Indent   int  // blanks before every line
	NoHeader bool // no line of titles
	Rule     bool // a line of dashes under the titles, as wide as the columns
}

// Table writes t: a line of titles and a line for each row. A row may be shorter
// than the columns; cells beyond the last column stand behind it. Columns are one
// blank apart; lines carry no trailing blanks.
func (w *Writer) Table(t Table) {
	widths := t.widths()
	if !t.NoHeader {
		titles := make([]string, len(t.Columns))
		for i, c := range t.Columns {
			titles[i] = c.Title
		}
		w.row(t, widths, titles)
	}
	if t.Rule {
		rule := make([]string, len(widths))
		for i, n := range widths {
			rule[i] = strings.Repeat("-", n)
		}
		w.row(t, widths, rule)
	}
	for _, cells := range t.Rows {
		w.row(t, widths, cells)
	}
}

func (t Table) widths() []int {
	widths := make([]int, len(t.Columns))
	for i, c := range t.Columns {
		widths[i] = c.Width
		if !t.NoHeader {
			widths[i] = max(widths[i], utf8.RuneCountInString(c.Title))
		}
		for _, row := range t.Rows {
			if i < len(row) {
				widths[i] = max(widths[i], utf8.RuneCountInString(Printable(row[i])))
			}
		}
	}
	return widths
}

func (w *Writer) row(t Table, widths []int, cells []string) {
	var b strings.Builder
	b.WriteString(strings.Repeat(" ", t.Indent))
	for i, cell := range cells {
		if i > 0 {
			b.WriteByte(' ')
		}
		cell = Printable(cell)
		pad := ""
		if i < len(widths) {
			pad = strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
		}
		if i < len(t.Columns) && t.Columns[i].Right {
			cell, pad = pad, cell
		}
		b.WriteString(cell)
		b.WriteString(pad)
	}
	w.Line(b.String())
}
