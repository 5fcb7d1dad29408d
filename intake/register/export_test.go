package register

// Guard is what keeps a text in CSV from being taken for a formula.
var Guard = guard
