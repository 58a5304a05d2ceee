package report

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
// than the columns. Columns are one blank apart; lines carry no trailing blanks.
func (w *Writer) Table(t Table) {}
