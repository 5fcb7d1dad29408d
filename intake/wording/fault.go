package wording

import "fmt"

// Fault is something wrong in a campaign or language file, said so that its author can mend it.
type Fault struct {
	File   string // name inside the campaign folder
	Line   int    // 1 for the first line; 0 when the fault is that something is missing from the file
	Where  string // path inside the file, for example "questions.c.dob.when"
	Reason string // a sentence
}

// String writes the fault as editors and terminals link it: file:line: where: reason.
func (f Fault) String() string {
	if f.Line == 0 {
		return fmt.Sprintf("%s: %s: %s", f.File, f.Where, f.Reason)
	}
	return fmt.Sprintf("%s:%d: %s: %s", f.File, f.Line, f.Where, f.Reason)
}
